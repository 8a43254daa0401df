/**
 * What happens when a signal comes: sigaction, signal, sigaltstack.
 *
 * @module
 */
import { SA_RESTART, SIG_DFL, SIG_IGN } from "../abi/sigaction.ts";
import { RESERVED_SIGNAL } from "../abi/signal_numbers.ts";
import { SigSet } from "../abi/sigset.ts";
import { SS_DISABLE, SS_ONSTACK } from "../abi/stack.ts";
import { callable, int, kind, size } from "../errors/arguments.ts";
import { signalSet } from "../errors/signal_argument.ts";
import { errnoOf } from "../errors/system_error.ts";
import { type AlternateStack, currentStack, replaceStack, smallestStack } from "../gate/alternate_stack.ts";
import { callNumber } from "../gate/calls.ts";
import { runsOnAlternateStack, type SignalHandler } from "../gate/delivery.ts";
import { actionOf, setAction, type SignalAction } from "../gate/dispositions.ts";
import { enter, failed, leave } from "../gate/gate.ts";
import { errno } from "../raw/errno.ts";

const SIGACTION = callNumber("sigaction");
const SIGNAL = callNumber("signal");
const SIGALTSTACK = callNumber("sigaltstack");
const EINVAL = errnoOf("EINVAL");
const ENOMEM = errnoOf("ENOMEM");
const EPERM = errnoOf("EPERM");

/** What sigaction sets: as {@linkcode SignalAction}, where mask and flags may be left out. */
export interface NewSignalAction {
  /** The function to run, SIG_DFL or SIG_IGN. */
  readonly handler: SignalHandler | typeof SIG_DFL | typeof SIG_IGN;
  /** Signals to block while the handler runs; none, if it is left out. */
  readonly mask?: SigSet | undefined;
  /** Any of the flags below; 0, if they are left out. */
  readonly flags?: number | undefined;
}

/**
 * `int sigaction(int signum, const struct sigaction *act, struct sigaction *oldact)`: sets what happens when a signal comes,
 * and tells what happened before.
 *
 * A handler is an ordinary function and may do anything. It runs at the next *safe point*: when a call of this library begins
 * or returns, or the event loop turns; a call that blocks is interrupted for it. So a loop that makes no call sees no signal.
 * After the handler, the interrupted call fails with EINTR; or, with SA_RESTART, is made again if signal(7) lists it. What a
 * handler throws comes out of the call it ran in. (There is no longjmp: to leave from a handler, throw.)
 *
 * - SA_RESTART: make the interrupted call again
 * - SA_NODEFER: do not block the signal while its own handler runs
 * - SA_RESETHAND: back to SIG_DFL when the handler is called
 * - SA_NOCLDSTOP, SA_NOCLDWAIT: for SIGCHLD, no signal when children stop; no zombies
 * - SA_ONSTACK: the kernel uses the stack that {@linkcode sigaltstack} set
 * - SA_SIGINFO: handlers always receive the whole siginfo here, with this flag or without
 *
 * Signals that come faster than the kernel's handler is called coalesce, except real-time signals, as in C. A record of
 * 65,536 signals waits for the program; more than that while it makes no call are lost, and counted.
 *
 * Outside of the lab, in a program with an event loop: the runtime takes SIGHUP, SIGINT, SIGTERM and SIGUSR1 about half a second
 * after its start, whatever was set before. This library puts its handlers back when the loop turns next, within 10 ms; SIG_DFL
 * and SIG_IGN for these four it does not. SIG_IGN or SA_NOCLDWAIT for SIGCHLD takes the exit statuses of `Deno.Command`.
 *
 * @param signum the signal, from 1 to SIGRTMAX
 * @param action what to do from now on; without it nothing is changed
 * @returns what was done until now. A handler of the runtime counts as SIG_DFL.
 * @throws {SystemError} EINVAL: no such signal, or SIGKILL or SIGSTOP, or one that is not a program's to use (32, 33, 64)
 * @see {@link https://man7.org/linux/man-pages/man2/sigaction.2.html | sigaction(2)}, signal(7)
 *
 * @example A handler, and the old action back
 * ```ts
 * import { raise, SA_RESTART, sigaction, SIGUSR2 } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const seen: number[] = [];
 * const before = sigaction(SIGUSR2, { handler: (info) => seen.push(info.signo), flags: SA_RESTART });
 * raise(SIGUSR2);
 * assertEquals(seen, [SIGUSR2]);
 * sigaction(SIGUSR2, before);
 * ```
 */
export function sigaction(signum: number, action?: NewSignalAction): SignalAction {
  int(signum, "signum");
  const wanted = action === undefined ? null : checkAction(action);
  enter(SIGACTION);
  if (signum === RESERVED_SIGNAL) failed(SIGACTION, EINVAL);
  const before = actionOf(signum);
  if (before === null) {
    failed(SIGACTION, errno());
    throw new Error("unreachable");
  }
  if (wanted !== null && setAction(signum, wanted) === -1) failed(SIGACTION, errno());
  leave(0);
  return before;
}

/**
 * `sighandler_t signal(int signum, sighandler_t handler)`: sets what happens when a signal comes, as `sigaction` does with
 * SA_RESTART and an empty mask.
 *
 * Never blocks. Systems differ in what signal does, and some put SIG_DFL back at the first signal; this is what glibc does. What
 * should run elsewhere, too, uses sigaction. The handler receives the whole siginfo, not just the number.
 *
 * @param signum the signal, from 1 to SIGRTMAX
 * @param handler the function to run, SIG_DFL or SIG_IGN
 * @returns what was there until now
 * @throws {SystemError} EINVAL: no such signal, or SIGKILL or SIGSTOP, or one that is not a program's to use (32, 33, 64)
 * @see {@link https://man7.org/linux/man-pages/man2/signal.2.html | signal(2)}
 *
 * @example A handler, and the old one back
 * ```ts
 * import { raise, SIG_DFL, signal, SIGUSR2 } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * let seen = 0;
 * assertEquals(signal(SIGUSR2, ({ signo }) => seen = signo), SIG_DFL);
 * raise(SIGUSR2);
 * assertEquals(seen, SIGUSR2);
 * signal(SIGUSR2, SIG_DFL);
 * ```
 */
export function signal(signum: number, handler: SignalAction["handler"]): SignalAction["handler"] {
  int(signum, "signum");
  if (handler !== SIG_DFL && handler !== SIG_IGN) callable(handler, "handler");
  enter(SIGNAL);
  const before = actionOf(signum);
  if (before === null) {
    failed(SIGNAL, EINVAL);
    throw new Error("unreachable");
  }
  if (setAction(signum, { handler, mask: new SigSet(), flags: SA_RESTART }) === -1) failed(SIGNAL, errno());
  leave(0);
  return before.handler;
}

/** What sigaltstack sets. */
export interface NewAlternateStack {
  /** Bytes of the stack; ignored with SS_DISABLE. */
  readonly size?: number | undefined;
  /** 0, SS_DISABLE or SS_AUTODISARM. */
  readonly flags?: number | undefined;
}

/**
 * `int sigaltstack(const stack_t *ss, stack_t *old_ss)`: sets the stack on which the kernel calls the handlers that ask for it
 * with SA_ONSTACK. The library makes the memory, and gives it back when another stack takes its place.
 *
 * Never blocks. While a handler with SA_ONSTACK runs, the stack is in use: `flags` has SS_ONSTACK, and it cannot be changed. (What
 * runs on it is the kernel's handler; JavaScript has a stack of its own.)
 *
 * @param stack its size, SIGSTKSZ for instance, or SS_DISABLE in `flags`; without it nothing is changed
 * @returns the stack as it was until now: address, size, and flags, where SS_DISABLE says that there was none
 * @throws {SystemError} EINVAL: unknown flags; ENOMEM: smaller than MINSIGSTKSZ, or than this processor's registers need;
 *   EPERM: the stack is in use
 * @see {@link https://man7.org/linux/man-pages/man2/sigaltstack.2.html | sigaltstack(2)}
 *
 * @example A stack for one signal
 * ```ts
 * import { raise, SA_ONSTACK, sigaction, sigaltstack, SIGSTKSZ, SIGUSR2, SS_DISABLE, SS_ONSTACK } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * sigaltstack({ size: SIGSTKSZ });
 * let flags = 0;
 * const before = sigaction(SIGUSR2, { handler: () => flags = sigaltstack().flags, flags: SA_ONSTACK });
 * raise(SIGUSR2);
 * assertEquals(flags, SS_ONSTACK);
 * sigaction(SIGUSR2, before);
 * sigaltstack({ flags: SS_DISABLE });
 * ```
 */
export function sigaltstack(stack?: NewAlternateStack): AlternateStack {
  const wanted = stack === undefined ? null : checkStack(stack);
  enter(SIGALTSTACK);
  const before = currentStack();
  const inUse = runsOnAlternateStack() && (before.flags & SS_DISABLE) === 0;
  if (wanted !== null) {
    if (inUse) failed(SIGALTSTACK, EPERM);
    const enabled = (wanted.flags & SS_DISABLE) === 0;
    if (enabled && wanted.size < smallestStack()) failed(SIGALTSTACK, ENOMEM);
    const failure = replaceStack(wanted.size, wanted.flags);
    if (failure !== 0) failed(SIGALTSTACK, failure);
  }
  leave(0);
  return inUse ? { ...before, flags: before.flags | SS_ONSTACK } : before;
}

function checkAction(action: NewSignalAction): SignalAction {
  if (typeof action !== "object" || action === null) {
    throw new TypeError(`action: expected { handler, mask, flags }, got ${kind(action)}`);
  }
  const { handler, mask, flags } = action;
  if (handler !== SIG_DFL && handler !== SIG_IGN) callable(handler, "action.handler");
  return {
    handler,
    mask: mask === undefined ? new SigSet() : signalSet(mask, "action.mask"),
    flags: flags === undefined ? 0 : int(flags, "action.flags"),
  };
}

function checkStack(stack: NewAlternateStack): { size: number; flags: number } {
  if (typeof stack !== "object" || stack === null) {
    throw new TypeError(`stack: expected { size, flags }, got ${kind(stack)}`);
  }
  const { size: length, flags } = stack;
  return {
    size: length === undefined ? 0 : size(length, "stack.size"),
    flags: flags === undefined ? 0 : int(flags, "stack.flags"),
  };
}
