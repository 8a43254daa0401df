/**
 * Which preemption matters: each is undone alone, and where the schedule then passes, the failure hangs on it. "Had this
 * process not been stopped between line 12 and line 13, this run passes."
 *
 * @module
 */
import type { Outcome, Plan } from "./model.ts";
import { FLAG, FLUSH } from "./region.ts";
import { blocksOf, partiesOf } from "./steps.ts";

/** A schedule with one preemption undone. */
export interface Undone {
  readonly plan: Plan;
  /** Index of the step that came in between. */
  readonly step: number;
}

/**
 * Gives, for each preemption of a failing schedule, the schedule without it, and is told whether that fails.
 *
 * @param plan what was run: its faults, and how it goes on
 * @param outcome what came of it; read before the first plan is given
 * @returns the steps that came in between where nothing else would have gone wrong
 */
export function* critical(plan: Plan, outcome: Outcome): Generator<Undone, number[], boolean> {
  const { steps } = outcome;
  const parties = [...partiesOf(steps)];
  const preempting = parties.flatMap((_, at) => (steps.flags(at) & FLAG.preempted) === 0 ? [] : [at]);
  const matters: number[] = [];
  for (const step of preempting) {
    const fails = yield { step, plan: { ...plan, blocks: blocksOf(undo(parties, step)), then: { kind: "stay" } } };
    if (!fails) matters.push(step);
  }
  return matters;
}

/** The same steps, but what the party that was stopped at `step` did next comes first. */
function undo(parties: readonly number[], step: number): number[] {
  const stopped = parties.slice(0, step).findLast((party) => party > 0 && party < FLUSH) as number;
  const from = parties.indexOf(stopped, step);
  const before = parties.slice(0, step);
  // It is never let go again: then it goes on for as long as it can.
  if (from === -1) return before;
  let to = from;
  while (parties[to] === stopped) to++;
  return [...before, ...parties.slice(from, to), ...parties.slice(step, from), ...parties.slice(to)];
}
