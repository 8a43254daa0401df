/**
 * A line of the student's file, quoted with its neighbours.
 *
 * @module
 */
import { cleanLine } from "./clean.ts";
import type { Style } from "./style.ts";
import { truncate } from "./width.ts";

/** A file that findings point into. */
export interface Source {
  /** How it is shown: relative to where the student is, so that a terminal can open it. */
  readonly path: string;
  readonly lines: readonly string[];
}

/** Finds the file of a finding: the judged one unless named. Null if there is none. */
export type FindSource = (file?: string) => Source | null;

/** The line between its neighbours, marked. Nothing if the file has no such line. */
export function quote(source: Source, line: number, style: Style, columns: number): string[] {
  if (source.lines[line - 1] === undefined) return [];
  const numbers = [line - 1, line, line + 1].filter((number) =>
    (source.lines[number - 1] ?? "").trim() !== "" || number === line
  );
  const digits = String(numbers.at(-1)).length;
  const room = columns - digits - 5;
  return numbers.map((number) => {
    const text = truncate(cleanLine(source.lines[number - 1] ?? ""), room, style.signs.more);
    const gutter = `${String(number).padStart(digits)} ${style.signs.bar}`;
    return number === line
      ? `${style.bad(style.signs.here)} ${gutter} ${style.strong(text)}`.trimEnd()
      : style.dim(`  ${gutter} ${text}`.trimEnd());
  });
}
