import { assertEquals } from "@std/assert";
import { explainStop, explainTransfer, judgeHead, judgeTransfer } from "../../exercises/07-pipe/judge.ts";
import type { Event } from "../../lab/course/history.ts";
import type { Value } from "../../lab/course/scenario.ts";
import { Story } from "../support/story.ts";

const SENT = ["one", "", "three"];

/** A transfer of three messages; `value` is what it returned. */
function transferred(value: Value): Story {
  const story = new Story().start("parent").call("parent");
  SENT.forEach((_, index) => story.noteOfChild("parent", "sending", index));
  return story.returns("parent", value).ends("parent");
}

function judged(received: Value, status: Value = SENT.length): [kind?: string, message?: string] {
  const finding = judgeTransfer(transferred({ received, status }).history(), "parent", SENT);
  return finding === null ? [] : [finding.kind, finding.message];
}

Deno.test("judgeTransfer() has nothing against messages that arrived as they were sent", () => {
  assertEquals(judged(SENT), []);
});

Deno.test("judgeTransfer() tells lost boundaries, pieces, short messages and lost ones apart", () => {
  assertEquals(judged(["onethree"])[1]?.startsWith("Every byte arrived"), true);
  assertEquals(judged(["on", "", "three"])[0], "short-transfer");
  assertEquals(judged(["one", "", "th", "x"])[1]?.includes("in pieces"), true);
  assertEquals(judged(["one"])[1]?.includes("An empty message is a message, too"), true);
  assertEquals(judged(["one", "", "other"])[0], "wrong-result");
  assertEquals(judged(["one", "", "three", "three"])[0], "wrong-result");
  assertEquals(judged(["", "three"])[1]?.includes("no other process gets"), true);
});

Deno.test("judgeTransfer() survives whatever was returned", () => {
  const values: Value[] = [undefined, null, 3, "one", { received: "one" }, { received: null }];
  for (const value of values) {
    assertEquals(judgeTransfer(transferred(value).history(), "parent", SENT)?.kind, "wrong-result");
  }
  assertEquals(judged([1, null, { a: 1 }])[0], "wrong-result");
});

Deno.test("judgeTransfer() wants the exit status that the child ended with", () => {
  for (const status of [0, -1, 3 << 8, "3", null]) assertEquals(judged(SENT, status)[0], "wrong-result");
});

Deno.test("judgeTransfer() wants one child to send, not the parent and not two", () => {
  const value = { received: SENT, status: 3 };
  const parent = new Story().start("parent").call("parent");
  SENT.forEach((_, index) => parent.note("parent", "sending", index));
  const byParent = judgeTransfer(parent.returns("parent", value).ends("parent").history(), "parent", SENT);
  assertEquals(byParent?.message.includes("the parent that called sending()"), true);

  const { events, ...rest } = transferred(value).history();
  const two = events.map((event): Event => event.order === 3 ? { ...event, pid: 9999 } : event);
  assertEquals(judgeTransfer({ ...rest, events: two }, "parent", SENT)?.message.includes("2 child processes"), true);

  const nobody = new Story().start("parent").makes("parent", value).ends("parent").history();
  assertEquals(judgeTransfer(nobody, "parent", SENT)?.kind, "wrong-result");
});

Deno.test("judgeHead() wants the first numbers, and SIGPIPE", () => {
  const headed = (value: Value): string | undefined =>
    judgeHead(new Story().makes("parent", value).history(), "parent", 2)?.kind;
  assertEquals(headed({ numbers: [1, 2], signal: 13 }), undefined);
  for (const value of [undefined, { numbers: [1, 2, 3], signal: 13 }, { numbers: [0, 1], signal: 13 }]) {
    assertEquals(headed(value), "wrong-result");
  }
  for (const signal of [0, 9, "SIGPIPE", null]) assertEquals(headed({ numbers: [1, 2], signal }), "wrong-result");
});

Deno.test("explainStop() says who waits for whom at a pipe", () => {
  const stopped = (call: string, ...children: string[]): string | undefined => {
    const history = new Story().call("parent").ends("parent", "stuck", {
      blocked: { call },
      ...(children.length === 0 ? {} : { children: children.map((child) => ({ call: child })) }),
    }).history();
    return explainStop(history, "parent")?.kind;
  };
  assertEquals(stopped("read"), "deadlock");
  assertEquals(stopped("waitpid", "write"), "deadlock");
  assertEquals(stopped("waitpid", "computing"), "no-progress");
  assertEquals(stopped("read", "read"), undefined);
  assertEquals(stopped("write"), undefined);
  assertEquals(explainStop(new Story().makes("parent", 1).ends("parent").history(), "parent"), null);
});

Deno.test("explainTransfer() knows a length that was none from other errors", () => {
  const thrown = (name: string, messages: readonly string[]): string | undefined =>
    explainTransfer(new Story().call("parent").throws("parent", { name, message: "no" }).history(), "parent", messages)
      ?.kind;
  assertEquals(thrown("RangeError", ["abc"]), "short-transfer");
  assertEquals(thrown("RangeError", ["\u00e4"]), "wrong-result");
  assertEquals(thrown("TypeError", ["abc"]), undefined);
});
