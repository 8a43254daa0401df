/**
 * Translations: descriptors, pipes, FIFOs, files, processes.
 *
 * @module
 */
import * as ipc from "ipc";
import { fchown, fileStatus } from "../system.ts";
import type { Translations } from "./translation.ts";

/** By C's names. */
export const DESCRIPTOR: Translations = {
  open: (args) => ipc.open(args.string(0), args.number(1), args.optional(2)),
  close: (args) => done(ipc.close(args.number(0))),
  read: (args) => ipc.read(args.number(0), args.bytes(1, 2)),
  write: (args) => ipc.write(args.number(0), args.bytes(1, 2)),
  // The library has no pread: the rows only look with it.
  pread: (args) => {
    ipc.lseek(args.number(0), args.number(3), ipc.SEEK_SET);
    return ipc.read(args.number(0), args.bytes(1, 2));
  },
  lseek: (args) => ipc.lseek(args.number(0), args.number(1), args.number(2)),
  fcntl: (args) => ipc.fcntl(args.number(0), args.number(1), args.optional(2) ?? 0),
  ftruncate: (args) => done(ipc.ftruncate(args.number(0), args.number(1))),
  pipe: (args) => pair(args.fields(0), ipc.pipe()),
  pipe2: (args) => pair(args.fields(0), ipc.pipe2(args.number(1))),
  mkfifo: (args) => done(ipc.mkfifo(args.string(0), args.number(1))),
  mknod: (args) => done(ipc.mknod(args.string(0), args.number(1), args.number(2))),
  poll: (args) => {
    const { fd, events } = args.fields(0) as { fd: number; events: number };
    const [revents] = ipc.poll([{ fd, events }], args.number(2));
    args.fill(0, { revents });
    return revents === 0 ? 0 : 1;
  },
  getpid: () => ipc.getpid(),
  waitpid: (args) => ipc.waitpid(args.number(0), args.number(2)).pid,
  // What the rows look at, or prepare, outside of the library.
  stat: (args) => done(args.fill(1, fileStatus(args.string(0)))),
  fstat: (args) => done(args.fill(1, fileStatus(args.number(0)))),
  fchown: (args) => done(fchown(args.number(0), args.number(1), args.number(2))),
};

/** The result of a C call that returns 0 where ours returns nothing. */
export function done(_: void): number {
  return 0;
}

/** Fills an `int[2]`. */
export function pair(fields: Record<string, number>, [first, second]: readonly [number, number]): number {
  Object.assign(fields, [first, second]);
  return 0;
}
