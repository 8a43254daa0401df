/**
 * Mapped memory: mmap, munmap, msync.
 *
 * @module
 */
import { allocate, get } from "../abi/layout.ts";
import {
  MAP_ANONYMOUS,
  MAP_NORESERVE,
  MAP_PRIVATE,
  MAP_SHARED,
  PROT_EXEC,
  PROT_READ,
  PROT_WRITE,
} from "../abi/mman_constants.ts";
import { S_IFMT, S_IFREG } from "../abi/stat_constants.ts";
import { STATX } from "../abi/statx.ts";
import { int, kind, offset as anyOffset, size } from "../errors/arguments.ts";
import { errnoOf } from "../errors/system_error.ts";
import { callNumber } from "../gate/calls.ts";
import { enter, failed, leave } from "../gate/gate.ts";
import { isInternal } from "../gate/internal.ts";
import { Memory, OWNER, release } from "../memory/memory.ts";
import { c as files } from "../raw/descriptor.ts";
import { errno } from "../raw/errno.ts";
import { c } from "../raw/memory_map.ts";

const MMAP = callNumber("mmap");
const MUNMAP = callNumber("munmap");
const MSYNC = callNumber("msync");
const EBADF = errnoOf("EBADF");
const ENOMEM = errnoOf("ENOMEM");

/** Mapped memory. Made by {@linkcode mmap}; unmapped at the end of a `using` block, or by {@linkcode munmap}. */
export class Mapping extends Memory {
  /** Only for `mmap`. */
  constructor(owner: typeof OWNER, address: bigint, length: number, prot: number) {
    super(owner, address, length, {
      readable: (prot & (PROT_READ | PROT_WRITE)) !== 0,
      writable: (prot & PROT_WRITE) !== 0,
    });
  }

  /** As {@linkcode munmap}; a second time does nothing. */
  [Symbol.dispose](): void {
    if (!this.released) munmap(this);
  }
}

const KNOWN_PROT = PROT_READ | PROT_WRITE | PROT_EXEC;
const KNOWN_FLAGS = MAP_SHARED | MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;

/**
 * `void *mmap(void *addr, size_t length, int prot, int flags, int fd, off_t offset)`: maps a file, shared memory, or new
 * memory into this process. It does not block.
 *
 * The kernel chooses the address. Children of a fork have the mapping too, and share it where it is MAP_SHARED. Who mapped it
 * unmaps it: hold it with `using`, or call {@linkcode munmap}. The descriptor may be closed before that.
 *
 * Two things end the process, as in C: a store into memory mapped without PROT_WRITE (SIGSEGV), and touching bytes that
 * somebody cut off the object after it was mapped (SIGBUS).
 *
 * @param length bytes wanted, more than 0
 * @param prot PROT_NONE, or any of PROT_READ, PROT_WRITE, PROT_EXEC
 * @param flags MAP_SHARED or MAP_PRIVATE; with MAP_ANONYMOUS there is no file
 * @param fd descriptor of a file or shared memory object; -1 with MAP_ANONYMOUS
 * @param offset where in the object to begin: a multiple of the page size (4096, on some machines more)
 * @throws {SystemError} EACCES (the descriptor is not open for that), EAGAIN, EBADF, EINVAL (length 0, offset, flags), ENFILE,
 * ENODEV (cannot be mapped), ENOMEM, EPERM
 * @throws {RangeError} if the object ends before the mapping does: C would be killed by SIGBUS at the first touch; make it
 * longer with ftruncate. Also for MAP_FIXED and other flags not named here
 * @see {@link https://man7.org/linux/man-pages/man2/mmap.2.html | mmap(2)}
 *
 * @example Memory to share with children
 * ```ts
 * import { MAP_ANONYMOUS, MAP_SHARED, mmap, PROT_READ, PROT_WRITE } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * using mapping = mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
 * const counter = mapping.view(Int32Array, 0, 1);
 * Atomics.add(counter, 0, 1); // a child of a later fork counts in the same word
 * assertEquals(counter[0], 1);
 * ```
 */
export function mmap(length: number, prot: number, flags: number, fd = -1, offset = 0): Mapping {
  size(length, "length");
  if ((int(prot, "prot") & ~KNOWN_PROT) !== 0) {
    throw new RangeError(`prot: 0x${hex(prot & ~KNOWN_PROT)} is not a PROT_ constant`);
  }
  if ((int(flags, "flags") & ~KNOWN_FLAGS) !== 0) {
    throw new RangeError(`flags: mmap does not pass on 0x${hex(flags & ~KNOWN_FLAGS)}`);
  }
  int(fd, "fd");
  anyOffset(offset, "offset");
  const anonymous = (flags & MAP_ANONYMOUS) !== 0;
  for (;;) {
    enter(MMAP);
    if (!anonymous && isInternal(fd)) failed(MMAP, EBADF);
    if (!anonymous) demandBytes(fd, offset, length);
    const address = c.mmap(0n, BigInt(length), prot, flags, fd, BigInt(offset));
    if (address !== -1n) {
      const mapping = new Mapping(OWNER, address, length, prot);
      leave(0);
      return mapping;
    }
    failed(MMAP, errno());
  }
}

/**
 * `int munmap(void *addr, size_t length)`: unmaps memory. It does not block.
 *
 * What was stored into a MAP_SHARED mapping stays in the object. The views of the mapping have length 0 from now on. As in C,
 * unmapping a second time does nothing.
 *
 * @throws {SystemError} EINVAL, ENOMEM
 * @see {@link https://man7.org/linux/man-pages/man2/mmap.2.html | munmap(2)}
 *
 * @example After munmap the memory is out of reach
 * ```ts
 * import { MAP_ANONYMOUS, MAP_PRIVATE, mmap, munmap, PROT_READ } from "ipc";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const mapping = mmap(100, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS);
 * const bytes = mapping.bytes;
 * munmap(mapping);
 * assertEquals(bytes.length, 0);
 * assertThrows(() => mapping.bytes, TypeError);
 * ```
 */
export function munmap(mapping: Mapping): void {
  demandMapping(mapping);
  enter(MUNMAP);
  if (release(mapping, c.munmap) === -1) failed(MUNMAP, errno());
  leave(0);
}

/**
 * `int msync(void *addr, size_t length, int flags)`: writes what was stored into a mapping to its file.
 *
 * MS_SYNC blocks until the device has it. Processes that share a mapping see each other's stores without it.
 *
 * @param mapping what to write
 * @param flags MS_SYNC or MS_ASYNC, and MS_INVALIDATE
 * @param byteOffset where to begin: a multiple of the page size
 * @param length how many bytes; all that follow unless given
 * @throws {SystemError} EBUSY, EINVAL (flags, or `byteOffset` not at a page), EIO, ENOMEM
 * @see {@link https://man7.org/linux/man-pages/man2/msync.2.html | msync(2)}
 *
 * @example A change reaches the file
 * ```ts
 * import { close, MAP_SHARED, mmap, MS_SYNC, msync, O_RDWR, open, PROT_READ, PROT_WRITE } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const path = Deno.makeTempFileSync();
 * Deno.writeTextFileSync(path, "abc");
 * const fd = open(path, O_RDWR);
 * using mapping = mmap(3, PROT_READ | PROT_WRITE, MAP_SHARED, fd);
 * close(fd);
 * mapping.bytes[1] = 0x58;
 * msync(mapping, MS_SYNC);
 * assertEquals(Deno.readTextFileSync(path), "aXc");
 * Deno.removeSync(path);
 * ```
 */
export function msync(mapping: Mapping, flags: number, byteOffset = 0, length?: number): void {
  demandMapping(mapping);
  int(flags, "flags");
  size(byteOffset, "byteOffset");
  const count = length === undefined ? Math.max(0, mapping.length - byteOffset) : size(length, "length");
  if (byteOffset + count > mapping.length) {
    throw new RangeError(`length: ${count} bytes at ${byteOffset} do not fit into ${mapping.length}`);
  }
  for (;;) {
    enter(MSYNC);
    // What is there now may be somebody else's.
    if (mapping.released) failed(MSYNC, ENOMEM, "unmapped before");
    if (c.msync(mapping.address + BigInt(byteOffset), BigInt(count), flags) !== -1) return void leave(0);
    failed(MSYNC, errno());
  }
}

function demandMapping(mapping: Mapping): void {
  if (!(mapping instanceof Mapping)) throw new TypeError(`mapping: expected what mmap returned, got ${kind(mapping)}`);
}

function hex(bits: number): string {
  return (bits >>> 0).toString(16);
}

const AT_EMPTY_PATH = 0x1000;
const STATX_TYPE_AND_SIZE = 0x1 | 0x200;
const EMPTY = new Uint8Array(1);

/**
 * Refuses a mapping that reaches beyond the last page of its object: the first touch there would be SIGBUS, which nobody can
 * catch. What is not a file, or not even open, is for the kernel to judge.
 */
function demandBytes(fd: number, offset: number, length: number): void {
  const state = allocate(STATX);
  if (files.statx(fd, EMPTY, AT_EMPTY_PATH, STATX_TYPE_AND_SIZE, state) === -1) return;
  if ((get(state, STATX.fields.mode) & S_IFMT) !== S_IFREG || length === 0) return;
  const bytes = get(state, STATX.fields.size);
  const page = c.getpagesize();
  if (offset + length <= Math.ceil(bytes / page) * page) return;
  throw new RangeError(
    `length: the object has ${bytes} bytes, and the mapping would reach to ${
      offset + length
    }; make it longer with ftruncate`,
  );
}
