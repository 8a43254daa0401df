/**
 * The file that a student edits, and the starter it began as. The starter is kept twice in the repository: as the student's
 * file itself, which gets edited in place, and untouched as `.starter/NAME.ts` beside it, so that a reset needs neither git nor a
 * network. `lab:verify` proves that both are the same as shipped.
 *
 * @module
 */
import type { Exercise } from "./definition.ts";
import type { Entry } from "./discovery.ts";
import { backUp, replaceFile } from "./files.ts";
import { DefinitionError } from "./validation.ts";

/** Path of the file that the student edits. */
export function studentFile(entry: Entry, exercise: Exercise): string {
  return `${entry.folder}/${exercise.file}`;
}

/** Path of the untouched starter. */
export function starterFile(entry: Entry, exercise: Exercise): string {
  return `${entry.folder}/.starter/${exercise.file}`;
}

/** The starter's text. Throws a DefinitionError if this copy of the lab has none. */
export async function readStarter(entry: Entry, exercise: Exercise): Promise<string> {
  const path = starterFile(entry, exercise);
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    throw new DefinitionError(path, "the starter is missing: this copy of the lab is incomplete", { cause: error });
  }
}

/** Whether the student's file is still as shipped. */
export async function isPristine(entry: Entry, exercise: Exercise): Promise<boolean> {
  return await readStarter(entry, exercise) === await textOf(studentFile(entry, exercise));
}

/** What a reset did. */
export interface Reset {
  /** Whether anything had to be done. */
  readonly changed: boolean;
  /** Where the student's text went; null if there was none. */
  readonly copy: string | null;
}

/** Puts the starter back. The student's text is kept in a copy before anything is written. */
export async function resetFile(entry: Entry, exercise: Exercise): Promise<Reset> {
  const starter = await readStarter(entry, exercise);
  const path = studentFile(entry, exercise);
  const text = await textOf(path);
  if (text === starter) return { changed: false, copy: null };
  const copy = text === null ? null : await backUp(path);
  // A link leads to where the student keeps the file: that is what has to change.
  await replaceFile(text === null ? path : await Deno.realPath(path), starter);
  return { changed: true, copy };
}

async function textOf(path: string): Promise<string | null> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
