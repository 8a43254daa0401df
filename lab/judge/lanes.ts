/**
 * The checks of a judgement, in lanes: each lane has an arena of its own and takes the next check when it is done with one,
 * so that the processor is busy also while a lane waits. Reports keep the order of the checks.
 *
 * @module
 */
import type { Check, Exercise } from "../course/definition.ts";
import type { Program } from "../instrument/model.ts";
import type { CheckReport, Isolation, Report } from "../report/model.ts";
import { ArenaSession } from "./arena_session.ts";
import { checkFile, type CheckOutcome } from "./check.ts";
import type { ExploredJob } from "./explored_check.ts";

/** How often a check is run unless it says otherwise. */
export const RUNS = 20;

/** Fewer runs than these are not worth a second arena, which takes a tenth of a second to start. */
const RUNS_FOR_A_LANE = 4;

/** What the lanes work on. */
export interface Work {
  readonly exercise: Exercise;
  readonly program: Program;
  /** How to explore, with the watched program and the text of the files; null: not at all. */
  readonly explore: Pick<ExploredJob, "program" | "sources" | "settings"> | null;
  readonly checks: readonly { readonly check: Check; readonly hidden: boolean }[];
  readonly isolation: "auto" | Isolation;
  /** How often a check is run without control. */
  readonly runsOf: (check: Check) => number;
  /** At most so many lanes. */
  readonly lanes: number;
  /** The number of the first: lane n explores on processor n. */
  readonly firstLane: number;
  /** Leaves out what comes after the first check that does not pass. */
  readonly firstOnly: boolean;
  readonly signal?: AbortSignal;
  readonly onRun: (check: Check) => void;
  /** For each check in order, as soon as it and those before it are decided. */
  readonly onReport: (report: CheckReport) => void;
}

/** What came of it. */
export interface Worked {
  readonly reports: readonly CheckReport[];
  /** Why a check is broken or unsupported. */
  readonly reason: string | null;
  readonly output: Report["output"];
  readonly isolation: Isolation;
}

/** Runs all checks. `first` is the arena of the first lane, which began to start before the file was read. */
export async function runChecks(work: Work, first: ArenaSession): Promise<Worked> {
  const outcomes: CheckOutcome[] = [];
  const reports: CheckReport[] = [];
  let next = 0;
  let end = work.checks.length;
  const stopped = new AbortController();
  const signal = work.signal === undefined ? stopped.signal : AbortSignal.any([work.signal, stopped.signal]);
  const lane = async (session: ArenaSession, number: number): Promise<void> => {
    session.load(work.program);
    while (next < end) {
      const index = next++;
      const { check } = work.checks[index] as Work["checks"][number];
      const explored = work.explore === null ? null : { ...work.explore, lane: number, number: index + 1 };
      const job = { check, runs: work.runsOf(check), exercise: work.exercise, session, explored };
      const outcome = await checkFile(job, { signal, onRun: () => work.onRun(check) });
      outcomes[index] = outcome;
      if (work.firstOnly && outcome.status !== "passed") end = Math.min(end, index + 1);
      for (
        let done = outcomes[reports.length];
        done !== undefined && reports.length < end;
        done = outcomes[reports.length]
      ) {
        const report = reportOn(work.checks[reports.length] as Work["checks"][number], done);
        reports.push(report);
        work.onReport(report);
      }
    }
  };
  const runs = work.checks.reduce(
    (sum, { check }) =>
      sum + work.runsOf(check) + (work.explore !== null && check.explore !== undefined ? RUNS_FOR_A_LANE : 0),
    0,
  );
  const more = Math.min(work.lanes, Math.floor(runs / RUNS_FOR_A_LANE), work.checks.length) - 1;
  const others = Array.from({ length: Math.max(0, more) }, () => new ArenaSession(work.isolation));
  const ends = await Promise.allSettled(
    [first, ...others].map((session, number) =>
      lane(session, work.firstLane + number).catch((error) => {
        stopped.abort(error); // no lane goes on when one cannot
        throw error;
      })
    ),
  );
  await Promise.all(others.map((session) => session.end()));
  const failure = ends.find((one) => one.status === "rejected");
  if (failure !== undefined) throw work.signal?.aborted === true ? work.signal.reason : failure.reason;
  return { reports, ...summaryOf(outcomes.slice(0, reports.length)), isolation: first.isolation };
}

function reportOn({ check, hidden }: Work["checks"][number], outcome: CheckOutcome): CheckReport {
  return {
    name: check.name,
    hidden,
    status: outcome.status,
    points: outcome.status === "passed" ? check.points : 0,
    maxPoints: check.points,
    schedules: outcome.runs,
    durationMs: Math.round(outcome.durationMs),
    finding: outcome.finding,
    ...(outcome.explored === 0 ? {} : { explored: outcome.explored }),
    ...(outcome.coverage === null ? {} : { coverage: outcome.coverage }),
    ...(outcome.trace === null ? {} : { trace: outcome.trace }),
  };
}

/** What is said once for all checks: the first reason, and what the processes of the first failure printed. */
function summaryOf(outcomes: readonly CheckOutcome[]): { reason: string | null; output: Report["output"] } {
  const telling = outcomes.find((one) => one.status !== "passed") ??
    outcomes.find((one) => Object.keys(one.output).length > 0);
  return { reason: outcomes.find((one) => one.reason !== null)?.reason ?? null, output: telling?.output ?? {} };
}
