/**
 * What can be asked and changed about a descriptor, and locks on parts of a file: fcntl.
 *
 * @module
 */
import {
  F_ADD_SEALS,
  F_DUPFD,
  F_DUPFD_CLOEXEC,
  F_GET_SEALS,
  F_GETFD,
  F_GETFL,
  F_GETLK,
  F_GETPIPE_SZ,
  F_OFD_GETLK,
  F_OFD_SETLK,
  F_OFD_SETLKW,
  F_SETFD,
  F_SETFL,
  F_SETLK,
  F_SETLKW,
  F_SETPIPE_SZ,
} from "../abi/fcntl_constants.ts";
import { FLOCK } from "../abi/flock.ts";
import { allocate, decode, encode } from "../abi/layout.ts";
import { int, kind, offset } from "../errors/arguments.ts";
import { errnoOf } from "../errors/system_error.ts";
import { callNumber } from "../gate/calls.ts";
import { enter, failed, leave } from "../gate/gate.ts";
import { isInternal } from "../gate/internal.ts";
import { c } from "../raw/descriptor.ts";
import { errno } from "../raw/errno.ts";

const FCNTL = callNumber("fcntl");
const EBADF = errnoOf("EBADF");

/** A lock on a part of a file: C's `struct flock`. */
export interface FileLock {
  /** F_RDLCK: shared, for readers; F_WRLCK: exclusive; F_UNLCK: none. */
  readonly type: number;
  /** From where `start` counts: SEEK_SET unless given, SEEK_CUR, SEEK_END. */
  readonly whence?: number;
  /** Where the part begins, in bytes; 0 unless given. */
  readonly start?: number;
  /** How many bytes; 0, unless given, for all up to the end of the file, however far that will be. */
  readonly len?: number;
}

/** The lock that stands in the way, or F_UNLCK as its type. */
export interface FoundLock extends Required<FileLock> {
  /** The process that holds it; -1 for a lock of an open file (F_OFD_SETLK). */
  readonly pid: number;
}

/** The commands whose argument is a number. Others take addresses, which C would write to. */
const COMMANDS: ReadonlySet<number> = new Set(
  [F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_SETPIPE_SZ, F_GETPIPE_SZ, F_ADD_SEALS, F_GET_SEALS],
);
/** The commands whose argument is a lock. */
const LOCKS: ReadonlySet<number> = new Set([F_GETLK, F_SETLK, F_SETLKW, F_OFD_GETLK, F_OFD_SETLK, F_OFD_SETLKW]);

/**
 * `int fcntl(int fd, int cmd, int arg)`: asks or changes something about a descriptor. It does not block, except
 * to wait for a lock.
 *
 * @param fd the descriptor
 * @param command F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_GETPIPE_SZ, F_SETPIPE_SZ, F_ADD_SEALS or
 * F_GET_SEALS
 * @param argument what the command needs: the lowest number for a copy, FD_CLOEXEC, status flags, a size in bytes, or seals
 * @returns a descriptor, flags, size or seals, by command; 0 for F_SETFD, F_SETFL and F_ADD_SEALS
 * @throws {SystemError} EBADF, EBUSY (F_SETPIPE_SZ below what the pipe holds; F_SEAL_WRITE while it is mapped for writing), EINVAL
 * (seals: no memfd), EMFILE, EPERM (F_SETPIPE_SZ above the limit; F_ADD_SEALS where no seals may be added)
 * @throws {RangeError} for a command that is not listed here
 * @see {@link https://man7.org/linux/man-pages/man2/fcntl.2.html | fcntl(2)}
 *
 * @example A read that does not wait
 * ```ts
 * import { close, F_GETFL, F_SETFL, fcntl, isSystemError, O_NONBLOCK, pipe, read } from "ipc";
 * import { assert } from "@std/assert";
 *
 * const [reading, writing] = pipe();
 * fcntl(reading, F_SETFL, fcntl(reading, F_GETFL) | O_NONBLOCK);
 * try {
 *   read(reading, new Uint8Array(1));
 * } catch (error) {
 *   assert(isSystemError(error, "EAGAIN"));
 * }
 * close(reading);
 * close(writing);
 * ```
 */
export function fcntl(fd: number, command: number, argument?: number): number;
/**
 * With F_SETLK and F_SETLKW: sets or removes a lock on a part of a file, for this process. Readers share it, a writer has it alone.
 * It binds only those who ask for locks, too. Where another process's lock is in the way, F_SETLK fails with EAGAIN, and F_SETLKW
 * blocks until it is gone: EDEADLK if that process waits for this one, EINTR.
 *
 * The locks of a process on a file go when it closes any descriptor of that file, and children of fork do not have them.
 * With F_OFD_SETLK and F_OFD_SETLKW a lock belongs to the open file instead, as with `flock`: it goes with the last
 * descriptor, conflicts within a process, too, and no deadlock is found. Returns 0.
 *
 * @example One lock for two openings
 * ```ts
 * import { close, F_OFD_SETLK, F_WRLCK, fcntl, isSystemError, O_RDWR, open, unlink } from "ipc";
 * import { assert, assertThrows } from "@std/assert";
 *
 * const path = Deno.makeTempFileSync();
 * const [one, two] = [open(path, O_RDWR), open(path, O_RDWR)];
 * fcntl(one, F_OFD_SETLK, { type: F_WRLCK, start: 100, len: 10 });
 * fcntl(two, F_OFD_SETLK, { type: F_WRLCK, start: 110, len: 10 });
 * const error = assertThrows(() => fcntl(two, F_OFD_SETLK, { type: F_WRLCK, start: 105, len: 1 }));
 * assert(isSystemError(error, "EAGAIN"));
 * close(one);
 * close(two);
 * unlink(path);
 * ```
 */
export function fcntl(
  fd: number,
  command: typeof F_SETLK | typeof F_SETLKW | typeof F_OFD_SETLK | typeof F_OFD_SETLKW,
  lock: FileLock,
): number;
/** With F_GETLK and F_OFD_GETLK: a lock that stands in the way of this one; its type is F_UNLCK if there is none. */
export function fcntl(fd: number, command: typeof F_GETLK | typeof F_OFD_GETLK, lock: FileLock): FoundLock;
export function fcntl(fd: number, command: number, argument: number | FileLock = 0): number | FoundLock {
  int(fd, "fd");
  int(command, "command");
  if (LOCKS.has(command)) return lockOn(fd, command, encoded(argument as FileLock));
  int(argument as number, "argument");
  if (!COMMANDS.has(command)) throw new RangeError(`command: fcntl does not pass on command ${command}`);
  for (;;) {
    enter(FCNTL);
    if (isInternal(fd)) failed(FCNTL, EBADF);
    const result = c.fcntl(fd, command, argument as number);
    if (result !== -1) return leave(result);
    failed(FCNTL, errno());
  }
}

function lockOn(fd: number, command: number, view: DataView<ArrayBuffer>): number | FoundLock {
  for (;;) {
    enter(FCNTL);
    if (isInternal(fd)) failed(FCNTL, EBADF);
    if (c.fcntl_lock(fd, command, view) !== -1) break;
    failed(FCNTL, errno());
  }
  leave(0);
  return command === F_GETLK || command === F_OFD_GETLK ? decode(FLOCK, view) : 0;
}

/** The lock as C has it, each part read once and checked. */
function encoded(lock: FileLock): DataView<ArrayBuffer> {
  if (typeof lock !== "object" || lock === null) {
    throw new TypeError(`lock: expected { type, whence?, start?, len? }, got ${kind(lock)}`);
  }
  const { type, whence = 0, start = 0, len = 0 } = lock;
  const view = allocate(FLOCK);
  encode(FLOCK, view, {
    type: short(type, "lock.type"),
    whence: short(whence, "lock.whence"),
    start: offset(start, "lock.start"),
    len: offset(len, "lock.len"),
  });
  return view;
}

/** `value` if C's `short` can hold it. */
function short(value: number, name: string): number {
  if (int(value, name) === value << 16 >> 16) return value;
  throw new RangeError(`${name}: expected a whole number from -32768 to 32767, got ${value}`);
}
