/**
 * Times as C gives them: seconds and nanoseconds.
 *
 * @module
 */
import { layout } from "./layout.ts";

/** `struct timespec`. */
export const TIMESPEC = layout({
  c: "struct timespec",
  headers: ["time.h"],
  size: 16,
  fields: {
    sec: { c: "tv_sec", type: "i64", offset: 0 },
    nsec: { c: "tv_nsec", type: "i64", offset: 8 },
  },
});

/**
 * A time: how long, or, for a deadline, when: since the start of 1970, by the clock CLOCK_REALTIME, which is that of
 * `Date.now()`. A call says which of the two it takes.
 */
export interface Timespec {
  /** Whole seconds. */
  readonly sec: number;
  /** Nanoseconds on top, from 0 to 999,999,999; the kernel answers EINVAL to others. */
  readonly nsec: number;
}

/**
 * Milliseconds as a timespec, rounded down to a nanosecond.
 *
 * @param milliseconds a duration, or a time like `Date.now() + 500`: half a second from now
 * @returns the same time
 *
 * @example A deadline and a duration
 * ```ts
 * import { timespecOf } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(timespecOf(1500), { sec: 1, nsec: 500_000_000 });
 * const { sec } = timespecOf(Date.now() + 500);
 * assertEquals(sec >= 1_700_000_000, true);
 * ```
 */
export function timespecOf(milliseconds: number): Timespec {
  if (typeof milliseconds !== "number" || Number.isNaN(milliseconds)) {
    throw new TypeError("milliseconds: expected a number");
  }
  const sec = Math.floor(milliseconds / 1000);
  if (!Number.isSafeInteger(sec)) throw new RangeError(`milliseconds: ${milliseconds} is beyond what a timespec holds`);
  // The division may round up to the next second, and then what is left is below zero.
  return { sec, nsec: Math.min(999_999_999, Math.max(0, Math.floor((milliseconds - sec * 1000) * 1e6))) };
}
