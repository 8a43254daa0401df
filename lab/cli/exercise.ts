/**
 * `exercise N`: judges a file and says what came out. Without N: the list.
 *
 * @module
 */
import type { Exercise } from "../course/definition.ts";
import { type Entry, loadExercise } from "../course/discovery.ts";
import { loadProgress, type Outcome, updateProgress } from "../course/progress.ts";
import { DefinitionError } from "../course/validation.ts";
import { EXIT_STATUS } from "../judge/finding.ts";
import { type Assignment, type JudgeOptions, TokenRefused } from "../judge/judge.ts";
import { reportJson } from "../report/json.ts";
import type { CheckReport, Report } from "../report/model.ts";
import { type Arguments, type CommandBody, UsageError } from "./command.ts";
import { type Context, type ExitCode, stateFolder, taskCommand } from "./context.ts";
import { EXPLORE_OPTIONS, exploreSettings } from "./explore_options.ts";
import { failureReason } from "./failure.ts";
import { showList } from "./list.ts";
import { LiveReport } from "./live_report.ts";
import { nextSteps } from "./next_steps.ts";
import { shownPath } from "./paths.ts";
import { type Picture, PICTURE_OPTIONS, picturesAsked, writePictures } from "./pictures.ts";
import { selectExercise } from "./selection.ts";
import { sourcesOf } from "./sources.ts";
import { assignmentFor } from "./target.ts";
import { brokenReport, missingReport } from "./unjudged.ts";
import { warn } from "./warning.ts";
import { watch } from "./watch.ts";

const ISOLATIONS = ["auto", "none", "bubblewrap"] as const;

/** What one call of the command is about. */
interface Session {
  readonly context: Context;
  readonly entry: Entry;
  readonly entries: readonly Entry[];
  readonly assignment: Assignment;
  readonly isolation: NonNullable<JudgeOptions["isolation"]>;
  /** Whose file it is; undefined for the student's own: what that reaches is remembered. */
  readonly as: string | undefined;
  readonly watching: boolean;
  /** How to explore, and what to repeat instead. */
  readonly schedules: Pick<JudgeOptions, "explore" | "replay">;
  /** Files that the schedule of a finding is drawn into. */
  readonly pictures: readonly Picture[];
}

async function run(context: Context, args: Arguments): Promise<ExitCode> {
  if (args.positionals.length === 0) {
    const given = exercise.options.find(({ name, value }) =>
      value === undefined ? args.flag(name) : args.value(name) !== undefined
    );
    if (given !== undefined) throw new UsageError(`--${given.name} needs an exercise.`, "Usage: deno task exercise N");
    return await showList(context);
  }
  const json = args.flag("json");
  const watching = args.flag("watch");
  if (json && watching) {
    throw new UsageError("--json and --watch do not go together: --json prints one document and ends.");
  }
  const schedules = schedulesOf(args, watching);
  const { entry, entries } = await selectExercise(context, args);
  const as = args.value("as");
  let definition: Exercise | null = null;
  try {
    definition = await loadExercise(entry);
    const assignment = await assignmentFor(entry, definition, as);
    const isolation = ISOLATIONS.find((name) => name === args.value("isolation")) ?? "auto";
    const session: Session = {
      context,
      entry,
      entries,
      assignment,
      isolation,
      as,
      watching,
      schedules,
      pictures: await picturesAsked(context, args, assignment.file),
    };
    if (watching) return await watchSession(session);
    return await (json ? judgeForMachine(session) : judgeForEye(session, context.interrupt));
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    const report = brokenReport(context, entry, definition, await failureReason(error, [], context));
    if (json) context.stdout.write(reportJson(report));
    else showBroken(context, entry, report);
    return 3;
  }
}

function showBroken(context: Context, entry: Entry, report: Report): void {
  const live = new LiveReport(context, () => null);
  live.start(report.exercise, shownPath(context, `${entry.folder}/exercise.ts`));
  live.finish(report, []);
}

async function judgeForMachine(session: Session): Promise<ExitCode> {
  const { context, pictures } = session;
  const report = await judged(session, { signal: context.interrupt });
  context.stdout.write(reportJson(report));
  const { warning } = await remember(session, report);
  if (warning !== undefined) warn(context, warning);
  const { missing } = await writePictures(context, pictures, report);
  if (missing !== null) warn(context, missing);
  return exitCode(report);
}

async function judgeForEye(session: Session, signal: AbortSignal): Promise<ExitCode> {
  const { context, entry, entries, assignment, as, watching, pictures } = session;
  const { exercise, file } = assignment;
  const find = sourcesOf(context, assignment);
  const live = new LiveReport(context, find, session.schedules.explore !== undefined);
  live.start(exercise, shownPath(context, file));
  let report: Report;
  try {
    report = await judged(session, {
      signal,
      onProgress: (progress) => live.progress(progress),
      onCheck: (check) => live.check(check),
    });
  } catch (error) {
    live.stop();
    throw error;
  }
  const { progress, warning } = await remember(session, report);
  const situation = { context, entry, entries, exercise, progress, watching };
  live.finish(report, as === undefined ? await nextSteps(situation, report, find() === null) : []);
  if (warning !== undefined) warn(context, warning);
  live.pictures(await writePictures(context, pictures, report));
  return exitCode(report);
}

function watchSession(session: Session): Promise<ExitCode> {
  const { context, entry, assignment: { file } } = session;
  const remedy = `${taskCommand(context, `reset ${entry.number}`)} puts the starter back`;
  return watch(context, {
    file,
    remedy,
    judge: async (signal) => {
      try {
        await judgeForEye(session, signal);
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    },
  });
}

/** The judge's report, or one that says why there is none. Throws only what the signal's abortion threw. */
async function judged(session: Session, { onCheck, ...options }: JudgeOptions): Promise<Report> {
  const { context, entry, assignment, isolation, schedules } = session;
  const toReplay = (check: CheckReport): CheckReport => withCommand(check, session);
  if (!await isThere(assignment.file)) return missingReport(context, entry, assignment);
  try {
    const report = await context.judge(assignment, {
      ...options,
      ...schedules,
      isolation,
      ...(onCheck === undefined ? {} : { onCheck: (check) => onCheck(toReplay(check)) }),
    });
    return { ...report, checks: report.checks.map(toReplay) };
  } catch (error) {
    if (options.signal?.aborted) throw error;
    if (error instanceof TokenRefused) {
      throw new UsageError(
        error.message,
        "Without --replay, the exercise is judged anew, and a finding shows a new token.",
      );
    }
    const reason = await failureReason(error, ["exercise", entry.slug], context);
    return brokenReport(context, entry, assignment.exercise, reason);
  }
}

/** With what this user types to see a finding's schedule again. */
function withCommand(check: CheckReport, { context, entry, as }: Session): CheckReport {
  if (check.trace === undefined) return check;
  const who = as === undefined ? "" : ` --as ${as}`;
  const command = taskCommand(context, `exercise ${entry.number}${who} --replay ${check.trace.token}`);
  return { ...check, trace: { ...check.trace, command } };
}

/** Writes down what the student's own file has reached. */
async function remember({ context, entry, as, schedules }: Session, { verdict, points }: Report): Promise<Outcome> {
  if (as !== undefined || schedules.replay !== undefined || (verdict !== "passed" && verdict !== "failed")) {
    return await loadProgress(stateFolder(context));
  }
  return await updateProgress(stateFolder(context), entry.slug, (before) => ({
    ...before,
    points: Math.max(before.points, points),
    passed: before.passed || verdict === "passed",
  }));
}

/** What the options say of schedules. */
function schedulesOf(args: Arguments, watching: boolean): Session["schedules"] {
  const explore = exploreSettings(args);
  const replay = args.value("replay");
  if (replay === undefined) return explore === undefined ? {} : { explore };
  if (watching) throw new UsageError("--replay and --watch do not go together: a token is of one version of the file.");
  if (explore !== undefined) {
    throw new UsageError(
      "--replay repeats one schedule: --schedules, --seconds, --seed and --strategy do not go with it.",
    );
  }
  return { replay };
}

async function isThere(file: string): Promise<boolean> {
  try {
    return (await Deno.stat(file)).isFile;
  } catch (error) {
    // Anything else than "not there" is for the judge to tell.
    return !(error instanceof Deno.errors.NotFound);
  }
}

function exitCode({ verdict }: Report): ExitCode {
  return EXIT_STATUS[verdict] as ExitCode;
}

const exercise: CommandBody = {
  description: [
    "N is an exercise's number or name: 9, bounded-buffer or 09-bounded-buffer. Without N: the list, and what is next.",
    "Exit status: 0 passed, 1 failed, 2 wrong use, 3 the lab failed, 4 this machine cannot run it.",
  ],
  options: [
    { name: "watch", summary: "judge again at every save" },
    { name: "json", summary: "print the report as one JSON document, and nothing else" },
    {
      name: "as",
      value: "WHO",
      summary:
        "judge another file than yours, by the hidden checks as well: starter, solution, solution:NAME or mutant:NAME",
    },
    {
      name: "isolation",
      value: "HOW",
      choices: ISOLATIONS,
      summary: "auto (walls around your program where this machine can build them), none, or bubblewrap",
    },
    ...EXPLORE_OPTIONS,
    ...PICTURE_OPTIONS,
  ],
  run,
};

export default exercise;
