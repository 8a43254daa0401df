/**
 * Waiting for signals: sigsuspend, sigwait, sigwaitinfo, sigtimedwait.
 *
 * @module
 */
import { allocateSiginfo, decodeSiginfo, type SigInfo } from "../abi/siginfo.ts";
import { SIGSET, type SigSet } from "../abi/sigset.ts";
import type { Timespec } from "../abi/timespec.ts";
import { encodeSet, encodeSetInto, signalSet } from "../errors/signal_argument.ts";
import { errnoOf } from "../errors/system_error.ts";
import { timeLeft, timespec } from "../errors/timespec_argument.ts";
import { callNumber } from "../gate/calls.ts";
import { deliverUnder, takeHeld } from "../gate/delivery.ts";
import { keepHandlers } from "../gate/dispositions.ts";
import { enter, failed, leave } from "../gate/gate.ts";
import { quietOtherThreads } from "../gate/threads.ts";
import { errno } from "../raw/errno.ts";
import { monotonicMs } from "../raw/runtime.ts";
import { c } from "../raw/signal.ts";

const SIGSUSPEND = callNumber("sigsuspend");
const SIGWAIT = callNumber("sigwait");
const SIGWAITINFO = callNumber("sigwaitinfo");
const SIGTIMEDWAIT = callNumber("sigtimedwait");
const EINTR = errnoOf("EINTR");

/**
 * `int sigsuspend(const sigset_t *mask)`: blocks the signals in `mask` and no others, waits until a signal handler has run, and
 * puts the mask back: all at once, so that no signal gets lost in between. C's sigsuspend then returns -1 with EINTR, its only
 * result; here it just returns.
 *
 * The way to wait for a condition that a handler makes true: block the signal, look at the condition, and while it does not
 * hold, call sigsuspend with a mask that lets the signal through.
 *
 * @param mask the signals to block meanwhile
 * @see {@link https://man7.org/linux/man-pages/man2/sigsuspend.2.html | sigsuspend(2)}
 *
 * @example A signal that came before
 * ```ts
 * import { raise, SIG_BLOCK, SIG_SETMASK, sigaction, sigprocmask, SigSet, sigsuspend, SIGUSR2 } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * let came = false;
 * const action = sigaction(SIGUSR2, { handler: () => came = true });
 * const mask = sigprocmask(SIG_BLOCK, new SigSet([SIGUSR2]));
 * raise(SIGUSR2);
 * while (!came) sigsuspend(mask);
 * assertEquals(came, true);
 * sigprocmask(SIG_SETMASK, mask);
 * sigaction(SIGUSR2, action);
 * ```
 */
export function sigsuspend(mask: SigSet): void {
  const wanted = encodeSet(signalSet(mask, "mask"));
  quietOtherThreads();
  keepHandlers();
  enter(SIGSUSPEND);
  // What a running handler holds up, and this mask lets through, need not be waited for.
  while (deliverUnder(mask, SIGSUSPEND) === "nothing") c.sigsuspend(wanted);
}

/**
 * `int sigwait(const sigset_t *set, int *sig)`: waits until one of the signals is pending, and takes it: no handler runs.
 *
 * Blocks. The signals in `set` should be blocked, or they go to their handlers. Handlers of others run meanwhile, and sigwait
 * waits on.
 *
 * @param set the signals to wait for
 * @returns the signal that was taken
 * @see {@link https://man7.org/linux/man-pages/man3/sigwait.3.html | sigwait(3)}
 *
 * @example Taking a pending signal
 * ```ts
 * import { raise, SIG_BLOCK, SIG_SETMASK, sigprocmask, SigSet, SIGUSR2, sigwait } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const set = new SigSet([SIGUSR2]);
 * const before = sigprocmask(SIG_BLOCK, set);
 * raise(SIGUSR2);
 * assertEquals(sigwait(set), SIGUSR2);
 * sigprocmask(SIG_SETMASK, before);
 * ```
 */
export function sigwait(set: SigSet): number {
  return wait(SIGWAIT, set, null).signo;
}

/**
 * `int sigwaitinfo(const sigset_t *set, siginfo_t *info)`: waits until one of the signals is pending, takes it, and tells of it.
 *
 * Blocks. The signals in `set` should be blocked, or they go to their handlers. Of several that are pending the lowest comes
 * first. A handler of another signal ends the wait, also one with SA_RESTART.
 *
 * @param set the signals to wait for
 * @returns what the signal says of itself
 * @throws {SystemError} EINTR: a handler of a signal that is not in `set` ran
 * @see {@link https://man7.org/linux/man-pages/man2/sigwaitinfo.2.html | sigwaitinfo(2)}
 *
 * @example Who sent it
 * ```ts
 * import { getpid, raise, SIG_BLOCK, SIG_SETMASK, sigprocmask, SigSet, SIGUSR2, sigwaitinfo } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const set = new SigSet([SIGUSR2]);
 * const before = sigprocmask(SIG_BLOCK, set);
 * raise(SIGUSR2);
 * const { signo, pid } = sigwaitinfo(set);
 * assertEquals([signo, pid], [SIGUSR2, getpid()]);
 * sigprocmask(SIG_SETMASK, before);
 * ```
 */
export function sigwaitinfo(set: SigSet): SigInfo {
  return wait(SIGWAITINFO, set, null);
}

/**
 * `int sigtimedwait(const sigset_t *set, siginfo_t *info, const struct timespec *timeout)`: as {@linkcode sigwaitinfo}, but
 * not for longer than `timeout`.
 *
 * @param set the signals to wait for
 * @param timeout how long at most; with zeros it only looks
 * @returns what the signal says of itself
 * @throws {SystemError} EAGAIN: none came in time; EINTR: a handler of a signal that is not in `set` ran; EINVAL: `timeout` is
 *   no time
 * @see {@link https://man7.org/linux/man-pages/man2/sigtimedwait.2.html | sigtimedwait(2)}
 *
 * @example None is pending
 * ```ts
 * import { SigSet, sigtimedwait, SIGUSR2, SystemError } from "ipc";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const look = () => sigtimedwait(new SigSet([SIGUSR2]), { sec: 0, nsec: 0 });
 * assertEquals(assertThrows(look, SystemError).code, "EAGAIN");
 * ```
 */
export function sigtimedwait(set: SigSet, timeout: Timespec): SigInfo {
  timespec(timeout, "timeout");
  return wait(SIGTIMEDWAIT, set, timeout);
}

function wait(call: number, set: SigSet, timeout: Timespec | null): SigInfo {
  signalSet(set, "set");
  let limit = timeout === null ? null : timespec(timeout, "timeout");
  const start = timeout === null ? 0 : monotonicMs();
  for (;;) {
    enter(call);
    quietOtherThreads(set);
    const held = takeHeld(set);
    if (held !== null) return held;
    encodeSetInto(wanted, set);
    if (c.sigtimedwait(wanted, infoBytes, limit) !== -1) {
      const told = decodeSiginfo(info);
      leave(0);
      return told;
    }
    const failure = errno();
    // sigwait has no EINTR: its handlers run, and it waits on.
    if (failure === EINTR && call === SIGWAIT) leave(0);
    else failed(call, failure);
    if (timeout !== null) limit = timespec(timeLeft(timeout, start), "timeout");
  }
}

// What C is given and what it leaves: filled, and taken up, with nothing else running in between.
const wanted = new Uint8Array(SIGSET.size as number);
const info = allocateSiginfo();
const infoBytes = new Uint8Array(info.buffer);
