/**
 * The controlled part of a check: explores its small scenario, and tells what fails as a finding with a token and a trace.
 *
 * @module
 */
import type { Check, Exercise } from "../course/definition.ts";
import type { Plan } from "../explore/model.ts";
import type { StrategyName } from "../explore/strategies/portfolio.ts";
import { decodeToken, encodeToken, fileHash, planOf, type Replay } from "../explore/token.ts";
import type { Trace } from "../explore/trace.ts";
import type { Program } from "../instrument/model.ts";
import type { ArenaSession } from "./arena_session.ts";
import type { Failure } from "./exploration.ts";
import type { Finding } from "./finding.ts";
import { seededRandom } from "./random.ts";
import { traceOf } from "./trace_of.ts";

/** How far to explore. */
export interface ExploreSettings {
  /** The same seed gives the same inputs and the same schedules. */
  readonly seed: number;
  /** Most schedules of each check; the check's own number, or 1,500, unless given. */
  readonly schedules?: number;
  /** Most seconds for each check. */
  readonly seconds: number;
  readonly strategy?: StrategyName;
}

/** A check whose scenario is explored. */
export interface ExploredJob {
  readonly check: Check;
  /** Its place in the report, from 1: what a token names it by. */
  readonly number: number;
  readonly exercise: Exercise;
  readonly session: ArenaSession;
  /** The watched program, and the text of its files. */
  readonly program: Program;
  readonly sources: { readonly [file: string]: string };
  readonly settings: ExploreSettings;
  readonly lane: number;
  readonly signal?: AbortSignal;
}

/** What came of it. */
export interface ExploredOutcome {
  readonly schedules: number;
  readonly finding: Finding | null;
  readonly trace: Trace | null;
  /** "all 80 schedules with at most 1 preemption pass; …"; null where something failed. */
  readonly coverage: string | null;
}

/** Schedules of a check that does not say otherwise. */
const SCHEDULES = 1500;

/** Explores a check that has a scenario for it. Throws ArenaGone as any run. */
export async function exploreCheck(job: ExploredJob): Promise<ExploredOutcome | null> {
  const { check, settings } = job;
  const { explore: explored } = check;
  if (explored === undefined) return null;
  const { schedules, failure, coverage, reason } = await job.session.explore({
    ...common(job, settings.seed),
    search: {
      seed: settings.seed,
      schedules: settings.schedules ?? explored.schedules ?? SCHEDULES,
      seconds: settings.seconds,
      strategy: settings.strategy ?? "all",
      faults: explored.faults ?? [],
      buffered: explored.buffered === true,
    },
  });
  if (reason !== null) return { schedules, finding: null, trace: null, coverage: `not explored: ${reason}` };
  if (failure === null) return { schedules, finding: null, trace: null, coverage };
  // What is not written yet has no story.
  if (failure.finding.kind === "not-implemented") {
    return { schedules, finding: failure.finding, trace: null, coverage: null };
  }
  return { schedules, ...told(job, failure, settings.seed), coverage: null };
}

/** Repeats the schedule of a token. The finding is null where it passes now. */
export async function replayCheck(job: ExploredJob, replay: Replay): Promise<ExploredOutcome> {
  const plan: Plan = planOf(replay);
  const search = { seed: replay.seed, schedules: 1, seconds: 60 };
  const told_ = await job.session.replay({ ...common(job, replay.seed), search }, plan);
  if (!("finding" in told_)) return { schedules: 1, finding: null, trace: null, coverage: null };
  return { schedules: 1, ...told(job, told_, replay.seed), coverage: null };
}

/** What a token says; throws what is wrong with it, in words. */
export function readToken(token: string, exercise: Exercise, sources: ExploredJob["sources"]): Replay {
  return decodeToken(token, { exercise: exercise.number, file: hashOf(sources) });
}

function common(job: ExploredJob, seed: number): Omit<Parameters<ArenaSession["explore"]>[0], "search"> {
  const explored = job.check.explore as NonNullable<Check["explore"]>;
  return {
    explored,
    prepared: explored.prepare(seededRandom(seed)),
    program: job.program,
    lane: job.lane,
    ...(job.signal === undefined ? {} : { signal: job.signal }),
  };
}

function told(job: ExploredJob, failure: Failure, seed: number): { readonly finding: Finding; readonly trace: Trace } {
  const { exercise, check, sources, number } = job;
  const { blocks, faults, buffered, then } = failure.plan;
  const token = encodeToken({
    exercise: exercise.number,
    check: number,
    file: hashOf(sources),
    seed,
    blocks,
    faults,
    buffered,
    then: then.kind === "fair" ? "fair" : "stay",
  });
  const by = failure.foundBy === "" ? "" : `found in schedule ${failure.foundIn} by ${failure.foundBy}`;
  const trace = traceOf(failure, {
    exercise: { number: exercise.number, name: exercise.name, title: exercise.title },
    check: check.name,
    token,
    foundBy: by,
    sources,
  });
  return { finding: { ...failure.finding, replay: token }, trace };
}

/** One hash for all files of a program: that of one file where there is one. */
function hashOf(sources: ExploredJob["sources"]): string {
  const texts = Object.entries(sources).sort(([a], [b]) => a < b ? -1 : 1);
  return fileHash(texts.length === 1 ? texts[0]?.[1] ?? "" : texts.flat().join("\0"));
}
