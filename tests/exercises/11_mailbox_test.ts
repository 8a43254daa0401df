import { assertEquals } from "@std/assert";
import {
  explainDelivery,
  judgeCapacity,
  judgeDelivery,
  judgeOrder,
  judgeRoom,
  judgeTries,
  judgeValues,
} from "../../exercises/11-mailbox/judge.ts";
import { sentByTurns } from "../../exercises/11-mailbox/grading/checks.ts";
import type { Scenario, Value } from "../../lab/course/scenario.ts";
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

Deno.test("judgeRoom() counts what must be in the mailbox, and allows each receiver one letter in hand", () => {
  const judged = (story: Story): string | undefined => judgeRoom(story.history(), ["P1"], ["P2"], 1)?.kind;
  const two = (story: Story): Story => story.note("P1", "sent", 0).note("P1", "sent", 1);
  assertEquals(judged(two(new Story())), "capacity");
  assertEquals(judged(two(new Story().call("P2", 0, "receive"))), undefined);
  assertEquals(judged(two(new Story().call("P2", 0, "receive")).note("P1", "sent", 2)), "capacity");
  const got = two(new Story().call("P2", 0, "receive")).note("P2", "got", "a", 0);
  assertEquals(judged(got.note("P1", "sent", 2)), undefined);
  assertEquals(judged(two(new Story().makes("P2", 0, 0, "receive"))), "capacity");
});

Deno.test("judgeTries() allows every answer that some order explains, and no other", () => {
  const letters = [{ text: "a", priority: 0 }, { text: "b", priority: 0 }];
  const tries: Scenario = {
    stages: [{
      roles: [
        ...letters.map((letter, at) => ({
          name: `P${at + 1}`,
          calls: [{ function: "trySend", arguments: ["/m", letter] }],
        })),
        { name: "P3", calls: [0, 1].map(() => ({ function: "tryReceive", arguments: ["/m"] })) },
      ],
    }],
  };
  const judged = (story: Story): string | undefined => judgeTries(tries, story.history(), letters)?.kind;
  const sends = (story: Story, role: string, value: Value): Story => story.makes(role, value, 0, "trySend");
  const takes = (story: Story, value: Value, call: number): Story => story.makes("P3", value, call, "tryReceive");
  const [a = { text: "", priority: 0 }, b = a] = letters;
  const refused = (): Story => sends(sends(new Story(), "P1", true), "P2", false);
  assertEquals(judged(takes(takes(refused(), { ...a }, 0), null, 1)), undefined);
  assertEquals(judged(takes(takes(refused(), { ...b }, 0), null, 1)), "wrong-result"); // false, and it was in
  assertEquals(judged(takes(takes(refused(), null, 0), { ...a }, 1)), "wrong-result"); // it was in all the time
  assertEquals(judged(takes(takes(refused(), { ...a }, 0), { ...a }, 1)), "wrong-result"); // twice
  assertEquals(judged(takes(takes(refused(), null, 0), null, 1)), "wrong-result"); // lost
  assertEquals(judged(takes(refused(), 7, 0)), "wrong-result");
  const alone = sends(new Story(), "P1", false);
  assertEquals(judged(takes(alone, null, 0)), "wrong-result"); // nobody was in its way
  const meanwhile = sends(new Story().call("P3", 0, "tryReceive"), "P1", true).returns("P3", null, 0, "tryReceive");
  assertEquals(judged(takes(meanwhile, { ...a }, 1)), undefined);
});

Deno.test("sentByTurns() sees a letter between two of the other sender, and nothing else", () => {
  const told = (...roles: string[]): boolean =>
    sentByTurns(roles.reduce((story, role) => story.note(role, "sent", 0), new Story()).history());
  assertEquals([told("P1", "P2", "P1", "P2"), told("P2", "P1", "P2"), told("P1", "P2", "P2", "P1")], [
    true,
    true,
    true,
  ]);
  assertEquals([told("P1", "P1", "P2", "P2"), told("P2", "P2"), told()], [false, false, false]);
});
