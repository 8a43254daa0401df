/**
 * What a student has reached so far: `.ipclab/progress.json`. Nothing here is worth a failed run: whatever goes wrong with the file
 * becomes a warning, and a file that cannot be understood is kept.
 *
 * @module
 */
import { backUp, reasonOf, replaceFile } from "./files.ts";

const FORMAT_VERSION = 1;

/** What is remembered of one exercise. */
export interface ExerciseProgress {
  /** The most points that a run of the student's file got. */
  readonly points: number;
  /** Whether all visible checks have passed in one run. */
  readonly passed: boolean;
  /** Hints shown. */
  readonly hints: number;
}

/** What is remembered, by the exercise's folder name. */
export type Progress = { readonly [slug: string]: ExerciseProgress };

/** Before anything was done. */
export const NO_PROGRESS: ExerciseProgress = { points: 0, passed: false, hints: 0 };

/** Progress as far as it could be read or written, and what the student should know about that. */
export interface Outcome {
  readonly progress: Progress;
  readonly warning?: string;
}

/** Reads the progress in `folder`. A file that is not there is no progress; one that cannot be understood is that with a warning. */
export async function loadProgress(folder: string): Promise<Outcome> {
  const path = pathOf(folder);
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    return error instanceof Deno.errors.NotFound
      ? { progress: {} }
      : { progress: {}, warning: `Progress cannot be read: ${reasonOf(error)}` };
  }
  const problem = parse(text);
  return typeof problem === "string"
    ? { progress: {}, warning: `Progress in ${path} ${problem}. The file is kept.` }
    : { progress: problem };
}

/** Changes what is remembered of one exercise: read, change and write while no other command does. Never throws. */
export async function updateProgress(
  folder: string,
  slug: string,
  change: (before: ExerciseProgress) => ExerciseProgress,
): Promise<Outcome> {
  const apply = (progress: Progress): Progress => ({ ...progress, [slug]: change(progress[slug] ?? NO_PROGRESS) });
  try {
    await Deno.mkdir(folder, { recursive: true });
    using lock = await Deno.open(`${folder}/lock`, { create: true, write: true });
    await lock.lock(true);
    const { progress, warning } = await loadProgress(folder);
    const changed = apply(progress);
    // Whatever the unreadable file holds may be worth something to its owner, or to a newer lab.
    const kept = warning === undefined ? null : await backUp(pathOf(folder));
    const document = { formatVersion: FORMAT_VERSION, exercises: changed };
    await replaceFile(pathOf(folder), JSON.stringify(document, null, 2) + "\n");
    return kept === null ? { progress: changed } : { progress: changed, warning: `${warning} A copy is in ${kept}.` };
  } catch (error) {
    const { progress } = await loadProgress(folder);
    return { progress: apply(progress), warning: `Progress cannot be saved: ${reasonOf(error)}` };
  }
}

/** What stands in the file, or what is wrong with it. */
function parse(text: string): Progress | string {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return "is not valid JSON";
  }
  if (!isObject(document)) return "is not an object";
  if (document.formatVersion !== FORMAT_VERSION) return "was written by another version of the lab";
  if (!isObject(document.exercises)) return "has no exercises";
  const progress: { [slug: string]: ExerciseProgress } = {};
  for (const [slug, value] of Object.entries(document.exercises)) {
    if (!isExerciseProgress(value)) return `makes no sense at "${slug}"`;
    progress[slug] = { points: value.points, passed: value.passed, hints: value.hints };
  }
  return progress;
}

function isExerciseProgress(value: unknown): value is ExerciseProgress {
  return isObject(value) && isCount(value.points) && isCount(value.hints) && typeof value.passed === "boolean";
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function pathOf(folder: string): string {
  return `${folder}/progress.json`;
}
