/**
 * What there is to prove of an exercise, as data: which file, how often, and what must come of it.
 *
 * @module
 */
import type { Exercise, Proof } from "../course/definition.ts";
import type { Entry } from "../course/discovery.ts";
import type { FindingKind } from "../judge/finding.ts";

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
  /** Needs a rare interleaving: it may pass here, and is left for the explorer. */
  readonly rare: boolean;
}

/** How often a correct solution is judged, and a mutant. */
export const SOLUTION_TIMES = 20;
export const MUTANT_TIMES = 3;

/** Everything that the author claims of an exercise; correct solutions are to be judged `times` times. */
export function claimsOf(entry: Entry, _exercise: Exercise, proof: Proof, times: number = SOLUTION_TIMES): Claim[] {
  const base = { exercise: entry.number, slug: entry.slug, rare: false };
  const solution = (as: string): Claim => ({ ...base, as, findings: [], times });
  return [
    { ...base, as: "starter", findings: ["not-implemented"], times: 1 },
    solution("solution"),
    ...proof.solutions.map((name) => solution(`solution:${name}`)),
    ...proof.mutants.map(({ name, finding, rare }): Claim => ({
      ...base,
      as: `mutant:${name}`,
      findings: typeof finding === "string" ? [finding] : finding,
      times: MUTANT_TIMES,
      rare: rare === true,
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
  readonly durationMs: number;
}

/** Whether a judgement came out as claimed. */
export function holds(claim: Claim, trial: Trial): boolean {
  if (claim.findings.length === 0) return trial.verdict === "passed";
  if (trial.verdict === "passed") return claim.rare;
  return trial.verdict === "failed" && trial.finding !== null && claim.findings.includes(trial.finding);
}
