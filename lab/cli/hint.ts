/**
 * `hint N`: the next hint each time, and after the last one all of them and where to read on.
 *
 * @module
 */
import type { Exercise } from "../course/definition.ts";
import { type Entry, loadExercise } from "../course/discovery.ts";
import { updateProgress } from "../course/progress.ts";
import { markdownLines } from "../report/markdown.ts";
import { Style } from "../report/style.ts";
import { nextLines, type NextStep } from "../report/terminal.ts";
import { wrap } from "../report/width.ts";
import type { Arguments, CommandBody } from "./command.ts";
import { type Context, type ExitCode, mediumFor, stateFolder, taskCommand } from "./context.ts";
import { shownPath } from "./paths.ts";
import { numberText, selectExercise } from "./selection.ts";
import { warn } from "./warning.ts";

async function run(context: Context, args: Arguments): Promise<ExitCode> {
  const { entry } = await selectExercise(context, args);
  const exercise = await loadExercise(entry);
  let shown = 0;
  const { warning } = await updateProgress(stateFolder(context), entry.slug, (before) => {
    shown = before.hints;
    return { ...before, hints: Math.min(exercise.hints.length, before.hints + 1) };
  });
  const style = new Style(mediumFor(context.stdout, context));
  const lines = shown < exercise.hints.length ? hintLines(exercise, shown, style) : allLines(exercise, style);
  const next = nextLines(nextSteps(context, entry, exercise, shown + 1), style);
  context.stdout.write(
    [`  ${style.strong(`${numberText(entry)} ${exercise.title}`)}`, "", ...lines, ...next].join("\n") + "\n",
  );
  if (warning !== undefined) warn(context, warning);
  return 0;
}

function allLines(exercise: Exercise, style: Style): string[] {
  const end = wrap(
    "These are all the hints there are. The README has the theory and the manual pages.",
    style.columns - 2,
  );
  return [
    ...exercise.hints.flatMap((_, index) => hintLines(exercise, index, style)),
    ...end.map((line) => `  ${line}`),
    "",
  ];
}

function hintLines(exercise: Exercise, index: number, style: Style): string[] {
  const head = style.dim(`  Hint ${index + 1} of ${exercise.hints.length}`);
  return [head, ...markdownLines(exercise.hints[index] ?? "", style), ""];
}

function nextSteps(context: Context, entry: Entry, exercise: Exercise, shown: number): NextStep[] {
  const again: NextStep = { command: taskCommand(context, `exercise ${entry.number}`), what: "judges your file" };
  if (shown < exercise.hints.length) {
    return [again, { command: taskCommand(context, `hint ${entry.number}`), what: "a stronger hint" }];
  }
  return [again, { command: shownPath(context, `${entry.folder}/README.md`), what: "the task and what to read" }];
}

const hint: CommandBody = {
  description: ["Each exercise has three hints, each says more than the one before. What was shown is remembered."],
  options: [],
  run,
};

export default hint;
