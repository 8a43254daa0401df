/**
 * Processes as descriptors: pidfd_open, pidfd_send_signal. A pid may come to mean another process; a pidfd never does.
 *
 * @module
 */
import { RESERVED_SIGNAL } from "../abi/signal_numbers.ts";
import { int } from "../errors/arguments.ts";
import { errnoOf } from "../errors/system_error.ts";
import { callNumber } from "../gate/calls.ts";
import { enter, failed, gate, leave } from "../gate/gate.ts";
import { isInternal } from "../gate/internal.ts";
import { errno } from "../raw/errno.ts";
import { c } from "../raw/event.ts";
import { readProc } from "../raw/runtime.ts";
import { SYS } from "../raw/system_call.ts";

const OPEN = callNumber("pidfd_open");
const SEND = callNumber("pidfd_send_signal");
const EBADF = errnoOf("EBADF");
const EINVAL = errnoOf("EINVAL");
const ENOSYS = errnoOf("ENOSYS");
const EPERM = errnoOf("EPERM");

/**
 * `int pidfd_open(pid_t pid, unsigned int flags)`: makes a descriptor of a process. It does not block.
 *
 * poll and epoll find it readable (POLLIN) when the process has ended. It has FD_CLOEXEC. The caller closes it. Needs Linux 5.3.
 *
 * @param pid a process
 * @param flags 0; O_NONBLOCK for those who wait for it by waitid(2)
 * @returns a descriptor
 * @throws {SystemError} EINVAL (`pid` is not above 0, or unknown flags), EMFILE, ENFILE, ENOMEM, ENOSYS (an older Linux), ESRCH
 * @see {@link https://man7.org/linux/man-pages/man2/pidfd_open.2.html | pidfd_open(2)}
 *
 * @example Waiting for the end of a child
 * ```ts
 * import { close, fork, pidfd_open, poll, POLLIN, waitpid } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const child = fork(() => 0);
 * const fd = pidfd_open(child, 0);
 * assertEquals(poll([{ fd, events: POLLIN }], 10_000), [POLLIN]);
 * waitpid(child);
 * close(fd);
 * ```
 */
export function pidfd_open(pid: number, flags: number): number {
  int(pid, "pid");
  int(flags, "flags");
  enter(OPEN);
  const fd = c.pidfd_open(SYS.pidfd_open, pid, flags >>> 0);
  if (fd === -1) giveUp(OPEN, errno(), "5.3");
  return leave(fd);
}

/**
 * `int pidfd_send_signal(int pidfd, int sig, siginfo_t *info, unsigned int flags)`: sends a signal to the process of a
 * descriptor, as `kill` does. Never blocks. Needs Linux 5.1.
 *
 * @param pidfd descriptor from pidfd_open
 * @param sig the signal; 0 sends none, and only finds out whether it could be sent
 * @throws {SystemError} EBADF: no pidfd; EINVAL: no such signal; ENOSYS: an older Linux; EPERM: not to this process (within a
 *   run of the lab: none of the run's own); ESRCH: the process has ended, and was waited for
 * @see {@link https://man7.org/linux/man-pages/man2/pidfd_send_signal.2.html | pidfd_send_signal(2)}
 *
 * @example Ending a child
 * ```ts
 * import { close, fork, pause, pidfd_open, pidfd_send_signal, SIGKILL, waitpid } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const child = fork(() => pause());
 * const fd = pidfd_open(child, 0);
 * pidfd_send_signal(fd, SIGKILL);
 * assertEquals(waitpid(child), { pid: child, kind: "signaled", signal: SIGKILL, coreDumped: false });
 * close(fd);
 * ```
 */
export function pidfd_send_signal(pidfd: number, sig: number): void {
  int(pidfd, "pidfd");
  int(sig, "sig");
  enter(SEND);
  if (sig === RESERVED_SIGNAL) failed(SEND, EINVAL);
  if (isInternal(pidfd)) failed(SEND, EBADF);
  if (gate.hook !== null) {
    const pid = processOf(pidfd);
    if (pid === null) failed(SEND, EBADF);
    else if (pid !== ENDED && !(pid > 0 && gate.hook.maySignal(pid))) failed(SEND, EPERM);
  }
  if (c.pidfd_send_signal(SYS.pidfd_send_signal, pidfd, sig, null, 0) === -1) giveUp(SEND, errno(), "5.1");
  leave(0);
}

/** What /proc says of the process of a pidfd when it is there no more. */
const ENDED = -1;

/** The process of a pidfd; null for another descriptor. One that cannot be seen from here is 0. */
function processOf(pidfd: number): number | null {
  try {
    const pid = /^Pid:\s*(-?\d+)$/m.exec(readProc(`/proc/self/fdinfo/${pidfd}`))?.[1];
    return pid === undefined ? null : Number(pid);
  } catch {
    return null;
  }
}

/** Fails; where the kernel is too old, it says which is not. */
function giveUp(call: number, errno: number, version: string): void {
  failed(call, errno, errno === ENOSYS ? `it needs Linux ${version}` : undefined);
}
