import { assertEquals } from "@std/assert";
import {
  explainDelivery,
  judgeCapacity,
  judgeDelivery,
  judgeOrder,
  judgeValues,
} from "../../exercises/11-mailbox/judge.ts";
import type { Value } from "../../lab/course/scenario.ts";
import { Story } from "../support/story.ts";

const SENT = [
  { text: "a", priority: 0 },
  { text: "b", priority: 2 },
  { text: "c", priority: 2 },
];

/** Receivers "P2" and "P3" that got these letters and say how many they were. */
function delivered(second: [Value, Value][], third: [Value, Value][], counts: [Value, Value]): Story {
  const story = new Story().call("P2").call("P3");
  for (const [text, priority] of second) story.note("P2", "got", text, priority);
  for (const [text, priority] of third) story.note("P3", "got", text, priority);
  return story.returns("P2", counts[0]).returns("P3", counts[1]);
}

function judged(story: Story): string | undefined {
  return judgeDelivery(story.history(), ["P2", "P3"], SENT)?.kind;
}

Deno.test("judgeDelivery() does not care who gets a letter", () => {
  assertEquals(judged(delivered([["a", 0], ["b", 2], ["c", 2]], [], [3, 0])), undefined);
  assertEquals(judged(delivered([["c", 2]], [["b", 2], ["a", 0]], [1, 2])), undefined);
});

Deno.test("judgeDelivery() finds lost, doubled, unknown and changed letters, and wrong counts", () => {
  assertEquals(judged(delivered([["a", 0]], [["b", 2]], [1, 1])), "wrong-result");
  assertEquals(judged(delivered([["a", 0], ["b", 2]], [["b", 2], ["c", 2]], [2, 2])), "wrong-result");
  assertEquals(judged(delivered([["a", 0], ["b", 2], ["c", 2], ["", 0]], [], [4, 0])), "wrong-result");
  assertEquals(judged(delivered([["a", 1], ["b", 2], ["c", 2]], [], [3, 0])), "wrong-result");
  assertEquals(judged(delivered([["a", 0], ["b", 2], ["c", 2]], [], [4, 0])), "wrong-result");
  assertEquals(judged(delivered([["a", 0], ["b", 2], ["c", 2]], [], [3, undefined])), "wrong-result");
});

Deno.test("judgeDelivery() finds a receiver that spins", () => {
  const story = delivered([["a", 0], ["b", 2], ["c", 2]], [], [3, 0]).counts("P3", { mq_receive: 1e5 });
  assertEquals(judged(story), "busy-waiting");
});

Deno.test("explainDelivery() blames lost letters only when all receivers are done", () => {
  const waiting = new Story().call("P2").call("P3").note("P2", "got", "a", 0).returns("P2", 1).ends("P3", "stuck");
  assertEquals(explainDelivery(waiting.history(), ["P2", "P3"], SENT), null);
  const over = delivered([["a", 0]], [], [1, 0]).call("P1").ends("P1", "stuck");
  assertEquals(explainDelivery(over.history(), ["P2", "P3"], SENT)?.kind, "wrong-result");
});

Deno.test("judgeOrder() wants the most urgent first, and equals as they were sent", () => {
  const order = (...texts: string[]): string | undefined => {
    const story = new Story().call("P2");
    for (const text of texts) story.note("P2", "got", text, 0);
    return judgeOrder(story.history(), "P2", SENT)?.kind;
  };
  assertEquals(order("b", "c", "a"), undefined);
  assertEquals(order("a", "b", "c"), "order");
  assertEquals(order("c", "b", "a"), "order");
  assertEquals(order("b"), "order");
});

Deno.test("judgeCapacity() counts what went in before the receiver came", () => {
  const before = (count: number): string | undefined => {
    const story = new Story().call("sender");
    for (let index = 0; index < count; index++) story.note("sender", "sent", index);
    return judgeCapacity(story.call("receiver").note("sender", "sent", count).history(), "sender", "receiver", 2)?.kind;
  };
  assertEquals(before(2), undefined);
  assertEquals(before(1), "capacity");
  assertEquals(before(3), "capacity");
  assertEquals(before(0), "capacity");
});

Deno.test("judgeValues() compares call by call", () => {
  const history = new Story().makes("P1", null, 0).makes("P1", true, 1).makes("P1", { text: "x", priority: 1 }, 2)
    .history();
  assertEquals(judgeValues(history, "P1", [null, true, { text: "x", priority: 1 }]), null);
  assertEquals(judgeValues(history, "P1", [null, false])?.kind, "wrong-result");
  assertEquals(judgeValues(history, "P1", [undefined])?.kind, "wrong-result");
  assertEquals(judgeValues(history, "P1", [null, true, { text: "x" }])?.kind, "wrong-result");
});
