import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { formatInet4, formatInet6, parseInet4, parseInet6 } from "../../../lib/abi/inet_text.ts";

const byte = fc.integer({ min: 0, max: 255 });
/** Sixteen bytes, most groups of which are often zero. */
const address6 = fc.array(fc.oneof(fc.constant([0, 0]), fc.tuple(byte, byte)), { minLength: 8, maxLength: 8 })
  .map((groups) => groups.flat());

// deno-fmt-ignore
const NO_INET4 = ["", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.4 ", "1..2.3", "1.2.3.-4", "0x1.2.3.4",
  "localhost", "::1"];

for (const text of NO_INET4) {
  Deno.test(`parseInet4() refuses "${text}"`, () => assertEquals(parseInet4(text), null));
}

// deno-fmt-ignore
const NO_INET6 = ["", ":", ":::", "1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "g::", "1:2:3:4:5:6:7::8",
  "::1%lo", "[::1]", "1.2.3.4", "1.2.3.4::", "::1.2.3.4:5", "::1.2.3", ":1::", "1:2:3:4:5:6:7:", " ::1"];

for (const text of NO_INET6) {
  Deno.test(`parseInet6() refuses "${text}"`, () => assertEquals(parseInet6(text), null));
}

Deno.test("parseInet4() reads what formatInet4() writes", () => {
  fc.assert(fc.property(fc.array(byte, { minLength: 4, maxLength: 4 }), (bytes) => {
    assertEquals(parseInet4(formatInet4(bytes)), bytes);
  }));
});

Deno.test("parseInet6() reads what formatInet6() writes", () => {
  fc.assert(fc.property(address6, (bytes) => assertEquals(parseInet6(formatInet6(bytes)), bytes)));
});

Deno.test("formatInet6() writes what the engine's URL does, but for IPv4 addresses within", () => {
  fc.assert(fc.property(address6, (bytes) => {
    const text = formatInet6(bytes);
    if (!text.includes(".")) assertEquals(`[${text}]`, new URL(`http://[${text}]/`).hostname);
  }));
});

for (
  const [text, again] of [
    ["::", "::"],
    ["::1", "::1"],
    ["1::", "1::"],
    ["FE80::00Ab", "fe80::ab"],
    ["1:0:0:2:0:0:0:3", "1:0:0:2::3"],
    ["1:0:0:2:3:0:0:4", "1::2:3:0:0:4"],
    ["1:2:3:0:5:6:7:8", "1:2:3:0:5:6:7:8"],
    ["::ffff:7f00:1", "::ffff:127.0.0.1"],
    ["::ffff:127.0.0.1", "::ffff:127.0.0.1"],
    ["1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"],
  ] as const
) {
  Deno.test(`"${text}" is written "${again}"`, () => assertEquals(formatInet6(parseInet6(text) ?? []), again));
}
