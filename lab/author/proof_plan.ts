/**
 * What there is to prove of an exercise, as data: which file, how often, and what must come of it.
 *
 * @module
 */
import type { Exercise, Proof } from "../course/definition.ts";
import type { Entry } from "../course/discovery.ts";
import type { FindingKind } from "../judge/finding.ts";
import type { Task } from "./prover.ts";

/** One file, and what is claimed of it. */
export interface Claim {
  readonly exercise: number;
  readonly slug: string;
  /** "starter", "solution", "solution:NAME", "mutant:NAME": as `--as` has it. */
  readonly as: string;
  /** Kinds of finding of which one must be the first; none: it must pass. */
  readonly findings: readonly FindingKind[];
  /** How often it is judged: every time must come out as claimed. */
  readonly times: number;
  /** Whether its mistake is one of who comes first, which schedules find. */
  readonly explored: boolean;
}

/** What is done for one judgement of a claim's file, at most. */
export type Effort = Pick<Task, "typeCheck" | "seed" | "schedules" | "runs">;

/** How often a correct solution is judged, and a mutant. */
export const SOLUTION_TIMES = 20;
export const MUTANT_TIMES = 3;

/** Everything that the author claims of an exercise; correct solutions are to be judged `times` times. */
export function claimsOf(entry: Entry, _exercise: Exercise, proof: Proof, times: number = SOLUTION_TIMES): Claim[] {
  const base = { exercise: entry.number, slug: entry.slug, explored: false };
  const solution = (as: string): Claim => ({ ...base, as, findings: [], times });
  return [
    { ...base, as: "starter", findings: ["not-implemented"], times: 1 },
    solution("solution"),
    ...proof.solutions.map((name) => solution(`solution:${name}`)),
    ...proof.mutants.map(({ name, finding, explored }): Claim => ({
      ...base,
      explored: explored === true,
      as: `mutant:${name}`,
      findings: typeof finding === "string" ? [finding] : finding,
      times: MUTANT_TIMES,
    })),
  ];
}

/** So many schedules of a correct solution, spread over its checks, are tried where schedules alone are the proof. */
export const EXPLORED_SCHEDULES = 10_000;

/** A claim about schedules alone, with how far each judgement goes: its number, from 0, is the seed's. */
export interface ExploredClaim extends Claim {
  readonly effort: (time: number) => Effort;
}

/**
 * What is claimed of an exercise's schedules: each mutant that schedules are to find is found with each seed, within the checks'
 * own budgets; and no schedule of a correct solution fails.
 *
 * @param checks how many checks are explored: over them the schedules of a solution are spread
 */
export function exploredClaimsOf(
  entry: Entry,
  proof: Proof,
  { seeds, schedules, checks }: { readonly seeds: number; readonly schedules: number; readonly checks: number },
): ExploredClaim[] {
  const base = { exercise: entry.number, slug: entry.slug, explored: true };
  const exploring = { typeCheck: false, runs: 0 };
  const each = Math.ceil(schedules / Math.max(1, checks));
  const solution = (as: string): ExploredClaim => ({
    ...{ ...base, as, findings: [], times: 1 },
    effort: () => ({ ...exploring, seed: 1, schedules: each }),
  });
  return [
    solution("solution"),
    ...proof.solutions.map((name) => solution(`solution:${name}`)),
    ...proof.mutants.filter(({ explored }) => explored === true).map(({ name, finding }): ExploredClaim => ({
      ...{ ...base, as: `mutant:${name}`, findings: typeof finding === "string" ? [finding] : finding, times: seeds },
      effort: (time) => ({ ...exploring, seed: time + 1, schedules: null }),
    })),
  ];
}

/** One judgement of a claim's file. */
export interface Trial {
  readonly verdict: string;
  /** The first finding's kind, and what it said; null where there was none. */
  readonly finding: FindingKind | null;
  readonly message: string;
  readonly check: string;
  /** Schedules that were explored, of all checks together. */
  readonly schedules: number;
  readonly durationMs: number;
}

/** Whether a judgement came out as claimed. */
export function holds(claim: Claim, trial: Trial): boolean {
  if (claim.findings.length === 0) return trial.verdict === "passed";
  return trial.verdict === "failed" && trial.finding !== null && claim.findings.includes(trial.finding);
}
