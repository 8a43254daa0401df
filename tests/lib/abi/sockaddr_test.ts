import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { formatInet4, formatInet6 } from "../../../lib/abi/inet_text.ts";
import { AddressRoom, decodeAddress, encodeAddress, type SocketAddress } from "../../../lib/abi/sockaddr.ts";
import { AF_INET, AF_INET6, AF_UNIX, AF_UNSPEC } from "../../../lib/abi/socket_constants.ts";

const bytes = (length: number) => fc.array(fc.integer({ min: 0, max: 255 }), { minLength: length, maxLength: length });
const port = fc.integer({ min: 0, max: 65535 });
const name = fc.string({ unit: "binary", maxLength: 26 });

/** Any address that there is. */
const address: fc.Arbitrary<SocketAddress> = fc.oneof(
  fc.constant<SocketAddress>({ family: AF_UNIX }),
  fc.constant<SocketAddress>({ family: AF_UNSPEC }),
  name.filter((path) => path !== "" && !path.includes("\0")).map((path): SocketAddress => ({ family: AF_UNIX, path })),
  name.map((abstract): SocketAddress => ({ family: AF_UNIX, abstract })),
  fc.tuple(bytes(4), port).map(([b, port]): SocketAddress => ({ family: AF_INET, address: formatInet4(b), port })),
  fc.tuple(bytes(16), port).map(([b, port]): SocketAddress => ({ family: AF_INET6, address: formatInet6(b), port })),
  fc.tuple(bytes(16), port, fc.integer({ min: 1, max: 0xffff_ffff }))
    .map(([b, port, scope]): SocketAddress => ({ family: AF_INET6, address: formatInet6(b), port, scope })),
);

function coded(address: SocketAddress): SocketAddress | null {
  const encoded = encodeAddress(address);
  assert(encoded !== null);
  return decodeAddress(encoded, encoded.length);
}

Deno.test("encodeAddress() gives null for what C could not write down", () => {
  assertEquals(encodeAddress({ family: AF_UNIX, path: "" }), null);
  assertEquals(encodeAddress({ family: AF_UNIX, path: "x".repeat(109) }), null);
  assertEquals(encodeAddress({ family: AF_UNIX, path: "é".repeat(55) }), null);
  assertEquals(encodeAddress({ family: AF_UNIX, abstract: "x".repeat(108) }), null);
  assertEquals(encodeAddress({ family: AF_INET, address: "localhost", port: 1 }), null);
  assertEquals(encodeAddress({ family: AF_INET6, address: "1.2.3.4", port: 1 }), null);
});

Deno.test("decodeAddress() gives null for no address, one that was cut, and an unknown family", () => {
  const inet = encodeAddress({ family: AF_INET, address: "1.2.3.4", port: 5 });
  assert(inet !== null);
  assertEquals(decodeAddress(inet, 0), null);
  assertEquals(decodeAddress(inet, 1), null);
  assertEquals(decodeAddress(inet, 15), null);
  inet[0] = AF_INET6;
  assertEquals(decodeAddress(inet, 16), null);
  inet[0] = 16; // AF_NETLINK
  assertEquals(decodeAddress(inet, 16), null);
});

Deno.test("decodeAddress() reads what encodeAddress() writes", () => {
  fc.assert(fc.property(address, (address) => assertEquals(coded(address), address)));
});

Deno.test("decodeAddress() reads no further than the bytes go, whatever the length says", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 128 }), fc.nat(), (bytes, length) => {
    decodeAddress(new Uint8Array(bytes), length);
  }));
});

Deno.test("encodeAddress() writes C's bytes", () => {
  const bytesOf = (address: SocketAddress) => [...encodeAddress(address) ?? []];
  assertEquals(bytesOf({ family: AF_UNIX }), [1, 0]);
  assertEquals(bytesOf({ family: AF_UNIX, path: "/x" }), [1, 0, 47, 120, 0]);
  assertEquals(bytesOf({ family: AF_UNIX, abstract: "x" }), [1, 0, 0, 120]);
  assertEquals(
    bytesOf({ family: AF_INET, address: "127.0.0.1", port: 258 }),
    [2, 0, 1, 2, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0],
  );
  assertEquals(
    bytesOf({ family: AF_INET6, address: "::1", port: 258, scope: 3 }),
    [10, 0, 1, 2, 0, 0, 0, 0, ...Array(15).fill(0), 1, 3, 0, 0, 0],
  );
});

Deno.test("a path of 108 bytes does without its NUL, and comes back whole", () => {
  const path = "x".repeat(108);
  assertEquals(encodeAddress({ family: AF_UNIX, path })?.length, 110);
  assertEquals(coded({ family: AF_UNIX, path }), { family: AF_UNIX, path });
  assertEquals(encodeAddress({ family: AF_UNIX, path: "x".repeat(107) })?.length, 110);
});

Deno.test("AddressRoom reads what C left, and all of it is room again after clear()", () => {
  const room = new AddressRoom();
  room.bytes.set([1, 0]);
  room.length[0] = 2;
  assertEquals(room.read(), { family: AF_UNIX });
  room.clear();
  assertEquals(room.length[0], 128);
});
