import { assertEquals } from "@std/assert";
import { didYouMean, distance, nearest } from "../../../lab/cli/suggest.ts";

Deno.test("distance() counts slips, and a swap of neighbours as one", () => {
  const cases: [string, string, number][] = [
    ["", "", 0],
    ["", "abc", 3],
    ["abc", "", 3],
    ["pipe", "pipe", 0],
    ["pipe", "pip", 1],
    ["pipe", "piep", 1],
    ["kitten", "sitting", 3],
    ["ca", "abc", 3],
  ];
  for (const [one, other, slips] of cases) assertEquals([one, other, distance(one, other)], [one, other, slips]);
});

Deno.test("nearest() takes what is a few slips away, or contains what was typed", () => {
  const names = ["signal-handler", "bounded-buffer", "pipe", "fifo"];
  assertEquals(nearest("bounded-bufer", names), "bounded-buffer");
  assertEquals(nearest("BUFFER", names), "bounded-buffer");
  assertEquals(nearest("pip", names), "pipe");
  assertEquals(nearest("rendezvous", names), undefined);
  assertEquals(nearest("x", names), undefined);
  assertEquals(nearest("", []), undefined);
});

Deno.test("didYouMean() says nothing when nothing is near", () => {
  assertEquals(didYouMean("lst", ["list", "hint"]), " Did you mean list?");
  assertEquals(didYouMean("frobnicate", ["list", "hint"]), "");
});
