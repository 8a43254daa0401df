/**
 * Random values: those that nobody can foresee, from the system's generator, and those that a seed repeats. They are drawn in
 * the controller alone.
 *
 * @module
 */
import type { Random } from "../course/definition.ts";

const LETTERS = "abcdefghijklmnopqrstuvwxyz";

/** A source of random values that nobody can foresee. */
export function makeRandom(): Random {
  const drawn = new Uint32Array(1);
  return randomOf(() => crypto.getRandomValues(drawn)[0] as number);
}

/**
 * A source whose values are the same for the same seed: what a token needs to repeat a run. Names of objects are not among
 * them: two judgements that go on at once must not meet in an object.
 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  // Weyl sequence and a mixer of two multiplications: every seed gives a sequence of its own.
  const random = randomOf(() => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return (mixed ^ (mixed >>> 16)) >>> 0;
  });
  return { ...random, objectName: makeRandom().objectName };
}

function randomOf(draw: () => number): Random {
  /** Numbers below 2^32 are drawn again where they would make some results likelier. */
  function integer(below: number): number {
    if (!Number.isInteger(below) || below < 1 || below > 2 ** 32) {
      throw new RangeError(`below: expected 1 to 2^32, got ${below}`);
    }
    const fair = 2 ** 32 - (2 ** 32 % below);
    let drawn: number;
    do drawn = draw(); while (drawn >= fair);
    return drawn % below;
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

  return { integer, tokens, word, objectName: () => `/ipclab.${word(12)}`, shuffled };
}
