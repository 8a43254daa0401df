/**
 * Single faults: each kind at each call of each party, alone. First all of them without preemptions, then again and again with
 * other orders, in which the same number may be another call.
 *
 * @module
 */
import type { Fault, FaultKind, Outcome, Plan } from "../model.ts";
import { Random } from "../random.ts";
import { FLAG } from "../region.ts";
import { NON_PREEMPTIVE, type Strategy } from "./strategy.ts";

/** Rounds with other orders, after the one without preemptions. */
const ORDERS = 40;

/** See above. */
export class FaultSweep implements Strategy {
  by = "";
  /** Every fault was tried at least once. */
  complete = false;
  #round = 0;
  #at = 0;
  readonly #faults: readonly Fault[];
  readonly #effective = new Set<Fault>();
  readonly #random: Random;

  /** @param calls calls of each party, by party */
  constructor(seed: number, calls: readonly number[], kinds: readonly FaultKind[]) {
    this.#random = new Random(seed);
    this.#faults = calls.flatMap((count, party) =>
      Array.from({ length: count }, (_, call) => kinds.map((kind) => ({ party, call, kind }))).flat()
    );
  }

  /** Faults that were put in, each at least once. */
  get positions(): number {
    return this.#effective.size;
  }

  next(): Plan | null {
    if (this.#at === this.#faults.length) {
      this.complete = true;
      this.#round++;
      this.#at = 0;
      if (this.#round > ORDERS || this.#faults.length === 0) return null;
    }
    const fault = this.#faults[this.#at++] as Fault;
    this.by = `a single fault, ${fault.kind}`;
    const plan = { ...NON_PREEMPTIVE, faults: [fault] };
    return this.#round === 0 ? plan : { ...plan, then: { kind: "pos", seed: this.#random.next() } };
  }

  saw({ steps }: Outcome): void {
    for (let at = 0; at < steps.length; at++) {
      if ((steps.flags(at) & FLAG.fault) === 0) continue;
      this.#effective.add(this.#faults[this.#at - 1] as Fault);
      return;
    }
  }
}
