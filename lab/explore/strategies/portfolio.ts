/**
 * The search of one check: all strategies, one behind the other, each with its share of the budget.
 *
 * No strategy finds everything: context bounding finds what few preemptions bring about, partial orders prove small programs,
 * the sampling ones find what is deep or far inside. So each has its turn, in an order that tells the simplest failure first.
 *
 * @module
 */
import type { FaultKind, Outcome, Plan } from "../model.ts";
import { fingerprint } from "../steps.ts";
import { ContextBound } from "./context_bound.ts";
import { FaultSweep } from "./fault_sweep.ts";
import { PartialOrder } from "./partial_order.ts";
import { PCT_DEPTH, type PctRuns, Sampling } from "./sampling.ts";
import type { Strategy } from "./strategy.ts";
import { Sizes, Survey } from "./survey.ts";

/** Names for `--strategy`. */
export const STRATEGY_NAMES = ["all", "icb", "random", "pct", "pos", "dpor", "faults"] as const;

/** One of them. */
export type StrategyName = typeof STRATEGY_NAMES[number];

/** What a search may use. */
export interface SearchOptions {
  /** The same seed gives the same plans. */
  readonly seed: number;
  /** Most schedules. */
  readonly schedules: number;
  /** Whether the time is over; asked before every schedule. */
  readonly expired?: () => boolean;
  /** "all" by default. */
  readonly strategy?: StrategyName;
  /** What may be put in at a call; by default nothing. */
  readonly faults?: readonly FaultKind[];
  /** Whether schedules with store buffers are run too. */
  readonly buffered?: boolean;
}

/** A search for a schedule that fails. */
export interface Search {
  /** The next schedule to run; null where the search is over. */
  next(): Plan | null;
  /** What came of it. */
  saw(outcome: Outcome): void;
  /** How the present plan was found, as it is told to people. */
  readonly by: string;
  /** What was covered so far. */
  readonly summary: Summary;
}

/** What a search covered. */
export interface Summary {
  readonly schedules: number;
  /** Those that differ in some step. */
  readonly distinct: number;
  /** What was gone through to its end: all schedules with at most so many preemptions, or whatever can be. Without faults. */
  readonly exhausted: null | { readonly preemptions: number } | "all";
  /** Schedules of that. */
  readonly exhaustedBy: number;
  readonly pct: PctRuns | null;
  /** Single faults that were put in; `all`: wherever one can be. */
  readonly faults: { readonly positions: number; readonly all: boolean } | null;
  /** Schedules with store buffers. */
  readonly buffered: number;
  /** Schedules that did not go as prescribed: the program depends on more than its schedule. */
  readonly diverged: number;
  readonly stopped: "found" | "schedules" | "time" | "done" | null;
}

/** A strategy's turn: so many schedules at most. */
interface Turn {
  readonly strategy: () => Strategy | null;
  readonly schedules: number;
}

/** Starts a search. */
export function search(options: SearchOptions): Search {
  return new Portfolio(options);
}

class Portfolio implements Search {
  readonly #sizes = new Sizes();
  readonly #survey: Survey;
  readonly #bounds: ContextBound;
  readonly #orders = new PartialOrder();
  readonly #samples: Sampling;
  readonly #bufferedSamples: Sampling;
  #faultSweep: FaultSweep | null = null;

  readonly #turns: Turn[];
  #strategy: Strategy | null = null;
  #left = 0;
  #schedules = 0;
  #buffered = 0;
  #orderedBy = 0;
  readonly #distinct = new Set<number>();
  #stopped: Summary["stopped"] = null;

  constructor(private readonly options: SearchOptions) {
    const { seed, strategy = "all" } = options;
    this.#survey = new Survey(seed);
    this.#bounds = new ContextBound(seed, strategy === "icb" ? Infinity : undefined);
    const kind = strategy === "pos" || strategy === "pct" || strategy === "random" ? strategy : "pos and pct";
    this.#samples = new Sampling(seed, kind, this.#sizes);
    this.#bufferedSamples = new Sampling(~seed, "pos and pct", this.#sizes, true);
    this.#turns = this.#plan(strategy);
  }

  get by(): string {
    return this.#strategy?.by ?? "";
  }

  get summary(): Summary {
    const { pctRuns } = this.#samples;
    const preemptions = this.#bounds.exhausted;
    const all = this.#orders.complete || this.#bounds.complete;
    return {
      schedules: this.#schedules,
      distinct: this.#distinct.size,
      exhausted: all ? "all" : preemptions === null ? null : { preemptions },
      exhaustedBy: this.#orders.complete ? this.#orderedBy - this.#orders.redundant : this.#bounds.exhaustedBy,
      pct: pctRuns === 0
        ? null
        : { runs: pctRuns, depth: PCT_DEPTH, parties: this.#sizes.parties, decisions: this.#sizes.decisions },
      faults: this.#faultSweep && { positions: this.#faultSweep.positions, all: this.#faultSweep.complete },
      buffered: this.#buffered,
      diverged: this.#bounds.diverged + (this.#orders.obstacle === "diverged" ? 1 : 0),
      stopped: this.#stopped,
    };
  }

  next(): Plan | null {
    if (this.#stopped !== null) return null;
    if (this.#schedules >= this.options.schedules) return this.#stop("schedules");
    if (this.options.expired?.() === true) return this.#stop("time");
    for (;;) {
      const plan = this.#left > 0 ? this.#strategy?.next() ?? null : null;
      if (plan !== null) {
        this.#left--;
        return plan;
      }
      const turn = this.#turns.shift();
      if (turn === undefined) return this.#stop("done");
      this.#strategy = turn.strategy();
      this.#left = turn.schedules;
    }
  }

  saw(outcome: Outcome): void {
    this.#schedules++;
    if (this.#strategy === this.#bufferedSamples) this.#buffered++;
    if (this.#strategy === this.#orders) this.#orderedBy++;
    this.#distinct.add(fingerprint(outcome.steps));
    this.#sizes.saw(outcome);
    this.#strategy?.saw(outcome);
    if (outcome.failed) this.#stop("found");
  }

  #stop(why: Summary["stopped"]): null {
    this.#stopped = why;
    return null;
  }

  #plan(strategy: StrategyName): Turn[] {
    const total = this.options.schedules;
    const { faults = [], buffered = false } = this.options;
    const turn = (make: () => Strategy | null, schedules = Infinity): Turn => ({ strategy: make, schedules });
    const survey = turn(() => this.#survey);
    const sweep = (): Strategy => this.#faultSweep = new FaultSweep(this.options.seed, this.#sizes.calls, faults);
    switch (strategy) {
      case "icb":
        return [turn(() => this.#bounds)];
      case "dpor":
        return [turn(() => this.#orders)];
      case "faults":
        return [survey, turn(sweep)];
      case "random":
      case "pct":
      case "pos":
        return [survey, turn(() => this.#samples)];
      case "all": {
        const share = (part: number): number => Math.ceil(total * part);
        const proved = (): boolean => this.#orders.complete || this.#bounds.complete;
        return [
          survey,
          turn(() => this.#bounds, share(1 / 3)),
          turn(() => this.#bounds.complete ? null : this.#orders, share(1 / 6)),
          ...faults.length > 0 ? [turn(sweep, share(1 / 5))] : [],
          ...buffered ? [turn(() => this.#bufferedSamples, share(1 / 10))] : [],
          turn(() => proved() ? null : this.#samples),
        ];
      }
    }
  }
}
