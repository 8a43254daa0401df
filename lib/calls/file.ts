/**
 * Files by name and size: mknod, unlink, umask, ftruncate.
 *
 * @module
 */
import { cString } from "../abi/c_string.ts";
import { S_IFIFO, S_IFMT, S_IFSOCK } from "../abi/stat_constants.ts";
import { int, offset, size, text, unsigned } from "../errors/arguments.ts";
import { callNumber } from "../gate/calls.ts";
import { errnoOf } from "../errors/system_error.ts";
import { enter, failed, gate, leave } from "../gate/gate.ts";
import { isInternal } from "../gate/internal.ts";
import { c } from "../raw/descriptor.ts";
import { errno } from "../raw/errno.ts";

const MKNOD = callNumber("mknod");
const UNLINK = callNumber("unlink");
const UMASK = callNumber("umask");
const FTRUNCATE = callNumber("ftruncate");
const EBADF = errnoOf("EBADF");

/**
 * `int mknod(const char *pathname, mode_t mode, dev_t dev)`: makes a file of any type but a directory. It does not block.
 *
 * FIFOs, sockets and empty regular files are for everybody to make, devices for the privileged. The file stays until somebody
 * removes it with unlink.
 *
 * @param path path of the file
 * @param mode permissions, less the bits of the umask, and the type: S_IFIFO, S_IFSOCK, S_IFCHR, S_IFBLK, or S_IFREG, which
 *   may be left out
 * @param device for S_IFCHR and S_IFBLK the device: up to 255 of either, `major << 8 | minor`; ignored otherwise
 * @throws {SystemError} EACCES, EEXIST, EINVAL (any other type), ELOOP, ENAMETOOLONG, ENOENT (no such directory), ENOSPC, ENOTDIR,
 *   EPERM (a device without privilege, or a directory), EROFS
 * @see {@link https://man7.org/linux/man-pages/man2/mknod.2.html | mknod(2)}
 *
 * @example A FIFO
 * ```ts
 * import { mknod, S_IFIFO, unlink } from "ipc";
 * import { assert } from "@std/assert";
 *
 * const path = `${Deno.makeTempDirSync()}/fifo`;
 * mknod(path, S_IFIFO | 0o600);
 * assert(Deno.statSync(path).isFifo);
 * unlink(path);
 * ```
 */
export function mknod(path: string, mode: number, device = 0): void {
  const name = cString(text(path, "path"));
  unsigned(mode, "mode");
  const number = BigInt(size(device, "device"));
  enter(MKNOD);
  if (c.mknod(name, mode, number) === -1) failed(MKNOD, errno(), path);
  if (gate.hook !== null) {
    const type = mode & S_IFMT;
    if (type === S_IFIFO) gate.hook.created("fifo", path);
    else if (type === S_IFSOCK) gate.hook.created("socket", path);
  }
  leave(0);
}

/**
 * `int unlink(const char *pathname)`: removes a name: of a file, a FIFO, a socket. It does not block.
 *
 * The object lives on while a process has it open, and is gone with the last of them. A FIFO is removed like this.
 *
 * @throws {SystemError} EACCES, EBUSY, EISDIR, ELOOP, ENAMETOOLONG, ENOENT, ENOTDIR, EPERM, EROFS
 * @see {@link https://man7.org/linux/man-pages/man2/unlink.2.html | unlink(2)}
 *
 * @example A name is removed once
 * ```ts
 * import { isSystemError, unlink } from "ipc";
 * import { assert } from "@std/assert";
 *
 * const path = Deno.makeTempFileSync();
 * unlink(path);
 * try {
 *   unlink(path);
 * } catch (error) {
 *   assert(isSystemError(error, "ENOENT"));
 * }
 * ```
 */
export function unlink(path: string): void {
  const name = cString(text(path, "path"));
  for (;;) {
    enter(UNLINK);
    if (c.unlink(name) !== -1) return void leave(0);
    failed(UNLINK, errno(), path);
  }
}

/**
 * `mode_t umask(mode_t mask)`: sets which permissions new files, FIFOs, queues and the like do not get.
 *
 * It concerns the whole process, and children inherit it. System V objects ignore it. It cannot fail and does not block.
 *
 * @param mask permission bits to withhold; bits beyond 0o777 are ignored
 * @returns the mask before
 * @see {@link https://man7.org/linux/man-pages/man2/umask.2.html | umask(2)}
 *
 * @example Setting a mask, and putting the old one back
 * ```ts
 * import { umask } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const before = umask(0o077);
 * assertEquals(umask(before), 0o077);
 * ```
 */
export function umask(mask: number): number {
  unsigned(mask, "mask");
  enter(UMASK);
  return leave(c.umask(mask));
}

/**
 * `int ftruncate(int fd, off_t length)`: makes a file or POSIX shared memory `length` bytes long.
 *
 * New bytes read as zero. A new shared memory object has length 0: give it one before mmap. A process that touches mapped
 * pages beyond a shortened end is killed by SIGBUS.
 *
 * @param fd descriptor open for writing
 * @param length new length in bytes
 * @throws {SystemError} EBADF (not open), EFBIG, EINTR, EINVAL (negative, or not a file open for writing), EPERM
 * @see {@link https://man7.org/linux/man-pages/man2/ftruncate.2.html | ftruncate(2)}
 *
 * @example Giving shared memory its size
 * ```ts
 * import { close, ftruncate, lseek, O_CREAT, O_EXCL, O_RDWR, SEEK_END, shm_open, shm_unlink } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const name = `/ipc-example-ftruncate-${Deno.pid}`;
 * const fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0o600);
 * shm_unlink(name);
 * ftruncate(fd, 4096);
 * assertEquals(lseek(fd, 0, SEEK_END), 4096);
 * close(fd);
 * ```
 */
export function ftruncate(fd: number, length: number): void {
  int(fd, "fd");
  const bytes = BigInt(offset(length, "length"));
  for (;;) {
    enter(FTRUNCATE);
    if (isInternal(fd)) failed(FTRUNCATE, EBADF);
    if (c.ftruncate(fd, bytes) !== -1) return void leave(0);
    failed(FTRUNCATE, errno());
  }
}
