/**
 * The calls of the C library for inter-process communication, by their manual-page names, on Linux.
 *
 * A call does what its manual page says. Its out-parameters are its result; a failure throws a {@linkcode SystemError}, whose
 * `code` is the errno's name; a wrong kind of argument throws a TypeError or RangeError before anything is called.
 *
 * ```ts
 * import { close, pipe, read, write } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const [reading, writing] = pipe();
 * write(writing, new TextEncoder().encode("Hi other process!"));
 * const buffer = new Uint8Array(100);
 * const n = read(reading, buffer);
 * assertEquals(new TextDecoder().decode(buffer.subarray(0, n)), "Hi other process!");
 * close(reading);
 * close(writing);
 * ```
 *
 * @module
 */
export type { ErrnoName } from "./errors/errno_table.ts";
export * from "./errors/system_error.ts";
export * from "./abi/fcntl_constants.ts";
export * from "./abi/ipc_constants.ts";
export * from "./abi/mman_constants.ts";
export * from "./abi/poll_constants.ts";
export { RLIM_INFINITY } from "./abi/rlimit.ts";
export type { ResourceLimit } from "./abi/rlimit.ts";
export * from "./abi/rlimit_constants.ts";
export { SIGEV_NONE, SIGEV_SIGNAL } from "./abi/sigevent.ts";
export { SigSet } from "./abi/sigset.ts";
export * from "./abi/socket_constants.ts";
export * from "./abi/stat_constants.ts";
export { type Timespec, timespecOf } from "./abi/timespec.ts";
export { WCONTINUED, WNOHANG, WUNTRACED } from "./abi/wait_status.ts";
export type { WaitStatus } from "./abi/wait_status.ts";
export * from "./calls/descriptor.ts";
export * from "./calls/fifo.ts";
export * from "./calls/file.ts";
export * from "./calls/memory_map.ts";
export * from "./calls/pipe.ts";
export * from "./calls/poll.ts";
export * from "./calls/posix_mq.ts";
export * from "./calls/posix_mq_message.ts";
export * from "./calls/posix_sem.ts";
export * from "./calls/posix_shm.ts";
export * from "./calls/process.ts";
export * from "./calls/socket.ts";
export * from "./calls/sysv_shm.ts";
export type { Memory, ViewType } from "./memory/memory.ts";
export { Semaphore, SIZEOF_SEM_T } from "./memory/semaphore.ts";
