/**
 * Sleeping: nanosleep, pause.
 *
 * @module
 */
import { decode } from "../abi/layout.ts";
import { TIMESPEC, type Timespec } from "../abi/timespec.ts";
import { isSystemError, SystemError } from "../errors/system_error.ts";
import { timespec } from "../errors/timespec_argument.ts";
import { callNumber } from "../gate/calls.ts";
import { keepHandlers } from "../gate/dispositions.ts";
import { enter, failed, leave, signals } from "../gate/gate.ts";
import { errno } from "../raw/errno.ts";
import { c } from "../raw/process.ts";

const NANOSLEEP = callNumber("nanosleep");
const PAUSE = callNumber("pause");

/** A signal handler ended a sleep before its time: EINTR, with what was left. */
export class SleepInterrupted extends SystemError {
  /** How much of the sleep was left. */
  readonly remaining: Timespec;

  /** The error of a call to nanosleep with `errno`, with so much of the sleep left. */
  constructor(errno: number, remaining: Timespec) {
    super("nanosleep", errno);
    this.remaining = remaining;
  }
}

/**
 * `int nanosleep(const struct timespec *req, struct timespec *rem)`: sleeps.
 *
 * Blocks for as long as `duration` says, at least. A signal handler ends it early, also one with SA_RESTART; the error tells
 * what is left.
 *
 * @param duration how long: `{ sec, nsec }`
 * @throws {SleepInterrupted} EINTR: a handler ran; `remaining` is what `rem` is in C
 * @throws {SystemError} EINVAL: `nsec` is not from 0 to 999,999,999, or `sec` is negative
 * @see {@link https://man7.org/linux/man-pages/man2/nanosleep.2.html | nanosleep(2)}
 *
 * @example A millisecond
 * ```ts
 * import { nanosleep } from "ipc";
 * import { assert } from "@std/assert";
 *
 * const start = performance.now();
 * nanosleep({ sec: 0, nsec: 1_000_000 });
 * assert(performance.now() - start >= 0.9);
 * ```
 */
export function nanosleep(duration: Timespec): void {
  const request = timespec(duration, "duration");
  // The kernel writes here what is left, where it wakes the sleeper early.
  const remaining = request.slice();
  try {
    enter(NANOSLEEP);
    while (c.nanosleep(request, remaining) === -1) {
      failed(NANOSLEEP, errno());
      request.set(remaining);
      enter(NANOSLEEP);
    }
  } catch (error) {
    const ours = isSystemError(error, "EINTR") && error.syscall === "nanosleep";
    throw ours ? new SleepInterrupted(error.errno, decode(TIMESPEC, new DataView(remaining.buffer))) : error;
  }
  leave(0);
}

/**
 * `int pause(void)`: blocks until a signal handler has run. C's pause then returns -1 with EINTR, its only result; here it just
 * returns.
 *
 * A signal that came just before is not waited for: to check a condition and then wait, block the signal and use `sigsuspend`.
 *
 * @see {@link https://man7.org/linux/man-pages/man2/pause.2.html | pause(2)}
 *
 * @example Until the alarm rings
 * ```ts
 * import { alarm, pause, sigaction, SIGALRM } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * let rang = false;
 * const before = sigaction(SIGALRM, { handler: () => rang = true });
 * alarm(1);
 * pause();
 * assertEquals(rang, true);
 * sigaction(SIGALRM, before);
 * ```
 */
export function pause(): void {
  keepHandlers();
  enter(PAUSE);
  do c.pause(); while (signals.deliver(PAUSE) === "nothing");
}
