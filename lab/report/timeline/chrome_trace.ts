/**
 * A trace in Chrome's trace event format, for Perfetto (ui.perfetto.dev) and chrome://tracing: a process for each role, time in
 * steps of 10 µs. Functions of the student's enclose the calls made in them; a call that waits lasts until it goes on.
 *
 * The format: "Trace Event Format", a document of the Chromium project.
 *
 * @module
 */
import { objectText, stepText, type Trace, type TraceStep, type Wait, waits, wordText } from "../../explore/trace.ts";
import { cleanLine } from "../clean.ts";

/** What one step takes, in microseconds: time here is the order of the steps, and nothing else. */
export const STEP_US = 10;

/** One event. `ph` says what it is: see `PHASE`. */
export interface ChromeEvent {
  readonly name: string;
  readonly cat: string;
  readonly ph: typeof PHASE[keyof typeof PHASE];
  readonly ts: number;
  readonly pid: number;
  readonly tid: number;
  /** Of a complete event: how long it lasts. */
  readonly dur?: number;
  /** Of both ends of a flow: which one it is. */
  readonly id?: number;
  /** Of the end of a flow: it ends at the event that encloses it. */
  readonly bp?: "e";
  /** Of an instant: a mark on its lane, or across all of them. */
  readonly s?: "t" | "g";
  readonly args?: { readonly [name: string]: string | number };
}

/** Kinds of events. */
export const PHASE = {
  complete: "X",
  instant: "i",
  counter: "C",
  flowStart: "s",
  flowEnd: "f",
  metadata: "M",
} as const;

/** The document. */
export interface ChromeTrace {
  readonly traceEvents: readonly ChromeEvent[];
  readonly displayTimeUnit: "ns";
  readonly otherData: { readonly [name: string]: string };
}

/** A trace as such a document. */
export function chromeTrace(trace: Trace): ChromeTrace {
  const { exercise, check, token, foundBy, finding } = trace;
  const events = [
    ...names(trace),
    ...functions(trace),
    ...calls(trace),
    ...wakeUps(trace),
    ...instants(trace),
    ...counters(trace),
  ];
  return {
    traceEvents: events.map((event) => ({ ...event, name: cleanLine(event.name) })),
    displayTimeUnit: "ns",
    otherData: {
      exercise: `${exercise.number} ${exercise.title}`,
      check,
      finding: `${finding.kind}: ${finding.message}`,
      foundBy,
      token,
    },
  };
}

/** The same as text, with a line end. */
export function chromeTraceJson(trace: Trace): string {
  return JSON.stringify(chromeTrace(trace)) + "\n";
}

/** Where a lane's events go. Process 0 would be the idle task. */
function place(lane: number): { readonly pid: number; readonly tid: number } {
  return { pid: lane + 1, tid: lane + 1 };
}

/** Where the states of objects go: behind the lanes. */
function objectsPlace({ lanes }: Trace): { readonly pid: number; readonly tid: number } {
  return place(lanes.length);
}

/** Names of the processes, in the order of the lanes. */
function names(trace: Trace): ChromeEvent[] {
  const ofPlace = (where: { pid: number; tid: number }, name: string): ChromeEvent[] => {
    const event = { cat: "__metadata", ph: PHASE.metadata, ts: 0, ...where };
    return [
      { ...event, name: "process_name", args: { name: cleanLine(name) } },
      { ...event, name: "process_sort_index", args: { sort_index: where.pid } },
    ];
  };
  return [
    ...trace.lanes.flatMap((name, lane) => ofPlace(place(lane), name)),
    ...ofPlace(objectsPlace(trace), "kernel objects"),
  ];
}

/** The student's own functions, from where they are entered to where they are left; or to the end, if they never are. */
function functions({ steps, lanes }: Trace): ChromeEvent[] {
  const events: ChromeEvent[] = [];
  const open = lanes.map((): number[] => []);
  const close = (lane: number, from: number, to: number, how: string): void => {
    const step = steps[from];
    if (step === undefined) return;
    const args = { arguments: cleanLine(step.arguments), how: cleanLine(how) };
    events.push({ name: step.operation, cat: "function", ph: PHASE.complete, ...span(from, to), ...place(lane), args });
  };
  steps.forEach((step, index) => {
    const stack = open[step.lane];
    if (step.event === "entered") stack?.push(index);
    else if (step.event !== undefined) {
      const from = stack?.pop();
      if (from !== undefined) close(step.lane, from, index, stepText(step));
    }
  });
  open.forEach((stack, lane) => stack.forEach((from) => close(lane, from, steps.length - 1, "not left")));
  // Those that enclose others come first.
  return events.sort((a, b) => a.ts - b.ts);
}

/** Every other step. A call that waits is one event, from where it is parked to where it goes on. */
function calls(trace: Trace): ChromeEvent[] {
  const { steps } = trace;
  const parked = new Map(waits(steps).map((wait) => [wait.from, wait]));
  /** Steps that are told by the wait they belong to: looks in vain, and the one that goes on. */
  const told = new Set<number>();
  return steps.flatMap((step, index): ChromeEvent[] => {
    if (step.event !== undefined || told.has(index)) return [];
    const wait = parked.get(index);
    const next = wait === undefined || wait.to === null ? undefined : steps[wait.to];
    const isOver = next !== undefined && next.event === undefined && next.operation === step.operation;
    const to = wait === undefined ? index : wait.to === null ? steps.length - 1 : isOver ? wait.to : wait.to - 1;
    for (let within = index + 1; within <= to; within++) {
      if (steps[within]?.lane === step.lane) told.add(within);
    }
    return [{
      name: step.operation,
      cat: wait === undefined ? "call" : "wait",
      ph: PHASE.complete,
      ...span(index, to),
      ...place(step.lane),
      args: details(trace, isOver ? next : step, wait),
    }];
  });
}

function details(trace: Trace, step: TraceStep, wait: Wait | undefined): { readonly [name: string]: string } {
  const { file, line, changes } = step;
  const source = file === null || line === null ? undefined : trace.sources[file]?.[line - 1];
  const told = {
    call: stepText(step),
    ...(line === null ? {} : { place: `${file}:${line}` }),
    ...(source === undefined ? {} : { source: source.trim() }),
    ...(wait === undefined || wait.object === null ? {} : { "waits for": objectText(trace, wait.object) }),
    ...Object.fromEntries(changes.map((change) => [wordText(trace, change), `${change.old} → ${change.new}`])),
  };
  return Object.fromEntries(Object.entries(told).map(([name, text]) => [cleanLine(name), cleanLine(text)]));
}

/** From each post to where the one that it woke goes on; or, if that never does, to where it waits. */
function wakeUps({ steps }: Trace): ChromeEvent[] {
  return waits(steps).flatMap(({ lane, to, wokenBy }, id): ChromeEvent[] => {
    const waker = wokenBy === null ? undefined : steps[wokenBy];
    if (waker === undefined || wokenBy === null) return [];
    const flow = { name: "wakes", cat: "wake-up", id };
    return [
      { ...flow, ph: PHASE.flowStart, ts: middle(wokenBy), ...place(waker.lane) },
      { ...flow, ph: PHASE.flowEnd, bp: "e", ts: middle(to ?? wokenBy) + 1, ...place(lane) },
    ];
  });
}

/** Faults that were put in, and where lanes were stopped. */
function instants({ steps, critical }: Trace): ChromeEvent[] {
  return steps.flatMap(({ lane, fault, preempted }, index): ChromeEvent[] => {
    const stopped = steps[index - 1]?.lane;
    const faults: ChromeEvent[] = fault === undefined ? [] : [
      { name: `fault: ${fault}`, cat: "fault", ph: PHASE.instant, ts: middle(index), s: "t", ...place(lane) },
    ];
    if (!preempted || stopped === undefined) return faults;
    const isCritical = critical?.step === index;
    return [
      {
        name: isCritical ? critical.text : "stopped here",
        cat: "preemption",
        ph: PHASE.instant,
        ts: index * STEP_US,
        s: isCritical ? "g" : "t",
        ...place(stopped),
      },
      ...faults,
    ];
  });
}

/** States that are numbers: values of semaphores, bytes in pipes. */
function counters(trace: Trace): ChromeEvent[] {
  const { objects, steps } = trace;
  const counter = (object: number, text: string, ts: number): ChromeEvent[] => {
    const [number] = /^-?\d+/.exec(text) ?? (text === "empty" ? ["0"] : []);
    if (number === undefined) return [];
    const name = objectText(trace, object);
    return [
      { name, cat: "state", ph: PHASE.counter, ts, ...objectsPlace(trace), args: { value: Number(number) } },
    ];
  };
  return [
    ...objects.flatMap(({ initial }, object) => initial === undefined ? [] : counter(object, initial, 0)),
    ...steps.flatMap(({ values = [] }, index) =>
      values.flatMap(({ object, text }) => counter(object, text, (index + 1) * STEP_US))
    ),
  ];
}

/** The time from the beginning of one step to the end of another. */
function span(from: number, to: number): { readonly ts: number; readonly dur: number } {
  return { ts: from * STEP_US, dur: (to - from + 1) * STEP_US };
}

function middle(step: number): number {
  return step * STEP_US + STEP_US / 2;
}
