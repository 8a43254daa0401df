/**
 * Event counters: eventfd, eventfd_read, eventfd_write.
 *
 * @module
 */
import { int, kind, unsigned } from "../errors/arguments.ts";
import { errnoOf } from "../errors/system_error.ts";
import { callNumber } from "../gate/calls.ts";
import { enter, failed, leave } from "../gate/gate.ts";
import { isInternal } from "../gate/internal.ts";
import { c as descriptor } from "../raw/descriptor.ts";
import { errno } from "../raw/errno.ts";
import { c } from "../raw/event.ts";

const EVENTFD = callNumber("eventfd");
const EVENTFD_READ = callNumber("eventfd_read");
const EVENTFD_WRITE = callNumber("eventfd_write");
const EBADF = errnoOf("EBADF");
const EINVAL = errnoOf("EINVAL");

/** Bytes of a counter. */
const SIZE = 8;

/**
 * `int eventfd(unsigned int initval, int flags)`: makes a counter in the kernel, to be waited at by poll, epoll and read. It does
 * not block.
 *
 * Writing adds to the counter; reading takes it all, or 1 with EFD_SEMAPHORE, and blocks while it is 0. Children of fork
 * share it. The caller closes it.
 *
 * @param initval where the counter begins
 * @param flags any of EFD_SEMAPHORE, EFD_NONBLOCK, EFD_CLOEXEC; or 0
 * @returns a descriptor
 * @throws {SystemError} EINVAL (unknown flags), EMFILE, ENFILE, ENOMEM
 * @see {@link https://man7.org/linux/man-pages/man2/eventfd.2.html | eventfd(2)}
 *
 * @example Three events at once
 * ```ts
 * import { close, eventfd, eventfd_read, eventfd_write } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const fd = eventfd(1, 0);
 * eventfd_write(fd, 2n);
 * assertEquals(eventfd_read(fd), 3n);
 * close(fd);
 * ```
 */
export function eventfd(initval: number, flags: number): number {
  unsigned(initval, "initval");
  int(flags, "flags");
  enter(EVENTFD);
  const fd = c.eventfd(initval, flags);
  if (fd === -1) failed(EVENTFD, errno());
  return leave(fd);
}

/**
 * `int eventfd_read(int fd, eventfd_t *value)`: takes the counter of an eventfd: all of it, or 1 with EFD_SEMAPHORE.
 *
 * Blocks while the counter is 0. The same as a `read` of 8 bytes.
 *
 * @param fd descriptor from eventfd
 * @returns what was taken
 * @throws {SystemError} EAGAIN (EFD_NONBLOCK, and the counter is 0), EBADF, EINTR, EINVAL (no eventfd)
 * @see {@link https://man7.org/linux/man-pages/man2/eventfd.2.html | eventfd(2)}
 *
 * @example A semaphore
 * ```ts
 * import { close, EFD_NONBLOCK, EFD_SEMAPHORE, eventfd, eventfd_read, isSystemError } from "ipc";
 * import { assert, assertEquals, assertThrows } from "@std/assert";
 *
 * const fd = eventfd(2, EFD_SEMAPHORE | EFD_NONBLOCK);
 * assertEquals([eventfd_read(fd), eventfd_read(fd)], [1n, 1n]);
 * assert(isSystemError(assertThrows(() => eventfd_read(fd)), "EAGAIN"));
 * close(fd);
 * ```
 */
export function eventfd_read(fd: number): bigint {
  int(fd, "fd");
  for (;;) {
    enter(EVENTFD_READ);
    if (isInternal(fd)) failed(EVENTFD_READ, EBADF);
    const n = descriptor.read(fd, counter, SIZE);
    if (n === SIZE) break;
    if (n === -1) failed(EVENTFD_READ, errno());
    else failed(EVENTFD_READ, EINVAL, "this is no eventfd");
  }
  const value = counter[0] as bigint;
  leave(0);
  return value;
}

/**
 * `int eventfd_write(int fd, eventfd_t value)`: adds to the counter of an eventfd, and wakes who waits there.
 *
 * Blocks while the sum would be more than 2 ** 64 - 2. The same as a `write` of 8 bytes.
 *
 * @param fd descriptor from eventfd
 * @param value what to add
 * @throws {SystemError} EAGAIN (EFD_NONBLOCK, and the sum would be too large), EBADF, EINTR, EINVAL (`value` is 2 ** 64 - 1)
 * @see {@link https://man7.org/linux/man-pages/man2/eventfd.2.html | eventfd(2)}
 *
 * @example Waking a poll
 * ```ts
 * import { close, eventfd, eventfd_write, poll, POLLIN } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const fd = eventfd(0, 0);
 * assertEquals(poll([{ fd, events: POLLIN }], 0), [0]);
 * eventfd_write(fd, 1n);
 * assertEquals(poll([{ fd, events: POLLIN }], -1), [POLLIN]);
 * close(fd);
 * ```
 */
export function eventfd_write(fd: number, value: bigint): void {
  int(fd, "fd");
  if (typeof value !== "bigint") throw new TypeError(`value: expected a bigint, such as 1n, got ${kind(value)}`);
  if (value < 0n || value >= 1n << 64n) throw new RangeError("value: expected a bigint from 0n to 2n ** 64n - 1n");
  for (;;) {
    enter(EVENTFD_WRITE);
    if (isInternal(fd)) failed(EVENTFD_WRITE, EBADF);
    counter[0] = value;
    if (descriptor.write(fd, counter, SIZE) !== -1) break;
    failed(EVENTFD_WRITE, errno());
  }
  leave(0);
}

// What C reads and writes: filled right before the call, or taken up right after it.
const counter = new BigUint64Array(1);
