/**
 * Timers that send signals, on virtual time: each is kept in this process's clock, and the kernel's own goes off when its time has
 * come. So the signal is a real one, from a real timer. Expirations that find the signal pending still are not counted:
 * timer_getoverrun says 0.
 *
 * @module
 */
import { CLOCK_BOOTTIME, CLOCK_MONOTONIC, CLOCK_REALTIME } from "../../../../lib/abi/clock_constants.ts";
import { ITIMER_PROF, ITIMER_VIRTUAL, TIMER_ABSTIME } from "../../../../lib/abi/itimer_constants.ts";
import type { TimerSetting } from "../../../../lib/abi/itimerspec.ts";
import type { IntervalTimerSetting } from "../../../../lib/abi/itimerval.ts";
import { timespecOf } from "../../../../lib/abi/timespec.ts";
import { SystemError } from "../../../../lib/errors/system_error.ts";
import type { Timer } from "../../../../lib/mod.ts";
import { MODE } from "../../../explore/region.ts";
import { type Call, type Calls, type Context, ERRNO } from "./call.ts";
import { ALARM, milliseconds } from "./clock.ts";
import { inside } from "./perform.ts";

const NEVER: TimerSetting = { interval: { sec: 0, nsec: 0 }, value: { sec: 0, nsec: 0 } };
/** Once, as soon as can be. */
const AT_ONCE: TimerSetting = { interval: { sec: 0, nsec: 0 }, value: { sec: 0, nsec: 1 } };
/** How long the kernel may take for that, in looks. */
const PATIENCE = 100_000;
const UNSET: IntervalTimerSetting = { interval: { sec: 0, usec: 0 }, value: { sec: 0, usec: 0 } };

const VIRTUAL: ReadonlySet<number> = new Set([CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME]);

/** The calls on timers that send signals. */
export function timers(context: Context): Calls {
  const { original, objects, clock, belongings, turnstile } = context;

  // They are about the signals of this process.
  const mine: Pick<Call, "objects"> = { objects: () => [objects.signalsOf(turnstile.party)] };
  const settingOf = (about: string | Timer): TimerSetting => {
    const { left, interval } = clock.timer(about);
    return { interval: timespecOf(interval), value: timespecOf(left) };
  };
  const alarmSetting = (): IntervalTimerSetting => {
    const { interval, value } = settingOf(ALARM);
    const usec = ({ sec, nsec }: { sec: number; nsec: number }): { sec: number; usec: number } => ({
      sec,
      usec: Math.ceil(nsec / 1000),
    });
    return { interval: usec(interval), value: usec(value) };
  };
  /** The kernel's timer sends its signal now. */
  const expire = (timer: Timer): void =>
    inside(context, () => {
      original.timer_settime(timer, 0, AT_ONCE);
      for (let looks = 0; isSet(original.timer_gettime(timer)) && looks < PATIENCE; looks++) continue;
    });

  return {
    setitimer: {
      ...mine,
      mode: MODE.write,
      attempt: (which, setting) => {
        const value = milliseconds(nanoseconds(setting?.value));
        const interval = milliseconds(nanoseconds(setting?.interval));
        if (value === null || interval === null) return original.setitimer(which, setting);
        if (which === ITIMER_VIRTUAL || which === ITIMER_PROF) throw notUnderControl("setitimer");
        // The original checks the argument, and leaves no timer of the kernel's: that would go off at a time of its own.
        original.setitimer(which, UNSET);
        const before = alarmSetting();
        clock.setAlarmAt(value === 0 ? null : clock.in(value), interval);
        return before;
      },
    },
    getitimer: {
      ...mine,
      mode: MODE.read,
      attempt: (which) => {
        if (which === ITIMER_VIRTUAL || which === ITIMER_PROF) throw notUnderControl("getitimer");
        original.getitimer(which);
        return alarmSetting();
      },
    },
    timer_create: {
      ...mine,
      attempt: (clockId, event) => {
        const timer = original.timer_create(clockId, event);
        if (VIRTUAL.has(clockId)) return timer;
        original.timer_delete(timer);
        throw notUnderControl("timer_create");
      },
      note: (timer: Timer) => void belongings.timers.add(timer),
    },
    timer_settime: {
      ...mine,
      mode: MODE.write,
      attempt: (timer: Timer, flags, setting) => {
        const value = milliseconds(setting?.value);
        const interval = milliseconds(setting?.interval);
        if (value === null || interval === null) return original.timer_settime(timer, flags, setting);
        // The original checks the timer; the kernel's own goes off when virtual time has come that far.
        original.timer_settime(timer, flags, NEVER);
        const before = settingOf(timer);
        const due = (flags & TIMER_ABSTIME) !== 0 ? clock.at(setting.value) : clock.after(setting.value);
        clock.setTimer(timer, value === 0 ? null : due, interval, () => expire(timer), true);
        return before;
      },
    },
    timer_gettime: {
      ...mine,
      mode: MODE.read,
      attempt: (timer: Timer) => {
        original.timer_gettime(timer);
        return settingOf(timer);
      },
    },
    timer_getoverrun: { ...mine, mode: MODE.read },
    timer_delete: {
      ...mine,
      mode: MODE.write,
      note: (_, timer: Timer) => {
        clock.setTimer(timer, null, 0, () => {}, true);
        belongings.timers.delete(timer);
      },
    },
  };
}

/** Time that a process uses up is not the same in any two runs. */
function notUnderControl(name: string): SystemError {
  return new SystemError(name, ERRNO.ENOSYS, "processor time is not under control");
}

function nanoseconds(time: { sec: number; usec: number } | undefined): { sec: number; nsec: number } | null {
  return typeof time !== "object" || time === null ? null : { sec: time.sec, nsec: time.usec * 1000 };
}

function isSet({ value }: TimerSetting): boolean {
  return value.sec !== 0 || value.nsec !== 0;
}
