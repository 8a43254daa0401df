/**
 * Waiting for one of several descriptors: poll, ppoll.
 *
 * @module
 */
import { allocate, offsetOf, sizeOf } from "../abi/layout.ts";
import { POLLFD } from "../abi/pollfd.ts";
import type { SigSet } from "../abi/sigset.ts";
import type { Timespec } from "../abi/timespec.ts";
import { int, kind } from "../errors/arguments.ts";
import { encodeSet, signalSet } from "../errors/signal_argument.ts";
import { errnoOf, SystemError } from "../errors/system_error.ts";
import { timeLeft, timespec } from "../errors/timespec_argument.ts";
import { callNumber } from "../gate/calls.ts";
import { deliverUnder, heldRecords } from "../gate/delivery.ts";
import { enter, failed, leave } from "../gate/gate.ts";
import { isInternal } from "../gate/internal.ts";
import { quietOtherThreads } from "../gate/threads.ts";
import { c as descriptor } from "../raw/descriptor.ts";
import { c } from "../raw/epoll.ts";
import { errno } from "../raw/errno.ts";
import { monotonicMs } from "../raw/runtime.ts";

const POLL = callNumber("poll");
const PPOLL = callNumber("ppoll");
const EINTR = errnoOf("EINTR");
const SIZE = sizeOf(POLLFD);
const FD = offsetOf(POLLFD.fields.fd);
const EVENTS = offsetOf(POLLFD.fields.events);
const REVENTS = offsetOf(POLLFD.fields.revents);

/** A number that no descriptor has: the kernel answers POLLNVAL. */
const NOT_OPEN = 0x7fffffff;

/** One descriptor to watch, and what for. */
export interface PollFd {
  /** The descriptor; one below 0 is passed over. */
  readonly fd: number;
  /** Any of POLLIN, POLLOUT, POLLPRI, …; POLLERR, POLLHUP and POLLNVAL are answered without being asked for. */
  readonly events: number;
}

/**
 * `int poll(struct pollfd *fds, nfds_t nfds, int timeout)`: waits until one of the descriptors is ready.
 *
 * Blocks until something is ready, the timeout is over, or a signal handler runs; poll is never restarted after a handler.
 *
 * @param fds what to watch
 * @param timeoutMs how long to wait, in milliseconds; 0 not at all, -1 for ever
 * @returns C's `revents` for each of `fds`, in their order; all 0 when the timeout is over
 * @throws {SystemError} EINTR, EINVAL (more descriptors than RLIMIT_NOFILE), ENOMEM
 * @see {@link https://man7.org/linux/man-pages/man2/poll.2.html | poll(2)}
 *
 * @example Which of two pipes has something to read
 * ```ts
 * import { close, pipe, poll, POLLIN, write } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const [readingA, writingA] = pipe();
 * const [readingB, writingB] = pipe();
 * write(writingB, new Uint8Array(1));
 * const [a, b] = poll([{ fd: readingA, events: POLLIN }, { fd: readingB, events: POLLIN }], -1);
 * assertEquals([a, b], [0, POLLIN]);
 * for (const fd of [readingA, writingA, readingB, writingB]) close(fd);
 * ```
 */
export function poll<const T extends readonly PollFd[]>(
  fds: T,
  timeoutMs: number,
): { -readonly [K in keyof T]: number } {
  const view = encoded(fds);
  const count = view.byteLength / SIZE;
  int(timeoutMs, "timeoutMs");
  const deadline = monotonicMs() + timeoutMs;
  let left = timeoutMs;
  for (;;) {
    enter(POLL);
    if (descriptor.poll(view, count, left) !== -1) break;
    failed(POLL, errno());
    if (timeoutMs > 0) left = Math.max(0, Math.ceil(deadline - monotonicMs()));
  }
  leave(0);
  return answers(view);
}

/**
 * `int ppoll(struct pollfd *fds, nfds_t nfds, const struct timespec *tmo_p, const sigset_t *sigmask)`: {@linkcode poll} that
 * blocks the signals in `mask` and no others while it waits: all at once, so that no signal gets lost in between.
 *
 * The way to wait for a descriptor or a signal, whichever comes first: block the signal, look at what its handler sets, and
 * call ppoll with a mask that lets it through.
 *
 * @param fds what to watch
 * @param timeout how long to wait; zeros not at all, null for ever
 * @param mask the signals to block meanwhile; unless given, the mask stays as it is
 * @returns C's `revents` for each of `fds`, in their order; all 0 when the timeout is over
 * @throws {SystemError} EINTR, EINVAL (more descriptors than RLIMIT_NOFILE, or nanoseconds that are none), ENOMEM
 * @see {@link https://man7.org/linux/man-pages/man2/poll.2.html | ppoll(2)}
 *
 * @example A signal that came before
 * ```ts
 * import { close, isSystemError, pipe, POLLIN, ppoll, raise, SIG_BLOCK, SIG_SETMASK, sigaction, sigprocmask, SigSet, SIGUSR2 } from "ipc";
 * import { assert, assertEquals, assertThrows } from "@std/assert";
 *
 * const [reading, writing] = pipe();
 * let came = false;
 * const action = sigaction(SIGUSR2, { handler: () => came = true });
 * const mask = sigprocmask(SIG_BLOCK, new SigSet([SIGUSR2]));
 * raise(SIGUSR2);
 * const error = assertThrows(() => ppoll([{ fd: reading, events: POLLIN }], null, mask));
 * assert(isSystemError(error, "EINTR"));
 * assertEquals(came, true);
 * sigprocmask(SIG_SETMASK, mask);
 * sigaction(SIGUSR2, action);
 * close(reading);
 * close(writing);
 * ```
 */
export function ppoll<const T extends readonly PollFd[]>(
  fds: T,
  timeout: Timespec | null,
  mask?: SigSet,
): { -readonly [K in keyof T]: number } {
  const view = encoded(fds);
  const count = view.byteLength / SIZE;
  let limit = timeout === null ? null : timespec(timeout, "timeout");
  const wanted = mask === undefined ? null : encodeSet(signalSet(mask, "mask"));
  const start = monotonicMs();
  if (mask !== undefined) quietOtherThreads();
  for (;;) {
    enter(PPOLL);
    // What a running handler holds up, and this mask lets through, need not be waited for.
    if (mask !== undefined && !heldRecords().difference(mask).isEmpty()) deliverOrFail(mask);
    if (c.ppoll(view, count, limit, wanted) !== -1) break;
    const failure = errno();
    if (mask === undefined || failure !== EINTR) failed(PPOLL, failure);
    else deliverOrFail(mask);
    if (timeout !== null) limit = timespec(timeLeft(timeout, start), "timeout");
  }
  leave(0);
  return answers(view);
}

/** Runs the handlers that `mask` lets through, under that mask. If one ran, the call was interrupted. */
function deliverOrFail(mask: SigSet): void {
  if (deliverUnder(mask, PPOLL) !== "nothing") throw new SystemError("ppoll", EINTR);
}

/** The descriptors as C has them, each read once and checked. */
function encoded(fds: readonly PollFd[]): DataView<ArrayBuffer> {
  if (!Array.isArray(fds)) throw new TypeError(`fds: expected an array of { fd, events }, got ${kind(fds)}`);
  const count = fds.length;
  const view = allocate(POLLFD, count);
  for (let i = 0; i < count; i++) {
    const entry: PollFd | undefined = fds[i];
    if (typeof entry !== "object" || entry === null) {
      throw new TypeError(`fds[${i}]: expected { fd, events }, got ${kind(entry)}`);
    }
    const fd = int(entry.fd, `fds[${i}].fd`);
    view.setInt32(i * SIZE + FD, isInternal(fd) ? NOT_OPEN : fd, true);
    view.setInt16(i * SIZE + EVENTS, int(entry.events, `fds[${i}].events`), true);
  }
  return view;
}

/** What was answered, in the order of what was asked. */
function answers<T extends readonly PollFd[]>(view: DataView): { -readonly [K in keyof T]: number } {
  const revents: number[] = [];
  for (let at = 0; at < view.byteLength; at += SIZE) revents.push(view.getInt16(at + REVENTS, true));
  return revents as { -readonly [K in keyof T]: number };
}
