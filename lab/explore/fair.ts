/**
 * Whether a schedule that did not end is a livelock. A strategy that keeps a party waiting can make a right program run for
 * ever; so the same beginning is continued fairly, by turns and at random, and only where that does not end either, the program
 * is to blame.
 *
 * @module
 */
import type { Continuation, Outcome, Plan, ScheduleEnd } from "./model.ts";
import { blocksOf, partiesOf } from "./steps.ts";

/** By turns alone is not enough: two that step back for one another in step would do so for ever. */
const FAIR: readonly Continuation[] = [
  { kind: "random", seed: 1 },
  { kind: "random", seed: 2 },
  { kind: "random", seed: 3 },
  { kind: "fair" },
];

/**
 * Gives the plans that decide, and is told how each ended.
 *
 * @param plan what was run, and had too many steps
 * @param outcome what came of it; read before the first plan is given
 * @returns a plan that shows the livelock: a beginning, and then by turns. null: there is none
 */
export function* livelock(plan: Plan, outcome: Outcome): Generator<Plan, Plan | null, ScheduleEnd> {
  const parties = partiesOf(outcome.steps);
  // Half of the steps are left to come to an end.
  const blocks = blocksOf(parties.subarray(0, parties.length >> 1));
  for (const then of FAIR) {
    const end = yield { ...plan, blocks, then };
    if (end !== "steps") return null;
  }
  return { ...plan, blocks, then: { kind: "fair" } };
}
