import { assertEquals, assertThrows } from "@std/assert";
import { AF_INET, AF_INET6, AF_UNIX, AF_UNSPEC } from "ipc";
import { credentials, socketAddress } from "../../../lib/errors/socket_argument.ts";

const address = (value: unknown) => () => socketAddress(value as never, "address");

for (
  const [value, part] of [
    [null, "address"],
    ["/x", "address"],
    [{}, "address.family"],
    [{ family: "1" }, "address.family"],
    [{ family: AF_UNIX, path: 1 }, "address.path"],
    [{ family: AF_UNIX, path: "a\0b" }, "address.path"],
    [{ family: AF_UNIX, abstract: 1 }, "address.abstract"],
    [{ family: AF_UNIX, path: "a", abstract: "b" }, "got both"],
    [{ family: AF_INET, port: 80 }, "address.address"],
    [{ family: AF_INET, address: "127.0.0.1" }, "address.port"],
    [{ family: AF_INET6, address: "::1", port: "80" }, "address.port"],
    [{ family: AF_INET6, address: "::1", port: 80, scope: 1n }, "address.scope"],
  ] as const
) {
  Deno.test(`an address ${JSON.stringify(value, (_, v) => typeof v === "bigint" ? `${v}n` : v)} is a TypeError`, () => {
    assertThrows(address(value), TypeError, part);
  });
}

for (
  const [what, value, part] of [
    ["a family that is not known", { family: 16 }, "address.family"],
    ["an empty path", { family: AF_UNIX, path: "" }, "{ family: AF_UNIX }"],
    ["a path of 109 bytes", { family: AF_UNIX, path: "x".repeat(109) }, "108 bytes"],
    ["an abstract name of 108 bytes", { family: AF_UNIX, abstract: "x".repeat(108) }, "107 bytes"],
    ["a host's name", { family: AF_INET, address: "localhost", port: 80 }, "not looked up"],
    ["an IPv6 address for AF_INET", { family: AF_INET, address: "::1", port: 80 }, "127.0.0.1"],
    ["an IPv4 address for AF_INET6", { family: AF_INET6, address: "127.0.0.1", port: 80 }, "::1"],
    ["port 65536", { family: AF_INET, address: "127.0.0.1", port: 65536 }, "address.port"],
    ["port -1", { family: AF_INET, address: "127.0.0.1", port: -1 }, "address.port"],
    ["scope -1", { family: AF_INET6, address: "::1", port: 1, scope: -1 }, "address.scope"],
  ] as const
) {
  Deno.test(`${what} is a RangeError`, () => {
    assertThrows(address(value), RangeError, part);
  });
}

Deno.test("an address is read once: what its accessors say later does not matter", () => {
  let asked = 0;
  const value = {
    family: AF_UNIX as typeof AF_UNIX,
    get path(): string {
      return asked++ === 0 ? "a" : "b".repeat(1000);
    },
  };
  assertEquals([...socketAddress(value, "address")], [1, 0, 97, 0]);
  assertEquals([...socketAddress({ family: AF_UNSPEC }, "address")], [0, 0]);
});

Deno.test("credentials have a pid, a uid and a gid", () => {
  assertEquals(credentials({ pid: 1, uid: 2, gid: 3 }, "c"), { pid: 1, uid: 2, gid: 3 });
  assertThrows(() => credentials(null as never, "c"), TypeError, "c: ");
  assertThrows(() => credentials({ pid: 1, uid: 2 } as never, "c"), TypeError, "c.gid");
  assertThrows(() => credentials({ pid: 1, uid: -2, gid: 3 }, "c"), RangeError, "c.uid");
});
