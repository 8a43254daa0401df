/**
 * Random values that nobody can foresee: from the system's generator, in the controller alone.
 *
 * @module
 */
import type { Random } from "../course/definition.ts";

const LETTERS = "abcdefghijklmnopqrstuvwxyz";

/** A source of random values. */
export function makeRandom(): Random {
  return { integer, tokens, word, objectName: () => `/ipclab.${word(12)}`, shuffled };
}

/** Numbers below 2^32 are drawn again where they would make some results likelier. */
function integer(below: number): number {
  if (!Number.isInteger(below) || below < 1 || below > 2 ** 32) {
    throw new RangeError(`below: expected 1 to 2^32, got ${below}`);
  }
  const fair = 2 ** 32 - (2 ** 32 % below);
  const drawn = new Uint32Array(1);
  do crypto.getRandomValues(drawn); while ((drawn[0] as number) >= fair);
  return (drawn[0] as number) % below;
}

function tokens(count: number): number[] {
  const found = new Set<number>();
  while (found.size < count) found.add(1 + integer(2 ** 31 - 1));
  return [...found];
}

function word(length: number): string {
  return Array.from({ length }, () => LETTERS[integer(LETTERS.length)]).join("");
}

/** Fisher and Yates. */
function shuffled<T>(items: readonly T[]): T[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const other = integer(last + 1);
    [result[last], result[other]] = [result[other] as T, result[last] as T];
  }
  return result;
}
