/**
 * `list`: all exercises with progress, and what is next.
 *
 * @module
 */
import { discover, type Entry, loadExercise } from "../course/discovery.ts";
import { type ExerciseProgress, loadProgress, NO_PROGRESS } from "../course/progress.ts";
import { DefinitionError } from "../course/validation.ts";
import { type ListRow, listText } from "../report/list.ts";
import { Style } from "../report/style.ts";
import type { NextStep } from "../report/terminal.ts";
import type { CommandBody } from "./command.ts";
import { type Context, exercisesFolder, type ExitCode, mediumFor, stateFolder, taskCommand } from "./context.ts";
import { warn } from "./warning.ts";

/** Shows the list. */
export async function showList(context: Context): Promise<ExitCode> {
  const [entries, { progress, warning }] = await Promise.all([
    discover(exercisesFolder(context)),
    loadProgress(stateFolder(context)),
  ]);
  if (entries.length === 0) throw new DefinitionError(exercisesFolder(context), "there are no exercises");
  const rows = await Promise.all(entries.map((entry) => rowOf(entry, progress[entry.slug] ?? NO_PROGRESS)));
  context.stdout.write(listText(rows, new Style(mediumFor(context.stdout, context)), [nextStep(context, rows)]));
  if (warning !== undefined) warn(context, warning);
  return 0;
}

async function rowOf(entry: Entry, { points, passed }: ExerciseProgress): Promise<ListRow> {
  try {
    const { title, topic, checks } = await loadExercise(entry);
    const maxPoints = checks.reduce((sum, check) => sum + check.points, 0);
    const state = passed ? "passed" : points > 0 ? "partly" : "todo";
    return { number: entry.number, title, topic, state, points: Math.min(points, maxPoints), maxPoints };
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    const topic = "cannot be loaded: the lab's fault";
    return { number: entry.number, title: entry.name, topic, state: "broken", points: 0, maxPoints: 0 };
  }
}

function nextStep(context: Context, rows: readonly ListRow[]): NextStep {
  const next = rows.find(({ state }) => state === "partly" || state === "todo");
  if (next === undefined) return { command: taskCommand(context, "exercise N"), what: "runs any of them again" };
  return { command: taskCommand(context, `exercise ${next.number}`), what: next.title };
}

const list: CommandBody = {
  description: ["Shows the best result of each exercise so far. The checks that count here are those that you see."],
  options: [],
  run: showList,
};

export default list;
