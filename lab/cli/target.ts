/**
 * Which file is judged: the student's, or with `--as` one that the course brings along.
 *
 * @module
 */
import type { Exercise } from "../course/definition.ts";
import { type Entry, loadHiddenChecks } from "../course/discovery.ts";
import { readStarter, starterFile, studentFile } from "../course/starter.ts";
import type { Assignment } from "../judge/judge.ts";
import { cleanLine } from "../report/clean.ts";
import { UsageError } from "./command.ts";
import { didYouMean } from "./suggest.ts";

/** What is judged and by which checks: with `--as` the hidden ones as well. Throws a UsageError for an unknown name. */
export async function assignmentFor(entry: Entry, exercise: Exercise, as: string | undefined): Promise<Assignment> {
  const { folder } = entry;
  const visible = exercise.checks.map((check) => ({ check, hidden: false }));
  if (as === undefined) return { exercise, folder, file: studentFile(entry, exercise), checks: visible };
  const file = await fileFor(entry, exercise, as);
  const hidden = await loadHiddenChecks(entry, exercise) ?? [];
  return { exercise, folder, file, checks: [...visible, ...hidden.map((check) => ({ check, hidden: true }))] };
}

async function fileFor(entry: Entry, exercise: Exercise, as: string): Promise<string> {
  if (as === "starter") {
    await readStarter(entry, exercise);
    return starterFile(entry, exercise);
  }
  const known = await knownFiles(`${entry.folder}/grading`);
  const file = known.get(as);
  if (file !== undefined) return file;
  if (known.size === 0) {
    throw new UsageError(`This copy of the lab has no solutions for ${entry.slug}.`, "Known: starter");
  }
  const names = ["starter", ...known.keys()];
  throw new UsageError(
    `${entry.slug} has no "${cleanLine(as)}".${didYouMean(as, names)}`,
    `Known: ${names.join(", ")}`,
  );
}

/** By what `--as` calls them. */
async function knownFiles(grading: string): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  if ((await namesIn(grading)).includes("solution")) files.set("solution", `${grading}/solution.ts`);
  for (const [kind, folder] of [["solution", "solutions"], ["mutant", "mutants"]]) {
    for (const name of await namesIn(`${grading}/${folder}`)) {
      files.set(`${kind}:${name}`, `${grading}/${folder}/${name}.ts`);
    }
  }
  return files;
}

/** Names of the programs in a folder, without their ending; none if there is no such folder. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(folder));
    return entries.map(({ name }) => name).filter((name) => name.endsWith(".ts")).map((name) => name.slice(0, -3))
      .sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
