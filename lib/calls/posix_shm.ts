/**
 * POSIX shared memory: shm_open, shm_unlink. Its size is set with ftruncate, its bytes are reached with mmap. See
 * shm_overview(7).
 *
 * @module
 */
import { cString } from "../abi/c_string.ts";
import { O_CREAT, O_EXCL } from "../abi/fcntl_constants.ts";
import { int, text, unsigned } from "../errors/arguments.ts";
import { callNumber } from "../gate/calls.ts";
import { enter, failed, gate, leave } from "../gate/gate.ts";
import { errno } from "../raw/errno.ts";
import { c } from "../raw/shared_memory.ts";

const SHM_OPEN = callNumber("shm_open");
const SHM_UNLINK = callNumber("shm_unlink");

/**
 * `int shm_open(const char *name, int oflag, mode_t mode)`: opens a shared memory object, and creates it where O_CREAT says
 * so. It does not block.
 *
 * A new object has length 0: give it one with ftruncate before mmap. It stays until shm_unlink. The descriptor may be closed
 * once the memory is mapped; glibc always gives it FD_CLOEXEC. The caller closes it.
 *
 * @param name a slash and a name without slashes, such as "/buffer"
 * @param flags O_RDONLY or O_RDWR, and any of O_CREAT, O_EXCL, O_TRUNC
 * @param mode permissions of an object that is created, less the bits of the umask; required with O_CREAT
 * @returns a descriptor
 * @throws {SystemError} EACCES, EEXIST (O_EXCL), EINVAL (a wrong name), EMFILE, ENAMETOOLONG, ENFILE, ENOENT
 * @see {@link https://man7.org/linux/man-pages/man3/shm_open.3.html | shm_open(3)}, shm_overview(7)
 *
 * @example Shared memory by name
 * ```ts
 * import { close, ftruncate, MAP_SHARED, mmap, O_CREAT, O_EXCL, O_RDWR, PROT_READ, PROT_WRITE, shm_open, shm_unlink } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const name = `/ipc-example-shm-open-${Deno.pid}`;
 * const fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0o600);
 * ftruncate(fd, 4096);
 * using mapping = mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
 * close(fd);
 * mapping.bytes[0] = 42;
 * assertEquals(mapping.bytes[0], 42);
 * shm_unlink(name);
 * ```
 */
export function shm_open(name: string, flags: number, mode?: number): number {
  const path = cString(text(name, "name"));
  int(flags, "flags");
  if (mode === undefined && (flags & O_CREAT) !== 0) throw new TypeError("mode: O_CREAT needs one, such as 0o600");
  const permissions = mode === undefined ? 0 : unsigned(mode, "mode");
  for (;;) {
    enter(SHM_OPEN);
    if (gate.hook !== null && (flags & O_CREAT) !== 0) {
      // A run wants to know who made the object: with O_EXCL the answer is certain.
      const fd = c.shm_open(path, flags | O_EXCL, permissions);
      if (fd !== -1) {
        gate.hook.created("posix_shm", name);
        return leave(fd);
      }
    }
    const fd = c.shm_open(path, flags, permissions);
    if (fd !== -1) return leave(fd);
    failed(SHM_OPEN, errno(), name);
  }
}

/**
 * `int shm_unlink(const char *name)`: removes the name of a shared memory object. It does not block.
 *
 * The memory lives on while a process has it mapped or open.
 *
 * @throws {SystemError} EACCES, ENAMETOOLONG, ENOENT (a wrong name too)
 * @see {@link https://man7.org/linux/man-pages/man3/shm_unlink.3.html | shm_unlink(3)}
 *
 * @example A name that does not exist
 * ```ts
 * import { isSystemError, shm_unlink } from "ipc";
 * import { assert } from "@std/assert";
 *
 * try {
 *   shm_unlink(`/ipc-example-nobody-made-this-${Deno.pid}`);
 * } catch (error) {
 *   assert(isSystemError(error, "ENOENT"));
 * }
 * ```
 */
export function shm_unlink(name: string): void {
  const path = cString(text(name, "name"));
  for (;;) {
    enter(SHM_UNLINK);
    if (c.shm_unlink(path) !== -1) return void leave(0);
    failed(SHM_UNLINK, errno(), name);
  }
}
