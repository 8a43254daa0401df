import { assertEquals } from "@std/assert";
import { waits } from "../../../../lab/explore/trace.ts";
import {
  highlight,
  lanesAt,
  memoryAt,
  nextTurn,
  objectsAt,
  stepOfHash,
  wordsOf,
} from "../../../../lab/report/timeline/page/state.js";
import { story } from "./traces.ts";

Deno.test("memoryAt() holds what was first seen of a word until it is changed, and then what it was changed to", () => {
  const { steps } = story("no_mutex");
  const words = wordsOf(steps);
  const contents = (at: number): string[] => [...memoryAt(steps, words, at).values()];
  const stores = steps.flatMap(({ changes }, index) => changes.length > 0 ? [index] : []);
  assertEquals(words.map(({ key }: { key: string }) => key), ["0+0", "0+4", "0+8", "0+12", "0+16"]);
  assertEquals(contents(0), ["3", "0", "0", "0", "0"]);
  assertEquals(contents(stores[0] as number), ["3", "0", "0", "38", "0"]);
  assertEquals(contents((stores[0] as number) - 1), contents(0));
  assertEquals(contents(stores[2] as number), ["3", "1", "0", "71", "0"]);
});

Deno.test("objectsAt() tells the last known state of each object, and null where there is none", () => {
  const { objects, steps } = story("deadlock");
  assertEquals(objectsAt(objects, steps, 0), [null, "1", "0", "1"]);
  assertEquals(objectsAt(objects, steps, steps.length - 1), [null, "0", "0", "0"]);
});

Deno.test("lanesAt() tells who has not started, runs, waits, may go on, and has ended", () => {
  const { lanes, steps } = story("four_lanes");
  const does = (at: number): string[] => lanesAt(lanes, steps, waits(steps), at).map(({ does }) => does);
  assertEquals(does(0), ["not started", "not started", "not started", "runs"]);
  assertEquals(does(2), ["not started", "not started", "not started", "waits"]);
  const unlocked = steps.findIndex(({ woke }) => woke.length === 2);
  assertEquals(does(unlocked - 1), ["runs", "waits", "waits", "may go on"]);
  assertEquals(does(unlocked), ["runs", "may go on", "may go on", "may go on"]);
  assertEquals(does(steps.length - 1), ["ended", "ended", "ended", "ended"]);
});

Deno.test("nextTurn() goes to where somebody is stopped, waits or is woken, and at last to the end", () => {
  const { steps } = story("lost_wake_up");
  assertEquals(nextTurn(steps, 0), 3);
  assertEquals(nextTurn(steps, 3), 10);
  assertEquals(nextTurn(steps, 10), 10);
});

Deno.test("stepOfHash() finds a step by its number, the nearest there is, and nothing else", () => {
  assertEquals(stepOfHash("#step=5", 11), 4);
  assertEquals(stepOfHash("#step=0", 11), 0);
  assertEquals(stepOfHash("#step=99", 11), 10);
  for (const hash of ["", "#", "#step=", "#step=-1", "#step=1e3", "#step=99999999999", "#other=1"]) {
    assertEquals(stepOfHash(hash, 11), null, hash);
  }
});

Deno.test("highlight() loses no character, and knows comments, strings and keywords", () => {
  assertEquals(highlight('const a = "if"; // for'), [
    ["keyword", "const"],
    ["", " a = "],
    ["string", '"if"'],
    ["", "; "],
    ["comment", "// for"],
  ]);
  for (const line of ["", " * if", "`${a}` /* of */ b", '"open', "x.if_ 日本 newer", "'\\'' as `\\``"]) {
    assertEquals(highlight(line).map(([, text]) => text).join(""), line);
  }
});
