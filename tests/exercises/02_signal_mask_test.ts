import { assertEquals } from "@std/assert";
import checks, { judgeOnce } from "../../exercises/02-signal-mask/grading/checks.ts";
import { CHECKS } from "../../exercises/02-signal-mask/checks.ts";
import { explainSteps, judgeSteps, type Step } from "../../exercises/02-signal-mask/judge.ts";
import { countingRandom, Story } from "../support/story.ts";

/** hold(USR1, USR2); waitFor(USR2), during which USR1 comes; pending(); release(). */
const STEPS: readonly Step[] = [
  { function: "hold" },
  { function: "waitFor", awaits: "SIGUSR2", runs: ["SIGUSR2"] },
  { function: "pending", pending: ["SIGUSR1"] },
  { function: "release", runs: ["SIGUSR1"] },
];

const USR1 = 10;
const USR2 = 12;

/** The first two calls, as they should be. */
function waited(): Story {
  return new Story().makes("guard", {}, 0).call("guard", 1).stimulus("guard", "SIGUSR1").stimulus("guard", "SIGUSR2")
    .note("guard", "report", USR2).returns("guard", undefined, 1);
}

Deno.test("judgeSteps() has nothing against handlers that run when they may", () => {
  const story = waited().makes("guard", [USR1], 2).call("guard", 3).note("guard", "report", USR1)
    .returns("guard", undefined, 3);
  assertEquals(judgeSteps(story.history(), STEPS), null);
});

Deno.test("judgeSteps() finds a handler that runs while its signal is held", () => {
  const inWait = new Story().makes("guard", {}, 0).call("guard", 1).stimulus("guard", "SIGUSR1")
    .note("guard", "report", USR1).stimulus("guard", "SIGUSR2").note("guard", "report", USR2)
    .returns("guard", undefined, 1).makes("guard", [], 2).makes("guard", undefined, 3);
  assertEquals(judgeSteps(inWait.history(), STEPS)?.kind, "order");
  assertEquals(judgeSteps(inWait.history(), STEPS)?.readNext, "sigsuspend(2)");
  const inPending = waited().call("guard", 2).note("guard", "report", USR1).returns("guard", [], 2)
    .makes("guard", undefined, 3);
  assertEquals(judgeSteps(inPending.history(), STEPS)?.kind, "order");
});

Deno.test("judgeSteps() finds a handler that never runs, and one that runs twice", () => {
  const never = waited().makes("guard", [USR1], 2).makes("guard", undefined, 3);
  assertEquals(judgeSteps(never.history(), STEPS)?.kind, "wrong-result");
  const twice = waited().makes("guard", [USR1], 2).call("guard", 3).note("guard", "report", USR1)
    .note("guard", "report", USR1).returns("guard", undefined, 3);
  assertEquals(judgeSteps(twice.history(), STEPS)?.kind, "wrong-result");
});

Deno.test("judgeSteps() finds what pending() should not have said, in any shape", () => {
  for (const value of [[], [USR1, USR2], [USR2], undefined, USR1, "10", { 0: USR1 }]) {
    const story = waited().makes("guard", value, 2).call("guard", 3).note("guard", "report", USR1)
      .returns("guard", undefined, 3);
    assertEquals(judgeSteps(story.history(), STEPS)?.kind, "wrong-result");
  }
});

Deno.test("judgeSteps() finds a wait that ended before its signal was sent", () => {
  const story = new Story().makes("guard", {}, 0).call("guard", 1).stimulus("guard", "SIGUSR1")
    .returns("guard", undefined, 1);
  assertEquals(judgeSteps(story.history(), STEPS)?.message.startsWith("waitFor(SIGUSR2) came back"), true);
});

Deno.test("explainSteps() names a lost wake-up, a spinner, and nothing where it knows nothing", () => {
  const steps: readonly Step[] = [{ function: "waitFor", awaits: "SIGUSR1", runs: ["SIGUSR1"] }];
  const asleep = new Story().call("guard", 0).stimulus("guard", "SIGUSR1").note("guard", "report", USR1)
    .ends("guard", "stuck", { blocked: { call: "pause" } });
  assertEquals(explainSteps(asleep.history(), steps)?.kind, "lost-wake-up");
  const deaf = new Story().call("guard", 0).stimulus("guard", "SIGUSR1").ends("guard", "stuck");
  assertEquals(explainSteps(deaf.history(), steps), null);
  assertEquals(explainSteps(deaf.counts("guard", { sigpending: 1e6 }).history(), steps)?.kind, "busy-waiting");
});

Deno.test("every check waits for each signal by a call that is there, and releases what a hold returned", () => {
  for (const check of [...CHECKS, ...checks]) {
    const [stage] = check.prepare(countingRandom()).scenario.stages;
    const names = stage?.roles[0]?.calls.map((call) => call.function) ?? [];
    assertEquals(names[0], "listen", check.name);
    assertEquals(stage?.stimuli?.every((stimulus) => stimulus.when.kind === "stuck"), true, check.name);
    assertEquals(names.filter((name) => name === "waitFor").length <= (stage?.stimuli?.length ?? 0), true, check.name);
  }
});

Deno.test("judgeOnce() wants the handler of a signal that nobody held to run once, whenever", () => {
  const reported = (...signals: number[]): string | undefined =>
    judgeOnce(
      signals.reduce((story, signal) => story.note("guard", "report", signal), new Story()).history(),
      "SIGUSR1",
    )?.kind;
  assertEquals(reported(USR1), undefined);
  assertEquals(reported(12, USR1), undefined);
  for (const signals of [[], [12], [USR1, USR1]]) assertEquals(reported(...signals), "wrong-result");
});
