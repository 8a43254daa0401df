/**
 * One check on one file: run after run with fresh inputs, until one fails or all have passed.
 *
 * @module
 */
import type { Check, Exercise, Prepared } from "../course/definition.ts";
import type { Report } from "../report/model.ts";
import type { Trace } from "../explore/trace.ts";
import { ArenaGone } from "./arena_client.ts";
import type { ArenaSession } from "./arena_session.ts";
import { exploreCheck, type ExploredJob, type ExploredOutcome } from "./explored_check.ts";
import type { Finding, Verdict } from "./finding.ts";
import { generalFinding, leakFinding } from "./general_findings.ts";
import { mechanismFinding } from "./mechanisms.ts";
import { makeRandom } from "./random.ts";
import type { RunRecord } from "./run.ts";

/** A check to be run. */
export interface CheckJob {
  readonly check: Check;
  readonly runs: number;
  readonly exercise: Exercise;
  readonly session: ArenaSession;
  /** How to explore it first, where it has a scenario for that; null: not at all. */
  readonly explored: Omit<ExploredJob, "check" | "exercise" | "session" | "signal"> | null;
}

/** What came of it. */
export interface CheckOutcome {
  readonly status: Verdict;
  readonly finding: Finding | null;
  readonly runs: number;
  /** How many of them were chosen schedules. */
  readonly explored: number;
  readonly durationMs: number;
  readonly output: Report["output"];
  /** The story of the schedule that failed. */
  readonly trace: Trace | null;
  /** What the exploration covered, in words. */
  readonly coverage: string | null;
  /** Why it is broken or unsupported. */
  readonly reason: string | null;
}

/** Runs a check. */
export async function checkFile(
  job: CheckJob,
  options: { readonly signal?: AbortSignal; readonly onRun?: (done: number) => void },
): Promise<CheckOutcome> {
  const began = performance.now();
  const random = makeRandom();
  let output: Report["output"] = {};
  let schedules = 0;
  let coverage: string | null = null;
  const outcome = (
    status: Verdict,
    runs: number,
    finding: Finding | null,
    reason: string | null = null,
    trace: Trace | null = null,
  ): CheckOutcome => ({
    ...{
      status,
      finding,
      runs: schedules + runs,
      explored: schedules,
      durationMs: performance.now() - began,
      output,
      trace,
      coverage,
      reason,
    },
  });
  const explored = job.explored === null ? null : await exploreTwice(job, job.explored, options.signal);
  if (typeof explored === "string") return outcome("broken", 0, null, explored);
  if (explored !== null) {
    ({ schedules, coverage } = explored);
    const { finding, trace } = explored;
    if (finding !== null) return outcome("failed", 0, located(finding, job.exercise), null, trace);
  }
  const runs = explored === null ? job.runs : Math.min(job.runs, RUNS_AFTER_EXPLORING);
  for (let done = 0; done < runs; done++) {
    const prepared = job.check.prepare(random);
    const run = await runTwice(job.session, prepared, options.signal);
    if (typeof run === "string") return outcome("broken", done, null, run);
    if (run === null) return outcome("failed", done + 1, KILLED);
    output = run.history.output;
    const missing = missingCall(run);
    if (missing !== null) return outcome("unsupported", done + 1, null, missing);
    const finding = findingOn(run, prepared, job.exercise);
    if (finding !== null) return outcome("failed", done + 1, located(finding, job.exercise));
    options.onRun?.(done + 1);
  }
  return outcome("passed", runs, null);
}

/** What schedules show is shown; what is left is what only many processors and real time can show. */
const RUNS_AFTER_EXPLORING = 2;

const KILLED: Finding = {
  kind: "crash",
  message:
    "The processes of this run brought down the process that had started them, twice: they took all memory, or killed " +
    "what they should not.",
  readNext: "kill(2): to whom a signal goes",
};

/** As `runTwice`; where the arena was killed both times, the uncontrolled runs will say of what. */
async function exploreTwice(
  { check, exercise, session }: CheckJob,
  explored: NonNullable<CheckJob["explored"]>,
  signal?: AbortSignal,
): Promise<ExploredOutcome | string | null> {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      return await exploreCheck({ ...explored, check, exercise, session, ...(signal === undefined ? {} : { signal }) });
    } catch (error) {
      if (!(error instanceof ArenaGone)) throw error;
      const words = await session.restart();
      if (!error.killed) return error.message;
      if (words !== "") return words;
    }
  }
  return null;
}

/** The run; a reason where the lab broke; null where the arena was killed, both times, without a word. */
async function runTwice(
  session: ArenaSession,
  prepared: Prepared,
  signal?: AbortSignal,
): Promise<RunRecord | string | null> {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      return await session.run(prepared.scenario, signal);
    } catch (error) {
      if (!(error instanceof ArenaGone)) throw error;
      const words = await session.restart();
      if (!error.killed) return error.message;
      if (words !== "") return words;
    }
  }
  return null;
}

/** The one finding that counts: why it did not end, else what is wrong with the results, else what was left, else the means. */
function findingOn(run: RunRecord, prepared: Prepared, exercise: Exercise): Finding | null {
  const general = generalFinding(run);
  if (general !== null) {
    const plain = general.kind === "not-implemented" || run.unloadable !== null;
    return (plain ? null : prepared.explain?.(run.history)) ?? general;
  }
  return prepared.judge(run.history) ?? leakFinding(run) ?? mechanismFinding(exercise.mechanisms, run.history);
}

/** A finding without a file means the student's file. */
function located(finding: Finding, exercise: Exercise): Finding {
  return finding.line !== undefined && finding.file === undefined ? { ...finding, file: exercise.file } : finding;
}

/** A call that this machine does not have: nobody's fault. */
function missingCall(run: RunRecord): string | null {
  for (const event of run.history.events) {
    if (event.kind === "throw" && event.error.code === "ENOSYS") {
      return `This machine's kernel has no ${event.error.syscall}(): run the exercise on another, or in the dev container.`;
    }
  }
  return null;
}
