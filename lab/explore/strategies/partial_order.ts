/**
 * Dynamic partial order reduction (Flanagan and Godefroid) with sleep sets (Godefroid): of all schedules that differ only in
 * the order of steps that do not depend on one another it runs about one. Where it comes to its end, it has seen everything that
 * the program can do with this workload: that is a proof.
 *
 * After each schedule it looks for pairs of steps that depend on one another, of different parties, where nothing else orders
 * the two. At the first of them the party of the second could have gone first: that is one more schedule to run.
 *
 * What a judge looks at must be told by steps: events depend on one another, so that every order of them is seen; what happens
 * besides, in between steps that do not depend on one another, is seen in one order only.
 *
 * @module
 */
import { conflict, LONGEST } from "../dependence.ts";
import type { Outcome, Plan, Steps } from "../model.ts";
import { FLAG, MAX_OBJECTS, MAX_PARTIES, MODE, OPERATION } from "../region.ts";
import { blocksOf } from "../steps.ts";
import { NON_PREEMPTIVE, type Strategy } from "./strategy.ts";

/** How a step uses an object. */
interface Use {
  readonly party: number;
  readonly object: number;
  readonly offset: number;
  readonly length: number;
  /** As it was announced. */
  readonly mode: number;
  /** What came of it: a step that would have blocked only looked. */
  readonly effect: number;
}

/** A state, and the step that was made there. */
interface Node {
  readonly enabled: number;
  use: Use;
  /** Who has to be tried here, and who was. */
  backtrack: number;
  done: number;
  /** What need not be tried here, for it was tried before, and since then nothing depended on it. */
  readonly sleep: readonly Use[];
  /** First steps of those who are done. */
  readonly tried: Use[];
}

/** Stands for all that is seen from outside. */
const EVENTS = MAX_OBJECTS;

/** Longest schedule that is looked at: every step is compared with all before it on the same object. */
const LONGEST_SCHEDULE = 5_000;

/** See above. */
export class PartialOrder implements Strategy {
  readonly by = "partial order reduction";
  /** Everything was seen. */
  complete = false;
  /** Why it can prove nothing; null as long as it can. */
  obstacle: "steps" | "opaque" | "diverged" | null = null;
  /** Schedules that turned out to repeat what others had shown. */
  redundant = 0;

  #path: Node[] = [];
  #started = false;
  #prefix = 0;

  next(): Plan | null {
    if (this.obstacle !== null || this.complete) return null;
    if (!this.#started) {
      this.#started = true;
      return NON_PREEMPTIVE;
    }
    for (; this.#path.length > 0; this.#path.pop()) {
      const node = this.#path.at(-1) as Node;
      const untried = node.backtrack & ~node.done & ~maskOf(node.sleep);
      if (untried === 0) continue;
      const party = 31 - Math.clz32(untried & -untried);
      const asleep = maskOf(node.sleep) | node.done;
      node.done |= 1 << party;
      node.use = { ...node.use, party };
      this.#prefix = this.#path.length;
      return {
        ...NON_PREEMPTIVE,
        blocks: blocksOf(this.#path.map(({ use }) => use.party)),
        then: { kind: "stay", asleep },
      };
    }
    this.complete = true;
    return null;
  }

  saw(outcome: Outcome): void {
    const { steps } = outcome;
    if (outcome.opaque === true) this.obstacle = "opaque";
    else if (outcome.end === "steps" || outcome.end === "full" || steps.length > LONGEST_SCHEDULE) {
      this.obstacle = "steps";
    } else if (this.#path.some(({ use }, at) => at >= steps.length || steps.party(at) !== use.party)) {
      this.obstacle = "diverged";
    }
    if (this.obstacle !== null) return;
    const uses = Array.from({ length: steps.length }, (_, at) => useOf(steps, at));
    this.#extend(steps, uses);
    this.#findRaces(steps, uses);
  }

  /** Makes the nodes behind the prefix, up to where a step is one that need not be tried. */
  #extend(steps: Steps, uses: readonly Use[]): void {
    if (this.#prefix > 0) {
      const branch = this.#path[this.#prefix - 1] as Node;
      branch.use = uses[this.#prefix - 1] as Use;
      branch.tried.push(branch.use);
    }
    for (let at = this.#prefix; at < uses.length; at++) {
      const use = uses[at] as Use;
      const before = this.#path[at - 1];
      const sleep = before === undefined
        ? []
        : [...before.sleep, ...before.tried].filter((sleeper) =>
          sleeper.party !== before.use.party && !depends(before.use, sleeper, sleeper.mode)
        );
      if (sleep.some(({ party }) => party === use.party)) {
        this.redundant++;
        return;
      }
      const bit = 1 << use.party;
      this.#path.push({ enabled: steps.enabled(at), use, backtrack: bit, done: bit, sleep, tried: [use] });
    }
  }

  /** Notes for every step who could have gone before one that it depends on. */
  #findRaces(steps: Steps, uses: readonly Use[]): void {
    const clocks = Array.from({ length: 2 * MAX_PARTIES }, () => new Int32Array(2 * MAX_PARTIES));
    const stepClocks: Int32Array[] = [];
    const byObject = new Map<number, number[]>();
    const seen = this.#path.length;
    for (let at = 0; at < seen; at++) {
      const use = uses[at] as Use;
      const clock = clocks[use.party] as Int32Array;
      const others = byObject.get(use.object) ?? [];
      this.#race(uses, others, use, use.effect, clock);
      for (const other of others) {
        const earlier = uses[other] as Use;
        if (!depends(earlier, use, use.effect)) continue;
        const known = stepClocks[other] as Int32Array;
        for (let i = 0; i < clock.length; i++) {
          if ((known[i] as number) > (clock[i] as number)) clock[i] = known[i] as number;
        }
      }
      clock[use.party] = at + 1;
      stepClocks.push(clock.slice());
      if (use.object >= 0) byObject.set(use.object, [...others, at]);
    }
    // What was pending at the end: the next step of each where the schedule was left, or what a party is parked in for ever.
    const pending = new Map<number, Use>();
    for (let at = seen; at < uses.length; at++) {
      const use = uses[at] as Use;
      if (!pending.has(use.party)) pending.set(use.party, use);
    }
    for (let at = seen - 1; at >= 0; at--) {
      const use = uses[at] as Use;
      if (pending.has(use.party)) continue;
      pending.set(use.party, (steps.flags(at) & FLAG.blocked) !== 0 ? use : { ...use, object: -1 });
    }
    for (const use of pending.values()) {
      this.#race(uses, byObject.get(use.object) ?? [], use, use.mode, clocks[use.party] as Int32Array);
    }
  }

  /** Finds the last step that `use` depends on and does not follow from, and notes that its party may go first. */
  #race(uses: readonly Use[], others: readonly number[], use: Use, mode: number, clock: Int32Array): void {
    for (let i = others.length - 1; i >= 0; i--) {
      const at = others[i] as number;
      const earlier = uses[at] as Use;
      if (earlier.party === use.party || !depends(earlier, use, mode)) continue;
      if ((clock[earlier.party] as number) > at) continue;
      const node = this.#path[at] as Node;
      const bit = 1 << use.party;
      node.backtrack |= (node.enabled & bit) !== 0 ? bit : node.enabled;
      return;
    }
  }
}

function useOf(steps: Steps, at: number): Use {
  if (steps.operation(at) === OPERATION.event) {
    return { party: steps.party(at), object: EVENTS, offset: 0, length: 0, mode: MODE.write, effect: MODE.write };
  }
  const mode = steps.mode(at);
  const blocked = (steps.flags(at) & FLAG.blocked) !== 0 && mode !== MODE.none;
  return {
    party: steps.party(at),
    object: mode === MODE.none ? -1 : steps.object(at),
    offset: steps.offset(at),
    length: Math.min(steps.byteLength(at), LONGEST),
    mode,
    effect: blocked ? MODE.read : mode,
  };
}

/** Whether a step that was made depends on another one that uses its object in that mode. */
function depends(made: Use, other: Use, mode: number): boolean {
  return made.object >= 0 && made.object === other.object &&
    conflict(made.effect, made.offset, made.length, mode, other.offset, other.length);
}

function maskOf(uses: readonly Use[]): number {
  let mask = 0;
  for (const { party } of uses) mask |= 1 << party;
  return mask;
}
