/**
 * Signals: sending them, and waiting for them. They are real: the kernel records one when the process that it was sent to runs.
 *
 * @module
 */
import type { SigInfo } from "../../../../lib/abi/siginfo.ts";
import { SigSet } from "../../../../lib/abi/sigset.ts";
import type { Timespec } from "../../../../lib/abi/timespec.ts";
import { signalSet } from "../../../../lib/errors/signal_argument.ts";
import { callNumber } from "../../../../lib/gate/calls.ts";
import { deliverUnder, heldRecords } from "../../../../lib/gate/delivery.ts";
import { signals } from "../../../../lib/gate/gate.ts";
import { quietOtherThreads } from "../../../../lib/gate/threads.ts";
import { c } from "../../../../lib/raw/signal.ts";
import { readProc } from "../../../../lib/raw/runtime.ts";
import { MODE } from "../../../explore/region.ts";
import { ownPid } from "../../system.ts";
import { type Call, type Calls, type Context, ERRNO, fails, WOULD_BLOCK } from "./call.ts";
import { milliseconds } from "./clock.ts";
import { wait } from "./perform.ts";
import { signalName } from "../../../../lib/abi/signal_numbers.ts";

type Waiting = Call<[SigSet, Timespec], SigInfo | number>;

const PAUSE = callNumber("pause");
const SIGSUSPEND = callNumber("sigsuspend");
const SIGNAL_SET_BYTES = 128;

/** The calls that send signals, and those that wait for them. */
export function signalCalls(context: Context): Calls {
  const { original, objects, clock, belongings, turnstile } = context;

  const mine = (): readonly number[] => [objects.signalsOf(turnstile.party)];
  const of = (pid: unknown): readonly number[] => {
    if (typeof pid !== "number") return [];
    const target = pid > 0 ? turnstile.partyOf(pid) : turnstile.party;
    return [objects.signalsOf(target)];
  };
  /** A signal has gone out: its target may go on. With pid 0 and below it went to a group, which is this process's own. */
  const sent = (pid: number, signo: number): void => {
    if (signo === 0) return;
    if (pid > 0) turnstile.signalled(pid, signo);
    else for (const child of belongings.children.keys()) turnstile.signalled(child, signo);
  };
  const isPending = (set: SigSet): boolean => {
    const bytes = new Uint8Array(SIGNAL_SET_BYTES);
    c.sigpending(bytes);
    const wanted = set.copy();
    return !SigSet.decode(bytes).union(heldRecords()).intersection(wanted).isEmpty();
  };
  const waiting = (name: "sigwait" | "sigwaitinfo" | "sigtimedwait"): Waiting => ({
    objects: mine,
    mode: MODE.write,
    attempt: (set, timeout) => {
      const act = (): SigInfo | number => name === "sigtimedwait" ? original[name](set, timeout) : original[name](set);
      if (!(set instanceof SigSet) || (name === "sigtimedwait" && milliseconds(timeout) === null)) return act();
      quietOtherThreads();
      return isPending(set) ? act() : WOULD_BLOCK;
    },
    // sigwait has no EINTR: its handlers run, and it waits on.
    ...(name === "sigwait" ? { interruptible: false } : { faults: { eintr: fails(name, ERRNO.EINTR) } }),
    told: (result) => typeof result === "number" ? signalName(result) : signalName(result.signo),
  });

  return {
    kill: {
      objects: of,
      mode: MODE.write,
      attempt: (pid, signo) => original.kill(pid, turnstile.isUnderWay(pid, signo) ? 0 : signo),
      note: (_, pid, signo) => sent(pid, signo),
    },
    sigqueue: {
      objects: of,
      mode: MODE.write,
      attempt: (pid, signo, value) => original.sigqueue(pid, turnstile.isUnderWay(pid, signo) ? 0 : signo, value),
      note: (_, pid, signo) => sent(pid, signo),
    },
    raise: { objects: mine, mode: MODE.write },
    pidfd_send_signal: {
      objects: (pidfd) => of(processOf(pidfd)),
      mode: MODE.write,
      note: (_, pidfd, signo) => sent(processOf(pidfd), signo),
    },
    // Whether a signal comes before or after these is what matters: they are about the signals of this process, too.
    sigaction: { objects: mine, mode: MODE.write, note: () => belongings.touched("signals") },
    signal: { objects: mine, mode: MODE.write, note: () => belongings.touched("signals") },
    sigaltstack: { note: () => belongings.touched("signals") },
    sigprocmask: { objects: mine, mode: MODE.write, note: () => belongings.touched("mask") },
    pthread_sigmask: { objects: mine, mode: MODE.write, note: () => belongings.touched("mask") },
    sigpending: { objects: mine, mode: MODE.read },
    alarm: {
      attempt: (seconds) => {
        // The original checks the argument, and leaves no alarm of the kernel's: that would come at a time of its own.
        original.alarm(seconds);
        original.alarm(0);
        return clock.setAlarm(seconds);
      },
    },
    pause: {
      objects: mine,
      mode: MODE.write,
      runsHandlers: true,
      attempt: () => {
        do wait(context, mine(), null); while (signals.deliver(PAUSE) === "nothing");
      },
    },
    sigsuspend: {
      objects: mine,
      mode: MODE.write,
      runsHandlers: true,
      attempt: (mask) => {
        signalSet(mask, "mask");
        quietOtherThreads();
        // What is pending, and this mask lets through, comes in at once.
        while (deliverUnder(mask, SIGSUSPEND) === "nothing") wait(context, mine(), null);
      },
    },
    sigwait: waiting("sigwait"),
    sigwaitinfo: waiting("sigwaitinfo"),
    sigtimedwait: {
      ...waiting("sigtimedwait"),
      deadline: (_, timeout) => clock.after(timeout),
      timedOut: fails("sigtimedwait", ERRNO.EAGAIN),
      faults: { eintr: fails("sigtimedwait", ERRNO.EINTR), timeout: fails("sigtimedwait", ERRNO.EAGAIN) },
    },
  };
}

/** The process of a pidfd; this one where it is none. */
function processOf(pidfd: unknown): number {
  try {
    const pid = /^Pid:\s*(\d+)$/m.exec(readProc(`/proc/self/fdinfo/${pidfd}`))?.[1];
    return pid === undefined ? ownPid() : Number(pid);
  } catch {
    return ownPid();
  }
}
