/**
 * Moving data to, from and between pipes within the kernel: splice, tee, vmsplice.
 *
 * @module
 */
import { int, offset, size, unsigned } from "../errors/arguments.ts";
import { keepReachable, pieces } from "../errors/iovec_argument.ts";
import { errnoOf } from "../errors/system_error.ts";
import { callNumber } from "../gate/calls.ts";
import { enter, failed, leave } from "../gate/gate.ts";
import { isInternal } from "../gate/internal.ts";
import { errno } from "../raw/errno.ts";
import { c } from "../raw/splice.ts";

const SPLICE = callNumber("splice");
const TEE = callNumber("tee");
const VMSPLICE = callNumber("vmsplice");
const EBADF = errnoOf("EBADF");

/** The most that one call moves: what Linux allows, and what fits C's `int`. */
const MOST = 0x7ffff000;

/**
 * `ssize_t splice(int fd_in, off_t *off_in, int fd_out, off_t *off_out, size_t len, unsigned int flags)`: moves data from one
 * descriptor to the other, of which one is a pipe at least.
 *
 * Blocks while there is nothing to move and the pipe still has a writer, and while the pipe that it moves to is full. In C the call
 * moves the offsets that it is given; here the caller adds what was moved.
 *
 * @param fdIn where the data comes from
 * @param offsetIn where to begin in a file, whose own offset then stays; null to begin at that, and for a pipe
 * @param fdOut where it goes to
 * @param offsetOut likewise
 * @param length how many bytes at most
 * @param flags any of SPLICE_F_MOVE, SPLICE_F_NONBLOCK, SPLICE_F_MORE; or 0
 * @returns how many bytes were moved; 0 at the end of the data
 * @throws {SystemError} EAGAIN (SPLICE_F_NONBLOCK), EBADF, EINTR, EINVAL (no pipe, both the same, a file opened with O_APPEND, what
 *   cannot be spliced, or a negative offset), EPIPE (with SIGPIPE: nobody reads), ESPIPE (an offset for a pipe)
 * @see {@link https://man7.org/linux/man-pages/man2/splice.2.html | splice(2)}
 *
 * @example A file into a pipe
 * ```ts
 * import { close, O_RDONLY, open, pipe, read, splice } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const path = Deno.makeTempFileSync();
 * Deno.writeTextFileSync(path, "Hi other process!");
 * const file = open(path, O_RDONLY);
 * const [reading, writing] = pipe();
 * assertEquals(splice(file, 3, writing, null, 100, 0), 14);
 * const buffer = new Uint8Array(100);
 * assertEquals(new TextDecoder().decode(buffer.subarray(0, read(reading, buffer))), "other process!");
 * for (const fd of [file, reading, writing]) close(fd);
 * Deno.removeSync(path);
 * ```
 */
export function splice(
  fdIn: number,
  offsetIn: number | null,
  fdOut: number,
  offsetOut: number | null,
  length: number,
  flags: number,
): number {
  int(fdIn, "fdIn");
  int(fdOut, "fdOut");
  const [from, to] = [place(offsetIn, "offsetIn"), place(offsetOut, "offsetOut")];
  const count = BigInt(Math.min(size(length, "length"), MOST));
  unsigned(flags, "flags");
  for (;;) {
    enter(SPLICE);
    if (isInternal(fdIn) || isInternal(fdOut)) failed(SPLICE, EBADF);
    const moved = c.splice(fdIn, from, fdOut, to, count, flags);
    if (moved !== -1) return leave(moved);
    failed(SPLICE, errno());
  }
}

/**
 * `ssize_t tee(int fd_in, int fd_out, size_t len, unsigned int flags)`: copies data from one pipe into another, and leaves it in
 * the first.
 *
 * Blocks while there is nothing to copy and the pipe still has a writer, and while the other pipe is full.
 *
 * @param fdIn a pipe's read end
 * @param fdOut another pipe's write end
 * @param length how many bytes at most
 * @param flags SPLICE_F_NONBLOCK, or 0
 * @returns how many bytes were copied; 0 at the end of the data
 * @throws {SystemError} EAGAIN (SPLICE_F_NONBLOCK), EBADF, EINTR, EINVAL (no pipes, or both the same), EPIPE (with SIGPIPE: nobody
 *   reads)
 * @see {@link https://man7.org/linux/man-pages/man2/tee.2.html | tee(2)}
 *
 * @example Read twice
 * ```ts
 * import { close, pipe, read, tee, write } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const [first, second] = [pipe(), pipe()];
 * write(first[1], new Uint8Array(5));
 * assertEquals(tee(first[0], second[1], 100, 0), 5);
 * const buffer = new Uint8Array(100);
 * assertEquals([read(first[0], buffer), read(second[0], buffer)], [5, 5]);
 * for (const fd of [...first, ...second]) close(fd);
 * ```
 */
export function tee(fdIn: number, fdOut: number, length: number, flags: number): number {
  int(fdIn, "fdIn");
  int(fdOut, "fdOut");
  const count = BigInt(Math.min(size(length, "length"), MOST));
  unsigned(flags, "flags");
  for (;;) {
    enter(TEE);
    if (isInternal(fdIn) || isInternal(fdOut)) failed(TEE, EBADF);
    const copied = c.tee(fdIn, fdOut, count, flags);
    if (copied !== -1) return leave(copied);
    failed(TEE, errno());
  }
}

/**
 * `ssize_t vmsplice(int fd, const struct iovec *iov, size_t nr_segs, unsigned int flags)`: puts memory into a pipe without copying
 * it; at a pipe's read end, copies what is in the pipe into memory.
 *
 * Blocks while the pipe is full, or empty. What was put in is the memory itself: who changes it before it is read changes what is
 * read. Wait until the reader says that it has it.
 *
 * @param fd a pipe's write end, or read end
 * @param buffers the memory, up to 1024 pieces
 * @param flags any of SPLICE_F_NONBLOCK, SPLICE_F_GIFT; or 0
 * @returns how many bytes went in, or came out
 * @throws {SystemError} EAGAIN (SPLICE_F_NONBLOCK), EBADF (no pipe), EINTR, EINVAL (too many pieces, unknown flags, or SPLICE_F_GIFT
 *   for what is not whole pages), EPIPE (with SIGPIPE: nobody reads)
 * @see {@link https://man7.org/linux/man-pages/man2/vmsplice.2.html | vmsplice(2)}
 *
 * @example Two buffers at once
 * ```ts
 * import { close, pipe, read, vmsplice } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const [reading, writing] = pipe();
 * assertEquals(vmsplice(writing, [new Uint8Array([1, 2]), new Uint8Array([3])], 0), 3);
 * const buffer = new Uint8Array(10);
 * assertEquals([...buffer.subarray(0, read(reading, buffer))], [1, 2, 3]);
 * close(reading);
 * close(writing);
 * ```
 */
export function vmsplice(fd: number, buffers: readonly Uint8Array[], flags: number): number {
  int(fd, "fd");
  const local = pieces(buffers, "buffers");
  unsigned(flags, "flags");
  for (;;) {
    enter(VMSPLICE);
    if (isInternal(fd)) failed(VMSPLICE, EBADF);
    keepReachable(local);
    const moved = c.vmsplice(fd, local.table, local.count, flags);
    if (moved !== -1) return leave(moved);
    failed(VMSPLICE, errno());
  }
}

/** An offset as C's `off_t`, which the call moves; the caller's stays as it is. */
function place(value: number | null, name: string): BigInt64Array<ArrayBuffer> | null {
  return value === null ? null : new BigInt64Array([BigInt(offset(value, name))]);
}
