/**
 * What a strategy is: it gives plans, and is told what came of each before it gives the next.
 *
 * @module
 */
import type { Outcome, Plan } from "../model.ts";

/** One way to go through schedules. */
export interface Strategy {
  /** How the present plan was found, as it is told to people: "context bounding, 1 preemption". */
  readonly by: string;
  /** The next schedule to run; null where there is none left. */
  next(): Plan | null;
  /** What came of the plan that `next` gave last. */
  saw(outcome: Outcome): void;
}

/** The plan of a schedule without preemptions. */
export const NON_PREEMPTIVE: Plan = { blocks: [], then: { kind: "stay" }, faults: [], buffered: false };
