/**
 * Messages in POSIX message queues: mq_send, mq_receive and their timed forms. Messages keep their bounds, the most urgent
 * comes first, and a queue has a capacity: sending to a full one blocks, as receiving from an empty one does.
 *
 * @module
 */
import type { Timespec } from "../abi/timespec.ts";
import { bytes, int, lengthOf, unsigned } from "../errors/arguments.ts";
import { errnoOf } from "../errors/system_error.ts";
import { timespec } from "../errors/timespec_argument.ts";
import { callNumber } from "../gate/calls.ts";
import { enter, failed, leave } from "../gate/gate.ts";
import { isInternal } from "../gate/internal.ts";
import { errno } from "../raw/errno.ts";
import { c } from "../raw/message_queue.ts";

const MQ_SEND = callNumber("mq_send");
const MQ_RECEIVE = callNumber("mq_receive");
const MQ_TIMEDSEND = callNumber("mq_timedsend");
const MQ_TIMEDRECEIVE = callNumber("mq_timedreceive");

const EBADF = errnoOf("EBADF");

/** One more than the most urgent priority. */
export const MQ_PRIO_MAX = 32768;

/** A message that was taken out of a queue. */
export interface QueuedMessage {
  /** Number of its bytes in the buffer; a message may be empty. */
  length: number;
  /** Its priority. */
  priority: number;
}

/**
 * `int mq_send(mqd_t mqdes, const char *msg_ptr, size_t msg_len, unsigned int msg_prio)`: puts a message into the queue, behind
 * those of the same and of higher priority.
 *
 * Blocks while the queue is full, unless O_NONBLOCK. A message is sent as a whole or not at all.
 *
 * @param mqd the queue's descriptor, open for writing
 * @param data the bytes, at most the queue's `msgsize`; none are a message, too
 * @param priority 0 (the least urgent) to 32767
 * @throws {SystemError} EAGAIN (O_NONBLOCK and full), EBADF (not a queue, or not open for writing), EINTR, EINVAL (priority),
 *   EMSGSIZE (longer than `msgsize`)
 * @see {@link https://man7.org/linux/man-pages/man3/mq_send.3.html | mq_send(3)}
 *
 * @example The urgent one first
 * ```ts
 * import { mq_close, mq_open, mq_receive, mq_send, mq_unlink, O_CREAT, O_RDWR } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const name = `/urgent.${Deno.pid}`;
 * const queue = mq_open(name, O_CREAT | O_RDWR, 0o600, { maxmsg: 2, msgsize: 16 });
 * mq_send(queue, new TextEncoder().encode("later"), 1);
 * mq_send(queue, new TextEncoder().encode("now"), 9);
 * const buffer = new Uint8Array(16);
 * const { length, priority } = mq_receive(queue, buffer);
 * assertEquals([new TextDecoder().decode(buffer.subarray(0, length)), priority], ["now", 9]);
 * mq_close(queue);
 * mq_unlink(name);
 * ```
 */
export function mq_send(mqd: number, data: Uint8Array, priority = 0): void {
  int(mqd, "mqd");
  const source = bytes(data, "data");
  unsigned(priority, "priority");
  for (;;) {
    begin(MQ_SEND, mqd);
    if (c.mq_send(mqd, source, lengthOf(source), priority) !== -1) break;
    failed(MQ_SEND, errno());
  }
  leave(0);
}

/**
 * `ssize_t mq_receive(mqd_t mqdes, char *msg_ptr, size_t msg_len, unsigned int *msg_prio)`: takes the oldest of the most urgent
 * messages out of the queue.
 *
 * Blocks while the queue is empty, unless O_NONBLOCK.
 *
 * @param mqd the queue's descriptor, open for reading
 * @param buffer where the message goes; it must have room for `msgsize` bytes, however short the message is
 * @returns the message's length and priority
 * @throws {SystemError} EAGAIN (O_NONBLOCK and empty), EBADF (not a queue, or not open for reading), EINTR, EMSGSIZE (the
 *   buffer is smaller than `msgsize`; the message stays)
 * @see {@link https://man7.org/linux/man-pages/man3/mq_receive.3.html | mq_receive(3)}
 *
 * @example A buffer for the largest message
 * ```ts
 * import { mq_close, mq_getattr, mq_open, mq_receive, mq_send, mq_unlink, O_CREAT, O_RDWR } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const name = `/receive.${Deno.pid}`;
 * const queue = mq_open(name, O_CREAT | O_RDWR, 0o600);
 * mq_send(queue, new TextEncoder().encode("short"));
 * const buffer = new Uint8Array(mq_getattr(queue).msgsize);
 * assertEquals(mq_receive(queue, buffer).length, 5);
 * mq_close(queue);
 * mq_unlink(name);
 * ```
 */
export function mq_receive(mqd: number, buffer: Uint8Array): QueuedMessage {
  int(mqd, "mqd");
  const target = bytes(buffer, "buffer");
  for (;;) {
    begin(MQ_RECEIVE, mqd);
    const length = c.mq_receive(mqd, target, lengthOf(target), received);
    if (length !== -1) return taken(length);
    failed(MQ_RECEIVE, errno());
  }
}

/**
 * `int mq_timedsend(mqd_t mqdes, const char *msg_ptr, size_t msg_len, unsigned int msg_prio, const struct timespec *abs_timeout)`:
 * `mq_send` that blocks until the deadline at most.
 *
 * A deadline in the past does not matter where there is room.
 *
 * @param mqd the queue's descriptor, open for writing
 * @param data the bytes
 * @param priority 0 to 32767
 * @param deadline until when; `timespecOf(Date.now() + 500)` is half a second from now
 * @throws {SystemError} as `mq_send`, and ETIMEDOUT, EINVAL (a deadline that is no time)
 * @see {@link https://man7.org/linux/man-pages/man3/mq_send.3.html | mq_timedsend(3)}
 *
 * @example Waiting for room, but not for ever
 * ```ts
 * import { isSystemError, mq_close, mq_open, mq_send, mq_timedsend, mq_unlink, O_CREAT, O_WRONLY, timespecOf } from "ipc";
 * import { assert, assertThrows } from "@std/assert";
 *
 * const name = `/full.${Deno.pid}`;
 * const queue = mq_open(name, O_CREAT | O_WRONLY, 0o600, { maxmsg: 1, msgsize: 8 });
 * mq_send(queue, new Uint8Array(1));
 * const late = () => mq_timedsend(queue, new Uint8Array(1), 0, timespecOf(Date.now() + 20));
 * assert(isSystemError(assertThrows(late), "ETIMEDOUT"));
 * mq_close(queue);
 * mq_unlink(name);
 * ```
 */
export function mq_timedsend(mqd: number, data: Uint8Array, priority: number, deadline: Timespec): void {
  int(mqd, "mqd");
  const source = bytes(data, "data");
  unsigned(priority, "priority");
  const until = timespec(deadline, "deadline");
  for (;;) {
    begin(MQ_TIMEDSEND, mqd);
    if (c.mq_timedsend(mqd, source, lengthOf(source), priority, until) !== -1) break;
    failed(MQ_TIMEDSEND, errno());
  }
  leave(0);
}

/**
 * `ssize_t mq_timedreceive(mqd_t mqdes, char *msg_ptr, size_t msg_len, unsigned int *msg_prio, const struct timespec *abs_timeout)`:
 * `mq_receive` that blocks until the deadline at most.
 *
 * A deadline in the past does not matter where there is a message.
 *
 * @param mqd the queue's descriptor, open for reading
 * @param buffer where the message goes, with room for `msgsize` bytes
 * @param deadline until when; `timespecOf(Date.now() + 500)` is half a second from now
 * @returns the message's length and priority
 * @throws {SystemError} as `mq_receive`, and ETIMEDOUT, EINVAL (a deadline that is no time)
 * @see {@link https://man7.org/linux/man-pages/man3/mq_receive.3.html | mq_timedreceive(3)}
 *
 * @example Nothing came in time
 * ```ts
 * import { isSystemError, mq_close, mq_open, mq_timedreceive, mq_unlink, O_CREAT, O_RDONLY, timespecOf } from "ipc";
 * import { assert, assertThrows } from "@std/assert";
 *
 * const name = `/empty.${Deno.pid}`;
 * const queue = mq_open(name, O_CREAT | O_RDONLY, 0o600, { maxmsg: 1, msgsize: 8 });
 * const late = () => mq_timedreceive(queue, new Uint8Array(8), timespecOf(Date.now() + 20));
 * assert(isSystemError(assertThrows(late), "ETIMEDOUT"));
 * mq_close(queue);
 * mq_unlink(name);
 * ```
 */
export function mq_timedreceive(mqd: number, buffer: Uint8Array, deadline: Timespec): QueuedMessage {
  int(mqd, "mqd");
  const target = bytes(buffer, "buffer");
  const until = timespec(deadline, "deadline");
  for (;;) {
    begin(MQ_TIMEDRECEIVE, mqd);
    const length = c.mq_timedreceive(mqd, target, lengthOf(target), received, until);
    if (length !== -1) return taken(length);
    failed(MQ_TIMEDRECEIVE, errno());
  }
}

// Where C leaves the priority: taken up before anything else can run.
const received = new Uint32Array(1);

function begin(call: number, mqd: number): void {
  enter(call);
  if (isInternal(mqd)) failed(call, EBADF);
}

function taken(length: number): QueuedMessage {
  const message = { length, priority: received[0] as number };
  leave(length);
  return message;
}
