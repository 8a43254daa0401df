/**
 * Translations: POSIX message queues, semaphores and shared memory.
 *
 * @module
 */
import * as ipc from "ipc";
import { isCell } from "../cells.ts";
import { notExpressible } from "../verdict.ts";
import { done } from "./descriptor.ts";
import type { Arguments, Translations } from "./translation.ts";

const SIGEV_THREAD = 2;

/** By C's names. */
export const POSIX: Translations = {
  mq_open: (args) => ipc.mq_open(args.string(0), args.number(1), args.optional(2), sizeOf(args)),
  mq_close: (args) => done(ipc.mq_close(args.number(0))),
  mq_unlink: (args) => done(ipc.mq_unlink(args.string(0))),
  mq_send: (args) => done(ipc.mq_send(args.number(0), args.bytes(1, 2), args.number(3))),
  mq_timedsend: (args) => done(ipc.mq_timedsend(args.number(0), args.bytes(1, 2), args.number(3), args.time(4))),
  mq_receive: (args) => taken(args, ipc.mq_receive(args.number(0), args.bytes(1, 2))),
  mq_timedreceive: (args) => taken(args, ipc.mq_timedreceive(args.number(0), args.bytes(1, 2), args.time(4))),
  mq_getattr: (args) => done(args.fill(1, ipc.mq_getattr(args.number(0)))),
  mq_setattr: (args) => done(args.fill(2, ipc.mq_setattr(args.number(0), { flags: 0, ...args.fields(1) }))),
  mq_notify: (args) => {
    const event = args.any(1);
    if (!isCell(event, "event")) return done(ipc.mq_notify(args.number(0), null));
    if (event.event.notify === SIGEV_THREAD) {
      notExpressible("SIGEV_THREAD: no JavaScript runs in a thread that C starts");
    }
    return done(ipc.mq_notify(args.number(0), event.event as ipc.SigEvent));
  },

  shm_open: (args) => ipc.shm_open(args.string(0), args.number(1), args.optional(2)),
  shm_unlink: (args) => done(ipc.shm_unlink(args.string(0))),
  mmap: (args) => {
    if (!args.isNull(0)) notExpressible("an address of the caller's choosing");
    return ipc.mmap(args.number(1), args.number(2), args.number(3), args.number(4), args.number(5));
  },
  munmap: (args) => {
    const memory = args.memory(0);
    if (memory.length !== args.number(1)) notExpressible("unmapping a part");
    return done(ipc.munmap(memory as ReturnType<typeof ipc.mmap>));
  },

  sem_open: (args) => ipc.sem_open(args.string(0), args.number(1), args.optional(2), args.optional(3)),
  sem_close: (args, world) => done(ipc.sem_close(world.semaphore(args.any(0)))),
  sem_unlink: (args) => done(ipc.sem_unlink(args.string(0))),
  sem_init: (args, world) => {
    const memory = world.memoryOf(args.any(0));
    world.keep(memory, ipc.sem_init(memory, 0, args.number(1), args.number(2)));
    return 0;
  },
  sem_destroy: (args, world) => done(ipc.sem_destroy(world.semaphore(args.any(0)))),
  sem_wait: (args, world) => done(ipc.sem_wait(world.semaphore(args.any(0)))),
  sem_timedwait: (args, world) => done(ipc.sem_timedwait(world.semaphore(args.any(0)), args.time(1))),
  sem_post: (args, world) => done(ipc.sem_post(world.semaphore(args.any(0)))),
  sem_getvalue: (args, world) => done(args.fill(1, { value: ipc.sem_getvalue(world.semaphore(args.any(0))) })),
};

function sizeOf(args: Arguments): ipc.MessageQueueSize | undefined {
  if (args.isNull(3)) return undefined;
  return { maxmsg: 0, msgsize: 0, ...args.fields(3) };
}

function taken(args: Arguments, { length, priority }: ipc.QueuedMessage): number {
  args.fill(3, { value: priority });
  return length;
}
