/**
 * The whole of a judgement: runs every check of an exercise on one file and reports.
 *
 * @module
 */
import type { Check, Exercise } from "../course/definition.ts";
import type { Note } from "../instrument/model.ts";
import { loadProgram } from "../instrument/program.ts";
import { type CheckReport, FORMAT_VERSION, type Isolation, type Report } from "../report/model.ts";
import { ArenaSession } from "./arena_session.ts";
import { type ExploredJob, type ExploreSettings, readToken, replayCheck } from "./explored_check.ts";
import type { Finding, Verdict } from "./finding.ts";
import { runChecks, RUNS } from "./lanes.ts";
import { type TypeCheck, typeCheck } from "./type_check.ts";
import * as ipc from "../../lib/mod.ts";

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
  readonly isolation?: "auto" | Isolation;
  /** Also run `deno check` on the file; true unless given. */
  readonly typeCheck?: boolean;
  /** Arenas that work side by side; two unless given, where there are two processors. */
  readonly lanes?: number;
  /** The number of the first lane: judgements at the same time explore on processors of their own. 0 unless given. */
  readonly firstLane?: number;
  /** How to explore; null: only uncontrolled runs. A few seconds of it unless given. */
  readonly explore?: ExploreSettings | null;
  /** Uncontrolled runs of each check, at most. */
  readonly runs?: number;
  /** Repeats the schedule of this token, and does nothing else. Throws TokenRefused where it cannot be repeated. */
  readonly replay?: string;
  /** Ends with the first check that does not pass; the others are left out of the report. */
  readonly firstOnly?: boolean;
}

/** The name of the check that every file has. */
const TYPES = "the file has no type errors";

/** Judges a file. Never throws for what the file does; rejects only when aborted. */
export async function judge(assignment: Assignment, options: JudgeOptions = {}): Promise<Report> {
  const began = performance.now();
  const { signal } = options;
  const session = new ArenaSession(options.isolation ?? "auto");
  const types = options.typeCheck === false || options.replay !== undefined
    ? null
    : typeCheck(assignment.file, assignment.folder, signal);
  types?.catch(() => {}); // met below, if it comes to that
  try {
    const judged = await judgeChecks(assignment, session, options);
    const typing = judged.reports.some((check) => check.finding?.kind === "does-not-load") ? null : await types;
    signal?.throwIfAborted();
    // A file that cannot be read has no types either: one cause, one finding.
    const more = typing === null ? [] : [typeReport(typing, performance.now() - began)];
    for (const report of more) options.onCheck?.(report);
    const whole = {
      ...judged,
      reports: [...judged.reports, ...more],
      reason: judged.reason ?? typing?.reason ?? null,
    };
    return reportOf(assignment, whole, session.isolation, performance.now() - began);
  } finally {
    await session.end();
  }
}

interface Judged {
  readonly reports: readonly CheckReport[];
  readonly reason: string | null;
  readonly output: Report["output"];
  /** Where shared memory may be used unseen. */
  readonly notes: readonly Note[];
  readonly replayed?: true;
}

async function judgeChecks(assignment: Assignment, session: ArenaSession, options: JudgeOptions): Promise<Judged> {
  const loaded = await loadProgram(assignment.file, rootOf(assignment), { ipcNames: Object.keys(ipc) });
  const refused = loaded.ok ? missingExport(assignment, loaded.exports) : problemFinding(loaded.problems);
  if (refused !== null || !loaded.ok) {
    const finding = refused as Finding;
    return {
      reports: assignment.checks.map((check) => notRun(check, finding, options)),
      reason: null,
      output: {},
      notes: [],
    };
  }
  const { exercise, checks } = assignment;
  if (options.replay !== undefined) return await replayToken(options.replay, assignment, session, options);
  const lanes = options.lanes ?? Math.min(2, navigator.hardwareConcurrency);
  const runsOf = (check: Check): number => Math.min(check.runs ?? RUNS, options.runs ?? Infinity);
  const total = checks.reduce((sum, { check }) => sum + runsOf(check), 0);
  let done = 0;
  const explore = explorable(assignment, loaded.sources, options, lanes);
  const worked = await runChecks({
    ...{ exercise, checks, program: loaded.program, isolation: options.isolation ?? "auto" },
    lanes,
    firstLane: options.firstLane ?? 0,
    runsOf,
    explore: explore?.job ?? null,
    firstOnly: options.firstOnly === true,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    onRun: (check) => options.onProgress?.({ done: ++done, total, check: check.name }),
    onReport: (report) => options.onCheck?.(report),
  }, session);
  return { ...worked, notes: explore?.notes ?? [] };
}

/** A token that cannot be repeated here: the message says why. */
export class TokenRefused extends Error {
  /** "TokenRefused". */
  override readonly name = "TokenRefused";
}

async function replayToken(
  token: string,
  assignment: Assignment,
  session: ArenaSession,
  options: JudgeOptions,
): Promise<Judged> {
  const { exercise, checks, file } = assignment;
  const watched = loadProgram(file, rootOf(assignment), { ipcNames: Object.keys(ipc), watch: true });
  if (!watched.ok) throw new TokenRefused("The file cannot be loaded.");
  let replay: ReturnType<typeof readToken>;
  try {
    replay = readToken(token, exercise, watched.sources);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) throw new TokenRefused(`${error.message}.`);
    throw error;
  }
  const found = checks[replay.check - 1];
  if (found?.check.explore === undefined) {
    throw new TokenRefused(`The token is of check ${replay.check}, which is not one of those that are explored here.`);
  }
  const began = performance.now();
  session.load(watched.program);
  const settings = { seed: replay.seed, seconds: 60 };
  const outcome = await replayCheck({
    ...{ check: found.check, number: replay.check, exercise, session, settings, lane: options.firstLane ?? 0 },
    program: watched.program,
    sources: watched.sources,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  }, replay);
  const { name, points: maxPoints } = found.check;
  const report: CheckReport = {
    ...{ name, hidden: found.hidden, maxPoints, schedules: 1, explored: 1, finding: outcome.finding },
    status: outcome.finding === null ? "passed" : "failed",
    points: 0,
    durationMs: Math.round(performance.now() - began),
    ...(outcome.trace === null ? {} : { trace: outcome.trace }),
  };
  options.onCheck?.(report);
  return { reports: [report], reason: null, output: {}, notes: watched.notes, replayed: true };
}

/** A student does not wait longer than this for all that is explored. */
const EXPLORE_SECONDS = 1;
/** And each check has at least this. */
const LEAST_SECONDS = 0.2;

function explorable(
  assignment: Assignment,
  sources: { readonly [file: string]: string },
  { explore }: JudgeOptions,
  lanes: number,
): { readonly job: Pick<ExploredJob, "program" | "sources" | "settings">; readonly notes: readonly Note[] } | null {
  const count = assignment.checks.filter(({ check }) => check.explore !== undefined).length;
  if (explore === null || count === 0) return null;
  const watched = loadProgram(assignment.file, rootOf(assignment), { ipcNames: Object.keys(ipc), watch: true });
  if (!watched.ok) return null;
  const seconds = Math.max(LEAST_SECONDS, EXPLORE_SECONDS * lanes / count);
  return {
    job: { program: watched.program, sources, settings: explore ?? { seed: 1, seconds } },
    notes: watched.notes,
  };
}

/** Helpers of a student's file lie in the exercise's folder; those of a solution or mutant beside it. */
function rootOf({ folder, file }: Assignment): string {
  const beside = file.slice(0, file.lastIndexOf("/"));
  return beside.startsWith(folder) ? beside : folder;
}

function problemFinding(
  problems: readonly { kind: Finding["kind"]; message: string; file: string; line: number }[],
): Finding {
  const [first, ...more] = problems;
  if (first === undefined) return { kind: "does-not-load", message: "The file cannot be loaded." };
  const { kind, message, file, line } = first;
  const others = more.length === 0 ? "" : ` (and ${more.length} more like it)`;
  return { kind, message: `${message}${others}`, file, line };
}

function missingExport({ exercise, file }: Assignment, exports: readonly string[]): Finding | null {
  const missing = exercise.functions.filter((name) => !exports.includes(name));
  if (missing.length === 0) return null;
  return {
    kind: "missing-export",
    message:
      `${file.split("/").pop()} does not export ${
        missing.map((name) => `${name}()`).join(", ")
      }. The lab calls it by ` +
      "this name: keep the signature that was shipped, with `export` before it.",
    seen: exports.length === 0 ? "no exports" : `exports ${exports.join(", ")}`,
    wanted: exercise.functions.join(", "),
    readNext: "the starter: `deno task reset` puts it back and keeps a copy of your file",
  };
}

function notRun({ check, hidden }: Assignment["checks"][number], finding: Finding, options: JudgeOptions): CheckReport {
  const { name, points: maxPoints } = check;
  const report: CheckReport = {
    ...{ name, hidden, status: "failed", points: 0, maxPoints, schedules: 0, durationMs: 0, finding },
  } as const;
  options.onCheck?.(report);
  return report;
}

function typeReport({ finding, reason }: TypeCheck, durationMs: number): CheckReport {
  const status = finding !== null ? "failed" : reason !== null ? "broken" : "passed";
  const times = { schedules: 0, durationMs: Math.round(durationMs) };
  return { name: TYPES, hidden: false, status, points: 0, maxPoints: 0, ...times, finding };
}

function reportOf(assignment: Assignment, judged: Judged, isolation: Isolation, durationMs: number): Report {
  const { exercise, file } = assignment;
  const project = new URL("../../", import.meta.url).pathname;
  return {
    formatVersion: FORMAT_VERSION,
    exercise: { number: exercise.number, name: exercise.name, title: exercise.title },
    file: file.startsWith(project) ? file.slice(project.length) : file,
    verdict: verdictOf(judged.reports),
    points: judged.reports.reduce((sum, check) => sum + check.points, 0),
    maxPoints: judged.reports.reduce((sum, check) => sum + check.maxPoints, 0),
    checks: judged.reports,
    reason: judged.reason,
    isolation,
    machine: {
      os: Deno.build.os,
      arch: Deno.build.arch,
      kernel: Deno.osRelease(),
      cores: navigator.hardwareConcurrency,
      deno: Deno.version.deno,
    },
    durationMs: Math.round(durationMs),
    ...(judged.replayed === undefined ? {} : { replayed: judged.replayed }),
    ...(judged.notes.length === 0 ? {} : { notes: judged.notes }),
    output: judged.output,
  };
}

/** Failed before broken: where a fault of the student's is certain, it is said, whatever else went wrong. */
function verdictOf(checks: readonly CheckReport[]): Verdict {
  for (const verdict of ["failed", "broken", "unsupported"] as const) {
    if (checks.some((check) => check.status === verdict)) return verdict;
  }
  return "passed";
}
