import { assert, assertEquals } from "@std/assert";
import {
  type ChromeEvent,
  chromeTrace,
  chromeTraceJson,
  PHASE,
  STEP_US,
} from "../../../../lab/report/timeline/chrome_trace.ts";
import { hostile, STORIES, story } from "./traces.ts";

const ALL = [...STORIES.map(story), hostile()];

/** What the format asks of each kind of event, besides name, category, time and place. */
const FIELDS: { readonly [phase: string]: { [field: string]: (value: unknown) => boolean } } = {
  X: { dur: isTime, args: isArgs },
  i: { s: (value) => value === "t" || value === "g" },
  C: { args: (value) => isArgs(value) && Object.values(value as object).every(Number.isFinite) },
  s: { id: Number.isInteger },
  f: { id: Number.isInteger, bp: (value) => value === "e" },
  M: { args: isArgs },
};

function isTime(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0;
}

function isArgs(value: unknown): boolean {
  return typeof value === "object" && value !== null &&
    Object.values(value).every((each) => typeof each === "string" || typeof each === "number");
}

function problems(event: ChromeEvent): string[] {
  const fields = FIELDS[event.ph];
  if (fields === undefined) return [`no such phase: ${event.ph}`];
  const { name, cat, ph: _, ts, pid, tid, ...rest } = event;
  return [
    ...(typeof name === "string" && name !== "" && typeof cat === "string" ? [] : ["name or category"]),
    ...(isTime(ts) && isTime(pid) && isTime(tid) && pid > 0 ? [] : ["time or place"]),
    ...Object.keys(rest).filter((field) => !(field in fields)).map((field) => `unknown field ${field}`),
    ...Object.entries(fields).filter(([field, isRight]) => !isRight(rest[field as keyof typeof rest]))
      .map(([field]) => field),
  ];
}

function slices(events: readonly ChromeEvent[], pid: number): { from: number; to: number; name: string }[] {
  return events.filter((event) => event.ph === PHASE.complete && event.pid === pid)
    .map(({ ts, dur = 0, name }) => ({ from: ts, to: ts + dur, name }));
}

Deno.test("chromeTrace() makes events as the format describes them, of a trace whatever is in it", () => {
  for (const trace of ALL) {
    const document = JSON.parse(chromeTraceJson(trace));
    assertEquals(Object.keys(document), ["traceEvents", "displayTimeUnit", "otherData"]);
    assertEquals(document, JSON.parse(JSON.stringify(chromeTrace(trace))));
    for (const event of document.traceEvents) assertEquals(problems(event), [], JSON.stringify(event));
    assertEquals(/\\u00[01]|[\x7f-\x9f\u202e]/.exec(JSON.stringify(document.traceEvents)), null);
  }
});

Deno.test("chromeTrace() has a process for each lane, in their order, and one for the objects", () => {
  const { traceEvents } = chromeTrace(story("four_lanes"));
  const named = traceEvents.filter(({ name }) => name === "process_name").map(({ pid, args }) => [pid, args?.name]);
  assertEquals(named, [[1, "writer 1"], [2, "writer 2"], [3, "writer 3"], [4, "reader 甲"], [5, "kernel objects"]]);
});

Deno.test("chromeTrace() nests calls in functions: no two events of a process overlap in part", () => {
  for (const trace of ALL) {
    const { traceEvents } = chromeTrace(trace);
    trace.lanes.forEach((_, lane) => {
      const all = slices(traceEvents, lane + 1);
      for (const one of all) {
        for (const other of all) {
          const apart = one.to <= other.from || other.to <= one.from;
          const within = (one.from <= other.from && other.to <= one.to) ||
            (other.from <= one.from && one.to <= other.to);
          assert(one === other || apart || within, `${JSON.stringify(one)} ${JSON.stringify(other)}`);
        }
      }
    });
  }
});

Deno.test("chromeTrace() tells a call that waits as one event, which lasts until it goes on or to the end", () => {
  const { steps } = story("deadlock");
  const { traceEvents } = chromeTrace(story("deadlock"));
  const waiting = traceEvents.filter(({ cat }) => cat === "wait");
  assertEquals(waiting.map(({ name, ts, dur = 0, args }) => [name, ts, ts + dur, args?.["waits for"]]), [
    ["sem_wait", 34 * STEP_US, steps.length * STEP_US, "semaphore /b.free"],
    ["sem_wait", 36 * STEP_US, steps.length * STEP_US, "semaphore /b.mutex"],
  ]);
  const lanes = chromeTrace(story("four_lanes")).traceEvents;
  const read = lanes.find(({ cat, name }) => cat === "wait" && name === "read");
  assertEquals([read?.ts, read?.dur], [2 * STEP_US, 14 * STEP_US]);
  assertEquals(read?.args?.call, "read(4, 8 bytes) = 8");
  // Each of the four that went on after waiting is told by its wait.
  const told = lanes.filter(({ ph, cat }) => ph === PHASE.complete && cat !== "function").length;
  assertEquals(
    told,
    story("four_lanes").steps.filter(({ event, what }) => event === undefined && what !== "woken").length,
  );
});

Deno.test("chromeTrace() ends both ends of a wake-up in the events that they connect", () => {
  const { traceEvents } = chromeTrace(story("four_lanes"));
  const starts = traceEvents.filter(({ ph }) => ph === PHASE.flowStart);
  const ends = traceEvents.filter(({ ph }) => ph === PHASE.flowEnd);
  assertEquals(starts.length, 4);
  assertEquals(starts.map(({ id }) => id), ends.map(({ id }) => id));
  const innermost = ({ pid, ts }: ChromeEvent): string | undefined =>
    slices(traceEvents, pid).filter(({ from, to }) => from <= ts && ts < to)
      .sort((a, b) => (a.to - a.from) - (b.to - b.from))[0]?.name;
  assertEquals(starts.map(innermost), ["write", "flock", "flock", "write"]);
  assertEquals(ends.map(innermost), ["read", "flock", "flock", "read"]);
});

Deno.test("chromeTrace() marks faults and preemptions, and counts what can be counted", () => {
  const faulty = chromeTrace(story("four_lanes")).traceEvents;
  assertEquals(faulty.filter(({ cat }) => cat === "fault").map(({ name, pid }) => [name, pid]), [
    ["fault: short read: 3 of 8 bytes", 4],
  ]);
  const { traceEvents } = chromeTrace(story("no_mutex"));
  const stopped = traceEvents.filter(({ cat }) => cat === "preemption").map((
    { name, pid, ts, s },
  ) => [name, pid, ts, s]);
  assertEquals(stopped, [
    ["had producer 1 not been stopped between line 75 and line 76, this run passes", 1, 14 * STEP_US, "g"],
  ]);
  const free = traceEvents.filter(({ ph, name }) => ph === PHASE.counter && name === "semaphore /b.free");
  assertEquals(free.map(({ args }) => args?.value), [3, 2, 1, 2, 3]);
});
