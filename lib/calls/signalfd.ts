/**
 * Signals as something to read: signalfd.
 *
 * @module
 */
import { decodeSignalfd } from "../abi/signalfd_siginfo.ts";
import type { SigInfo } from "../abi/siginfo.ts";
import type { SigSet } from "../abi/sigset.ts";
import { bytes, int } from "../errors/arguments.ts";
import { encodeSet, signalSet } from "../errors/signal_argument.ts";
import { errnoOf } from "../errors/system_error.ts";
import { callNumber } from "../gate/calls.ts";
import { enter, failed, leave } from "../gate/gate.ts";
import { isInternal } from "../gate/internal.ts";
import { quietOtherThreads } from "../gate/threads.ts";
import { errno } from "../raw/errno.ts";
import { c } from "../raw/event.ts";

const SIGNALFD = callNumber("signalfd");
const EBADF = errnoOf("EBADF");

/**
 * `int signalfd(int fd, const sigset_t *mask, int flags)`: makes a descriptor from which pending signals are read, or changes
 * which ones. It does not block.
 *
 * Block the signals first, by `sigprocmask`, or they go to their handlers. A read blocks until one of them is pending, and
 * then takes as many as its buffer holds, 128 bytes each: {@linkcode signalfdInfo} decodes them. What a child of fork reads are
 * signals to the child. The caller closes the descriptor.
 *
 * @param fd a descriptor from signalfd, or -1 for a new one
 * @param mask the signals to be read; SIGKILL and SIGSTOP never are
 * @param flags any of SFD_NONBLOCK, SFD_CLOEXEC; or 0
 * @returns the descriptor
 * @throws {SystemError} EBADF, EINVAL (`fd` is no signalfd, or unknown flags), EMFILE, ENFILE, ENODEV, ENOMEM
 * @see {@link https://man7.org/linux/man-pages/man2/signalfd.2.html | signalfd(2)}
 *
 * @example A signal that was read
 * ```ts
 * import { close, getpid, raise, read, SIG_BLOCK, SIG_SETMASK, signalfd, signalfdInfo, sigprocmask, SigSet, SIGUSR2 } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const set = new SigSet([SIGUSR2]);
 * const before = sigprocmask(SIG_BLOCK, set);
 * const fd = signalfd(-1, set, 0);
 * raise(SIGUSR2);
 * const buffer = new Uint8Array(1024);
 * const [info] = signalfdInfo(buffer.subarray(0, read(fd, buffer)));
 * assertEquals([info?.signo, info?.pid], [SIGUSR2, getpid()]);
 * close(fd);
 * sigprocmask(SIG_SETMASK, before);
 * ```
 */
export function signalfd(fd: number, mask: SigSet, flags: number): number {
  int(fd, "fd");
  const wanted = encodeSet(signalSet(mask, "mask"));
  int(flags, "flags");
  quietOtherThreads();
  enter(SIGNALFD);
  if (isInternal(fd)) failed(SIGNALFD, EBADF);
  const result = c.signalfd(fd, wanted, flags);
  if (result === -1) failed(SIGNALFD, errno());
  return leave(result);
}

/**
 * The signals in what was read from a signalfd: each is a `struct signalfd_siginfo` of 128 bytes. Makes no call.
 *
 * @param data the bytes that were read
 * @returns what each signal says of itself, in their order
 * @see {@link https://man7.org/linux/man-pages/man2/signalfd.2.html | signalfd(2)}
 *
 * @example Nothing was read
 * ```ts
 * import { signalfdInfo } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(signalfdInfo(new Uint8Array(0)), []);
 * ```
 */
export function signalfdInfo(data: Uint8Array): SigInfo[] {
  return decodeSignalfd(bytes(data, "data"));
}
