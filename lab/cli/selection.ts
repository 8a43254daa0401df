/**
 * Which exercise is meant by what was typed: "9", "09", "bounded-buffer", "09-bounded-buffer", or the folder's path.
 *
 * @module
 */
import { discover, type Entry } from "../course/discovery.ts";
import { cleanLine } from "../report/clean.ts";
import type { Arguments } from "./command.ts";
import { UsageError } from "./command.ts";
import { type Context, exercisesFolder } from "./context.ts";
import { nearest } from "./suggest.ts";

/** The exercise that the command is about. Throws a UsageError that names the nearest. */
export async function selectExercise(context: Context, args: Arguments): Promise<{ entry: Entry; entries: Entry[] }> {
  const entries = await discover(exercisesFolder(context));
  const [typed] = args.positionals;
  if (typed === undefined) throw new UsageError("Which exercise?", known(entries));
  return { entry: findEntry(typed, entries), entries };
}

/** "09". */
export function numberText(entry: { readonly number: number }): string {
  return String(entry.number).padStart(2, "0");
}

/** The exercise that was typed. Throws a UsageError that names the nearest. */
export function findEntry(typed: string, entries: readonly Entry[]): Entry {
  // Completion in a shell gives the path of the folder.
  const word = typed.replace(/\/+$/, "").split("/").at(-1) ?? "";
  const isNumber = /^\d+$/.test(word);
  const found = entries.find(({ number, name, slug }) =>
    isNumber ? number === Number(word) : name === word || slug === word
  );
  if (found !== undefined) return found;
  const near = isNumber ? nearestNumber(Number(word), entries) : nearestName(word, entries);
  const meant = near === undefined ? "" : ` The nearest is ${near.number} (${near.name}).`;
  throw new UsageError(`There is no exercise ${cleanLine(typed)}.${meant}`, known(entries));
}

function nearestNumber(typed: number, entries: readonly Entry[]): Entry | undefined {
  const byDistance = entries.toSorted((one, other) => Math.abs(one.number - typed) - Math.abs(other.number - typed));
  return byDistance[0];
}

function nearestName(typed: string, entries: readonly Entry[]): Entry | undefined {
  const name = nearest(
    typed.replaceAll("_", "-").replace(/^\d+-/, "").replace(/\.ts$/, ""),
    entries.map(({ name }) => name),
  );
  return entries.find((entry) => entry.name === name);
}

function known(entries: readonly Entry[]): string {
  return `Known: ${entries.map(({ number, name }) => `${number} ${name}`).join(", ")}`;
}
