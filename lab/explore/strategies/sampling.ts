/**
 * Partial order sampling and probabilistic concurrency testing, in turn: what the one seldom finds the other finds often.
 *
 * @module
 */
import type { Continuation, Plan } from "../model.ts";
import { Random } from "../random.ts";
import { NON_PREEMPTIVE, type Strategy } from "./strategy.ts";
import type { Sizes } from "./survey.ts";

/** Ordering constraints that PCT aims at. Schedules with fewer are found by other means before. */
export const PCT_DEPTH = 3;

/** What PCT promises of so many runs: see `missBound`. */
export interface PctRuns {
  readonly runs: number;
  readonly depth: number;
  readonly parties: number;
  readonly decisions: number;
}

/** How samples are drawn. */
export type SamplingKind = "pos" | "pct" | "random" | "pos and pct";

const NAMES = { pos: "partial order sampling", pct: "probabilistic concurrency testing", random: "a random schedule" };

/** Draws schedules without end. */
export class Sampling implements Strategy {
  by = "";
  /** Runs of PCT so far. */
  pctRuns = 0;
  #given = 0;
  readonly #random: Random;

  constructor(
    seed: number,
    private readonly kind: SamplingKind,
    private readonly sizes: Sizes,
    private readonly buffered = false,
  ) {
    this.#random = new Random(seed);
  }

  next(): Plan {
    const kind = this.kind === "pos and pct" ? (this.#given % 2 === 0 ? "pos" : "pct") : this.kind;
    this.#given++;
    if (kind === "pct") this.pctRuns++;
    this.by = NAMES[kind] + (this.buffered ? " with store buffers" : "");
    return { ...NON_PREEMPTIVE, then: this.#continuation(kind), buffered: this.buffered };
  }

  saw(): void {}

  #continuation(kind: "pos" | "pct" | "random"): Continuation {
    const seed = this.#random.next();
    return kind === "pct" ? { kind, seed, depth: PCT_DEPTH, decisions: this.sizes.decisions } : { kind, seed };
  }
}

/**
 * The least probability with which so many runs of PCT would have met a bug that `depth` ordering constraints bring about:
 * each does with probability 1 / (n k^(d - 1)) or more, for n parties and k decisions.
 */
export function hitBound({ runs, depth, parties, decisions }: PctRuns): number {
  return 1 - (1 - 1 / (parties * decisions ** (depth - 1))) ** runs;
}
