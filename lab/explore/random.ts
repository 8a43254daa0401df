/**
 * Numbers that look random and are the same for the same seed, everywhere.
 *
 * @module
 */

/** A state to begin with: seeds that follow one another give states that have nothing in common. Never 0. */
export function seeded(seed: number): number {
  let x = (seed ^ 0x9e3779b9) | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  x ^= x >>> 16;
  return x === 0 ? 1 : x;
}

/** The state behind this one (Marsaglia's xorshift, 32 bits): every number but 0 comes once before one comes again. */
export function following(state: number): number {
  let x = state;
  x ^= x << 13;
  x ^= x >>> 17;
  x ^= x << 5;
  return x;
}

/** A sequence of numbers. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seeded(seed);
  }

  /** A number of 32 bits, such as another seed. */
  next(): number {
    this.#state = following(this.#state);
    return this.#state >>> 0;
  }

  below(bound: number): number {
    return this.next() % bound;
  }
}
