import { assertEquals, assertThrows } from "@std/assert";
import { timespec } from "../../../lib/errors/timespec_argument.ts";

Deno.test("timespec() refuses what is not a pair of whole numbers, by name", () => {
  for (const wrong of [null, undefined, 1700000000000, "soon"]) {
    assertThrows(() => timespec(wrong as never, "deadline"), TypeError, "deadline: expected { sec, nsec }");
  }
  assertThrows(() => timespec({ sec: 1 } as never, "deadline"), TypeError, "deadline.nsec");
  assertThrows(() => timespec({ sec: 0.5, nsec: 0 }, "deadline"), RangeError, "deadline.sec");
});

Deno.test("timespec() writes two little-endian words of 64 bits, negative ones too", () => {
  const view = new DataView(timespec({ sec: 2 ** 40 + 1, nsec: -2 }, "deadline").buffer);
  assertEquals([view.getBigInt64(0, true), view.getBigInt64(8, true)], [2n ** 40n + 1n, -2n]);
});
