import { assertEquals } from "@std/assert";
import { decodeLimit, encodeLimit, RLIM_INFINITY } from "../../../lib/abi/rlimit.ts";

Deno.test("a limit is the same after it was stored as C has it and read back", () => {
  for (const limit of [0, 1, 2 ** 32, Number.MAX_SAFE_INTEGER, RLIM_INFINITY]) {
    assertEquals(decodeLimit(encodeLimit(limit)), limit);
  }
});

Deno.test("no limit is C's highest number", () => {
  assertEquals(encodeLimit(RLIM_INFINITY), 2n ** 64n - 1n);
});
