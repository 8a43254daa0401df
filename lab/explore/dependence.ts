/**
 * Which steps depend on one another: whether it can matter which of the two comes first.
 *
 * @module
 */
import { FLAG, MODE, STEP } from "./region.ts";

/** The length of a step in its record, where the step is as long or longer. */
export const LONGEST = 0xffff;

/**
 * Whether two uses of one object conflict: one of them changes it, they are not both posts, and their bytes overlap. A use of
 * length 0 is one of the whole object.
 */
export function conflict(
  mode: number,
  offset: number,
  length: number,
  otherMode: number,
  otherOffset: number,
  otherLength: number,
): boolean {
  if (mode === MODE.none || otherMode === MODE.none) return false;
  if (mode === otherMode && mode !== MODE.write) return false;
  if (length === 0 || otherLength === 0) return true;
  return (length === LONGEST || otherOffset < offset + length) &&
    (otherLength === LONGEST || offset < otherOffset + otherLength);
}

/** How the step whose record begins at `at` used its object: one that would have blocked has only looked. */
export function effect(words: Int32Array, at: number): number {
  const word = words[at + STEP.modeFlagsLength] as number;
  const mode = word & 0xff;
  return (word >>> 8 & FLAG.blocked) !== 0 && mode !== MODE.none ? MODE.read : mode;
}
