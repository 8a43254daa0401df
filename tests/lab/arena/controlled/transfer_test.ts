/** Transfers in parts: whoever waits for the object hears of what has moved, once. */
import { assertEquals } from "@std/assert";
import { WOULD_BLOCK } from "../../../../lab/arena/controlled/calls/call.ts";
import { transfer } from "../../../../lab/arena/controlled/calls/descriptors.ts";

Deno.test("transfer() tells of a change where something has moved, and not at a vain look behind it", () => {
  const parts = [4, WOULD_BLOCK, WOULD_BLOCK, WOULD_BLOCK, 2, WOULD_BLOCK, 4] as const;
  let part = 0;
  let changes = 0;
  const rests: number[] = [];
  const attempt = transfer(new Uint8Array(10), (rest) => {
    rests.push(rest.length);
    return parts[part++] ?? 0;
  }, () => changes++);
  // Two writers that told one another of nothing would wake each other for ever.
  const seen = Array.from({ length: 5 }, () => [attempt.tries(), changes]);
  assertEquals(seen, [[WOULD_BLOCK, 1], [WOULD_BLOCK, 1], [WOULD_BLOCK, 1], [WOULD_BLOCK, 2], [10, 2]]);
  assertEquals(rests, [10, 6, 6, 6, 6, 4, 4]);
});
