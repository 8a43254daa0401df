/**
 * Where the student's columns went.
 *
 * @module
 */
import type MagicString from "magic-string";
import type { ProgramModule } from "./model.ts";

/** For each line that was changed: pairs of a column after and the column before that it came from. */
export function columnShifts(text: MagicString): ProgramModule["columns"] {
  const columns: Record<number, number[]> = {};
  text.generateDecodedMap().mappings.forEach((segments, index) => {
    const pairs = segments.flatMap((segment) => segment.length === 1 ? [] : [segment[0], segment[3]]);
    if (pairs.some((column, i) => i % 2 === 0 && column !== pairs[i + 1])) columns[index + 1] = pairs;
  });
  return columns;
}
