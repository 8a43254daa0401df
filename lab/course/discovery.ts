/**
 * Finds the exercises and loads their definitions. What is wrong with a definition is the lab's fault, and the error says in which
 * file and at which field.
 *
 * @module
 */
import { pathToFileURL } from "node:url";
import type { Exercise, HiddenChecks, Proof } from "./definition.ts";
import { reasonOf } from "./files.ts";
import { checkExercise, checkHiddenChecks, checkProof, DefinitionError } from "./validation.ts";

export { DefinitionError };

/** An exercise that is there, its definition not loaded yet. */
export interface Entry {
  readonly number: number;
  /** "bounded-buffer". */
  readonly name: string;
  /** "09-bounded-buffer": the folder's name, and what progress is kept under. */
  readonly slug: string;
  /** Absolute path of the folder. */
  readonly folder: string;
}

const FOLDER = /^(\d{2,})-([a-z0-9]+(?:-[a-z0-9]+)*)$/;

/** All exercises in `folder`, by number. Anything that is not called NN-name is none. */
export async function discover(folder: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const slug of await subfolders(folder)) {
    const [, number, name] = FOLDER.exec(slug) ?? [];
    if (number === undefined || name === undefined) continue;
    entries.push({ number: Number(number), name, slug, folder: `${folder}/${slug}` });
  }
  entries.sort((one, other) => one.number - other.number || one.slug.localeCompare(other.slug));
  entries.forEach((entry, index) => {
    const before = entries[index - 1];
    if (before?.number === entry.number) {
      throw new DefinitionError(
        folder,
        `two exercises have the number ${entry.number}: ${before.slug} and ${entry.slug}`,
      );
    }
  });
  return entries;
}

async function subfolders(folder: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { name, isFile } of Deno.readDir(folder)) if (!isFile) names.push(name);
  } catch (error) {
    throw new DefinitionError(folder, `cannot be read: ${reasonOf(error)}`);
  }
  return names;
}

/** Loads and checks `exercise.ts`. Throws a DefinitionError. */
export async function loadExercise(entry: Entry): Promise<Exercise> {
  const path = `${entry.folder}/exercise.ts`;
  return checkExercise(path, await loadDefault(path), entry);
}

/** Loads and checks `grading/checks.ts`; null where there is no such file, as in a student's copy. */
export async function loadHiddenChecks(entry: Entry, exercise: Exercise): Promise<HiddenChecks | null> {
  const path = `${entry.folder}/grading/checks.ts`;
  return await isFile(path) ? checkHiddenChecks(path, await loadDefault(path), exercise) : null;
}

/** Loads and checks `grading/proof.ts`; null where there is no such file, as in a student's copy. */
export async function loadProof(entry: Entry): Promise<Proof | null> {
  const path = `${entry.folder}/grading/proof.ts`;
  return await isFile(path) ? checkProof(path, await loadDefault(path)) : null;
}

async function loadDefault(path: string): Promise<unknown> {
  let module: { readonly default?: unknown };
  try {
    module = await import(pathToFileURL(path).href);
  } catch (error) {
    throw new DefinitionError(path, `cannot be loaded: ${reasonOf(error)}`, { cause: error });
  }
  if (module.default === undefined) throw new DefinitionError(path, "has no default export");
  return module.default;
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch {
    return false;
  }
}
