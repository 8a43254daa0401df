/**
 * Memory as a file without a name: memfd_create.
 *
 * @module
 */
import { cString } from "../abi/c_string.ts";
import { text, unsigned } from "../errors/arguments.ts";
import { callNumber } from "../gate/calls.ts";
import { enter, failed, leave } from "../gate/gate.ts";
import { errno } from "../raw/errno.ts";
import { c } from "../raw/event.ts";

const MEMFD_CREATE = callNumber("memfd_create");

/**
 * `int memfd_create(const char *name, unsigned int flags)`: makes a file that lives in memory and is in no folder. It does not
 * block.
 *
 * Give it a length with ftruncate, and map it with mmap. Other processes get it by fork, or as a descriptor through a socket.
 * With MFD_ALLOW_SEALING, `fcntl(fd, F_ADD_SEALS, …)` forbids changes for good: a receiver need not fear that the memory
 * shrinks under it, or is written. The memory goes with its last descriptor and mapping. The caller closes the descriptor.
 *
 * @param name shown in /proc/self/fd, and of no other use; 249 bytes at most
 * @param flags any of MFD_CLOEXEC, MFD_ALLOW_SEALING; or 0
 * @returns a descriptor, open for reading and writing
 * @throws {SystemError} EINVAL (unknown flags, or the name is too long), EMFILE, ENFILE, ENOMEM
 * @see {@link https://man7.org/linux/man-pages/man2/memfd_create.2.html | memfd_create(2)}
 *
 * @example Memory that cannot shrink
 * ```ts
 * import { close, F_ADD_SEALS, F_SEAL_SHRINK, fcntl, ftruncate, isSystemError, memfd_create, MFD_ALLOW_SEALING } from "ipc";
 * import { assert, assertThrows } from "@std/assert";
 *
 * const fd = memfd_create("frames", MFD_ALLOW_SEALING);
 * ftruncate(fd, 4096);
 * fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK);
 * assert(isSystemError(assertThrows(() => ftruncate(fd, 0)), "EPERM"));
 * close(fd);
 * ```
 */
export function memfd_create(name: string, flags: number): number {
  const path = cString(text(name, "name"));
  unsigned(flags, "flags");
  enter(MEMFD_CREATE);
  const fd = c.memfd_create(path, flags);
  if (fd === -1) failed(MEMFD_CREATE, errno());
  return leave(fd);
}
