import { assertEquals, assertThrows } from "@std/assert";
import { timespecOf } from "../../../lib/abi/timespec.ts";

Deno.test("timespecOf() refuses what is not a number, and what no timespec holds", () => {
  for (const wrong of [NaN, "1", 1n, null, undefined]) assertThrows(() => timespecOf(wrong as never), TypeError);
  for (const wide of [Infinity, -Infinity, 1e300]) assertThrows(() => timespecOf(wide), RangeError);
});

Deno.test("timespecOf() always gives nanoseconds from 0 to 999,999,999", () => {
  for (
    const [milliseconds, sec, nsec] of [
      [0, 0, 0],
      [999, 0, 999_000_000],
      [1000, 1, 0],
      [1500.25, 1, 500_250_000],
      [-1, -1, 999_000_000],
      [-1e-12, -1, 999_999_999],
    ] as const
  ) {
    assertEquals(timespecOf(milliseconds), { sec, nsec });
  }
  for (const milliseconds of [1e-9, 2 ** 52 + 0.5, 1763843400123.4567]) {
    const { nsec } = timespecOf(milliseconds);
    assertEquals(nsec >= 0 && nsec <= 999_999_999, true, String(nsec));
  }
});
