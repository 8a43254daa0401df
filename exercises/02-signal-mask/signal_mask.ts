/**
 * Exercise 2: the signal mask. README.md says what each function does; `deno task exercise 2` judges this file, and
 * `deno task hint 2` helps. Import from "ipc" only.
 */
import { SigSet } from "ipc";

/** From now on, `report(signal)` is called for each of these signals that comes in. */
export function listen(signals: readonly number[], report: (signal: number) => void): void {
  // One handler for each signal.
  throw new Error(`not implemented: listen(${signals.join(", ")}, ${typeof report})`);
}

/** Holds these signals back, beside those that are held already. Returns the mask as it was: `release` needs it. */
export function hold(signals: readonly number[]): SigSet {
  // Make the set; add it to the mask.
  throw new Error(`not implemented: hold(${new SigSet(signals)})`);
}

/**
 * Sleeps until the handler of `signal` has run, once or more. The signal is held when this is called, and it is held again
 * afterwards; the others that are held stay out all the time.
 */
export function waitFor(signal: number): void {
  // It may have come already. It may come in the very moment in which you let it in.
  throw new Error(`not implemented: waitFor(${signal})`);
}

/** The signals that have come and are held back. */
export function pending(): number[] {
  throw new Error("not implemented: pending()");
}

/** Puts the mask back to what it was before the `hold` that returned it. What is pending and no longer held comes in now. */
export function release(before: SigSet): void {
  throw new Error(`not implemented: release(${before})`);
}
