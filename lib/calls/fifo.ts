/**
 * FIFOs: pipes that have a name in the file system.
 *
 * @module
 */
import { cString } from "../abi/c_string.ts";
import { text, unsigned } from "../errors/arguments.ts";
import { callNumber } from "../gate/calls.ts";
import { enter, failed, gate, leave } from "../gate/gate.ts";
import { errno } from "../raw/errno.ts";
import { c } from "../raw/pipe.ts";

const MKFIFO = callNumber("mkfifo");

/**
 * `int mkfifo(const char *pathname, mode_t mode)`: makes a FIFO. It does not block.
 *
 * It is the open of one end that blocks, until the other end is opened too. The FIFO stays until somebody removes it with
 * unlink.
 *
 * @param path path of the FIFO
 * @param mode permissions, less the bits of the umask
 * @throws {SystemError} EACCES, EEXIST, ENAMETOOLONG, ENOENT (no such directory), ENOSPC, ENOTDIR, EROFS
 * @see {@link https://man7.org/linux/man-pages/man3/mkfifo.3.html | mkfifo(3)}, fifo(7)
 *
 * @example Both ends in one process
 * ```ts
 * import { close, mkfifo, O_NONBLOCK, O_RDONLY, O_WRONLY, open, read, unlink, write } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const path = `${Deno.makeTempDirSync()}/fifo`;
 * mkfifo(path, 0o600);
 * const reading = open(path, O_RDONLY | O_NONBLOCK); // does not wait for a writer
 * const writing = open(path, O_WRONLY); // there is a reader: does not wait
 * write(writing, new Uint8Array(3));
 * assertEquals(read(reading, new Uint8Array(10)), 3);
 * close(reading);
 * close(writing);
 * unlink(path);
 * ```
 */
export function mkfifo(path: string, mode: number): void {
  const name = cString(text(path, "path"));
  unsigned(mode, "mode");
  for (;;) {
    enter(MKFIFO);
    if (c.mkfifo(name, mode) !== -1) break;
    failed(MKFIFO, errno(), path);
  }
  if (gate.hook !== null) gate.hook.created("fifo", path);
  leave(0);
}
