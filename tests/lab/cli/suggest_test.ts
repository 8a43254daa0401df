import { assertEquals } from "@std/assert";
import { didYouMean, nearest } from "../../../lab/cli/suggest.ts";

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
