/**
 * Blocking signals: sigprocmask, pthread_sigmask, sigpending.
 *
 * @module
 */
import { SIG_BLOCK, SIG_SETMASK, SIG_UNBLOCK } from "../abi/sigaction.ts";
import { RESERVED_SIGNAL } from "../abi/signal_numbers.ts";
import { SIGSET, SigSet } from "../abi/sigset.ts";
import { int } from "../errors/arguments.ts";
import { encodeSet, signalSet } from "../errors/signal_argument.ts";
import { callNumber } from "../gate/calls.ts";
import { heldRecords, releaseHeld } from "../gate/delivery.ts";
import { enter, failed, leave } from "../gate/gate.ts";
import { maskBecame, quietOtherThreads } from "../gate/threads.ts";
import { errno } from "../raw/errno.ts";
import { c } from "../raw/signal.ts";

const SIGPROCMASK = callNumber("sigprocmask");
const PTHREAD_SIGMASK = callNumber("pthread_sigmask");
const SIGPENDING = callNumber("sigpending");

/**
 * `int sigprocmask(int how, const sigset_t *set, sigset_t *oldset)`: changes which signals are blocked.
 *
 * Never blocks. A blocked signal stays pending until it is unblocked, or taken by sigwait, sigwaitinfo or sigtimedwait. One
 * that is unblocked while it is pending has run its handler when the call returns. A child of fork has its parent's mask;
 * and execve keeps it. SIGKILL and SIGSTOP are not blocked, whatever the set says.
 *
 * @param how SIG_BLOCK: also those in `set`; SIG_UNBLOCK: those in `set` no longer; SIG_SETMASK: those in `set` and no others
 * @param set the signals; null changes nothing, whatever `how` is
 * @returns the signals that were blocked before
 * @throws {SystemError} EINVAL: no such `how`
 * @see {@link https://man7.org/linux/man-pages/man2/sigprocmask.2.html | sigprocmask(2)}
 *
 * @example A critical section
 * ```ts
 * import { raise, SIG_BLOCK, SIG_SETMASK, sigaction, sigpending, sigprocmask, SigSet, SIGUSR2 } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * let handled = 0;
 * const action = sigaction(SIGUSR2, { handler: () => handled++ });
 * const mask = sigprocmask(SIG_BLOCK, new SigSet([SIGUSR2]));
 * raise(SIGUSR2);
 * assertEquals([handled, sigpending().has(SIGUSR2)], [0, true]);
 * sigprocmask(SIG_SETMASK, mask);
 * assertEquals([handled, sigpending().has(SIGUSR2)], [1, false]);
 * sigaction(SIGUSR2, action);
 * ```
 */
export function sigprocmask(how: number, set: SigSet | null): SigSet {
  return changeMask(SIGPROCMASK, how, set);
}

/**
 * `int pthread_sigmask(int how, const sigset_t *set, sigset_t *oldset)`: changes which signals this thread blocks.
 *
 * Here it is the same as {@linkcode sigprocmask}: the program's thread is the one that runs its JavaScript.
 *
 * @param how SIG_BLOCK, SIG_UNBLOCK or SIG_SETMASK
 * @param set the signals; null changes nothing
 * @returns the signals that were blocked before
 * @throws {SystemError} EINVAL: no such `how`
 * @see {@link https://man7.org/linux/man-pages/man3/pthread_sigmask.3.html | pthread_sigmask(3)}
 *
 * @example Asking for the mask
 * ```ts
 * import { pthread_sigmask, SIG_BLOCK, SIG_SETMASK, SigSet, SIGUSR2 } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const before = pthread_sigmask(SIG_BLOCK, new SigSet([SIGUSR2]));
 * assertEquals(pthread_sigmask(SIG_BLOCK, null).has(SIGUSR2), true);
 * pthread_sigmask(SIG_SETMASK, before);
 * ```
 */
export function pthread_sigmask(how: number, set: SigSet | null): SigSet {
  return changeMask(PTHREAD_SIGMASK, how, set);
}

/**
 * `int sigpending(sigset_t *set)`: the signals that have come, are blocked, and wait. Never blocks, cannot fail.
 *
 * @see {@link https://man7.org/linux/man-pages/man2/sigpending.2.html | sigpending(2)}
 *
 * @example Nothing pending
 * ```ts
 * import { sigpending, SIGUSR2 } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(sigpending().has(SIGUSR2), false);
 * ```
 */
export function sigpending(): SigSet {
  const pending = new Uint8Array(SIGSET.size as number);
  enter(SIGPENDING);
  if (c.sigpending(pending) === -1) failed(SIGPENDING, errno());
  leave(0);
  return SigSet.decode(pending).union(heldRecords()).delete(RESERVED_SIGNAL);
}

function changeMask(call: number, how: number, set: SigSet | null): SigSet {
  int(how, "how");
  const wanted = set === null ? null : encodeSet(signalSet(set, "set"));
  const old = new Uint8Array(SIGSET.size as number);
  enter(call);
  if (wanted !== null) quietOtherThreads();
  const error = c.pthread_sigmask(how, wanted, old);
  if (error !== 0) failed(call, error);
  const before = SigSet.decode(old);
  if (set !== null) {
    const after = combine(before, how, set);
    maskBecame(after);
    releaseHeld(after);
  }
  leave(0);
  return before;
}

function combine(mask: SigSet, how: number, set: SigSet): SigSet {
  switch (how) {
    case SIG_BLOCK:
      return mask.union(set);
    case SIG_UNBLOCK:
      return mask.difference(set);
    case SIG_SETMASK:
      return set;
    default:
      return mask;
  }
}
