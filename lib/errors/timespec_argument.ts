/**
 * A time that a call is given: checked, and in C's form.
 *
 * @module
 */
import { ITIMERSPEC, type TimerSetting } from "../abi/itimerspec.ts";
import { type IntervalTimerSetting, ITIMERVAL } from "../abi/itimerval.ts";
import { allocate, offsetOf, set, sizeOf } from "../abi/layout.ts";
import { TIMESPEC, type Timespec, timespecOf } from "../abi/timespec.ts";
import { monotonicMs } from "../raw/runtime.ts";
import { kind, offset } from "./arguments.ts";

/** `value` as a `struct timespec`, if its parts are whole numbers. Which of them make sense is for the kernel to judge. */
export function timespec(value: Timespec, name: string): Uint8Array<ArrayBuffer> {
  if (typeof value !== "object" || value === null) {
    throw new TypeError(`${name}: expected { sec, nsec }, got ${kind(value)}`);
  }
  const view = allocate(TIMESPEC);
  set(view, TIMESPEC.fields.sec, offset(value.sec, `${name}.sec`));
  set(view, TIMESPEC.fields.nsec, offset(value.nsec, `${name}.nsec`));
  return new Uint8Array(view.buffer);
}

/** `value` as a `struct itimerspec`, if all of its parts are whole numbers. */
export function itimerspec(value: TimerSetting, name: string): Uint8Array<ArrayBuffer> {
  if (typeof value !== "object" || value === null) {
    throw new TypeError(`${name}: expected { interval, value }, got ${kind(value)}`);
  }
  const bytes = new Uint8Array(sizeOf(ITIMERSPEC));
  bytes.set(timespec(value.interval, `${name}.interval`), offsetOf(ITIMERSPEC.fields.intervalSec));
  bytes.set(timespec(value.value, `${name}.value`), offsetOf(ITIMERSPEC.fields.valueSec));
  return bytes;
}

/** `value` as a `struct itimerval`, if all of its parts are whole numbers. */
export function itimerval(value: IntervalTimerSetting, name: string): Uint8Array<ArrayBuffer> {
  if (typeof value !== "object" || value === null) {
    throw new TypeError(`${name}: expected { interval, value }, got ${kind(value)}`);
  }
  const view = allocate(ITIMERVAL);
  const { intervalSec, intervalUsec, valueSec, valueUsec } = ITIMERVAL.fields;
  const parts = [["interval", intervalSec, intervalUsec], ["value", valueSec, valueUsec]] as const;
  for (const [part, sec, usec] of parts) {
    const time = value[part];
    if (typeof time !== "object" || time === null) {
      throw new TypeError(`${name}.${part}: expected { sec, usec }, got ${kind(time)}`);
    }
    set(view, sec, offset(time.sec, `${name}.${part}.sec`));
    set(view, usec, offset(time.usec, `${name}.${part}.usec`));
  }
  return new Uint8Array(view.buffer);
}

/** What is left of a relative timeout that began at `start`, by `monotonicMs`: for a call that a signal interrupted. */
export function timeLeft(timeout: Timespec, start: number): Timespec {
  return timespecOf(Math.max(0, timeout.sec * 1000 + timeout.nsec / 1e6 - (monotonicMs() - start)));
}
