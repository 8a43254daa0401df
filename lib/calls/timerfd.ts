/**
 * Timers as something to read: timerfd_create, timerfd_settime, timerfd_gettime; and the clocks they go by: clock_gettime.
 *
 * @module
 */
import { ITIMERSPEC, type TimerSetting } from "../abi/itimerspec.ts";
import { allocate, decode, get } from "../abi/layout.ts";
import { TIMESPEC, type Timespec } from "../abi/timespec.ts";
import { int } from "../errors/arguments.ts";
import { errnoOf } from "../errors/system_error.ts";
import { itimerspec } from "../errors/timespec_argument.ts";
import { callNumber } from "../gate/calls.ts";
import { enter, failed, leave } from "../gate/gate.ts";
import { isInternal } from "../gate/internal.ts";
import { errno } from "../raw/errno.ts";
import { c } from "../raw/event.ts";

const CREATE = callNumber("timerfd_create");
const SETTIME = callNumber("timerfd_settime");
const GETTIME = callNumber("timerfd_gettime");
const CLOCK_GETTIME = callNumber("clock_gettime");
const EBADF = errnoOf("EBADF");

/**
 * `int timerfd_create(int clockid, int flags)`: makes a timer that is read. It does not block.
 *
 * A read of 8 bytes blocks until the timer has expired, and gives how often it has since the last read. It can be waited for
 * by poll and epoll. The caller closes it.
 *
 * @param clock CLOCK_REALTIME, CLOCK_MONOTONIC or CLOCK_BOOTTIME
 * @param flags any of TFD_NONBLOCK, TFD_CLOEXEC; or 0
 * @returns a descriptor
 * @throws {SystemError} EINVAL (no such clock, or unknown flags), EMFILE, ENFILE, ENODEV, ENOMEM
 * @see {@link https://man7.org/linux/man-pages/man2/timerfd_create.2.html | timerfd_create(2)}
 *
 * @example Waiting a millisecond
 * ```ts
 * import { CLOCK_MONOTONIC, close, read, timerfd_create, timerfd_settime } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const fd = timerfd_create(CLOCK_MONOTONIC, 0);
 * timerfd_settime(fd, 0, { interval: { sec: 0, nsec: 0 }, value: { sec: 0, nsec: 1_000_000 } });
 * const expirations = new BigUint64Array(1);
 * read(fd, new Uint8Array(expirations.buffer));
 * assertEquals(expirations[0], 1n);
 * close(fd);
 * ```
 */
export function timerfd_create(clock: number, flags: number): number {
  int(clock, "clock");
  int(flags, "flags");
  enter(CREATE);
  const fd = c.timerfd_create(clock, flags);
  if (fd === -1) failed(CREATE, errno());
  return leave(fd);
}

/**
 * `int timerfd_settime(int fd, int flags, const struct itimerspec *new_value, struct itimerspec *old_value)`: starts or stops a
 * timer. It does not block.
 *
 * @param fd descriptor from timerfd_create
 * @param flags any of TFD_TIMER_ABSTIME, TFD_TIMER_CANCEL_ON_SET; or 0
 * @param setting when it expires first (zeros stop it), and from each expiration to the next (zeros: never again)
 * @returns how it was set before, with the time that was left
 * @throws {SystemError} EBADF, ECANCELED, EINVAL (no timerfd, nanoseconds that are none, or unknown flags)
 * @see {@link https://man7.org/linux/man-pages/man2/timerfd_create.2.html | timerfd_settime(2)}
 *
 * @example Started and stopped
 * ```ts
 * import { CLOCK_MONOTONIC, close, timerfd_create, timerfd_settime } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const fd = timerfd_create(CLOCK_MONOTONIC, 0);
 * const never = { sec: 0, nsec: 0 };
 * timerfd_settime(fd, 0, { interval: { sec: 5, nsec: 0 }, value: { sec: 1000, nsec: 0 } });
 * const before = timerfd_settime(fd, 0, { interval: never, value: never });
 * assertEquals(before.interval, { sec: 5, nsec: 0 });
 * close(fd);
 * ```
 */
export function timerfd_settime(fd: number, flags: number, setting: TimerSetting): TimerSetting {
  int(fd, "fd");
  int(flags, "flags");
  const wanted = itimerspec(setting, "setting");
  const before = allocate(ITIMERSPEC);
  enter(SETTIME);
  if (isInternal(fd)) failed(SETTIME, EBADF);
  if (c.timerfd_settime(fd, flags, wanted, before) === -1) failed(SETTIME, errno());
  leave(0);
  return settingIn(before);
}

/**
 * `int timerfd_gettime(int fd, struct itimerspec *curr_value)`: how a timer is set, and how long it is to its next expiration.
 * It does not block.
 *
 * @param fd descriptor from timerfd_create
 * @returns its interval, and the time that is left: zeros if it is not running
 * @throws {SystemError} EBADF, EINVAL (no timerfd)
 * @see {@link https://man7.org/linux/man-pages/man2/timerfd_create.2.html | timerfd_gettime(2)}
 *
 * @example A timer that is not running
 * ```ts
 * import { CLOCK_MONOTONIC, close, timerfd_create, timerfd_gettime } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const fd = timerfd_create(CLOCK_MONOTONIC, 0);
 * assertEquals(timerfd_gettime(fd).value, { sec: 0, nsec: 0 });
 * close(fd);
 * ```
 */
export function timerfd_gettime(fd: number): TimerSetting {
  int(fd, "fd");
  const now = allocate(ITIMERSPEC);
  enter(GETTIME);
  if (isInternal(fd)) failed(GETTIME, EBADF);
  if (c.timerfd_gettime(fd, now) === -1) failed(GETTIME, errno());
  leave(0);
  return settingIn(now);
}

/**
 * `int clock_gettime(clockid_t clockid, struct timespec *tp)`: what a clock shows. It does not block.
 *
 * @param clock CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME, CLOCK_PROCESS_CPUTIME_ID or CLOCK_THREAD_CPUTIME_ID
 * @throws {SystemError} EINVAL: no such clock
 * @see {@link https://man7.org/linux/man-pages/man2/clock_gettime.2.html | clock_gettime(2)}
 *
 * @example A clock that never goes back
 * ```ts
 * import { CLOCK_MONOTONIC, clock_gettime } from "ipc";
 * import { assert } from "@std/assert";
 *
 * const before = clock_gettime(CLOCK_MONOTONIC);
 * const after = clock_gettime(CLOCK_MONOTONIC);
 * assert(after.sec > before.sec || (after.sec === before.sec && after.nsec >= before.nsec));
 * ```
 */
export function clock_gettime(clock: number): Timespec {
  int(clock, "clock");
  const time = allocate(TIMESPEC);
  enter(CLOCK_GETTIME);
  if (c.clock_gettime(clock, time) === -1) failed(CLOCK_GETTIME, errno());
  leave(0);
  return { sec: get(time, TIMESPEC.fields.sec), nsec: get(time, TIMESPEC.fields.nsec) };
}

function settingIn(view: DataView): TimerSetting {
  const { intervalSec, intervalNsec, valueSec, valueNsec } = decode(ITIMERSPEC, view);
  return { interval: { sec: intervalSec, nsec: intervalNsec }, value: { sec: valueSec, nsec: valueNsec } };
}
