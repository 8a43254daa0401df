/**
 * What an interval timer is set to.
 *
 * @module
 */
import { layout } from "./layout.ts";

/** `struct itimerval`. */
export const ITIMERVAL = layout({
  c: "struct itimerval",
  headers: ["sys/time.h"],
  size: 32,
  fields: {
    intervalSec: { c: "it_interval.tv_sec", type: "i64", offset: 0 },
    intervalUsec: { c: "it_interval.tv_usec", type: "i64", offset: 8 },
    valueSec: { c: "it_value.tv_sec", type: "i64", offset: 16 },
    valueUsec: { c: "it_value.tv_usec", type: "i64", offset: 24 },
  },
});

/** A time of seconds and microseconds: C's `struct timeval`. */
export interface Timeval {
  /** Whole seconds. */
  readonly sec: number;
  /** Microseconds on top, from 0 to 999,999; the kernel answers EINVAL to others. */
  readonly usec: number;
}

/** What an interval timer is set to: C's `struct itimerval`. */
export interface IntervalTimerSetting {
  /** From each expiration to the next; zeros for a timer that expires once. */
  readonly interval: Timeval;
  /** Until the first expiration; zeros for a timer that is not running. */
  readonly value: Timeval;
}
