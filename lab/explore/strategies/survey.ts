/**
 * The first schedules: one without preemptions, and a few at random. They find what fails nearly always, and tell how long the
 * program is: how many decisions, which parties, how many calls of each.
 *
 * @module
 */
import type { Outcome, Plan } from "../model.ts";
import { Random } from "../random.ts";
import { bitCount } from "../chooser.ts";
import { NON_PREEMPTIVE, type Strategy } from "./strategy.ts";

const RANDOM_SCHEDULES = 5;

/** Sizes of a program, as large as they were seen. */
export class Sizes {
  /** Steps at which more than one could go on. */
  decisions = 1;
  /** Mask of all that ever could. */
  #parties = 0;
  /** Calls of each party. */
  calls: readonly number[] = [];

  /** Parties, and store buffers where they were used. */
  get parties(): number {
    return Math.max(bitCount(this.#parties), 1);
  }

  saw({ decisions, steps, calls }: Outcome): void {
    this.calls = calls.map((count, party) => Math.max(count, this.calls[party] ?? 0));
    this.decisions = Math.max(this.decisions, decisions);
    for (let at = 0; at < steps.length; at++) this.#parties |= steps.enabled(at);
  }
}

/** See above. */
export class Survey implements Strategy {
  by = "";
  #given = 0;
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  next(): Plan | null {
    if (this.#given > RANDOM_SCHEDULES) return null;
    this.by = this.#given === 0 ? "the schedule without preemptions" : "a random schedule";
    if (this.#given++ === 0) return NON_PREEMPTIVE;
    return { ...NON_PREEMPTIVE, then: { kind: "random", seed: this.#random.next() } };
  }

  saw(): void {}
}
