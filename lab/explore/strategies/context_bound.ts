/**
 * Iterative context bounding (Musuvathi and Qadeer): all schedules without a preemption, then all with one, then with two.
 * Most bugs need no more; and the first failure that is found has the fewest preemptions of all, so that it is easily told.
 *
 * A switch is free where the party before cannot go on, or offers its turn. Every schedule is run once: one is the start of a
 * known one, up to a decision, then another party than there, and then the same party as long as it can.
 *
 * @module
 */
import type { Outcome, Plan } from "../model.ts";
import { Random } from "../random.ts";
import { FLAG, FLUSH } from "../region.ts";
import { blocksOf, partiesOf } from "../steps.ts";
import { NON_PREEMPTIVE, type Strategy } from "./strategy.ts";

/** Starts that are remembered for the next bound. With more it can no longer say that it has seen all. */
const REMEMBERED = 100_000;

/** The steps of a schedule up to number `length`, then one of another party. */
interface Start {
  readonly parties: Uint8Array;
  readonly length: number;
  readonly other: number;
}

/** Which preemption bound was exhausted so far, and what stands in the way of more. */
export class ContextBound implements Strategy {
  /** The most preemptions for which every schedule has been run; null: not even those without. */
  exhausted: number | null = null;
  /** How many those are. */
  exhaustedBy = 0;
  /** Every schedule was run, however many preemptions it has. */
  complete = false;
  /** Schedules that did not begin as prescribed: the program does not depend on its schedule alone. */
  diverged = 0;

  #bound = 0;
  #runs = 0;
  #now: Start[] = [{ parties: new Uint8Array(0), length: 0, other: -1 }];
  #later: Start[] = [];
  #forgotten = false;
  #running: Start | null = null;
  readonly #random: Random;

  constructor(seed: number, private readonly bounds = 2) {
    this.#random = new Random(seed);
  }

  get by(): string {
    return `context bounding, ${this.#bound} ${this.#bound === 1 ? "preemption" : "preemptions"}`;
  }

  next(): Plan | null {
    while (this.#now.length === 0) {
      if (this.#forgotten || this.complete) return null;
      if (this.diverged === 0) {
        this.exhausted = this.#bound;
        this.exhaustedBy = this.#runs;
      }
      if (this.#later.length === 0) {
        this.complete = this.diverged === 0;
        return null;
      }
      if (this.#bound === this.bounds) return null;
      this.#bound++;
      // Where the budget does not suffice for all, what it suffices for is spread over the whole program.
      this.#now = this.#shuffled(this.#later);
      this.#later = [];
    }
    const start = this.#now.pop() as Start;
    this.#running = start;
    const prefix = [...start.parties.subarray(0, start.length)];
    return { ...NON_PREEMPTIVE, blocks: blocksOf(start.other === -1 ? prefix : [...prefix, start.other]) };
  }

  saw({ steps, end }: Outcome): void {
    const start = this.#running as Start;
    const parties = partiesOf(steps);
    this.#runs++;
    if (!beginsWith(parties, start)) {
      this.diverged++;
      return;
    }
    if (end === "full") this.#forgotten = true;
    let role = 0;
    const first = start.other === -1 ? 0 : start.length + 1;
    for (let at = 0; at < parties.length; at++) {
      const party = parties[at] as number;
      if (at >= first) {
        const others = steps.enabled(at) & ~(1 << party);
        if (others !== 0) this.#branch(parties, at, others, role, steps.enabled(at), steps.flags(at));
      }
      if (party > 0 && party < FLUSH) role = party;
    }
  }

  #branch(parties: Uint8Array, at: number, others: number, role: number, enabled: number, flags: number): void {
    // Where the party before could have gone on, each other one is a preemption; where it offers its turn, going on is counted
    // like one: else it might offer for ever.
    const bit = role === 0 ? 0 : 1 << role;
    const offers = (flags & FLAG.offered) !== 0;
    for (let rest = others; rest !== 0; rest &= rest - 1) {
      const other = rest & -rest;
      const costs = (enabled & bit) !== 0 && (offers ? other === bit : other !== bit);
      const start = { parties, length: at, other: 31 - Math.clz32(other) };
      if (!costs) this.#now.push(start);
      else if (this.#later.length < REMEMBERED) this.#later.push(start);
      else this.#forgotten = true;
    }
  }

  #shuffled(starts: Start[]): Start[] {
    for (let i = starts.length - 1; i > 0; i--) {
      const j = this.#random.below(i + 1);
      const start = starts[i] as Start;
      starts[i] = starts[j] as Start;
      starts[j] = start;
    }
    return starts;
  }
}

function beginsWith(parties: Uint8Array, { parties: wanted, length, other }: Start): boolean {
  if (other === -1) return true;
  if (parties.length <= length || parties[length] !== other) return false;
  for (let at = 0; at < length; at++) if (parties[at] !== wanted[at]) return false;
  return true;
}
