/**
 * Locks on whole files: flock. Those on parts of a file are commands of fcntl.
 *
 * @module
 */
import { int } from "../errors/arguments.ts";
import { errnoOf } from "../errors/system_error.ts";
import { callNumber } from "../gate/calls.ts";
import { enter, failed, leave } from "../gate/gate.ts";
import { isInternal } from "../gate/internal.ts";
import { c } from "../raw/descriptor.ts";
import { errno } from "../raw/errno.ts";

const FLOCK = callNumber("flock");
const EBADF = errnoOf("EBADF");

/**
 * `int flock(int fd, int operation)`: sets or removes a lock on a file. It binds only those who ask for it, too.
 *
 * Blocks while a lock of another is in the way. The lock belongs to the open file: copies by dup and by fork share it, and it
 * goes with LOCK_UN by any of them, or when the last is closed. To change from one kind to the other is no single step.
 *
 * @param fd descriptor of a file
 * @param operation LOCK_SH (shared), LOCK_EX (exclusive) or LOCK_UN (none), with LOCK_NB so as not to wait
 * @throws {SystemError} EAGAIN (LOCK_NB, and it would block), EBADF, EINTR, EINVAL, ENOLCK
 * @see {@link https://man7.org/linux/man-pages/man2/flock.2.html | flock(2)}
 *
 * @example One at a time
 * ```ts
 * import { close, flock, isSystemError, LOCK_EX, LOCK_NB, LOCK_UN, O_RDWR, open, unlink } from "ipc";
 * import { assert, assertThrows } from "@std/assert";
 *
 * const path = Deno.makeTempFileSync();
 * const [one, two] = [open(path, O_RDWR), open(path, O_RDWR)];
 * flock(one, LOCK_EX);
 * assert(isSystemError(assertThrows(() => flock(two, LOCK_EX | LOCK_NB)), "EAGAIN"));
 * flock(one, LOCK_UN);
 * flock(two, LOCK_EX | LOCK_NB);
 * close(one);
 * close(two);
 * unlink(path);
 * ```
 */
export function flock(fd: number, operation: number): void {
  int(fd, "fd");
  int(operation, "operation");
  for (;;) {
    enter(FLOCK);
    if (isInternal(fd)) failed(FLOCK, EBADF);
    if (c.flock(fd, operation) !== -1) break;
    failed(FLOCK, errno());
  }
  leave(0);
}
