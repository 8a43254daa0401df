/**
 * POSIX message queues: mq_open, mq_close, mq_unlink, mq_getattr, mq_setattr, mq_notify. What goes through a queue is in
 * `posix_mq_message.ts`. See mq_overview(7).
 *
 * @module
 */
import { cString } from "../abi/c_string.ts";
import { O_ACCMODE, O_CREAT, O_EXCL } from "../abi/fcntl_constants.ts";
import { allocate, decode, type Decoded, encode } from "../abi/layout.ts";
import { MQ_ATTR } from "../abi/mq_attr.ts";
import { int, kind, offset, text, unsigned } from "../errors/arguments.ts";
import { type SigEvent, sigevent } from "../errors/sigevent_argument.ts";
import { errnoOf } from "../errors/system_error.ts";
import { callNumber } from "../gate/calls.ts";
import { descriptorCloses } from "../gate/closing.ts";
import { enter, failed, gate, leave } from "../gate/gate.ts";
import { isInternal } from "../gate/internal.ts";
import { errno } from "../raw/errno.ts";
import { c } from "../raw/message_queue.ts";

const MQ_OPEN = callNumber("mq_open");
const MQ_CLOSE = callNumber("mq_close");
const MQ_UNLINK = callNumber("mq_unlink");
const MQ_GETATTR = callNumber("mq_getattr");
const MQ_SETATTR = callNumber("mq_setattr");
const MQ_NOTIFY = callNumber("mq_notify");

const EBADF = errnoOf("EBADF");
const EINVAL = errnoOf("EINVAL");

/** The size of a queue that is created. */
export interface MessageQueueSize {
  /** How many messages it holds; at most 10 unless the machine allows more. */
  readonly maxmsg: number;
  /** How many bytes a message may have; at most 8192 unless the machine allows more. */
  readonly msgsize: number;
}

/** What `mq_getattr` tells of a queue. */
export interface MessageQueueAttributes {
  /** O_NONBLOCK, or 0. The flag belongs to the descriptor, the rest to the queue. */
  flags: number;
  /** How many messages the queue holds. */
  maxmsg: number;
  /** How many bytes a message may have. */
  msgsize: number;
  /** How many messages are in it now. */
  curmsgs: number;
}

/**
 * `mqd_t mq_open(const char *name, int oflag, mode_t mode, struct mq_attr *attr)`: opens a message queue, and creates it where
 * O_CREAT says so.
 *
 * Never blocks. The queue and its messages stay when its makers are gone, until `mq_unlink`. The descriptor is the caller's
 * to close with `mq_close`; fork hands it on, execve closes it.
 *
 * @param name a slash and up to 254 characters without one
 * @param flags O_RDONLY to receive, O_WRONLY to send, O_RDWR for both; O_CREAT, O_EXCL, O_NONBLOCK
 * @param mode permissions of a queue that is created, less the bits of the umask; required with O_CREAT
 * @param attributes the size of a queue that is created; 10 messages of 8192 bytes unless given or configured otherwise. Of
 *   no effect on a queue that exists
 * @returns the queue's descriptor, which `poll` takes as well
 * @throws {SystemError} EACCES (permissions, or a second slash in the name), EEXIST (O_CREAT, O_EXCL and it exists), EINVAL (no
 *   slash in front, an access mode that is none, a size that is too large or not positive), EMFILE (too many descriptors, or
 *   bytes in queues: RLIMIT_MSGQUEUE), ENAMETOOLONG, ENFILE, ENOENT (no such queue), ENOMEM, ENOSPC (too many queues)
 * @see {@link https://man7.org/linux/man-pages/man3/mq_open.3.html | mq_open(3)}, mq_overview(7)
 *
 * @example A queue of five messages
 * ```ts
 * import { mq_close, mq_getattr, mq_open, mq_unlink, O_CREAT, O_EXCL, O_RDWR } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const name = `/jobs.${Deno.pid}`;
 * const queue = mq_open(name, O_CREAT | O_EXCL | O_RDWR, 0o600, { maxmsg: 5, msgsize: 64 });
 * assertEquals(mq_getattr(queue), { flags: 0, maxmsg: 5, msgsize: 64, curmsgs: 0 });
 * mq_close(queue);
 * mq_unlink(name);
 * ```
 */
export function mq_open(name: string, flags: number, mode?: number, attributes?: MessageQueueSize): number {
  const path = cString(text(name, "name"));
  int(flags, "flags");
  if (mode === undefined && (flags & O_CREAT) !== 0) throw new TypeError("mode: O_CREAT needs one, such as 0o600");
  const permissions = mode === undefined ? 0 : unsigned(mode, "mode");
  const wanted = attributes === undefined ? null : encodeSize(attributes);
  enter(MQ_OPEN);
  // Linux takes both access modes at once for its own on a queue that is created, and for an error on one that exists.
  if ((flags & O_ACCMODE) === O_ACCMODE) failed(MQ_OPEN, EINVAL, name);
  let mqd = -1;
  if (gate.hook !== null && (flags & O_CREAT) !== 0) {
    // A run wants to know who made the queue: with O_EXCL the answer is certain.
    mqd = c.mq_open(path, flags | O_EXCL, permissions, wanted);
    if (mqd !== -1) gate.hook.created("posix_mq", name);
  }
  if (mqd === -1) mqd = c.mq_open(path, flags, permissions, wanted);
  if (mqd === -1) failed(MQ_OPEN, errno(), name);
  return leave(mqd);
}

/**
 * `int mq_close(mqd_t mqdes)`: gives the descriptor back. The queue and its messages stay.
 *
 * Never blocks. A registration by `mq_notify` of this process ends.
 *
 * @param mqd the queue's descriptor
 * @throws {SystemError} EBADF
 * @see {@link https://man7.org/linux/man-pages/man3/mq_close.3.html | mq_close(3)}
 *
 * @example A message outlives the descriptor
 * ```ts
 * import { mq_close, mq_open, mq_receive, mq_send, mq_unlink, O_CREAT, O_RDONLY, O_WRONLY } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const name = `/stays.${Deno.pid}`;
 * const sending = mq_open(name, O_CREAT | O_WRONLY, 0o600, { maxmsg: 1, msgsize: 16 });
 * mq_send(sending, new Uint8Array([7]));
 * mq_close(sending);
 *
 * const receiving = mq_open(name, O_RDONLY);
 * assertEquals(mq_receive(receiving, new Uint8Array(16)), { length: 1, priority: 0 });
 * mq_close(receiving);
 * mq_unlink(name);
 * ```
 */
export function mq_close(mqd: number): void {
  begin(MQ_CLOSE, int(mqd, "mqd"));
  descriptorCloses(mqd);
  if (c.mq_close(mqd) === -1) failed(MQ_CLOSE, errno());
  leave(0);
}

/**
 * `int mq_unlink(const char *name)`: takes the queue's name away. The queue goes with the last descriptor of it; until then
 * those who have it open go on, and a new queue may take the name.
 *
 * Never blocks.
 *
 * @param name the queue's name, with its slash
 * @throws {SystemError} EACCES, EINVAL (no slash in front), ENAMETOOLONG, ENOENT
 * @see {@link https://man7.org/linux/man-pages/man3/mq_unlink.3.html | mq_unlink(3)}
 *
 * @example A queue without a name
 * ```ts
 * import { isSystemError, mq_close, mq_open, mq_send, mq_unlink, O_CREAT, O_RDWR } from "ipc";
 * import { assert, assertThrows } from "@std/assert";
 *
 * const name = `/gone.${Deno.pid}`;
 * const queue = mq_open(name, O_CREAT | O_RDWR, 0o600);
 * mq_unlink(name);
 * assert(isSystemError(assertThrows(() => mq_open(name, O_RDWR)), "ENOENT"));
 * mq_send(queue, new Uint8Array(3)); // it is still there for us
 * mq_close(queue);
 * ```
 */
export function mq_unlink(name: string): void {
  const path = cString(text(name, "name"));
  enter(MQ_UNLINK);
  if (c.mq_unlink(path) === -1) failed(MQ_UNLINK, errno(), name);
  leave(0);
}

/**
 * `int mq_getattr(mqd_t mqdes, struct mq_attr *attr)`: what the queue holds and may hold.
 *
 * Never blocks. The number of messages is true for a moment only: another process may send or receive before it is used.
 *
 * @param mqd the queue's descriptor
 * @returns the descriptor's flags and the queue's sizes
 * @throws {SystemError} EBADF
 * @see {@link https://man7.org/linux/man-pages/man3/mq_getattr.3.html | mq_getattr(3)}
 *
 * @example How many messages wait
 * ```ts
 * import { mq_close, mq_getattr, mq_open, mq_send, mq_unlink, O_CREAT, O_WRONLY } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const name = `/count.${Deno.pid}`;
 * const queue = mq_open(name, O_CREAT | O_WRONLY, 0o600);
 * mq_send(queue, new Uint8Array(1));
 * assertEquals(mq_getattr(queue).curmsgs, 1);
 * mq_close(queue);
 * mq_unlink(name);
 * ```
 */
export function mq_getattr(mqd: number): MessageQueueAttributes {
  int(mqd, "mqd");
  const view = allocate(MQ_ATTR);
  begin(MQ_GETATTR, mqd);
  if (c.mq_getattr(mqd, view) === -1) failed(MQ_GETATTR, errno());
  leave(0);
  return attributesIn(view);
}

/**
 * `int mq_setattr(mqd_t mqdes, const struct mq_attr *newattr, struct mq_attr *oldattr)`: sets or clears O_NONBLOCK, the one
 * attribute that can change.
 *
 * Never blocks. The flag belongs to the open queue, so copies of the descriptor by dup and fork share it.
 *
 * @param mqd the queue's descriptor
 * @param attributes its `flags` are O_NONBLOCK or 0; whatever else it has is ignored, so what `mq_getattr` gave may be given back
 * @returns the attributes as they were before
 * @throws {SystemError} EBADF, EINVAL (any other flag)
 * @see {@link https://man7.org/linux/man-pages/man3/mq_getattr.3.html | mq_setattr(3)}
 *
 * @example No waiting from now on
 * ```ts
 * import { isSystemError, mq_close, mq_open, mq_receive, mq_setattr, mq_unlink, O_CREAT, O_NONBLOCK, O_RDONLY } from "ipc";
 * import { assert, assertEquals, assertThrows } from "@std/assert";
 *
 * const name = `/nonblocking.${Deno.pid}`;
 * const queue = mq_open(name, O_CREAT | O_RDONLY, 0o600);
 * assertEquals(mq_setattr(queue, { flags: O_NONBLOCK }).flags, 0);
 * assert(isSystemError(assertThrows(() => mq_receive(queue, new Uint8Array(8192))), "EAGAIN"));
 * mq_close(queue);
 * mq_unlink(name);
 * ```
 */
export function mq_setattr(mqd: number, attributes: { readonly flags: number }): MessageQueueAttributes {
  int(mqd, "mqd");
  const wanted = allocate(MQ_ATTR);
  encode(MQ_ATTR, wanted, { flags: int(objectOf(attributes, "attributes").flags, "attributes.flags") });
  const old = allocate(MQ_ATTR);
  begin(MQ_SETATTR, mqd);
  if (c.mq_setattr(mqd, wanted, old) === -1) failed(MQ_SETATTR, errno());
  leave(0);
  return attributesIn(old);
}

/**
 * `int mq_notify(mqd_t mqdes, const struct sigevent *sevp)`: asks to be told when a message arrives in the empty queue; with
 * `null`, not to be told any more.
 *
 * Never blocks. One process at a time can be registered, and once only: after one notification it has to register again. A
 * message that another process is already waiting for in `mq_receive` goes there, and nobody is told. Messages that are
 * there at the time of registering are not told of either: register first, then empty the queue (with O_NONBLOCK).
 *
 * The kind SIGEV_THREAD is refused with EINVAL: JavaScript cannot run in a thread that C starts.
 *
 * @param mqd the queue's descriptor
 * @param event SIGEV_SIGNAL with a signal and a value for its handler, SIGEV_NONE, or null
 * @throws {SystemError} EBADF (not a queue), EBUSY (a process is registered), EINVAL (no such signal or kind), ENOMEM
 * @see {@link https://man7.org/linux/man-pages/man3/mq_notify.3.html | mq_notify(3)}, sigevent(3type)
 *
 * @example One registration at a time
 * ```ts
 * import { isSystemError, mq_close, mq_notify, mq_open, mq_unlink, O_CREAT, O_RDONLY, SIGEV_NONE } from "ipc";
 * import { assert, assertThrows } from "@std/assert";
 *
 * const name = `/notify.${Deno.pid}`;
 * const queue = mq_open(name, O_CREAT | O_RDONLY, 0o600);
 * mq_notify(queue, { notify: SIGEV_NONE });
 * assert(isSystemError(assertThrows(() => mq_notify(queue, { notify: SIGEV_NONE })), "EBUSY"));
 * mq_notify(queue, null);
 * mq_notify(queue, { notify: SIGEV_NONE });
 * mq_close(queue);
 * mq_unlink(name);
 * ```
 */
export function mq_notify(mqd: number, event: SigEvent | null): void {
  int(mqd, "mqd");
  const view = event === null ? null : sigevent(event, "event");
  begin(MQ_NOTIFY, mqd);
  if (typeof view === "string") failed(MQ_NOTIFY, EINVAL, view);
  if (c.mq_notify(mqd, view as DataView<ArrayBuffer> | null) === -1) failed(MQ_NOTIFY, errno());
  leave(0);
}

function begin(call: number, mqd: number): void {
  enter(call);
  if (isInternal(mqd)) failed(call, EBADF);
}

function encodeSize(size: MessageQueueSize): DataView<ArrayBuffer> {
  const { maxmsg, msgsize } = objectOf(size, "attributes");
  const view = allocate(MQ_ATTR);
  encode(MQ_ATTR, view, {
    maxmsg: offset(maxmsg, "attributes.maxmsg"),
    msgsize: offset(msgsize, "attributes.msgsize"),
  });
  return view;
}

function objectOf<T extends object>(value: T, name: string): T {
  if (typeof value === "object" && value !== null) return value;
  throw new TypeError(`${name}: expected an object, got ${kind(value)}`);
}

function attributesIn(view: DataView): Decoded<typeof MQ_ATTR.fields> {
  return decode(MQ_ATTR, view);
}
