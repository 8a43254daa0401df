/**
 * Where in the student's files an error came from. Used in roles too: depends on nothing.
 *
 * @module
 */

/** A place in a student's file. */
export interface SourcePosition {
  /** Path below the exercise's folder. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

/** What of a `ProgramModule` is needed to find it in a stack trace. */
export interface LocatableModule {
  /** Path below the exercise's folder. */
  readonly path: string;
  /** The file's URL, as it stands in stack traces. */
  readonly url: string;
  /** How columns moved; see `ProgramModule`. */
  readonly columns?: { readonly [line: number]: readonly number[] };
}

/** What follows the URL in a frame. The runtime writes ", <anonymous>" after the name that a `sourceURL` comment gave. */
const LINE_AND_COLUMN_REGEXP = /^(?:, <anonymous>)?:(\d+):(\d+)/;

/**
 * The topmost frame of `stack` that is in one of `modules`, as a place in the file that the student wrote; null where there
 * is none.
 */
export function positionIn(stack: string, modules: readonly LocatableModule[]): SourcePosition | null {
  for (const frame of stack.split("\n")) {
    // The message comes first in a stack, and may hold anything.
    if (!/^\s*at /.test(frame)) continue;
    for (const module of modules) {
      const start = frame.indexOf(module.url);
      if (start === -1) continue;
      const found = LINE_AND_COLUMN_REGEXP.exec(frame.slice(start + module.url.length));
      if (found === null) continue;
      const line = Number(found[1]);
      return { file: module.path, line, column: originalColumn(module.columns?.[line], Number(found[2])) };
    }
  }
  return null;
}

/** The column of the student's line that `column` of the instrumented one came from. */
function originalColumn(pairs: readonly number[] | undefined, column: number): number {
  if (pairs === undefined) return column;
  const wanted = column - 1;
  let original = 0;
  for (let i = 0; i < pairs.length; i += 2) {
    const from = pairs[i] as number;
    if (from > wanted) break;
    const next = pairs[i + 3] ?? Infinity;
    // What was put in between two pieces of the student's text belongs to the place it was put at.
    original = Math.min((pairs[i + 1] as number) + (wanted - from), next);
  }
  return original + 1;
}
