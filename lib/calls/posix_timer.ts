/**
 * Timers of this process's own, as many as it wants: timer_create and its kin.
 *
 * @module
 */
import { ITIMERSPEC, type TimerSetting } from "../abi/itimerspec.ts";
import { allocate, decode } from "../abi/layout.ts";
import { int, kind } from "../errors/arguments.ts";
import { type SigEvent, sigevent } from "../errors/sigevent_argument.ts";
import { errnoOf } from "../errors/system_error.ts";
import { itimerspec } from "../errors/timespec_argument.ts";
import { callNumber } from "../gate/calls.ts";
import { enter, failed, leave } from "../gate/gate.ts";
import { errno } from "../raw/errno.ts";
import { c as process } from "../raw/process.ts";
import { c, SYS } from "../raw/timer.ts";

const CREATE = callNumber("timer_create");
const SETTIME = callNumber("timer_settime");
const GETTIME = callNumber("timer_gettime");
const GETOVERRUN = callNumber("timer_getoverrun");
const DELETE = callNumber("timer_delete");
const EINVAL = errnoOf("EINVAL");

/** What a timer is constructed with. Student code cannot: a number of its own choosing could be the library's own timer. */
const OWNER: unique symbol = Symbol("the owner of timers");

/** The kernel's number of a timer; -1 if it was deleted, or belongs to this process's parent. */
let numberOf: (timer: Timer) => number;
let forget: (timer: Timer) => void;

/**
 * A timer: C's `timer_t`. Made by `timer_create`. Held with `using`, it is deleted at the end of the block.
 *
 * A child of fork does not have its parent's timers: there every call on them gives EINVAL.
 */
export class Timer implements Disposable {
  #number: number;
  readonly #pid = process.getpid();

  /** Only for `timer_create`. */
  constructor(owner: typeof OWNER, number: number) {
    if (owner !== OWNER) throw new TypeError("A timer comes from timer_create");
    this.#number = number;
  }

  /** Deletes the timer, if it is not deleted yet. */
  [Symbol.dispose](): void {
    if (numberOf(this) !== -1) timer_delete(this);
  }

  static {
    numberOf = (timer) => timer.#pid === process.getpid() ? timer.#number : -1;
    forget = (timer) => timer.#number = -1;
  }
}

/**
 * `int timer_create(clockid_t clockid, struct sigevent *sevp, timer_t *timerid)`: makes a timer. It does not block, and the timer
 * does not run before `timer_settime`.
 *
 * Each expiration sends the signal with the value, and SI_TIMER as its code; while one is pending, further ones are counted
 * (`timer_getoverrun`). The caller deletes the timer; a child of fork does not have it, and execve deletes it.
 *
 * The kind SIGEV_THREAD is refused with EINVAL: JavaScript cannot run in a thread that C starts.
 *
 * @param clock CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME, CLOCK_PROCESS_CPUTIME_ID or CLOCK_THREAD_CPUTIME_ID
 * @param event how to tell of an expiration: SIGEV_SIGNAL with a signal and a value, or SIGEV_NONE
 * @throws {SystemError} EAGAIN (RLIMIT_SIGPENDING), EINVAL (no such clock, kind or signal), ENOMEM
 * @see {@link https://man7.org/linux/man-pages/man2/timer_create.2.html | timer_create(2)}, sigevent(3type)
 *
 * @example A value with the signal
 * ```ts
 * import { CLOCK_MONOTONIC, pause, SIG_DFL, SIGEV_SIGNAL, signal, SIGRTMIN, timer_create, timer_settime } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * let value = 0;
 * signal(SIGRTMIN, (info) => value = info.value);
 * using timer = timer_create(CLOCK_MONOTONIC, { notify: SIGEV_SIGNAL, signo: SIGRTMIN, value: 7 });
 * timer_settime(timer, 0, { interval: { sec: 0, nsec: 0 }, value: { sec: 0, nsec: 1_000_000 } });
 * while (value === 0) pause();
 * assertEquals(value, 7);
 * signal(SIGRTMIN, SIG_DFL);
 * ```
 */
export function timer_create(clock: number, event: SigEvent): Timer {
  int(clock, "clock");
  const view = sigevent(event, "event");
  const number = new Int32Array(1);
  enter(CREATE);
  if (typeof view === "string") failed(CREATE, EINVAL, view);
  if (c.timer_create(SYS.create, clock, view as DataView<ArrayBuffer>, number) === -1) failed(CREATE, errno());
  const timer = new Timer(OWNER, number[0] as number);
  leave(0);
  return timer;
}

/**
 * `int timer_settime(timer_t timerid, int flags, const struct itimerspec *new_value, struct itimerspec *old_value)`: starts or stops
 * a timer. It does not block.
 *
 * @param timer from timer_create
 * @param flags TIMER_ABSTIME, or 0
 * @param setting when it expires first (zeros stop it), and from each expiration to the next (zeros: never again)
 * @returns how it was set before, with the time that was left
 * @throws {SystemError} EINVAL: no such timer, or nanoseconds that are none
 * @see {@link https://man7.org/linux/man-pages/man2/timer_settime.2.html | timer_settime(2)}
 *
 * @example Started and stopped
 * ```ts
 * import { CLOCK_MONOTONIC, SIGEV_NONE, timer_create, timer_settime } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * using timer = timer_create(CLOCK_MONOTONIC, { notify: SIGEV_NONE });
 * const never = { sec: 0, nsec: 0 };
 * timer_settime(timer, 0, { interval: { sec: 5, nsec: 0 }, value: { sec: 1000, nsec: 0 } });
 * assertEquals(timer_settime(timer, 0, { interval: never, value: never }).interval, { sec: 5, nsec: 0 });
 * ```
 */
export function timer_settime(timer: Timer, flags: number, setting: TimerSetting): TimerSetting {
  demand(timer);
  int(flags, "flags");
  const wanted = itimerspec(setting, "setting");
  const before = allocate(ITIMERSPEC);
  enter(SETTIME);
  if (c.timer_settime(SYS.settime, numberOf(timer), flags, wanted, before) === -1) failed(SETTIME, errno());
  leave(0);
  return settingIn(before);
}

/**
 * `int timer_gettime(timer_t timerid, struct itimerspec *curr_value)`: how a timer is set, and how long it is to its next
 * expiration. It does not block.
 *
 * @param timer from timer_create
 * @returns its interval, and the time that is left: zeros if it is not running
 * @throws {SystemError} EINVAL: no such timer
 * @see {@link https://man7.org/linux/man-pages/man2/timer_settime.2.html | timer_gettime(2)}
 *
 * @example A timer that is not running
 * ```ts
 * import { CLOCK_MONOTONIC, SIGEV_NONE, timer_create, timer_gettime } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * using timer = timer_create(CLOCK_MONOTONIC, { notify: SIGEV_NONE });
 * assertEquals(timer_gettime(timer).value, { sec: 0, nsec: 0 });
 * ```
 */
export function timer_gettime(timer: Timer): TimerSetting {
  demand(timer);
  const now = allocate(ITIMERSPEC);
  enter(GETTIME);
  if (c.timer_gettime(SYS.gettime, numberOf(timer), now) === -1) failed(GETTIME, errno());
  leave(0);
  return settingIn(now);
}

/**
 * `int timer_getoverrun(timer_t timerid)`: how often the timer has expired besides, between its last signal's sending and its
 * delivery. It does not block.
 *
 * @param timer from timer_create
 * @throws {SystemError} EINVAL: no such timer
 * @see {@link https://man7.org/linux/man-pages/man2/timer_getoverrun.2.html | timer_getoverrun(2)}
 *
 * @example None so far
 * ```ts
 * import { CLOCK_MONOTONIC, SIGEV_NONE, timer_create, timer_getoverrun } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * using timer = timer_create(CLOCK_MONOTONIC, { notify: SIGEV_NONE });
 * assertEquals(timer_getoverrun(timer), 0);
 * ```
 */
export function timer_getoverrun(timer: Timer): number {
  demand(timer);
  enter(GETOVERRUN);
  const count = c.timer(SYS.getoverrun, numberOf(timer));
  if (count === -1) failed(GETOVERRUN, errno());
  return leave(count);
}

/**
 * `int timer_delete(timer_t timerid)`: deletes a timer, running or not. It does not block. A signal of it that is pending is not
 * sent any more.
 *
 * @param timer from timer_create
 * @throws {SystemError} EINVAL: no such timer
 * @see {@link https://man7.org/linux/man-pages/man2/timer_delete.2.html | timer_delete(2)}
 *
 * @example Once only
 * ```ts
 * import { CLOCK_MONOTONIC, isSystemError, SIGEV_NONE, timer_create, timer_delete } from "ipc";
 * import { assert, assertThrows } from "@std/assert";
 *
 * const timer = timer_create(CLOCK_MONOTONIC, { notify: SIGEV_NONE });
 * timer_delete(timer);
 * assert(isSystemError(assertThrows(() => timer_delete(timer)), "EINVAL"));
 * ```
 */
export function timer_delete(timer: Timer): void {
  demand(timer);
  enter(DELETE);
  if (c.timer(SYS.delete, numberOf(timer)) === -1) failed(DELETE, errno());
  forget(timer);
  leave(0);
}

function demand(timer: Timer): void {
  if (!(timer instanceof Timer)) throw new TypeError(`timer: expected what timer_create returned, got ${kind(timer)}`);
}

function settingIn(view: DataView): TimerSetting {
  const { intervalSec, intervalNsec, valueSec, valueNsec } = decode(ITIMERSPEC, view);
  return { interval: { sec: intervalSec, nsec: intervalNsec }, value: { sec: valueSec, nsec: valueNsec } };
}
