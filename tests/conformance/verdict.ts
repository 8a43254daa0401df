/**
 * What can come of a row.
 *
 * @module
 */

/** The library behaves as the row says; does not; cannot be asked; or the row needs what this machine or user lacks. */
export type Verdict = "as expected" | "different" | "not expressible" | "not yet in lib" | "needs root";

/** A row's verdict, and the reason for it. */
export interface Outcome {
  readonly verdict: Verdict;
  /** What differs, what cannot be expressed, what is missing; empty for "as expected". */
  readonly reason: string;
}

/** Ends a row with a verdict other than "as expected". */
export class Ended extends Error implements Outcome {
  readonly verdict: Verdict;
  readonly reason: string;

  constructor(verdict: Verdict, reason: string) {
    super(`${verdict}: ${reason}`);
    this.verdict = verdict;
    this.reason = reason;
  }
}

/** The behaviour differs from the row. */
export function different(reason: string): never {
  throw new Ended("different", reason);
}

/** The library's face has no way to say what the row says in C. */
export function notExpressible(reason: string): never {
  throw new Ended("not expressible", reason);
}

/** As `notExpressible`, for what the library refuses with a TypeError or RangeError: makes sure that it does. */
export function refused(reason: string, act: () => unknown): never {
  try {
    act();
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) notExpressible(reason);
    throw error;
  }
  different(`should be refused: ${reason}`);
}
