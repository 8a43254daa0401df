/**
 * Interval timers, of which a process has three: setitimer, getitimer.
 *
 * @module
 */
import { type IntervalTimerSetting, ITIMERVAL } from "../abi/itimerval.ts";
import { allocate, decode } from "../abi/layout.ts";
import { int } from "../errors/arguments.ts";
import { itimerval } from "../errors/timespec_argument.ts";
import { callNumber } from "../gate/calls.ts";
import { enter, failed, leave } from "../gate/gate.ts";
import { errno } from "../raw/errno.ts";
import { c } from "../raw/timer.ts";

const SETITIMER = callNumber("setitimer");
const GETITIMER = callNumber("getitimer");

/**
 * `int setitimer(int which, const struct itimerval *new_value, struct itimerval *old_value)`: starts or stops a timer that sends
 * this process a signal. It does not block.
 *
 * The signal is SIGALRM, SIGVTALRM or SIGPROF; without a handler it ends the process. Stop the timer when it has done its work: a
 * child of fork has none, but execve hands it on. Signals that come faster than they are handled coalesce.
 *
 * @param which ITIMER_REAL, ITIMER_VIRTUAL or ITIMER_PROF
 * @param setting when it expires first (zeros stop it), and from each expiration to the next (zeros: never again)
 * @returns how it was set before, with the time that was left
 * @throws {SystemError} EINVAL: no such timer, or microseconds that are none
 * @see {@link https://man7.org/linux/man-pages/man2/setitimer.2.html | setitimer(2)}
 *
 * @example Three ticks
 * ```ts
 * import { ITIMER_REAL, pause, setitimer, SIG_DFL, SIGALRM, signal } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * let ticks = 0;
 * signal(SIGALRM, () => ticks++);
 * setitimer(ITIMER_REAL, { interval: { sec: 0, usec: 2000 }, value: { sec: 0, usec: 2000 } });
 * while (ticks < 3) pause();
 * const never = { sec: 0, usec: 0 };
 * assertEquals(setitimer(ITIMER_REAL, { interval: never, value: never }).interval, { sec: 0, usec: 2000 });
 * signal(SIGALRM, SIG_DFL);
 * ```
 */
export function setitimer(which: number, setting: IntervalTimerSetting): IntervalTimerSetting {
  int(which, "which");
  const wanted = itimerval(setting, "setting");
  const before = allocate(ITIMERVAL);
  enter(SETITIMER);
  if (c.setitimer(which, wanted, before) === -1) failed(SETITIMER, errno());
  leave(0);
  return settingIn(before);
}

/**
 * `int getitimer(int which, struct itimerval *curr_value)`: how a timer is set, and how long it is to its next expiration. It does
 * not block.
 *
 * @param which ITIMER_REAL, ITIMER_VIRTUAL or ITIMER_PROF
 * @returns its interval, and the time that is left: zeros if it is not running
 * @throws {SystemError} EINVAL: no such timer
 * @see {@link https://man7.org/linux/man-pages/man2/setitimer.2.html | getitimer(2)}
 *
 * @example A timer that is not running
 * ```ts
 * import { getitimer, ITIMER_VIRTUAL } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(getitimer(ITIMER_VIRTUAL).value, { sec: 0, usec: 0 });
 * ```
 */
export function getitimer(which: number): IntervalTimerSetting {
  int(which, "which");
  const now = allocate(ITIMERVAL);
  enter(GETITIMER);
  if (c.getitimer(which, now) === -1) failed(GETITIMER, errno());
  leave(0);
  return settingIn(now);
}

function settingIn(view: DataView): IntervalTimerSetting {
  const { intervalSec, intervalUsec, valueSec, valueUsec } = decode(ITIMERVAL, view);
  return { interval: { sec: intervalSec, usec: intervalUsec }, value: { sec: valueSec, usec: valueUsec } };
}
