/**
 * What a timer is set to.
 *
 * @module
 */
import { layout } from "./layout.ts";
import type { Timespec } from "./timespec.ts";

/** `struct itimerspec`. */
export const ITIMERSPEC = layout({
  c: "struct itimerspec",
  headers: ["time.h"],
  size: 32,
  fields: {
    intervalSec: { c: "it_interval.tv_sec", type: "i64", offset: 0 },
    intervalNsec: { c: "it_interval.tv_nsec", type: "i64", offset: 8 },
    valueSec: { c: "it_value.tv_sec", type: "i64", offset: 16 },
    valueNsec: { c: "it_value.tv_nsec", type: "i64", offset: 24 },
  },
});

/** What a timer is set to: C's `struct itimerspec`. */
export interface TimerSetting {
  /** From each expiration to the next; zeros for a timer that expires once. */
  readonly interval: Timespec;
  /** Until the first expiration; zeros for a timer that is not running. */
  readonly value: Timespec;
}
