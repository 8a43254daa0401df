/**
 * Another process's memory, copied without its help: process_vm_readv, process_vm_writev.
 *
 * @module
 */
import { int } from "../errors/arguments.ts";
import { keepReachable, type Pieces, pieces, type RemotePiece, remotePieces } from "../errors/iovec_argument.ts";
import { errnoOf } from "../errors/system_error.ts";
import { callNumber } from "../gate/calls.ts";
import { enter, failed, gate, leave } from "../gate/gate.ts";
import { errno } from "../raw/errno.ts";
import { c as signals } from "../raw/signal.ts";
import { c } from "../raw/splice.ts";

const READV = callNumber("process_vm_readv");
const WRITEV = callNumber("process_vm_writev");
const EPERM = errnoOf("EPERM");

/** No flags are defined. */
const NO_FLAGS = 0n;

/**
 * `ssize_t process_vm_readv(pid_t pid, const struct iovec *local_iov, unsigned long liovcnt, const struct iovec *remote_iov, unsigned
 * long riovcnt, unsigned long flags)`: copies from another process's memory into this one's. It does not block.
 *
 * The other process need not do anything, and does not notice. It may be this process's child or, where the system is configured for
 * it, any of the same user: whoever may be traced by ptrace.
 *
 * @param pid the other process
 * @param local where the data goes, up to 1024 pieces
 * @param remote where it is there, up to 1024 pieces: `memory.address` of a child's memory from before the fork, for instance
 * @returns how many bytes were copied: fewer than there is room for, where a piece is not there at all
 * @throws {SystemError} EFAULT (nothing is there), EINVAL (too many pieces), ENOMEM, EPERM (not that process; within a run of the
 *   lab: none of the run's own), ESRCH
 * @see {@link https://man7.org/linux/man-pages/man2/process_vm_readv.2.html | process_vm_readv(2)}
 *
 * @example What a child has written in memory of its own
 * ```ts
 * import { close, fork, MAP_ANONYMOUS, MAP_PRIVATE, mmap, pipe, process_vm_readv, PROT_READ, PROT_WRITE } from "ipc";
 * import { read, waitpid, write } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * using memory = mmap(4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS);
 * const [ready, done] = [pipe(), pipe()];
 * const child = fork(() => {
 *   close(done[1]);
 *   memory.bytes[0] = 7;
 *   write(ready[1], new Uint8Array(1));
 *   read(done[0], new Uint8Array(1));
 * });
 * read(ready[0], new Uint8Array(1));
 * const copy = new Uint8Array(1);
 * process_vm_readv(child, [copy], [{ address: memory.address, length: 1 }]);
 * assertEquals([copy[0], memory.bytes[0]], [7, 0]);
 * for (const fd of [...ready, ...done]) close(fd);
 * waitpid(child);
 * ```
 */
export function process_vm_readv(pid: number, local: readonly Uint8Array[], remote: readonly RemotePiece[]): number {
  int(pid, "pid");
  return copy(READV, pid, pieces(local, "local"), remotePieces(remote, "remote"), c.process_vm_readv);
}

/**
 * `ssize_t process_vm_writev(pid_t pid, const struct iovec *local_iov, unsigned long liovcnt, const struct iovec *remote_iov, unsigned
 * long riovcnt, unsigned long flags)`: copies from this process's memory into another's. It does not block.
 *
 * It is for memory that the two have agreed upon: anything else breaks the other process. This process's own is refused, where an
 * address would reach what the runtime keeps.
 *
 * @param pid the other process
 * @param local where the data is, up to 1024 pieces
 * @param remote where it goes to there, up to 1024 pieces
 * @returns how many bytes were copied
 * @throws {SystemError} as `process_vm_readv`
 * @see {@link https://man7.org/linux/man-pages/man2/process_vm_writev.2.html | process_vm_writev(2)}
 *
 * @example Into a child's own memory
 * ```ts
 * import { close, fork, MAP_ANONYMOUS, MAP_PRIVATE, mmap, pipe, process_vm_writev, PROT_READ, PROT_WRITE } from "ipc";
 * import { read, waitpid } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * using memory = mmap(4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS);
 * const [reading, writing] = pipe();
 * const child = fork(() => {
 *   close(writing);
 *   read(reading, new Uint8Array(1)); // until the parent has closed it
 *   return memory.bytes[0];
 * });
 * process_vm_writev(child, [new Uint8Array([7])], [{ address: memory.address, length: 1 }]);
 * close(writing);
 * assertEquals(waitpid(child), { pid: child, kind: "exited", status: 7 });
 * close(reading);
 * ```
 */
export function process_vm_writev(pid: number, local: readonly Uint8Array[], remote: readonly RemotePiece[]): number {
  int(pid, "pid");
  const [from, to] = [pieces(local, "local"), remotePieces(remote, "remote")];
  // A thread's number stands for its process.
  if (pid > 0 && signals.tgkill(signals.getpid(), pid, 0) === 0) {
    throw new RangeError(`pid: expected another process, got this one, ${pid}`);
  }
  return copy(WRITEV, pid, from, to, c.process_vm_writev);
}

type Copy = typeof c.process_vm_readv;

function copy(call: number, pid: number, local: Pieces, remote: Pieces, how: Copy): number {
  enter(call);
  if (gate.hook !== null && !gate.hook.maySignal(pid)) failed(call, EPERM);
  keepReachable(local);
  const copied = how(pid, local.table, local.count, remote.table, remote.count, NO_FLAGS);
  if (copied === -1) failed(call, errno());
  return leave(copied);
}
