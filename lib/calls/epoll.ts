/**
 * Waiting for one of many descriptors: epoll_create1, epoll_ctl, epoll_wait. The kernel keeps the list, so that a wait costs the
 * same however long that is. See epoll(7).
 *
 * @module
 */
import { EPOLL_CTL_DEL } from "../abi/epoll_constants.ts";
import { EPOLL_EVENT } from "../abi/epoll_event.ts";
import { allocate, encode, get, sizeOf } from "../abi/layout.ts";
import { int, kind, size, unsigned } from "../errors/arguments.ts";
import { errnoOf } from "../errors/system_error.ts";
import { callNumber } from "../gate/calls.ts";
import { enter, failed, leave } from "../gate/gate.ts";
import { isInternal } from "../gate/internal.ts";
import { c } from "../raw/epoll.ts";
import { errno } from "../raw/errno.ts";
import { monotonicMs } from "../raw/runtime.ts";

const CREATE = callNumber("epoll_create1");
const CTL = callNumber("epoll_ctl");
const WAIT = callNumber("epoll_wait");
const EBADF = errnoOf("EBADF");

const STRIDE = sizeOf(EPOLL_EVENT);
const { events: EVENTS, data: DATA } = EPOLL_EVENT.fields;

/** What to watch a descriptor for. */
export interface EpollInterest {
  /** Any of EPOLLIN, EPOLLOUT, EPOLLRDHUP, …, and of EPOLLET, EPOLLONESHOT, EPOLLEXCLUSIVE. */
  readonly events: number;
  /** What `epoll_wait` returns with the events: a whole number, not negative; the descriptor unless given. */
  readonly data?: number;
}

/** What has happened. */
export interface EpollEvent {
  /** Any of EPOLLIN, EPOLLOUT, EPOLLERR, EPOLLHUP, … */
  readonly events: number;
  /** What `epoll_ctl` was given, which is the descriptor unless it was told otherwise. */
  readonly data: number;
}

/**
 * `int epoll_create1(int flags)`: makes a list of descriptors to be watched. It does not block.
 *
 * Children of fork share it. The caller closes it.
 *
 * @param flags EPOLL_CLOEXEC, or 0
 * @returns a descriptor
 * @throws {SystemError} EINVAL (unknown flags), EMFILE, ENFILE, ENOMEM
 * @see {@link https://man7.org/linux/man-pages/man2/epoll_create1.2.html | epoll_create1(2)}, epoll(7)
 *
 * @example Which of two pipes has something to read
 * ```ts
 * import { close, EPOLL_CLOEXEC, epoll_create1, EPOLL_CTL_ADD, epoll_ctl, epoll_wait, EPOLLIN, pipe, write } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const [readingA, writingA] = pipe();
 * const [readingB, writingB] = pipe();
 * const epfd = epoll_create1(EPOLL_CLOEXEC);
 * for (const fd of [readingA, readingB]) epoll_ctl(epfd, EPOLL_CTL_ADD, fd, { events: EPOLLIN });
 * write(writingB, new Uint8Array(1));
 * assertEquals(epoll_wait(epfd, 10, -1), [{ events: EPOLLIN, data: readingB }]);
 * for (const fd of [epfd, readingA, writingA, readingB, writingB]) close(fd);
 * ```
 */
export function epoll_create1(flags: number): number {
  int(flags, "flags");
  enter(CREATE);
  const fd = c.epoll_create1(flags);
  if (fd === -1) failed(CREATE, errno());
  return leave(fd);
}

/**
 * `int epoll_ctl(int epfd, int op, int fd, struct epoll_event *event)`: changes what is watched. It does not block.
 *
 * A descriptor leaves the list by itself when it is closed, if no copy of it is left in any process.
 *
 * @param epfd descriptor from epoll_create1
 * @param op EPOLL_CTL_ADD, EPOLL_CTL_MOD or EPOLL_CTL_DEL
 * @param fd the descriptor to watch
 * @param event what for; not needed with EPOLL_CTL_DEL
 * @throws {SystemError} EBADF, EEXIST (ADD: it is watched already), EINVAL (no epoll, `fd` is `epfd`, or an unknown `op`), ELOOP,
 * ENOENT (MOD, DEL: it is not watched), ENOMEM, ENOSPC, EPERM (`fd` is a file, which is always ready)
 * @see {@link https://man7.org/linux/man-pages/man2/epoll_ctl.2.html | epoll_ctl(2)}
 *
 * @example A file cannot be watched
 * ```ts
 * import { close, epoll_create1, epoll_ctl, EPOLL_CTL_ADD, EPOLLIN, isSystemError, O_RDONLY, open } from "ipc";
 * import { assert, assertThrows } from "@std/assert";
 *
 * const epfd = epoll_create1(0);
 * const file = open("/etc/passwd", O_RDONLY);
 * const error = assertThrows(() => epoll_ctl(epfd, EPOLL_CTL_ADD, file, { events: EPOLLIN }));
 * assert(isSystemError(error, "EPERM"));
 * close(file);
 * close(epfd);
 * ```
 */
export function epoll_ctl(epfd: number, op: number, fd: number, event?: EpollInterest): void {
  int(epfd, "epfd");
  int(op, "op");
  int(fd, "fd");
  const view = op === EPOLL_CTL_DEL && event === undefined ? null : interest(event, fd);
  enter(CTL);
  if (isInternal(epfd) || isInternal(fd)) failed(CTL, EBADF);
  if (c.epoll_ctl(epfd, op, fd, view) === -1) failed(CTL, errno());
  leave(0);
}

/**
 * `int epoll_wait(int epfd, struct epoll_event *events, int maxevents, int timeout)`: waits until one of the descriptors is
 * ready.
 *
 * Blocks until something is ready, the timeout is over, or a signal handler runs; it is never restarted after a handler.
 *
 * @param epfd descriptor from epoll_create1
 * @param maxevents how many events to return at most (never more than 65536); others come with the next call
 * @param timeoutMs how long to wait, in milliseconds; 0 not at all, -1 for ever
 * @returns what has happened; empty when the timeout is over
 * @throws {SystemError} EBADF, EINTR, EINVAL (no epoll, or `maxevents` is not above 0)
 * @see {@link https://man7.org/linux/man-pages/man2/epoll_wait.2.html | epoll_wait(2)}
 *
 * @example Nothing within a millisecond
 * ```ts
 * import { close, epoll_create1, epoll_wait } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const epfd = epoll_create1(0);
 * assertEquals(epoll_wait(epfd, 1, 1), []);
 * close(epfd);
 * ```
 */
export function epoll_wait(epfd: number, maxevents: number, timeoutMs: number): EpollEvent[] {
  int(epfd, "epfd");
  const most = Math.min(int(maxevents, "maxevents"), MOST);
  int(timeoutMs, "timeoutMs");
  const deadline = monotonicMs() + timeoutMs;
  let left = timeoutMs;
  const view = room(most);
  let count: number;
  for (;;) {
    enter(WAIT);
    if (isInternal(epfd)) failed(WAIT, EBADF);
    count = c.epoll_wait(epfd, view, most, left);
    if (count !== -1) break;
    failed(WAIT, errno());
    if (timeoutMs > 0) left = Math.max(0, Math.ceil(deadline - monotonicMs()));
  }
  const found: EpollEvent[] = [];
  for (let i = 0; i < count; i++) {
    found.push({ events: get(view, EVENTS, i * STRIDE), data: get(view, DATA, i * STRIDE) });
  }
  spare = view;
  leave(0);
  return found;
}

/** More events than a program takes up at once. */
const MOST = 65536;

/** Memory for events that no call uses now: taken and put back, since a handler may run meanwhile that makes the same call. */
let spare: DataView<ArrayBuffer> | null = null;

function room(count: number): DataView<ArrayBuffer> {
  const view = spare !== null && spare.byteLength >= count * STRIDE ? spare : allocate(EPOLL_EVENT, Math.max(1, count));
  spare = null;
  return view;
}

function interest(event: EpollInterest | undefined, fd: number): DataView<ArrayBuffer> {
  if (typeof event !== "object" || event === null) {
    throw new TypeError(`event: expected { events, data? }, got ${kind(event)}`);
  }
  const { events, data = Math.max(0, fd) } = event;
  const view = allocate(EPOLL_EVENT);
  // With EPOLLET, `|` gives a number with a sign.
  const bits = typeof events === "number" && (events | 0) === events ? events >>> 0 : unsigned(events, "event.events");
  encode(EPOLL_EVENT, view, { events: bits, data: size(data, "event.data") });
  return view;
}
