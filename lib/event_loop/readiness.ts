/**
 * Waiting for a descriptor without blocking the program: readable, writable. For programs with an event loop; all waits
 * share one epoll(7) and one thread.
 *
 * @module
 */
import { EPOLLIN, EPOLLOUT } from "../abi/epoll_constants.ts";
import { int, kind } from "../errors/arguments.ts";
import { errnoOf, SystemError } from "../errors/system_error.ts";
import { isForkedChild } from "../gate/threads.ts";
import { join, quit, type Waiter } from "./poller.ts";

/** How a wait may end early. */
export interface WaitOptions {
  /** Ends the wait when it is aborted: the promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal;
}

const ENOSYS = errnoOf("ENOSYS");

/**
 * Waits until a `read` of `fd`, or its like, would not block: there is something, or the end, or an error.
 *
 * Does not block: the event loop turns on. Who waits for the same descriptor is told at the same time, and another process may
 * be quicker still; so make the call without blocking (O_NONBLOCK, MSG_DONTWAIT), and after EAGAIN wait again. While somebody
 * waits, two descriptors more are open, and the process stays alive; nothing remains when the last wait is over.
 *
 * @param fd a pipe, FIFO, socket (a listening one is readable when somebody connects), message queue, eventfd, signalfd,
 * timerfd, pidfd or terminal
 * @param options a signal to end the wait
 * @returns a promise; rejected with a SystemError: EBADF (not open, or closed while it was waited for: by `close`, `mq_close` or
 * `dup2` of this library), EPERM (a file, which is always ready), EMFILE, ENFILE, ENOMEM, ENOSPC; and with the signal's reason
 * @throws {SystemError} ENOSYS: in a child of fork, where no event loop turns
 * @see {@link https://man7.org/linux/man-pages/man7/epoll.7.html | epoll(7)}
 *
 * @example A pipe, while something else goes on
 * ```ts
 * import { close, pipe, read, readable, write } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const [reading, writing] = pipe();
 * setTimeout(() => write(writing, new Uint8Array(3)), 1);
 * await readable(reading);
 * assertEquals(read(reading, new Uint8Array(10)), 3);
 * close(reading);
 * close(writing);
 * ```
 *
 * @example Not for ever
 * ```ts
 * import { close, pipe, readable } from "ipc";
 * import { assertRejects } from "@std/assert";
 *
 * const [reading, writing] = pipe();
 * const stop = new AbortController();
 * setTimeout(() => stop.abort(), 1);
 * await assertRejects(() => readable(reading, { signal: stop.signal }), DOMException);
 * close(reading);
 * close(writing);
 * ```
 */
export function readable(fd: number, options?: WaitOptions): Promise<void> {
  return wait(fd, EPOLLIN, options);
}

/**
 * Waits until a `write` to `fd`, or its like, would not block: there is room, or nobody is left to read. A socket that connects
 * is writable when it has, or has failed to.
 *
 * Does not block: the event loop turns on. For the rest see {@linkcode readable}.
 *
 * @param fd a pipe, FIFO, socket, message queue, eventfd or terminal
 * @param options a signal to end the wait
 * @returns a promise, rejected as that of `readable`
 * @throws {SystemError} ENOSYS: in a child of fork, where no event loop turns
 * @see {@link https://man7.org/linux/man-pages/man7/epoll.7.html | epoll(7)}
 *
 * @example Writing more than fits
 * ```ts
 * import { close, isSystemError, O_NONBLOCK, pipe2, read, writable, write } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const [reading, writing] = pipe2(O_NONBLOCK);
 * setTimeout(() => read(reading, new Uint8Array(70_000)), 1);
 * let rest = new Uint8Array(70_000);
 * while (rest.length > 0) {
 *   try {
 *     rest = rest.subarray(write(writing, rest));
 *   } catch (error) {
 *     if (!isSystemError(error, "EAGAIN")) throw error;
 *     await writable(writing);
 *   }
 * }
 * assertEquals(rest.length, 0);
 * close(reading);
 * close(writing);
 * ```
 */
export function writable(fd: number, options?: WaitOptions): Promise<void> {
  return wait(fd, EPOLLOUT, options);
}

function wait(fd: number, events: number, options: WaitOptions = {}): Promise<void> {
  int(fd, "fd");
  const signal = abortSignal(options);
  if (isForkedChild()) throw new SystemError("epoll_wait", ENOSYS, "a child of fork has no event loop");
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  if (signal?.aborted) reject(signal.reason);
  else {
    const abort = (): void => quit(fd, waiter, signal?.reason);
    const over = (): void => signal?.removeEventListener("abort", abort);
    const waiter: Waiter = {
      events,
      ready: () => resolve(over()),
      failed: (reason) => (over(), reject(reason)),
    };
    try {
      join(fd, waiter);
      signal?.addEventListener("abort", abort);
    } catch (error) {
      reject(error);
    }
  }
  return promise;
}

/** The signal of `options`, if it is one. */
export function abortSignal(options: WaitOptions): AbortSignal | undefined {
  if (typeof options !== "object" || options === null) {
    throw new TypeError(`options: expected { signal? }, got ${kind(options)}`);
  }
  const { signal } = options;
  if (signal === undefined || signal instanceof AbortSignal) return signal;
  throw new TypeError(`options.signal: expected an AbortSignal, got ${kind(signal)}`);
}
