/**
 * A performance: what came of one plan.
 *
 * @module
 */
import type { Outcome, ScheduleEnd } from "../../explore/model.ts";
import type { JournalEntry } from "../board.ts";

/** What came of one plan, beyond what a search needs. */
export interface Performance extends Outcome {
  /** Whether every stage went as it should: nobody threw, died or stayed who must not. */
  readonly complete: boolean;
  /** What went wrong in the lab's own part of a player; null where nothing did. */
  readonly trouble: string | null;
  /** Objects that were still there at the end; they have been removed. */
  readonly left: readonly JournalEntry[];
  /** The stage that did not end as it should, or the number of stages. */
  readonly stage: number;
}

/** How a schedule ended, by the number that the region has for it: see END. */
export const ENDS: readonly ScheduleEnd[] = [
  "ended",
  "ended",
  "stuck",
  "spinning",
  "steps",
  "full",
  "endless",
  "blocked",
];
