/**
 * Descriptors: open, close, read, write, lseek, dup, dup2. Each call does what its manual page says; a failure
 * throws a SystemError.
 *
 * @module
 */
import { cString } from "../abi/c_string.ts";
import { O_CREAT, O_TMPFILE } from "../abi/fcntl_constants.ts";
import { bytes, int, lengthOf, offset as anyOffset, text, unsigned } from "../errors/arguments.ts";
import { callNumber } from "../gate/calls.ts";
import { errnoOf } from "../errors/system_error.ts";
import { descriptorCloses } from "../gate/closing.ts";
import { enter, failed, leave } from "../gate/gate.ts";
import { isInternal } from "../gate/internal.ts";
import { c } from "../raw/descriptor.ts";
import { errno } from "../raw/errno.ts";

const OPEN = callNumber("open");
const CLOSE = callNumber("close");
const READ = callNumber("read");
const WRITE = callNumber("write");
const LSEEK = callNumber("lseek");
const DUP = callNumber("dup");
const DUP2 = callNumber("dup2");
const EBADF = errnoOf("EBADF");

/**
 * `int open(const char *pathname, int flags, mode_t mode)`: opens a file, and creates it where O_CREAT says so.
 *
 * Blocks when the path is a FIFO, until another process opens its other end; with O_NONBLOCK it does not wait. The caller
 * closes the descriptor. O_CLOEXEC is not added: as in C, the descriptor stays open in a program that execve starts.
 *
 * @param path path of the file
 * @param flags one of O_RDONLY, O_WRONLY, O_RDWR, and any of O_CREAT, O_EXCL, O_TRUNC, O_APPEND, O_NONBLOCK, O_CLOEXEC, …
 * @param mode permissions of a file that is created, less the bits of the umask; required with O_CREAT and O_TMPFILE
 * @returns the lowest free descriptor
 * @throws {SystemError} EACCES, EEXIST (O_EXCL), EINTR, EINVAL, EISDIR, ELOOP, EMFILE, ENAMETOOLONG, ENFILE, ENOENT, ENOSPC,
 * ENOTDIR, ENXIO (a FIFO, O_WRONLY with O_NONBLOCK, and no reader), EROFS, ETXTBSY
 * @see {@link https://man7.org/linux/man-pages/man2/open.2.html | open(2)}, fifo(7)
 *
 * @example Reading the start of a file
 * ```ts
 * import { close, O_RDONLY, open, read } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const fd = open("/dev/zero", O_RDONLY);
 * assertEquals(read(fd, new Uint8Array(10)), 10);
 * close(fd);
 * ```
 */
export function open(path: string, flags: number, mode?: number): number {
  text(path, "path");
  int(flags, "flags");
  if (mode === undefined && ((flags & O_CREAT) !== 0 || (flags & O_TMPFILE) === O_TMPFILE)) {
    throw new TypeError("mode: O_CREAT and O_TMPFILE need one, such as 0o600");
  }
  const permissions = mode === undefined ? 0 : unsigned(mode, "mode");
  const name = cString(path);
  for (;;) {
    enter(OPEN);
    const fd = c.open(name, flags, permissions);
    if (fd !== -1) return leave(fd);
    failed(OPEN, errno(), path);
  }
}

/**
 * `int close(int fd)`: gives the descriptor back.
 *
 * The last close of a pipe's write end is what its readers see as end of file. Linux gives the descriptor back even when
 * the call fails, so a failed close is never repeated.
 *
 * @throws {SystemError} EBADF, EINTR, EIO, ENOSPC
 * @see {@link https://man7.org/linux/man-pages/man2/close.2.html | close(2)}
 *
 * @example A descriptor is closed once
 * ```ts
 * import { close, isSystemError, pipe } from "ipc";
 * import { assert } from "@std/assert";
 *
 * const [reading, writing] = pipe();
 * close(reading);
 * close(writing);
 * try {
 *   close(writing);
 * } catch (error) {
 *   assert(isSystemError(error, "EBADF"));
 * }
 * ```
 */
export function close(fd: number): void {
  int(fd, "fd");
  enter(CLOSE);
  if (isInternal(fd)) failed(CLOSE, EBADF);
  // Whatever failed, the descriptor is gone: a second close might hit one that a handler has opened since.
  descriptorCloses(fd);
  if (c.close(fd) === -1) failed(CLOSE, errno());
  leave(0);
}

/**
 * `ssize_t read(int fd, void *buf, size_t count)`: reads up to `buffer.length` bytes.
 *
 * Blocks until there is at least one byte, and then returns what there is, which may be less than was asked for. From a
 * pipe it returns 0 once every write end is closed and all bytes are read.
 *
 * @param fd descriptor to read from
 * @param buffer where the bytes go; read into a part of it with `buffer.subarray(from, to)`
 * @returns the number of bytes read; 0 at end of file
 * @throws {SystemError} EAGAIN (O_NONBLOCK and nothing there), EBADF (not open for reading), EINTR, EINVAL, EIO, EISDIR
 * @see {@link https://man7.org/linux/man-pages/man2/read.2.html | read(2)}, pipe(7)
 *
 * @example Reading what was written
 * ```ts
 * import { close, pipe, read, write } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const [reading, writing] = pipe();
 * write(writing, new TextEncoder().encode("hello"));
 * const buffer = new Uint8Array(100);
 * const n = read(reading, buffer);
 * assertEquals(new TextDecoder().decode(buffer.subarray(0, n)), "hello");
 *
 * close(writing);
 * assertEquals(read(reading, buffer), 0); // end of file
 * close(reading);
 * ```
 */
export function read(fd: number, buffer: Uint8Array): number {
  int(fd, "fd");
  const target = bytes(buffer, "buffer");
  const count = lengthOf(target);
  for (;;) {
    enter(READ);
    if (isInternal(fd)) failed(READ, EBADF);
    const n = c.read(fd, target, count);
    if (n !== -1) return leave(n);
    failed(READ, errno());
  }
}

/**
 * `ssize_t write(int fd, const void *buf, size_t count)`: writes up to `data.length` bytes.
 *
 * Blocks while a pipe is full. Up to PIPE_BUF (4096) bytes reach a pipe in one piece; more may be mixed with the bytes of
 * other writers. Fewer bytes than asked for may be written (a signal, O_NONBLOCK, a full disk): go on with the rest.
 * A write to a pipe without a reader raises SIGPIPE, and gives EPIPE where that signal is ignored or handled.
 *
 * @param fd descriptor to write to
 * @param data the bytes; a string is encoded first, with `new TextEncoder().encode(text)`
 * @returns the number of bytes written
 * @throws {SystemError} EAGAIN (O_NONBLOCK and no room), EBADF (not open for writing), EFBIG, EINTR, EINVAL, EIO, ENOSPC, EPIPE
 * @see {@link https://man7.org/linux/man-pages/man2/write.2.html | write(2)}, pipe(7)
 *
 * @example Writing all of a text
 * ```ts
 * import { close, pipe, write } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const [reading, writing] = pipe();
 * let rest = new TextEncoder().encode("all of it");
 * while (rest.length > 0) rest = rest.subarray(write(writing, rest));
 * assertEquals(rest.length, 0);
 * close(reading);
 * close(writing);
 * ```
 */
export function write(fd: number, data: Uint8Array): number {
  int(fd, "fd");
  if (typeof data === "string") {
    throw new TypeError("data: expected a Uint8Array, got a string; encode it: new TextEncoder().encode(text)");
  }
  const source = bytes(data, "data");
  const count = lengthOf(source);
  for (;;) {
    enter(WRITE);
    if (isInternal(fd)) failed(WRITE, EBADF);
    const n = c.write(fd, source, count);
    if (n !== -1) return leave(n);
    failed(WRITE, errno());
  }
}

/**
 * `off_t lseek(int fd, off_t offset, int whence)`: moves the position of the next read or write.
 *
 * The position belongs to the open file: copies by dup and by fork share it.
 *
 * @param fd descriptor of a file
 * @param offset how far, in bytes; may be negative
 * @param whence from where: SEEK_SET, SEEK_CUR, SEEK_END; or SEEK_DATA, SEEK_HOLE
 * @returns the new position, in bytes from the start
 * @throws {SystemError} EBADF, EINVAL (before the start, or an unknown `whence`), ENXIO (SEEK_DATA past the end), EOVERFLOW,
 * ESPIPE (a pipe, FIFO or socket)
 * @see {@link https://man7.org/linux/man-pages/man2/lseek.2.html | lseek(2)}
 *
 * @example The size of a file
 * ```ts
 * import { close, lseek, O_CREAT, O_RDWR, open, SEEK_END, unlink, write } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const path = Deno.makeTempFileSync();
 * const fd = open(path, O_RDWR | O_CREAT, 0o600);
 * write(fd, new Uint8Array(300));
 * assertEquals(lseek(fd, 0, SEEK_END), 300);
 * close(fd);
 * unlink(path);
 * ```
 */
export function lseek(fd: number, offset: number, whence: number): number {
  int(fd, "fd");
  const distance = BigInt(anyOffset(offset, "offset"));
  int(whence, "whence");
  for (;;) {
    enter(LSEEK);
    if (isInternal(fd)) failed(LSEEK, EBADF);
    const position = c.lseek(fd, distance, whence);
    if (position !== -1n) return leave(Number(position));
    failed(LSEEK, errno());
  }
}

/**
 * `int dup(int oldfd)`: a second descriptor of the same open file, the lowest that is free.
 *
 * The two share position and status flags. The copy does not have FD_CLOEXEC. The caller closes both.
 *
 * @throws {SystemError} EBADF, EMFILE
 * @see {@link https://man7.org/linux/man-pages/man2/dup.2.html | dup(2)}
 *
 * @example A pipe ends when its last write end is closed
 * ```ts
 * import { close, dup, pipe, read, write } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const [reading, writing] = pipe();
 * const second = dup(writing);
 * close(writing);
 * write(second, new Uint8Array(1));
 * close(second);
 * const buffer = new Uint8Array(8);
 * assertEquals(read(reading, buffer), 1);
 * assertEquals(read(reading, buffer), 0);
 * close(reading);
 * ```
 */
export function dup(oldfd: number): number {
  int(oldfd, "oldfd");
  for (;;) {
    enter(DUP);
    if (isInternal(oldfd)) failed(DUP, EBADF);
    const fd = c.dup(oldfd);
    if (fd !== -1) return leave(fd);
    failed(DUP, errno());
  }
}

/**
 * `int dup2(int oldfd, int newfd)`: makes `newfd` a descriptor of the same open file as `oldfd`.
 *
 * What `newfd` was before is closed in the same step. If the two are equal, nothing happens. The copy does not have
 * FD_CLOEXEC. The caller closes both.
 *
 * @returns `newfd`
 * @throws {SystemError} EBADF (`oldfd` is not open, or `newfd` is out of range), EBUSY, EINTR
 * @see {@link https://man7.org/linux/man-pages/man2/dup.2.html | dup2(2)}
 *
 * @example Sending one pipe's writers to another
 * ```ts
 * import { close, dup2, pipe, read, write } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const [reading, writing] = pipe();
 * const [unused, redirected] = pipe();
 * dup2(writing, redirected);
 * write(redirected, new Uint8Array([42]));
 * const buffer = new Uint8Array(1);
 * read(reading, buffer);
 * assertEquals(buffer[0], 42);
 * for (const fd of [reading, writing, unused, redirected]) close(fd);
 * ```
 */
export function dup2(oldfd: number, newfd: number): number {
  int(oldfd, "oldfd");
  int(newfd, "newfd");
  for (;;) {
    enter(DUP2);
    if (isInternal(oldfd) || isInternal(newfd)) failed(DUP2, EBADF);
    const fd = c.dup2(oldfd, newfd);
    if (fd !== -1) {
      if (oldfd !== newfd) descriptorCloses(newfd);
      return leave(fd);
    }
    failed(DUP2, errno());
  }
}
