/**
 * What is in kernel objects, step after step: the value of a semaphore, messages in a queue, bytes in a pipe. No step tells it; it
 * is counted, from a moment at which it was known: one at which the object was made, was asked, or had a process wait.
 *
 * @module
 */
import type { ObjectState, TraceObject, TraceStep } from "../explore/trace.ts";

/** What is counted of objects of a kind. */
interface Counting {
  /** "3", "1 message". */
  text(count: number): string;
  /** What a call that succeeded adds, by its name. Calls that are not here change nothing. */
  readonly changes: { readonly [call: string]: (result: string) => number };
  /** A call that waits, or fails with EAGAIN, where the count is 0. */
  readonly takes: readonly string[];
  /** Calls whose result is the count. */
  readonly asks: readonly string[];
  /** Whether it begins with nothing. */
  readonly empty: boolean;
}

const up = (): number => 1;
const down = (): number => -1;
/** So many bytes: "5", "2 bytes". NaN where the result does not say. */
const moved = (sign: 1 | -1) => (result: string): number => sign * parseInt(result, 10);
const plural = (noun: string) => (count: number): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

const BYTES: Counting = {
  text: plural("byte"),
  changes: { write: moved(1), read: moved(-1) },
  takes: ["read"],
  asks: [],
  empty: true,
};

const COUNTED: { readonly [kind: string]: Counting } = {
  "semaphore": {
    text: String,
    changes: { sem_post: up, sem_wait: down, sem_trywait: down, sem_timedwait: down },
    takes: ["sem_wait", "sem_trywait", "sem_timedwait"],
    asks: ["sem_getvalue"],
    empty: false,
  },
  "message queue": {
    text: plural("message"),
    changes: { mq_send: up, mq_timedsend: up, mq_receive: down, mq_timedreceive: down },
    takes: ["mq_receive", "mq_timedreceive"],
    asks: [],
    empty: true,
  },
  "System V queue": {
    text: plural("message"),
    changes: { msgsnd: up, msgrcv: down },
    takes: [],
    asks: [],
    empty: true,
  },
  "pipe": BYTES,
  "FIFO": BYTES,
};

/** What was known and counted of one object. */
interface Count {
  /** Against the beginning, so far. */
  change: number;
  /** The count at the beginning, once it is known. */
  initial: number | null;
  /** Steps that changed it, and to what. */
  readonly steps: { readonly at: number; readonly change: number }[];
}

/** What steps did to the objects that they were about: the same steps with their `values`, and the objects with `initial`. */
export function withStates(
  steps: readonly TraceStep[],
  objects: readonly TraceObject[],
): { readonly steps: TraceStep[]; readonly objects: TraceObject[] } {
  const counts = new Map<number, Count>();
  /** Values that semaphores are made with, by name. */
  const made = new Map<string, number>();
  for (const [at, step] of steps.entries()) {
    if (step.operation === "sem_open") noteMade(step, objects, made);
    if (step.operation === "sem_unlink" && step.what !== "failed") made.delete(nameOf(step, objects));
    const counting = step.object === null ? undefined : COUNTED[objects[step.object]?.kind ?? ""];
    if (step.object === null || counting === undefined || step.event !== undefined) continue;
    let count = counts.get(step.object);
    if (count === undefined) {
      const initial = counting.empty ? 0 : made.get(objects[step.object]?.name ?? "") ?? null;
      counts.set(step.object, count = { change: 0, initial, steps: [] });
    }
    apply(count, counting, step, at);
  }
  const values = new Map<number, ObjectState[]>();
  for (const [object, { initial, steps }] of counts) {
    const text = COUNTED[objects[object]?.kind ?? ""]?.text;
    if (initial === null || text === undefined) continue;
    // Fewer than none, or nobody knows: it was used in a way that is not seen here.
    if (!steps.every(({ change }) => initial + change >= 0)) continue;
    for (const { at, change } of steps) values.set(at, [{ object, text: text(initial + change) }]);
  }
  return {
    steps: steps.map((step, at) => {
      const known = values.get(at);
      return known === undefined ? step : { ...step, values: known };
    }),
    objects: objects.map((object, index) => {
      const initial = counts.get(index)?.initial;
      const text = COUNTED[object.kind]?.text;
      return initial === undefined || initial === null || text === undefined
        ? object
        : { ...object, initial: text(initial) };
    }),
  };
}

function apply(count: Count, counting: Counting, { operation, result, what }: TraceStep, at: number): void {
  const refused = what === "failed" && result !== null && /^EAGAIN\b/.test(result);
  if (what === "parked" || refused) {
    if (counting.takes.includes(operation)) count.initial ??= -count.change;
  } else if (what !== "failed") {
    if (counting.asks.includes(operation) && result !== null) count.initial ??= Number(result) - count.change;
    const change = counting.changes[operation]?.(result ?? "") ?? 0;
    if (change === 0) return;
    count.change += change;
    count.steps.push({ at, change: count.change });
  }
}

/** A sem_open with a value makes the semaphore, unless there is one of this name. */
function noteMade(step: TraceStep, objects: readonly TraceObject[], made: Map<string, number>): void {
  const value = /, (\d+)$/.exec(step.arguments)?.[1];
  const name = nameOf(step, objects);
  const whole = step.arguments.split(", ").length >= 4;
  if (whole && value !== undefined && step.what !== "failed" && !made.has(name)) made.set(name, Number(value));
}

function nameOf({ object }: TraceStep, objects: readonly TraceObject[]): string {
  return object === null ? "" : objects[object]?.name ?? "";
}
