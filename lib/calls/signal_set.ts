/**
 * The five functions on sets of signals, as in C. A SigSet has the same as methods.
 *
 * @module
 */
import { RESERVED_SIGNAL } from "../abi/signal_numbers.ts";
import { isSignal, type SigSet } from "../abi/sigset.ts";
import { int } from "../errors/arguments.ts";
import { signalSet } from "../errors/signal_argument.ts";
import { errnoOf, SystemError } from "../errors/system_error.ts";
import { everySignal } from "../gate/recorder.ts";

const EINVAL = errnoOf("EINVAL");

/** The signals that are not a program's to use: glibc's two, and this library's. */
const RESERVED: ReadonlySet<number> = new Set([32, 33, RESERVED_SIGNAL]);

/**
 * `int sigemptyset(sigset_t *set)`: takes all signals out of the set. Cannot fail.
 *
 * @see {@link https://man7.org/linux/man-pages/man3/sigsetops.3.html | sigsetops(3)}
 *
 * @example An empty set
 * ```ts
 * import { sigemptyset, SIGINT, SigSet } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const set = new SigSet([SIGINT]);
 * sigemptyset(set);
 * assertEquals([...set], []);
 * ```
 */
export function sigemptyset(set: SigSet): void {
  signalSet(set, "set").clear();
}

/**
 * `int sigfillset(sigset_t *set)`: puts all signals into the set, but for those that are no program's to use: 32, 33 and 64.
 *
 * @see {@link https://man7.org/linux/man-pages/man3/sigsetops.3.html | sigsetops(3)}
 *
 * @example All but one
 * ```ts
 * import { sigdelset, sigfillset, SIGINT, sigismember, SigSet, SIGTERM } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const set = new SigSet();
 * sigfillset(set);
 * sigdelset(set, SIGINT);
 * assertEquals([sigismember(set, SIGINT), sigismember(set, SIGTERM)], [false, true]);
 * ```
 */
export function sigfillset(set: SigSet): void {
  signalSet(set, "set");
  for (const signo of everySignal()) if (!RESERVED.has(signo)) set.add(signo);
}

/**
 * `int sigaddset(sigset_t *set, int signum)`: puts a signal into the set.
 *
 * @throws {SystemError} EINVAL: no such signal
 * @see {@link https://man7.org/linux/man-pages/man3/sigsetops.3.html | sigsetops(3)}
 *
 * @example A set of one
 * ```ts
 * import { sigaddset, SIGINT, SigSet } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const set = new SigSet();
 * sigaddset(set, SIGINT);
 * assertEquals([...set], [SIGINT]);
 * ```
 */
export function sigaddset(set: SigSet, signum: number): void {
  signalSet(set, "set").add(valid("sigaddset", signum));
}

/**
 * `int sigdelset(sigset_t *set, int signum)`: takes a signal out of the set.
 *
 * @throws {SystemError} EINVAL: no such signal
 * @see {@link https://man7.org/linux/man-pages/man3/sigsetops.3.html | sigsetops(3)}
 *
 * @example One signal less
 * ```ts
 * import { sigdelset, SIGINT, SigSet, SIGTERM } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const set = new SigSet([SIGINT, SIGTERM]);
 * sigdelset(set, SIGINT);
 * assertEquals([...set], [SIGTERM]);
 * ```
 */
export function sigdelset(set: SigSet, signum: number): void {
  signalSet(set, "set").delete(valid("sigdelset", signum));
}

/**
 * `int sigismember(const sigset_t *set, int signum)`: whether the signal is in the set.
 *
 * @throws {SystemError} EINVAL: no such signal
 * @see {@link https://man7.org/linux/man-pages/man3/sigsetops.3.html | sigsetops(3)}
 *
 * @example Asking
 * ```ts
 * import { SIGINT, sigismember, SigSet } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(sigismember(new SigSet([SIGINT]), SIGINT), true);
 * ```
 */
export function sigismember(set: SigSet, signum: number): boolean {
  return signalSet(set, "set").has(valid("sigismember", signum));
}

function valid(call: string, signum: number): number {
  int(signum, "signum");
  if (!isSignal(signum) || RESERVED.has(signum)) throw new SystemError(call, EINVAL);
  return signum;
}
