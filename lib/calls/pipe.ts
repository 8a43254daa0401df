/**
 * Pipes: pipe, pipe2.
 *
 * @module
 */
import { int } from "../errors/arguments.ts";
import { callNumber } from "../gate/calls.ts";
import { enter, failed, leave } from "../gate/gate.ts";
import { errno } from "../raw/errno.ts";
import { c } from "../raw/pipe.ts";

const PIPE = callNumber("pipe");
const PIPE2 = callNumber("pipe2");

/** How many bytes a write puts into a pipe in one piece. See pipe(7). */
export const PIPE_BUF = 4096;

// Where C leaves the two descriptors: taken up before anything else can run.
const ends = new Int32Array(2);

/**
 * `int pipe(int pipefd[2])`: makes a pipe. It does not block.
 *
 * After a fork both processes have both ends: each closes the one it does not use, or a reader never sees the end. The
 * caller closes both.
 *
 * @returns the read end, then the write end
 * @throws {SystemError} EMFILE, ENFILE
 * @see {@link https://man7.org/linux/man-pages/man2/pipe.2.html | pipe(2)}, pipe(7)
 *
 * @example Through a pipe
 * ```ts
 * import { close, pipe, read, write } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const [reading, writing] = pipe();
 * assertEquals(write(writing, new Uint8Array([1, 2, 3])), 3);
 * assertEquals(read(reading, new Uint8Array(10)), 3);
 * close(reading);
 * close(writing);
 * ```
 */
export function pipe(): [readEnd: number, writeEnd: number] {
  for (;;) {
    enter(PIPE);
    if (c.pipe(ends) !== -1) return taken();
    failed(PIPE, errno());
  }
}

/**
 * `int pipe2(int pipefd[2], int flags)`: makes a pipe whose ends have `flags`. It does not block.
 *
 * @param flags any of O_CLOEXEC, O_NONBLOCK, and O_DIRECT (each read takes up the bytes of one write)
 * @returns the read end, then the write end; the caller closes both
 * @throws {SystemError} EINVAL (other flags), EMFILE, ENFILE
 * @see {@link https://man7.org/linux/man-pages/man2/pipe.2.html | pipe2(2)}
 *
 * @example A pipe of packets
 * ```ts
 * import { close, O_CLOEXEC, O_DIRECT, pipe2, read, write } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const [reading, writing] = pipe2(O_DIRECT | O_CLOEXEC);
 * write(writing, new Uint8Array(5));
 * write(writing, new Uint8Array(7));
 * assertEquals(read(reading, new Uint8Array(100)), 5);
 * assertEquals(read(reading, new Uint8Array(100)), 7);
 * close(reading);
 * close(writing);
 * ```
 */
export function pipe2(flags: number): [readEnd: number, writeEnd: number] {
  int(flags, "flags");
  for (;;) {
    enter(PIPE2);
    if (c.pipe2(ends, flags) !== -1) return taken();
    failed(PIPE2, errno());
  }
}

function taken(): [number, number] {
  // Before `leave`: a signal handler that runs there may make a pipe itself.
  const pair: [number, number] = [ends[0] as number, ends[1] as number];
  leave(0);
  return pair;
}
