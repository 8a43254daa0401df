/**
 * Message queues: POSIX and System V.
 *
 * @module
 */
import { O_CREAT, O_NONBLOCK } from "../../../../lib/abi/fcntl_constants.ts";
import { IPC_NOWAIT, IPC_RMID, IPC_STAT } from "../../../../lib/abi/ipc_constants.ts";
import { POLLIN, POLLOUT } from "../../../../lib/abi/poll_constants.ts";
import { SIGEV_SIGNAL } from "../../../../lib/abi/sigevent.ts";
import type { Timespec } from "../../../../lib/abi/timespec.ts";
import type { QueuedMessage, TypedMessage } from "../../../../lib/mod.ts";
import { MODE } from "../../../explore/region.ts";
import { ownPid } from "../../system.ts";
import { type Calls, type Context, ERRNO, fails, unless, type WOULD_BLOCK } from "./call.ts";
import { milliseconds } from "./clock.ts";
import { attemptOn, hasFlag, isNonblocking, pollNow, withFlag } from "./nonblocking.ts";
import { isAwaited, noteRegistration, notified } from "./notifications.ts";
import { tellBytes } from "./story.ts";

/** The calls on POSIX message queues. */
export function posixQueues(context: Context): Calls {
  const { original, objects, clock, belongings, turnstile } = context;
  const { mq_send, mq_receive, mq_timedsend, mq_timedreceive } = original;

  const on = (mqd: number): readonly number[] => [objects.descriptor(mqd)];
  const toldMessage = ({ length, priority }: QueuedMessage, _mqd: number, buffer: Uint8Array): string =>
    `${tellBytes(buffer.subarray(0, length))}, priority ${priority}`;
  const blocks =
    (name: "mq_send" | "mq_receive" | "mq_timedsend" | "mq_timedreceive", errno: number) => (mqd: number) =>
      isNonblocking(mqd) ? undefined : fails(name, errno)();
  /** Not blocking, it does not wait for its time either; and a time that is none is refused at once. */
  const within = <R>(mqd: number, events: number, deadline: Timespec, act: () => R): R | typeof WOULD_BLOCK =>
    milliseconds(deadline) === null ? act() : attemptOn(mqd, events, act);

  /** A message that comes into an empty queue is told to whoever asked for that. */
  const telling = (mqd: number, send: () => void): void => {
    const object = objects.descriptor(mqd);
    const awaited = pollNow(mqd, POLLIN) === 0 && isAwaited(mqd, object);
    send();
    if (awaited) notified(turnstile, object);
  };

  return {
    mq_open: {
      objects: (name) => [objects.name(name)],
      mode: (_name, flags) => (flags & O_CREAT) === 0 ? MODE.read : MODE.write,
      note: (mqd, name) => {
        objects.queueOpened(mqd, name);
        belongings.touched("descriptors");
      },
    },
    mq_close: { objects: on },
    mq_unlink: {
      objects: (name) => [objects.name(name)],
      mode: MODE.write,
      note: (_, name) => turnstile.removed("posix_mq", name),
    },
    mq_send: {
      objects: on,
      mode: MODE.write,
      reads: (_, data) => data,
      attempt: (mqd, data, priority) => attemptOn(mqd, POLLOUT, () => telling(mqd, () => mq_send(mqd, data, priority))),
      faults: {
        eintr: blocks("mq_send", ERRNO.EINTR),
        full: (mqd) => isNonblocking(mqd) ? fails("mq_send", ERRNO.EAGAIN)() : undefined,
      },
    },
    mq_receive: {
      objects: on,
      mode: MODE.write,
      fills: (_, buffer) => buffer,
      attempt: (mqd, buffer) => attemptOn(mqd, POLLIN, () => mq_receive(mqd, buffer)),
      told: toldMessage,
      faults: {
        eintr: blocks("mq_receive", ERRNO.EINTR),
        eagain: (mqd) => isNonblocking(mqd) ? fails("mq_receive", ERRNO.EAGAIN)() : undefined,
      },
    },
    mq_timedsend: {
      objects: on,
      mode: MODE.write,
      reads: (_, data) => data,
      attempt: (mqd, data, priority, deadline) =>
        within(mqd, POLLOUT, deadline, () => telling(mqd, () => mq_timedsend(mqd, data, priority, deadline))),
      deadline: (_mqd, _data, _priority, deadline) => clock.at(deadline),
      timedOut: fails("mq_timedsend", ERRNO.ETIMEDOUT),
      faults: {
        eintr: blocks("mq_timedsend", ERRNO.EINTR),
        full: fails("mq_timedsend", ERRNO.ETIMEDOUT),
        timeout: fails("mq_timedsend", ERRNO.ETIMEDOUT),
      },
    },
    mq_timedreceive: {
      objects: on,
      mode: MODE.write,
      fills: (_, buffer) => buffer,
      attempt: (mqd, buffer, deadline) => within(mqd, POLLIN, deadline, () => mq_timedreceive(mqd, buffer, deadline)),
      deadline: (_mqd, _buffer, deadline) => clock.at(deadline),
      timedOut: fails("mq_timedreceive", ERRNO.ETIMEDOUT),
      told: toldMessage,
      faults: {
        eintr: blocks("mq_timedreceive", ERRNO.EINTR),
        timeout: fails("mq_timedreceive", ERRNO.ETIMEDOUT),
      },
    },
    mq_getattr: { objects: on, mode: MODE.read },
    mq_setattr: { told: ({ flags }) => (flags & O_NONBLOCK) === 0 ? "it was blocking" : "it was O_NONBLOCK" },
    mq_notify: {
      objects: on,
      mode: MODE.write,
      note: (_, mqd, event) => {
        const signo = event === null || event.notify !== SIGEV_SIGNAL ? 0 : event.signo;
        noteRegistration(objects.descriptor(mqd), ownPid(), signo);
      },
    },
  };
}

/** The calls on System V message queues. */
export function systemVQueues(context: Context): Calls {
  const { original, objects, turnstile } = context;
  const { msgsnd, msgrcv } = original;

  const on = (id: number): readonly number[] => [objects.queue(id)];
  const waits = (flags: unknown): boolean => !hasFlag(flags, IPC_NOWAIT);

  return {
    msgget: { objects: (key) => [objects.key(key, "msg")], mode: MODE.write },
    msgsnd: {
      objects: on,
      mode: MODE.write,
      reads: (_id, _type, data) => data,
      attempt: (id, type, data, flags) => {
        if (!waits(flags)) return msgsnd(id, type, data, flags);
        return unless(["EAGAIN"], () => msgsnd(id, type, data, withFlag(flags, IPC_NOWAIT)));
      },
      faults: {
        eintr: (_id, _type, _data, flags) => waits(flags) ? fails("msgsnd", ERRNO.EINTR)() : undefined,
        full: (_id, _type, _data, flags) => waits(flags) ? undefined : fails("msgsnd", ERRNO.EAGAIN)(),
      },
    },
    msgrcv: {
      objects: on,
      mode: MODE.write,
      fills: (_, buffer) => buffer,
      attempt: (id, buffer, type, flags) => {
        const act = (): TypedMessage => msgrcv(id, buffer, type, withFlag(flags, IPC_NOWAIT));
        return waits(flags) ? unless(["ENOMSG"], act) : act();
      },
      told: ({ length, type }, _id, buffer) => `${tellBytes(buffer.subarray(0, length))}, type ${type}`,
      faults: {
        eintr: (_id, _buffer, _type, flags) => waits(flags) ? fails("msgrcv", ERRNO.EINTR)() : undefined,
      },
    },
    msgctl: {
      objects: on,
      mode: (_, command) => command === IPC_STAT ? MODE.read : MODE.write,
      note: (_, id, command) => {
        if (command === IPC_RMID) turnstile.removed("sysv_msg", String(id));
      },
    },
  };
}
