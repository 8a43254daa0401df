import { assertEquals } from "@std/assert";
import { judgeCrowd } from "../../exercises/01-signal-handler/grading/checks.ts";
import { explainServe, judgeServe, judgeSupervise } from "../../exercises/01-signal-handler/judge.ts";
import type { Value } from "../../lab/course/scenario.ts";
import { SENDER_PID, Story } from "../support/story.ts";

const SERVICE = { role: "server", signal: "SIGTERM" };

/** A server that is poked once and ended by SIGTERM; `pid` is what it says of the sender. */
function served(summary: Value, pid: Value = SENDER_PID): Story {
  return new Story().call("server").note("server", "ready").stimulus("server", "SIGUSR1").note("server", "hit", pid)
    .stimulus("server", "SIGTERM").note("server", "cleanUp").returns("server", summary).ends("server");
}

const RIGHT = { signal: 15, from: SENDER_PID, hits: 1 };

Deno.test("judgeServe() has nothing against a server that did all of it", () => {
  assertEquals(judgeServe(served(RIGHT).history(), SERVICE), null);
  assertEquals(explainServe(served(RIGHT).history(), SERVICE), null);
});

Deno.test("judgeServe() finds a wrong summary, whatever it is", () => {
  const summaries: Value[] = [
    undefined,
    null,
    15,
    "15",
    {},
    { ...RIGHT, signal: 2 },
    { ...RIGHT, from: 1 },
    { ...RIGHT, hits: 2 },
    { ...RIGHT, hits: "1" },
  ];
  for (const summary of summaries) {
    assertEquals(judgeServe(served(summary).history(), SERVICE)?.kind, "wrong-result");
  }
});

Deno.test("judgeServe() finds a hit with another sender, one too many, and one too few", () => {
  assertEquals(judgeServe(served(RIGHT, 1).history(), SERVICE)?.kind, "wrong-result");
  const twice = new Story().call("server").note("server", "ready").stimulus("server", "SIGUSR1")
    .note("server", "hit", SENDER_PID).note("server", "hit", SENDER_PID).stimulus("server", "SIGTERM")
    .note("server", "cleanUp").returns("server", { ...RIGHT, hits: 2 });
  assertEquals(judgeServe(twice.history(), SERVICE)?.kind, "wrong-result");
  const never = new Story().call("server").note("server", "ready").stimulus("server", "SIGUSR1")
    .stimulus("server", "SIGTERM").note("server", "cleanUp").returns("server", { ...RIGHT, hits: 0 });
  assertEquals(judgeServe(never.history(), SERVICE)?.kind, "wrong-result");
});

Deno.test("judgeServe() knows the pid of a client that poked, and waits for none that never came back", () => {
  const story = served({ ...RIGHT, hits: 2 });
  const withClient = new Story().call("server").note("server", "ready").stimulus("server", "SIGUSR1")
    .note("server", "hit", SENDER_PID).call("client");
  withClient.note("server", "hit", withClient.pid("client")).returns("client", undefined).ends("client")
    .stimulus("server", "SIGTERM").note("server", "cleanUp").returns("server", { ...RIGHT, hits: 2 });
  const service = { ...SERVICE, clients: ["client"] };
  assertEquals(judgeServe(withClient.history(), service), null);
  assertEquals(judgeServe(story.history(), service)?.kind, "wrong-result");
  assertEquals(judgeServe(served(RIGHT).history(), service), null);
});

Deno.test("judgeServe() wants ready() and cleanUp() once, and cleanUp() not before the end", () => {
  const noReady = new Story().call("server").stimulus("server", "SIGTERM").note("server", "cleanUp")
    .returns("server", { ...RIGHT, hits: 0 });
  assertEquals(judgeServe(noReady.history(), SERVICE)?.kind, "wrong-result");
  const early = new Story().call("server").note("server", "ready").note("server", "cleanUp")
    .stimulus("server", "SIGTERM").returns("server", { ...RIGHT, hits: 0 });
  assertEquals(judgeServe(early.history(), SERVICE)?.kind, "wrong-result");
  const twice = new Story().call("server").note("server", "ready").stimulus("server", "SIGTERM")
    .note("server", "cleanUp").note("server", "cleanUp").returns("server", { ...RIGHT, hits: 0 });
  assertEquals(judgeServe(twice.history(), SERVICE)?.kind, "wrong-result");
});

Deno.test("judgeServe() judges a second call by its own notes and signals", () => {
  const story = served(RIGHT).call("server", 1).note("server", "ready2").stimulus("server", "SIGINT")
    .note("server", "cleanUp2").returns("server", { signal: 2, from: SENDER_PID, hits: 0 }, 1);
  assertEquals(judgeServe(story.history(), { role: "server", signal: "SIGINT", call: 1 }), null);
  assertEquals(judgeServe(story.history(), { role: "server", signal: "SIGTERM", call: 1 })?.kind, "wrong-result");
});

Deno.test("explainServe() names a server that spins, and says nothing of one that waits", () => {
  const waiting = new Story().call("server").note("server", "ready").ends("server", "stuck");
  assertEquals(explainServe(waiting.history(), SERVICE), null);
  waiting.counts("server", { getpid: 100_000 });
  assertEquals(explainServe(waiting.history(), SERVICE)?.kind, "busy-waiting");
});

Deno.test("explainServe() names a server that sleeps for a time, not one that sleeps again after each signal", () => {
  const napping = (times: number): string | undefined =>
    judgeServe(served(RIGHT).counts("server", { nanosleep: times }).history(), SERVICE)?.kind;
  assertEquals(napping(3), undefined);
  assertEquals(napping(10), undefined);
  assertEquals(napping(30), "busy-waiting");
});

Deno.test("judgeSupervise() wants a child that was waited for", () => {
  const supervised = new Story().call("it").note("it", "ready").stimulus("it", "SIGTERM").returns("it", 15);
  assertEquals(judgeSupervise(supervised.history(), "it", 0)?.kind, "missing-mechanism");
  assertEquals(judgeSupervise(supervised.counts("it", { waitpid: 1 }).history(), "it", 0), null);
});

Deno.test("judgeSupervise() wants every tick, and the signal of a child that really ended", () => {
  const supervised = (value: Value): Story =>
    new Story().call("it").note("it", "ready").stimulus("it", "SIGUSR1").note("it", "tick").stimulus("it", "SIGTERM")
      .returns("it", value).counts("it", { waitpid: 2 });
  assertEquals(judgeSupervise(supervised(15).history(), "it", 1), null);
  assertEquals(judgeSupervise(supervised(15).history(), "it", 2)?.kind, "wrong-result");
  assertEquals(judgeSupervise(supervised(9).history(), "it", 1)?.kind, "wrong-result");
  const early = new Story().call("it").note("it", "ready").stimulus("it", "SIGUSR1").note("it", "tick").returns(
    "it",
    15,
  );
  assertEquals(judgeSupervise(early.history(), "it", 1)?.message.includes("before anybody had sent SIGTERM"), true);
});

Deno.test("judgeCrowd() allows signals to coalesce, but no stranger and no other count", () => {
  const clients = ["client 1", "client 2", "client 3", "client 4"];
  const crowd = (hits: number, told: number, stranger = false): Story => {
    const story = new Story().call("server");
    for (const name of clients) story.makes(name, undefined).ends(name);
    for (let hit = 0; hit < hits; hit++) story.note("server", "hit", stranger ? 1 : story.pid(`client ${hit + 1}`));
    return story.returns("server", { signal: 15, from: SENDER_PID, hits: told });
  };
  assertEquals(judgeCrowd(crowd(1, 1).history(), clients), null);
  assertEquals(judgeCrowd(crowd(4, 4).history(), clients), null);
  assertEquals(judgeCrowd(crowd(0, 0).history(), clients)?.kind, "wrong-result");
  assertEquals(judgeCrowd(crowd(2, 4).history(), clients)?.kind, "wrong-result");
  assertEquals(judgeCrowd(crowd(2, 2, true).history(), clients)?.kind, "wrong-result");
});
