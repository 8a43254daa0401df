/**
 * Waiting for one of several descriptors: poll.
 *
 * @module
 */
import { allocate, offsetOf, sizeOf } from "../abi/layout.ts";
import { POLLFD } from "../abi/pollfd.ts";
import { int, kind } from "../errors/arguments.ts";
import { callNumber } from "../gate/calls.ts";
import { enter, failed, leave } from "../gate/gate.ts";
import { isInternal } from "../gate/internal.ts";
import { c } from "../raw/descriptor.ts";
import { errno } from "../raw/errno.ts";
import { monotonicMs } from "../raw/runtime.ts";

const POLL = callNumber("poll");
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
  int(timeoutMs, "timeoutMs");
  const deadline = monotonicMs() + timeoutMs;
  let left = timeoutMs;
  for (;;) {
    enter(POLL);
    if (c.poll(view, count, left) !== -1) break;
    failed(POLL, errno());
    if (timeoutMs > 0) left = Math.max(0, Math.ceil(deadline - monotonicMs()));
  }
  leave(0);
  const revents: number[] = [];
  for (let i = 0; i < count; i++) revents.push(view.getInt16(i * SIZE + REVENTS, true));
  return revents as { -readonly [K in keyof T]: number };
}
