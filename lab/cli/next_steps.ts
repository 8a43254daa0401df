/**
 * What to do after a judgement.
 *
 * @module
 */
import type { Exercise } from "../course/definition.ts";
import { type Entry, loadExercise } from "../course/discovery.ts";
import { NO_PROGRESS, type Progress } from "../course/progress.ts";
import type { Report } from "../report/model.ts";
import type { NextStep } from "../report/terminal.ts";
import { type Context, taskCommand } from "./context.ts";
import { shownPath } from "./paths.ts";

/** What a student's judgement was about. */
export interface Situation {
  readonly context: Context;
  readonly entry: Entry;
  readonly entries: readonly Entry[];
  readonly exercise: Exercise;
  readonly progress: Progress;
  /** Whether the file is judged again at every save as it is. */
  readonly watching: boolean;
}

/** At most three steps, the most useful first. */
export async function nextSteps(situation: Situation, report: Report, fileIsMissing: boolean): Promise<NextStep[]> {
  const { context, entry } = situation;
  if (report.replayed) return [{ command: taskCommand(context, `exercise ${entry.number}`), what: "judges all of it" }];
  switch (report.verdict) {
    case "passed":
      return [await afterPassing(situation)];
    case "failed":
      if (fileIsMissing) {
        return [{ command: taskCommand(context, `reset ${entry.number}`), what: "puts the starter back" }];
      }
      return afterFailing(situation, report);
    case "broken":
    case "unsupported":
      return [{ command: taskCommand(context, "doctor"), what: "tells what this machine can do" }];
  }
}

async function afterPassing({ context, entry, entries, progress }: Situation): Promise<NextStep> {
  const isOpen = ({ slug }: Entry): boolean => !(progress[slug] ?? NO_PROGRESS).passed;
  const next = entries.find((other) => other.number > entry.number && isOpen(other)) ?? entries.find(isOpen);
  if (next === undefined) return { command: taskCommand(context, "list"), what: "you have passed every exercise" };
  return { command: taskCommand(context, `exercise ${next.number}`), what: await titleOf(next) };
}

async function titleOf(entry: Entry): Promise<string> {
  try {
    return (await loadExercise(entry)).title;
  } catch {
    return entry.name;
  }
}

function afterFailing({ context, entry, exercise, progress, watching }: Situation, report: Report): NextStep[] {
  const { hints } = progress[entry.slug] ?? NO_PROGRESS;
  const untouched = report.checks.every(({ status, finding }) =>
    status === "passed" || finding?.kind === "not-implemented"
  );
  const what = hints === 0 ? "a first hint" : hints < exercise.hints.length ? "a stronger hint" : "all hints again";
  return [
    untouched
      ? { command: shownPath(context, `${entry.folder}/README.md`), what: "the task, and how it is graded" }
      : { command: taskCommand(context, `hint ${entry.number}`), what },
    ...(watching
      ? []
      : [{ command: taskCommand(context, `exercise ${entry.number} --watch`), what: "judges again at every save" }]),
  ];
}
