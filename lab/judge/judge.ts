/**
 * The whole of a judgement: runs every check of an exercise on one file and reports.
 *
 * @module
 */
import type { Check, Exercise } from "../course/definition.ts";
import type { CheckReport, Report } from "../report/model.ts";

/** What to judge. */
export interface Assignment {
  readonly exercise: Exercise;
  /** Absolute path of the exercise's folder. */
  readonly folder: string;
  /** Absolute path of the file to judge: the student's, the starter, a solution or a mutant. */
  readonly file: string;
  readonly checks: readonly { readonly check: Check; readonly hidden: boolean }[];
}

/** What happens while it goes on. */
export interface Progress {
  /** Runs done, and to be done, of all checks together. */
  readonly done: number;
  readonly total: number;
  /** The check that is running. */
  readonly check: string;
}

/** How to judge it. */
export interface JudgeOptions {
  /** Stops the judgement: everything is killed and cleaned up, and the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** As soon as a check is decided, in order. */
  readonly onCheck?: (check: CheckReport) => void;
  /** "auto" unless given: bubblewrap where it works. */
  readonly isolation?: "auto" | "none" | "bubblewrap";
  /** Also run `deno check` on the file; true unless given. */
  readonly typeCheck?: boolean;
}

/** Judges a file. Never throws for what the file does; rejects only when aborted. */
export function judge(_assignment: Assignment, _options: JudgeOptions = {}): Promise<Report> {
  throw new Error("being written");
}
