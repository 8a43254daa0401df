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
 * @returns a plan that shows the livelock: a short beginning, and then by turns. null: there is none
 */
export function* livelock(plan: Plan, outcome: Outcome): Generator<Plan, Plan | null, ScheduleEnd> {
  const parties = partiesOf(outcome.steps);
  // Half of the steps are left to come to an end.
  const half = parties.length >> 1;
  const beginning = (length: number): Plan => ({ ...plan, blocks: blocksOf(parties.subarray(0, length)) });
  if (!(yield* neverEnds(beginning(half)))) return null;
  // A short beginning tells more: the first of these behind which there is no way out any more.
  for (let length = 0; length < half; length = Math.max(1, 2 * length)) {
    if (yield* neverEnds(beginning(length))) return { ...beginning(length), then: { kind: "fair" } };
  }
  return { ...beginning(half), then: { kind: "fair" } };
}

function* neverEnds(beginning: Plan): Generator<Plan, boolean, ScheduleEnd> {
  for (const then of FAIR) {
    const end = yield { ...beginning, then };
    if (end !== "steps") return false;
  }
  return true;
}
