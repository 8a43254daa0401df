/**
 * Sending signals: kill, sigqueue, raise, alarm.
 *
 * @module
 */
import { RESERVED_SIGNAL } from "../abi/signal_numbers.ts";
import { int, unsigned } from "../errors/arguments.ts";
import { errnoOf } from "../errors/system_error.ts";
import { callNumber } from "../gate/calls.ts";
import { enter, failed, gate, leave } from "../gate/gate.ts";
import { errno } from "../raw/errno.ts";
import { c } from "../raw/process.ts";
import { c as signal } from "../raw/signal.ts";

const KILL = callNumber("kill");
const SIGQUEUE = callNumber("sigqueue");
const RAISE = callNumber("raise");
const ALARM = callNumber("alarm");
const EPERM = errnoOf("EPERM");
const EINVAL = errnoOf("EINVAL");

/**
 * `int kill(pid_t pid, int sig)`: sends a signal to a process, or to a group of them.
 *
 * Never blocks. A signal to this process that is not blocked has run its handler when `kill` returns. A standard signal that
 * is pending already is not made pending twice; a real-time signal is.
 *
 * @param pid a process; 0 for all of this process group; -1 for all that may be signaled; below -1 for the group `-pid`
 * @param sig the signal; 0 sends none, and only finds out whether it could be sent
 * @throws {SystemError} EINVAL: no such signal; EPERM: not to this process (within a run of the lab: none of the run's own);
 *   ESRCH: no such process or group
 * @see {@link https://man7.org/linux/man-pages/man2/kill.2.html | kill(2)}
 *
 * @example Does this process exist?
 * ```ts
 * import { getpid, kill } from "ipc";
 *
 * kill(getpid(), 0);
 * ```
 */
export function kill(pid: number, sig: number): void {
  int(pid, "pid");
  int(sig, "sig");
  enter(KILL);
  check(KILL, pid, sig);
  if (c.kill(pid, sig) === -1) failed(KILL, errno());
  leave(0);
}

/**
 * `int sigqueue(pid_t pid, int sig, const union sigval value)`: sends a signal and a value with it.
 *
 * Never blocks. Real-time signals queue: each that is sent arrives, those of one number in the order they were sent. The
 * receiver finds the value in its siginfo, with SI_QUEUE as the code.
 *
 * @param pid the receiver
 * @param sig the signal; 0 sends none, and only finds out whether it could be sent
 * @param value a whole number of 32 bits (`sival_int`)
 * @throws {SystemError} EAGAIN: too many are queued (RLIMIT_SIGPENDING); EINVAL: no such signal; EPERM; ESRCH
 * @see {@link https://man7.org/linux/man-pages/man3/sigqueue.3.html | sigqueue(3)}
 *
 * @example A value for a child
 * ```ts
 * import { fork, SIG_BLOCK, SIG_SETMASK, sigprocmask, sigqueue, SIGRTMIN, SigSet, sigwaitinfo, waitpid } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const set = new SigSet([SIGRTMIN]);
 * const mask = sigprocmask(SIG_BLOCK, set);
 * const child = fork(() => sigwaitinfo(set).value);
 * sigqueue(child, SIGRTMIN, 42);
 * assertEquals(waitpid(child), { pid: child, kind: "exited", status: 42 });
 * sigprocmask(SIG_SETMASK, mask);
 * ```
 */
export function sigqueue(pid: number, sig: number, value: number): void {
  int(pid, "pid");
  int(sig, "sig");
  const word = BigInt(int(value, "value"));
  enter(SIGQUEUE);
  check(SIGQUEUE, pid, sig);
  if (signal.sigqueue(pid, sig, word) === -1) failed(SIGQUEUE, errno());
  leave(0);
}

/**
 * `int raise(int sig)`: sends a signal to the thread that calls. If it is not blocked, its handler has run when `raise` returns.
 *
 * @param sig the signal
 * @throws {SystemError} EINVAL: no such signal
 * @see {@link https://man7.org/linux/man-pages/man3/raise.3.html | raise(3)}
 *
 * @example A handler that has run when raise returns
 * ```ts
 * import { raise, SIG_DFL, sigaction, SIGUSR2 } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * let seen = 0;
 * const before = sigaction(SIGUSR2, { handler: ({ signo }) => seen = signo });
 * raise(SIGUSR2);
 * assertEquals(seen, SIGUSR2);
 * sigaction(SIGUSR2, before);
 * ```
 */
export function raise(sig: number): void {
  int(sig, "sig");
  enter(RAISE);
  if (sig === RESERVED_SIGNAL) failed(RAISE, EINVAL);
  if (signal.raise(sig) !== 0) failed(RAISE, errno());
  leave(0);
}

/**
 * `unsigned int alarm(unsigned int seconds)`: has SIGALRM sent to this process after so many seconds. There is one alarm; a
 * new one takes the place of the last. A child of fork has none. Cannot fail.
 *
 * @param seconds after how many; 0 only cancels
 * @returns how many seconds were left to the alarm that it replaces; 0 if there was none
 * @see {@link https://man7.org/linux/man-pages/man2/alarm.2.html | alarm(2)}
 *
 * @example Setting and cancelling
 * ```ts
 * import { alarm } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(alarm(1000), 0);
 * assertEquals(alarm(0), 1000);
 * ```
 */
export function alarm(seconds: number): number {
  unsigned(seconds, "seconds");
  enter(ALARM);
  return leave(c.alarm(seconds));
}

/** The library's own signal is none of a program's, and a run of the lab says who may be signaled. */
function check(call: number, pid: number, sig: number): void {
  if (sig === RESERVED_SIGNAL) failed(call, EINVAL);
  if (gate.hook !== null && !gate.hook.maySignal(pid)) failed(call, EPERM);
}
