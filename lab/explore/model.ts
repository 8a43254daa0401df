/**
 * What a schedule is, as data: how it is chosen, and what came of it.
 *
 * @module
 */

/** So many steps of one party, one after another. The party may be a store buffer: see region.ts. */
export interface Block {
  readonly party: number;
  readonly steps: number;
}

/** What is put in at a party's `call`-th call of this schedule (from 0). */
export interface Fault {
  readonly party: number;
  readonly call: number;
  readonly kind: FaultKind;
}

/** Faults, in the order of their numbers in the region (from 1). */
export const FAULT_KINDS = ["eintr", "short", "eagain", "full", "timeout", "spurious", "kill", "late"] as const;

/** One of them. */
export type FaultKind = typeof FAULT_KINDS[number];

/** How it goes on behind the blocks of a plan. */
export type Continuation =
  /**
   * With the same party while it can, then with the one of the lowest number. Those in the mask `asleep` are passed over until
   * somebody's step is one that theirs depends on: what they would do now was tried by another schedule.
   */
  | { readonly kind: "stay"; readonly asleep?: number }
  /** With any that can, all alike. */
  | { readonly kind: "random"; readonly seed: number }
  /** Probabilistic concurrency testing: `depth` - 1 changes of priority among the first `decisions` decisions. */
  | { readonly kind: "pct"; readonly seed: number; readonly depth: number; readonly decisions: number }
  /** Partial order sampling. */
  | { readonly kind: "pos"; readonly seed: number }
  /** By turns, each one step: nobody who can go on waits for ever. */
  | { readonly kind: "fair" };

/** How one schedule is chosen. */
export interface Plan {
  readonly blocks: readonly Block[];
  readonly then: Continuation;
  readonly faults: readonly Fault[];
  /** Whether plain stores become visible later, as on a processor with store buffers. */
  readonly buffered: boolean;
}

/** How a schedule ended. */
export type ScheduleEnd = "ended" | "stuck" | "spinning" | "steps" | "full" | "endless" | "blocked";

/** The steps of a schedule that was run, to be read until the next one is. */
export interface Steps {
  readonly length: number;
  party(at: number): number;
  /** A call's number or one of OPERATION. */
  operation(at: number): number;
  /** -1: none. */
  object(at: number): number;
  offset(at: number): number;
  byteLength(at: number): number;
  /** One of MODE. */
  mode(at: number): number;
  /** Any of FLAG. */
  flags(at: number): number;
  /** Who could have gone on: a mask of parties. */
  enabled(at: number): number;
}

/** What came of one schedule. */
export interface Outcome {
  readonly end: ScheduleEnd;
  readonly steps: Steps;
  /** Decisions: steps at which more than one could go on. */
  readonly decisions: number;
  /** Whether this is what is looked for: the search stops here. Undecided (false) where the judge is asked later. */
  readonly failed: boolean;
  /** Calls that each party made, by party: where faults can be put in. */
  readonly calls: readonly number[];
  /** Whether steps had effects that their objects do not tell (`AT.opaque`): then no proof can stand on what depends on what. */
  readonly opaque?: boolean;
}

/** Runs one schedule. */
export type RunPlan = (plan: Plan) => Outcome;
