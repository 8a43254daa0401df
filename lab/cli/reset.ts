/**
 * `reset N`: puts the starter back and keeps what was there.
 *
 * @module
 */
import { loadExercise } from "../course/discovery.ts";
import { resetFile, studentFile } from "../course/starter.ts";
import { Style } from "../report/style.ts";
import { nextLines, type NextStep } from "../report/terminal.ts";
import { wrap } from "../report/width.ts";
import type { Arguments, CommandBody } from "./command.ts";
import { type Context, type ExitCode, mediumFor, taskCommand } from "./context.ts";
import { shownPath } from "./paths.ts";
import { selectExercise } from "./selection.ts";

async function run(context: Context, args: Arguments): Promise<ExitCode> {
  const { entry } = await selectExercise(context, args);
  const exercise = await loadExercise(entry);
  const path = shownPath(context, studentFile(entry, exercise));
  const style = new Style(mediumFor(context.stdout, context));
  const next: NextStep[] = [{ command: taskCommand(context, `exercise ${entry.number}`), what: "judges your file" }];
  const say = (...lines: string[]): void => {
    const wrapped = lines.flatMap((line) => wrap(line, style.columns - 2)).map((line) => `  ${line}`);
    context.stdout.write([...wrapped, "", ...nextLines(next, style)].join("\n") + "\n");
  };
  const { changed, copy } = await resetFile(entry, exercise);
  if (!changed) {
    say(`${path} is as shipped already: nothing to do.`);
  } else if (copy === null) {
    say(`${path} was missing: it is the starter again.`);
  } else {
    const kept = shownPath(context, copy);
    next.push({ command: `cp ${quoted(kept)} ${quoted(path)}`, what: "brings your version back" });
    say(`${path} is the starter again.`, `Your version is kept in ${kept}.`);
  }
  return 0;
}

/** A path for a shell. A copy's name ends in "~", which only means something at the beginning of a word. */
function quoted(path: string): string {
  return /^[\w./-][\w./~-]*$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

const reset: CommandBody = {
  description: ["Your version is copied first, to the same name with .~1~ (or the next free number) behind it."],
  options: [],
  run,
};

export default reset;
