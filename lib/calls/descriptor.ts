/**
 * Descriptors: open, close, read, write. Each call does what its manual page says; a failure throws a SystemError.
 *
 * @module
 */
import { bytes, int } from "../errors/arguments.ts";
import { callNumber } from "../gate/calls.ts";
import { enter, failed, leave } from "../gate/gate.ts";
import { c } from "../raw/descriptor.ts";
import { errno } from "../raw/errno.ts";

const READ = callNumber("read");

/**
 * `ssize_t read(int fd, void *buf, size_t count)`: reads up to `buffer.length` bytes.
 *
 * @returns the number of bytes read; 0 at end of file
 */
export function read(fd: number, buffer: Uint8Array): number {
  int(fd, "fd");
  const target = bytes(buffer, "buffer");
  for (;;) {
    enter(READ);
    const n = c.read(fd, target, target.length);
    if (n !== -1) return leave(n);
    failed(READ, errno());
  }
}
