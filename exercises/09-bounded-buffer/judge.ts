/**
 * What a bounded buffer must do, as oracles over what its users saw. All that is known of a call is when it began and when
 * it came back; it took effect somewhere in between. Each oracle finds only what no such moment can explain.
 *
 * @module
 */
import { plural, show } from "../../lab/course/evidence.ts";
import type { History } from "../../lab/course/history.ts";
import { objectOf, type Operation, operations, stuckIn } from "../../lab/course/operations.ts";
import type { Scenario } from "../../lab/course/scenario.ts";
import type { Finding } from "../../lab/judge/finding.ts";

/** The use that was made of one buffer, each list in the order in which the calls began. */
export interface Use {
  readonly puts: readonly Operation[];
  readonly gets: readonly Operation[];
}

/** The use of the buffer `name`; of the given stage alone, if one is given. */
export function useOf(scenario: Scenario, history: History, name: string, stage?: number): Use {
  const all = operations(scenario, history).filter((operation) =>
    objectOf(operation) === name && (stage === undefined || operation.stage === stage)
  );
  return { puts: all.filter((one) => one.function === "put"), gets: all.filter((one) => one.function === "get") };
}

/** The use as it was when the first get began: what had not come back by then had not come back. */
export function untilFirstGet({ puts, gets }: Use): Use {
  const now = gets[0]?.began ?? Infinity;
  const begun = puts.filter((put) => put.began < now);
  return { puts: begun.map((put) => put.ended < now ? put : { ...put, ended: Infinity }), gets: [] };
}

/** What is wrong with a buffer of this capacity that was empty at first; null if its use can be explained. */
export function judgeUse(use: Use, capacity: number): Finding | null {
  return overfull(use, capacity) ?? invented(use) ?? twice(use) ?? outOfOrder(use);
}

/**
 * More items in it than its capacity: a put that has come back is in, and a get that has not begun has taken nothing out.
 */
export function overfull({ puts, gets }: Use, capacity: number): Finding | null {
  const returned = puts.filter((put) => put.ended < Infinity).sort((a, b) => a.ended - b.ended);
  let begun = 0;
  for (const [before, put] of returned.entries()) {
    while (begun < gets.length && (gets[begun] as Operation).began < put.ended) begun++;
    if (before + 1 - begun <= capacity) continue;
    return {
      kind: "capacity",
      message:
        `put(${itemOf(put)}) came back although the buffer was full: ${plural(before + 1, "item")} had gone in, ` +
        `get() had been called ${times(begun)}, and the capacity is ${capacity}. Whoever puts must first wait for a ` +
        "free slot, and at the start there are exactly as many of those as the capacity says.",
      seen: `${before + 1 - begun} items in the buffer`,
      wanted: `at most ${capacity}; put() blocks until a get() frees a slot`,
      readNext: "sem_wait(3), and what README.md says about counting free slots",
      ...at(put),
    };
  }
  return null;
}

/** Fewer items fit than its capacity: nobody was getting, and a put blocked. */
export function underused({ puts }: Use, capacity: number): Finding | null {
  const done = returned(puts);
  const blocked = puts.find((put) => put.ended === Infinity);
  if (done >= capacity || blocked === undefined) return null;
  return {
    kind: "capacity",
    message:
      `The buffer takes only ${plural(done, "item")}, though its capacity is ${capacity}: put() blocked while there ` +
      "was still room. Either there are too few free slots at the start, or a slot is kept empty to tell a full ring " +
      "from an empty one: count the items instead.",
    seen: `put() came back ${times(done)}, then blocked`,
    wanted: `put() comes back ${times(capacity)} with nobody getting, then blocks`,
    readNext: "sem_init(3) or sem_open(3), the argument `value`",
    ...at(blocked),
  };
}

/** An item came out that nobody had put in. */
function invented({ puts, gets }: Use): Finding | null {
  const known = new Set(puts.map(itemOf));
  for (const get of gets) {
    if (get.ended === Infinity || known.has(get.value as number)) continue;
    const isNumber = typeof get.value === "number";
    return {
      kind: "wrong-result",
      message: `get() returned ${show(get.value)}, which nobody had put into this buffer. ` +
        (get.value === 0
          ? "0 is what memory holds that was never written: the consumer was let in before an item was in its slot, " +
            "it looked at another slot than the producer, or at memory of its own."
          : isNumber
          ? "Is every item stored and returned as a signed number of 32 bits, in a slot that no other data uses?"
          : "get() must return the item itself."),
      seen: show(get.value),
      wanted: isNumber ? "one of the items that were put and not yet taken" : "a number",
      readNext: "mmap(2), MAP_SHARED; README.md on the order of steps in put() and get()",
      ...at(get),
    };
  }
  return null;
}

/** An item came out twice; then another one is lost. */
function twice({ puts, gets }: Use): Finding | null {
  const first = new Map<number, Operation>();
  for (const get of gets) {
    if (get.ended === Infinity) continue;
    const item = get.value as number;
    const before = first.get(item);
    if (before === undefined) {
      first.set(item, get);
      continue;
    }
    const lost = puts.find((put) => put.ended < get.began && !gets.some((other) => other.value === itemOf(put)));
    const several = new Set([...puts.map((put) => put.by), ...gets.map((one) => one.by)]).size > 2;
    const who = before.by.name === get.by.name
      ? `twice at ${get.by.name}`
      : `at ${before.by.name} and at ${get.by.name}`;
    return {
      kind: "wrong-result",
      message: `Item ${item} was put once and came out ${who}` +
        (lost === undefined ? ". " : `, and item ${itemOf(lost)} of ${lost.by.name} never came out. `) +
        (several ? ONE_SLOT_FOR_TWO : TOO_EARLY) +
        (item === 0 ? " (0 is also what memory holds before it is written.)" : ""),
      seen: `item ${item} twice`,
      wanted: "every item exactly once",
      readNext: "README.md on mutual exclusion; sem_overview(7)",
      ...at(get),
    };
  }
  return null;
}

const ONE_SLOT_FOR_TWO =
  "Two processes used the same slot: choosing the slot, using it and moving the index on must be one step that no other " +
  "process can enter, and the index must be one that all processes share.";
const TOO_EARLY =
  "The consumer came to the slot before the producer had stored the next item there, or the producer stored over an item " +
  "that was not read yet: a step is announced when it is done, not before, and at the start there is nothing to announce.";

/** Two items of one producer came out in the other order than they went in. */
function outOfOrder({ puts, gets }: Use): Finding | null {
  const taken = new Map(gets.filter((get) => get.ended < Infinity).map((get) => [get.value as number, get]));
  /** By producer, among the items put so far: the one whose get() began last. */
  const latest = new Map<string, { put: Operation; get: Operation }>();
  for (const put of puts) {
    const get = taken.get(itemOf(put));
    if (get === undefined) continue;
    const producer = `${put.stage} ${put.by.name}`;
    const earlier = latest.get(producer);
    if (earlier !== undefined && get.ended < earlier.get.began) {
      return {
        kind: "order",
        message: `${put.by.name} put item ${itemOf(earlier.put)} first and item ${itemOf(put)} after it, but ` +
          `${get.by.name} had got the second before ${earlier.get.by.name} asked for the first. A buffer is a queue: ` +
          "what went in first comes out first.",
        seen: `${itemOf(put)}, then ${itemOf(earlier.put)}`,
        wanted: `${itemOf(earlier.put)}, then ${itemOf(put)}`,
        readNext: "README.md on the ring: one index to put at, one to get at",
        ...at(get),
      };
    }
    if (earlier === undefined || get.began > earlier.get.began) latest.set(producer, { put, get });
  }
  return null;
}

/** Someone came back who should have stayed blocked, or did not block but spin. `role` is alone in its stage. */
export function notBlocked(history: History, stage: number, role: string, waitsFor: string): Finding | null {
  const end = history.ends.find((one) => one.stage === stage && one.role === role);
  if (end === undefined || end.blocked?.call !== "computing") return null;
  return {
    kind: "busy-waiting",
    message:
      `${role} has to wait for ${waitsFor}, but it runs on and keeps a processor busy. A process that waits must ` +
      "sleep in the kernel until another one wakes it: wait on a semaphore, or in a read that blocks.",
    seen: "the process computes",
    wanted: "the process is blocked in a call",
    readNext: "sem_wait(3)",
    role,
    ...(end.blocked.line === undefined ? {} : { line: end.blocked.line }),
    ...(end.blocked.file === undefined ? {} : { file: end.blocked.file }),
  };
}

/** A consumer came back from an empty buffer. */
export function tookFromEmpty({ gets }: Use): Finding | null {
  const get = gets.find((one) => one.ended < Infinity);
  if (get === undefined) return null;
  return {
    kind: "wrong-result",
    message:
      `The buffer was empty and nobody put anything into it, but get() came back with ${show(get.value)}. Whoever ` +
      "gets must first wait for an item, and at the start there is none.",
    seen: show(get.value),
    wanted: "get() blocks",
    readNext: "sem_wait(3), and what README.md says about counting items",
    ...at(get),
  };
}

/** A run that got stuck: who waits for what, beside what the buffer holds. */
export function stuckAt(scenario: Scenario, history: History, name: string, capacity: number): Finding | null {
  const waiting = stuckIn(scenario, history).filter(({ operation }) => objectOf(operation) === name);
  const [first] = waiting;
  if (first === undefined) return null;
  const { puts, gets } = useOf(scenario, history, name);
  const inside = returned(puts) - returned(gets);
  const waits = (what: string): boolean => waiting.some(({ operation }) => operation.function === what);
  const why = waits("get") && inside > 0
    ? "There are items, and yet get() waits: the put() that stored them did not say so to everyone who could go on, or " +
      "somebody keeps a mutex that get() needs."
    : waits("put") && inside < capacity
    ? "There is room, and yet put() waits: the get() that made it did not say so to everyone who could go on, or somebody " +
      "keeps a mutex that put() needs, perhaps while waiting for something else."
    : "";
  return {
    kind: "deadlock",
    message: `Nobody can go on: ${waiting.map(({ words }) => words).join("; ")}. ${why}`.trim(),
    seen: `${plural(inside, "item")} in a buffer for ${capacity}, and everyone waits`,
    wanted: "put() goes on when there is room, get() when there is an item",
    readNext: "README.md on the order of the waits",
    role: first.end.role,
    ...(first.end.blocked?.line === undefined ? {} : { line: first.end.blocked.line }),
    ...(first.end.blocked?.file === undefined ? {} : { file: first.end.blocked.file }),
  };
}

function returned(operations: readonly Operation[]): number {
  return operations.filter((operation) => operation.ended < Infinity).length;
}

/** Two buffers were filled, with nobody getting: each takes its own capacity, whatever is in the other. */
export function entangled(
  scenario: Scenario,
  history: History,
  names: readonly string[],
  stage: number,
): Finding | null {
  const puts = names.flatMap((name) => useOf(scenario, history, name, stage).puts);
  const blocked = puts.find((put) => put.ended === Infinity);
  if (blocked === undefined) return null;
  return {
    kind: "capacity",
    message:
      `${blocked.by.name} is blocked in put(), though its buffer is not full; but another buffer is in use at the ` +
      "same time. What belongs to a buffer needs a name of its own: make every name from the one that create() is given.",
    seen: `${plural(returned(puts), "item")} in ${names.length} buffers together`,
    wanted: `${puts.length}`,
    readNext: "sem_open(3), on what happens when the name exists already",
    ...at(blocked),
  };
}

function itemOf(put: Operation): number {
  return put.arguments[1] as number;
}

function at(operation: Operation): { role: string; line?: number } {
  return { role: operation.by.name, ...(operation.line === undefined ? {} : { line: operation.line }) };
}

function times(n: number): string {
  return n === 0 ? "never" : n === 1 ? "once" : `${n} times`;
}
