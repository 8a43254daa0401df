/**
 * A trace: one schedule told in detail, so that it can be drawn. Plain data, made once by a replay and drawn by
 * `lab/report/timeline/`; as JSON it is the same, field for field.
 *
 * Values, arguments and results are text, as they are told to people: a word of 64 bits or NaN is no number of JSON.
 *
 * @module
 */

/** One schedule, step by step. */
export interface Trace {
  readonly exercise: { readonly number: number; readonly name: string; readonly title: string };
  /** The name of the check that it was found by. */
  readonly check: string;
  /** Repeats the schedule: `--replay TOKEN`. */
  readonly token: string;
  /** The whole command that repeats it, as this user types commands. */
  readonly command?: string;
  /** "found in schedule 17 by context bounding, 1 preemption". */
  readonly foundBy: string;
  readonly finding: { readonly kind: string; readonly message: string };
  /** Names of the roles and of what they forked: lane n is `lanes[n]`. */
  readonly lanes: readonly string[];
  /** What the steps are about: object n is `objects[n]`. */
  readonly objects: readonly TraceObject[];
  readonly steps: readonly TraceStep[];
  /** How many steps before these were left out: a very long schedule is told from near its end. */
  readonly omitted?: number;
  /** The preemption without which nothing would be wrong. */
  readonly critical?: {
    /** Index of the step that came in between: it is `preempted`. */
    readonly step: number;
    /** "had producer not been stopped between line 12 and line 13, this run passes". */
    readonly text: string;
  };
  /** The two accesses that nothing puts in an order, where that is the finding: indices of steps. */
  readonly racing?: readonly [number, number];
  /** The lines of the files that steps point into, by name. */
  readonly sources: { readonly [file: string]: readonly string[] };
  readonly end: TraceEnd;
}

/** A kernel object, a piece of shared memory, or what else can be waited for. */
export interface TraceObject {
  /** "semaphore", "memory": one of OBJECT_KINDS, as a rule. */
  readonly kind: string;
  /** "/jobs", "fd 3". */
  readonly name: string;
  /** Its state before the first step, where there is one to tell: "1", "2 messages". */
  readonly initial?: string;
}

/** One step of one lane: from one moment at which others could have gone first to the next. */
export interface TraceStep {
  readonly lane: number;
  /**
   * What is done: "sem_wait", "load", "store", "Atomics.add"; with `event` the name of the student's own function;
   * "start" and "end" of the lane; "signal" where a handler runs.
   */
  readonly operation: string;
  /** Without the parentheses: `"/jobs", 1`. */
  readonly arguments: string;
  /** "0", "EAGAIN: resource temporarily unavailable"; null where there is none, or none yet. */
  readonly result: string | null;
  /** A name in `sources`, and the line, from 1. */
  readonly file: string | null;
  readonly line: number | null;
  readonly what: StepKind;
  /** For a function of the student's: entered with `arguments`, or left with `result`. It is no step that others wait for. */
  readonly event?: "entered" | "returned" | "threw";
  /** Index of the object that it is about. */
  readonly object: number | null;
  /** The word that it reads or writes, where the object is memory: in bytes, from the object's beginning. */
  readonly word?: { readonly offset: number; readonly size: number };
  /** The lane of the step before could have gone on, and was not let. */
  readonly preempted: boolean;
  /** Lanes that were waiting, and may look again because of this step. */
  readonly woke: readonly number[];
  /** The fault that was put in: "interrupted by a signal (EINTR)". */
  readonly fault?: string;
  /** What became of the words of shared memory. */
  readonly changes: readonly WordChange[];
  /** What became of the state of other objects. */
  readonly values?: readonly ObjectState[];
}

/** How a step went: `parked` waits from here on (nothing was done), `woken` was done after having waited. */
export type StepKind = "done" | "parked" | "woken" | "failed";

/** A word of shared memory got another value. */
export interface WordChange {
  readonly object: number;
  /** From the object's beginning, in bytes. */
  readonly offset: number;
  /** Of the word, in bytes. */
  readonly size: number;
  readonly old: string;
  readonly new: string;
}

/** The state of an object after a step: "0", "3 messages", "held by producer". */
export interface ObjectState {
  readonly object: number;
  readonly text: string;
}

/** How it ended. */
export interface TraceEnd {
  /** Who was still waiting, and for what. */
  readonly blocked: readonly {
    readonly lane: number;
    readonly object: number | null;
    readonly operation: string;
    readonly file: string | null;
    readonly line: number | null;
  }[];
  /** "producer waits for mutex, held by consumer; consumer waits for filled, posted by producer"; null where there is none. */
  readonly cycle: string | null;
}

/** A time that a lane spends waiting. */
export interface Wait {
  readonly lane: number;
  readonly object: number | null;
  /** The step that parked it. */
  readonly from: number;
  /** Its next step that went on; null: it waits to the end. */
  readonly to: number | null;
  /** The last step that let it look again before it went on. */
  readonly wokenBy: number | null;
}

/**
 * Who waits when, in the order in which the waiting began. A lane that is woken, looks and is parked again has waited once.
 *
 * @example
 * ```ts
 * import { type TraceStep, waits } from "./trace.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const step = { arguments: "", result: null, file: null, line: null, object: 0, preempted: false, woke: [], changes: [] };
 * const steps: TraceStep[] = [
 *   { ...step, lane: 0, operation: "sem_wait", what: "parked" },
 *   { ...step, lane: 1, operation: "sem_post", what: "done", woke: [0] },
 *   { ...step, lane: 0, operation: "sem_wait", what: "woken" },
 * ];
 * assertEquals(waits(steps), [{ lane: 0, object: 0, from: 0, to: 2, wokenBy: 1 }]);
 * ```
 */
export function waits(steps: readonly TraceStep[]): Wait[] {
  const all: Wait[] = [];
  /** Where in `all` the wait is that a lane is in. */
  const open = new Map<number, number>();
  const amend = (lane: number, change: Partial<Wait>): void => {
    const at = open.get(lane);
    const wait = at === undefined ? undefined : all[at];
    if (at !== undefined && wait !== undefined) all[at] = { ...wait, ...change };
  };
  steps.forEach(({ lane, what, object, woke }, index) => {
    if (what === "parked") {
      if (open.has(lane)) amend(lane, { wokenBy: null, object });
      else {
        open.set(lane, all.length);
        all.push({ lane, object, from: index, to: null, wokenBy: null });
      }
    } else {
      amend(lane, { to: index });
      open.delete(lane);
    }
    for (const other of woke) amend(other, { wokenBy: index });
  });
  return all;
}

/**
 * A step in words, as strace would tell it: `sem_wait("/jobs") = 0`.
 *
 * @example
 * ```ts
 * import { stepText } from "./trace.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(stepText({ operation: "read", arguments: "4, 8 bytes", result: "3", what: "done" }), "read(4, 8 bytes) = 3");
 * assertEquals(stepText({ operation: "get", arguments: "", result: "5", what: "done", event: "returned" }), "get returned 5");
 * ```
 */
export function stepText(
  { operation, arguments: args, result, what, event }: Pick<
    TraceStep,
    "operation" | "arguments" | "result" | "what" | "event"
  >,
): string {
  const outcome = result === null ? "" : ` ${result}`;
  if (event === "returned" || event === "threw") return `${operation} ${event}${outcome}`;
  if (operation === "start") return "starts";
  if (operation === "end") return result === null || result === "0" ? "ends" : `ends with${outcome}`;
  return `${operation}(${args})${what === "parked" ? " waits" : result === null ? "" : ` =${outcome}`}`;
}

/** "semaphore /jobs". */
export function objectText({ objects }: Pick<Trace, "objects">, index: number): string {
  const object = objects[index];
  return object === undefined ? "something" : `${object.kind} ${object.name}`;
}

/** "/buffer[3]": a word by its index, as a view of its size would number it. With one memory object, its name goes without saying. */
export function wordText(
  trace: Trace,
  { object, offset, size }: Pick<WordChange, "object" | "offset" | "size">,
): string {
  const alone = trace.objects.filter(({ kind }) => kind === "memory").length === 1;
  const place = offset % size === 0 ? `[${offset / size}]` : `+${offset}`;
  return alone ? place : `${trace.objects[object]?.name ?? "memory"}${place}`;
}

/** How it ended, a sentence each: in which circle all wait, or else who waits for what. None if nobody does. */
export function endTexts({ end, lanes, objects }: Pick<Trace, "end" | "lanes" | "objects">): string[] {
  if (end.cycle !== null) return [end.cycle];
  return end.blocked.map(({ lane, object, operation, line }) => {
    const where = line === null ? "" : `, line ${line}`;
    const what = object === null ? "" : `, for ${objectText({ objects }, object)}`;
    return `${lanes[lane] ?? "somebody"} waits in ${operation}${where}${what}`;
  });
}

/** What a person types to see it again. */
export function replayCommand({ exercise, token, command }: Pick<Trace, "exercise" | "token" | "command">): string {
  return command ?? `deno task exercise ${exercise.number} --replay ${token}`;
}
