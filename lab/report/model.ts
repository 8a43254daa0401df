/**
 * The one result model. Every rendering (terminal, JSON) is a projection of it; the JSON document is it, field for field.
 *
 * @module
 */
import type { Trace } from "../explore/trace.ts";
import type { Note } from "../instrument/model.ts";
import type { Finding, Verdict } from "../judge/finding.ts";

/** Raised when a field changes its meaning or goes. */
export const FORMAT_VERSION = 1;

/** What one check came to. */
export interface CheckReport {
  readonly name: string;
  readonly hidden: boolean;
  readonly status: Verdict;
  readonly points: number;
  readonly maxPoints: number;
  /** Runs made: schedules that were chosen, and uncontrolled runs, each with fresh inputs. */
  readonly schedules: number;
  /** How many of these were chosen; none unless given. */
  readonly explored?: number;
  readonly durationMs: number;
  readonly finding: Finding | null;
  /** What the exploration covered, in words: "all 80 schedules with at most 1 preemption pass". */
  readonly coverage?: string;
  /** The story of the schedule that failed, step by step. */
  readonly trace?: Trace;
}

/** How student code is kept apart from the rest of the machine. */
export type Isolation = "bubblewrap" | "none";

/** What one command's run of an exercise came to: the document that `--json` prints. */
export interface Report {
  readonly formatVersion: typeof FORMAT_VERSION;
  readonly exercise: { readonly number: number; readonly name: string; readonly title: string };
  /** The file that was judged, relative to the project. */
  readonly file: string;
  readonly verdict: Verdict;
  readonly points: number;
  readonly maxPoints: number;
  readonly checks: readonly CheckReport[];
  /** For `broken` and `unsupported`: why, and what to do. */
  readonly reason: string | null;
  readonly isolation: Isolation;
  readonly machine: {
    readonly os: string;
    readonly arch: string;
    readonly kernel: string;
    readonly cores: number;
    readonly deno: string;
  };
  readonly durationMs: number;
  /** Whether one schedule was repeated, and nothing else judged. */
  readonly replayed?: true;
  /** Where the file may use shared memory in a way that no schedule sees. */
  readonly notes?: readonly Note[];
  /** What the student's processes printed in the run that decided, capped; role by role. */
  readonly output: { readonly [role: string]: string };
}
