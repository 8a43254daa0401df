import { assertEquals } from "@std/assert";
import { endTexts, replayCommand, stepText, type TraceStep, waits, wordText } from "../../../lab/explore/trace.ts";
import { story } from "../report/timeline/traces.ts";

function step(lane: number, what: TraceStep["what"], woke: number[] = []): TraceStep {
  return {
    lane,
    operation: "sem_wait",
    arguments: "",
    result: null,
    file: null,
    line: null,
    what,
    object: lane,
    preempted: false,
    woke,
    changes: [],
  };
}

Deno.test("waits() ends a wait at the lane's next step that goes on", () => {
  assertEquals(waits([step(0, "parked"), step(1, "done", [0]), step(1, "done"), step(0, "woken")]), [
    { lane: 0, object: 0, from: 0, to: 3, wokenBy: 1 },
  ]);
  assertEquals(waits([step(0, "parked"), step(0, "failed")]), [{ lane: 0, object: 0, from: 0, to: 1, wokenBy: null }]);
});

Deno.test("waits() takes looking again in vain for one wait, ended by the last wake-up only", () => {
  const steps = [step(0, "parked"), step(1, "done", [0]), step(0, "parked"), step(1, "done", [0]), step(0, "woken")];
  assertEquals(waits(steps), [{ lane: 0, object: 0, from: 0, to: 4, wokenBy: 3 }]);
  assertEquals(waits(steps.slice(0, 3)), [{ lane: 0, object: 0, from: 0, to: null, wokenBy: null }]);
});

Deno.test("waits() keeps lanes apart, and tells those that wait to the end", () => {
  assertEquals(waits([step(0, "parked"), step(1, "parked"), step(2, "done", [1, 2]), step(1, "woken")]), [
    { lane: 0, object: 0, from: 0, to: null, wokenBy: null },
    { lane: 1, object: 1, from: 1, to: 3, wokenBy: 2 },
  ]);
});

Deno.test("stepText() tells a call with its result, a call that waits, and the student's own functions", () => {
  const call = { operation: "read", arguments: "4, 8 bytes", result: "8", what: "done" as const };
  assertEquals(stepText(call), "read(4, 8 bytes) = 8");
  assertEquals(stepText({ ...call, result: null, what: "parked" }), "read(4, 8 bytes) waits");
  assertEquals(stepText({ ...call, result: null, event: "entered" }), "read(4, 8 bytes)");
  assertEquals(stepText({ ...call, event: "threw", result: "TypeError: no" }), "read threw TypeError: no");
  assertEquals(stepText({ ...call, operation: "end", result: "1" }), "ends with 1");
  assertEquals(stepText({ ...call, operation: "end", result: "0" }), "ends");
});

Deno.test("wordText() numbers words, and names the memory where there is more than one", () => {
  const trace = story("no_mutex");
  const two = { ...trace, objects: [...trace.objects, { kind: "memory", name: "/c" }] };
  assertEquals(wordText(trace, { object: 0, offset: 12, size: 4 }), "[3]");
  assertEquals(wordText(two, { object: 4, offset: 16, size: 8 }), "/c[2]");
  assertEquals(wordText(two, { object: 0, offset: 3, size: 2 }), "/b+3");
});

Deno.test("replayCommand() is what to type", () => {
  assertEquals(replayCommand(story("lost_wake_up")), "deno task exercise 12 --replay A3B*");
});

Deno.test("endTexts() tells the circle, or else who waits for what, or nothing", () => {
  const { cycle } = story("deadlock").end;
  assertEquals(endTexts(story("deadlock")), [cycle]);
  const open = { ...story("deadlock"), end: { ...story("deadlock").end, cycle: null } };
  assertEquals(endTexts(open), [
    "producer waits in sem_wait, line 75, for semaphore /b.free",
    "consumer waits in sem_wait, line 85, for semaphore /b.mutex",
  ]);
  assertEquals(endTexts(story("no_mutex")), []);
});
