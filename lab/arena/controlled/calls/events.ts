/**
 * Descriptors of events, signals, timers, processes and changes of files.
 *
 * @module
 */
import { POLLIN } from "../../../../lib/abi/poll_constants.ts";
import type { TimerSetting } from "../../../../lib/abi/itimerspec.ts";
import { timespecOf } from "../../../../lib/abi/timespec.ts";
import { c } from "../../../../lib/raw/event.ts";
import { MODE } from "../../../explore/region.ts";
import { type Calls, type Context, ERRNO, fails } from "./call.ts";
import { milliseconds } from "./clock.ts";
import { attemptOn, isNonblocking, pollNow, withoutBlocking } from "./nonblocking.ts";

/** timerfd_settime's flag for an absolute time. */
const TFD_TIMER_ABSTIME = 1;
const NEVER: TimerSetting = { interval: { sec: 0, nsec: 0 }, value: { sec: 0, nsec: 0 } };

/** The calls on eventfds, signalfds, timerfds and pidfds. */
export function events(context: Context): Calls {
  const { original, objects, clock, belongings } = context;

  const on = (fd: number): readonly number[] => [objects.descriptor(fd)];
  const opened = { note: (): void => belongings.touched("descriptors") };
  const blocks = (name: "eventfd_read" | "eventfd_write", errno: number, nonblocking: boolean) => (fd: number) =>
    isNonblocking(fd) === nonblocking ? fails(name, errno)() : undefined;
  const left = (fd: number): TimerSetting => {
    const { left, interval } = clock.timer(fd);
    return { interval: timespecOf(interval), value: timespecOf(left) };
  };

  return {
    eventfd: opened,
    eventfd_read: {
      objects: on,
      mode: MODE.write,
      attempt: (fd) => attemptOn(fd, POLLIN, () => original.eventfd_read(fd)),
      faults: {
        eintr: blocks("eventfd_read", ERRNO.EINTR, false),
        eagain: blocks("eventfd_read", ERRNO.EAGAIN, true),
      },
    },
    eventfd_write: {
      objects: on,
      mode: MODE.write,
      attempt: (fd, value) => withoutBlocking(fd, () => original.eventfd_write(fd, value)),
      faults: {
        eintr: blocks("eventfd_write", ERRNO.EINTR, false),
        eagain: blocks("eventfd_write", ERRNO.EAGAIN, true),
      },
    },
    signalfd: opened,
    timerfd_create: opened,
    timerfd_settime: {
      objects: on,
      mode: MODE.write,
      attempt: (fd, flags, setting) => {
        // The original checks the arguments; the kernel's timer itself goes off when virtual time has come that far.
        original.timerfd_settime(fd, flags, setting);
        original.timerfd_settime(fd, 0, NEVER);
        const before = left(fd);
        const value = milliseconds(setting.value) ?? 0;
        const due = (flags & TFD_TIMER_ABSTIME) !== 0 ? clock.at(setting.value) : clock.after(setting.value);
        clock.setTimer(fd, value === 0 ? null : due, milliseconds(setting.interval) ?? 0, () => expire(fd));
        return before;
      },
    },
    timerfd_gettime: {
      objects: on,
      mode: MODE.read,
      attempt: (fd) => {
        original.timerfd_gettime(fd);
        return left(fd);
      },
    },
    pidfd_open: opened,
    inotify_init1: opened,
    inotify_add_watch: { objects: on, mode: MODE.write },
    inotify_rm_watch: { objects: on, mode: MODE.write },
  };
}

/** `struct itimerspec`: once, as soon as can be. */
const AT_ONCE = new Uint8Array(new BigInt64Array([0n, 0n, 0n, 1n]).buffer);
/** How long the kernel may take for that, in looks. */
const PATIENCE = 100_000;

/** Makes a timer expire now. */
function expire(fd: number): void {
  if (c.timerfd_settime(fd, 0, AT_ONCE, null) === -1) return; // closed since
  for (let looks = 0; pollNow(fd, POLLIN) === 0 && looks < PATIENCE; looks++) continue;
}
