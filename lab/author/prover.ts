/**
 * A prover: a process that judges files, one a line of its standard input, and answers one line each. Two of them keep both
 * cores of a small machine busy.
 *
 * @module
 */
import { discover, type Entry, loadExercise, loadHiddenChecks } from "../course/discovery.ts";
import type { ExploreSettings } from "../judge/explored_check.ts";
import { judge } from "../judge/judge.ts";
import type { Report } from "../report/model.ts";
import type { Trial } from "./proof_plan.ts";

/** A line of input. */
export interface Task {
  readonly exercise: number;
  readonly as: string;
  /** The prover's own: two at the same time explore on two processors. */
  readonly lane: number;
  readonly typeCheck: boolean;
  /** Of the schedules, and of the inputs that are explored. */
  readonly seed: number;
  /** Schedules of each check; 0: it is not explored; null: as many as the check says itself. */
  readonly schedules: number | null;
  /** Uncontrolled runs of each check, at most. */
  readonly runs: number;
}

/** For each check: more than any needs, also on a machine that is very busy; and more for more schedules than usual. */
const EXPLORE_SECONDS = 120;
const SECONDS_A_SCHEDULE = 0.05;

/** Serves until the end of the input, or until it is interrupted: then what is being judged is left, and cleaned up. */
export async function serve(
  exercises: string,
  input: ReadableStream<Uint8Array>,
  answer: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const entries = await discover(exercises);
  let rest = "";
  for await (const text of input.pipeThrough(new TextDecoderStream(), { signal })) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const trial = await perform(entries, JSON.parse(line) as Task, signal);
      if (signal.aborted) return;
      answer(`${JSON.stringify(trial)}\n`);
    }
  }
}

async function perform(entries: readonly Entry[], task: Task, signal: AbortSignal): Promise<Trial> {
  const entry = entries.find((one) => one.number === task.exercise) as Entry;
  try {
    const exercise = await loadExercise(entry);
    const hidden = await loadHiddenChecks(entry, exercise) ?? [];
    const report = await judge({
      exercise,
      folder: entry.folder,
      file: fileOf(entry, exercise.file, task.as),
      checks: [
        ...exercise.checks.map((check) => ({ check, hidden: false })),
        ...hidden.map((check) => ({ check, hidden: true })),
      ],
    }, {
      typeCheck: task.typeCheck,
      firstOnly: true,
      lanes: 1,
      firstLane: task.lane,
      explore: settingsOf(task),
      runs: task.runs,
      signal,
    });
    return trialOf(report);
  } catch (error) {
    const message = error instanceof Error ? error.stack ?? error.message : String(error);
    return { verdict: "broken", finding: null, message, check: "", schedules: 0, durationMs: 0 };
  }
}

function settingsOf({ seed, schedules }: Task): ExploreSettings | null {
  if (schedules === 0) return null;
  const seconds = EXPLORE_SECONDS + SECONDS_A_SCHEDULE * (schedules ?? 0);
  return { seed, seconds, ...(schedules === null ? {} : { schedules }) };
}

function trialOf(report: Report): Trial {
  const first = report.checks.find((check) => check.status !== "passed");
  return {
    verdict: report.verdict,
    finding: first?.finding?.kind ?? null,
    message: first?.finding?.message ?? report.reason ?? "",
    check: first?.name ?? "",
    schedules: report.checks.reduce((sum, { explored = 0 }) => sum + explored, 0),
    durationMs: report.durationMs,
  };
}

function fileOf(entry: Entry, file: string, as: string): string {
  const [kind, name] = as.split(":") as [string, string | undefined];
  if (kind === "starter") return `${entry.folder}/.starter/${file}`;
  if (name === undefined) return `${entry.folder}/grading/solution.ts`;
  return `${entry.folder}/grading/${kind}s/${name}.ts`;
}

if (import.meta.main) {
  const root = Deno.env.get("IPCLAB_ROOT") ?? new URL("../../", import.meta.url).pathname;
  const out = (line: string): void => void Deno.stdout.writeSync(new TextEncoder().encode(line));
  const interruption = new AbortController();
  // Ctrl-C reaches every process of the terminal; the run has to be taken down before this one goes.
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    Deno.addSignalListener(name, () => interruption.abort());
  }
  try {
    await serve(`${root.replace(/\/$/, "")}/exercises`, Deno.stdin.readable, out, interruption.signal);
  } catch (error) {
    if (!interruption.signal.aborted) throw error;
  }
}
