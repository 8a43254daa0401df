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
export { ERRNO_TABLE, type ErrnoName } from "./errors/errno_table.ts";
export * from "./errors/system_error.ts";
export type { RemotePiece } from "./errors/iovec_argument.ts";
export type { SigEvent } from "./errors/sigevent_argument.ts";
export type { Ownership } from "./errors/sysv_argument.ts";
export * from "./abi/clock_constants.ts";
export * from "./abi/epoll_constants.ts";
export * from "./abi/eventfd_constants.ts";
export * from "./abi/fcntl_constants.ts";
export { FD_SETSIZE } from "./abi/fd_set.ts";
export { FUTEX_BITSET_MATCH_ANY } from "./abi/futex_constants.ts";
export * from "./abi/inet_constants.ts";
export type { InotifyEvent } from "./abi/inotify.ts";
export * from "./abi/inotify_constants.ts";
export * from "./abi/ipc_constants.ts";
export * from "./abi/itimer_constants.ts";
export type { IntervalTimerSetting, Timeval } from "./abi/itimerval.ts";
export type { TimerSetting } from "./abi/itimerspec.ts";
export * from "./abi/mman_constants.ts";
export * from "./abi/poll_constants.ts";
export * from "./abi/pthread_constants.ts";
export { RLIM_INFINITY } from "./abi/rlimit.ts";
export type { ResourceLimit } from "./abi/rlimit.ts";
export * from "./abi/rlimit_constants.ts";
export { SIGEV_NONE, SIGEV_SIGNAL } from "./abi/sigevent.ts";
export {
  SA_NOCLDSTOP,
  SA_NOCLDWAIT,
  SA_NODEFER,
  SA_ONSTACK,
  SA_RESETHAND,
  SA_RESTART,
  SA_SIGINFO,
  SIG_BLOCK,
  SIG_DFL,
  SIG_IGN,
  SIG_SETMASK,
  SIG_UNBLOCK,
} from "./abi/sigaction.ts";
export {
  CLD_CONTINUED,
  CLD_DUMPED,
  CLD_EXITED,
  CLD_KILLED,
  CLD_STOPPED,
  CLD_TRAPPED,
  SI_ASYNCIO,
  SI_KERNEL,
  SI_MESGQ,
  SI_QUEUE,
  SI_SIGIO,
  SI_TIMER,
  SI_TKILL,
  SI_USER,
} from "./abi/siginfo.ts";
export type { SigInfo } from "./abi/siginfo.ts";
export * from "./abi/signal_numbers.ts";
export { SigSet } from "./abi/sigset.ts";
export type { Inet6Address, InetAddress, SocketAddress, UnixAddress, UnspecifiedAddress } from "./abi/sockaddr.ts";
export * from "./abi/socket_constants.ts";
export type { Credentials, Linger } from "./abi/socket_option.ts";
export { MINSIGSTKSZ, SIGSTKSZ, SS_AUTODISARM, SS_DISABLE, SS_ONSTACK } from "./abi/stack.ts";
export * from "./abi/splice_constants.ts";
export * from "./abi/stat_constants.ts";
export { type Timespec, timespecOf } from "./abi/timespec.ts";
export { WCONTINUED, WNOHANG, WUNTRACED } from "./abi/wait_status.ts";
export type { WaitStatus } from "./abi/wait_status.ts";
export * from "./calls/descriptor.ts";
export * from "./calls/epoll.ts";
export * from "./calls/eventfd.ts";
export * from "./calls/fcntl.ts";
export * from "./calls/fifo.ts";
export * from "./calls/file.ts";
export * from "./calls/file_lock.ts";
export * from "./calls/futex.ts";
export * from "./calls/inotify.ts";
export * from "./calls/itimer.ts";
export * from "./calls/kill.ts";
export * from "./calls/memfd.ts";
export * from "./calls/memory_map.ts";
export * from "./calls/pidfd.ts";
export * from "./calls/pipe.ts";
export * from "./calls/poll.ts";
export * from "./calls/posix_mq.ts";
export * from "./calls/posix_mq_message.ts";
export * from "./calls/posix_sem.ts";
export * from "./calls/posix_shm.ts";
export * from "./calls/posix_timer.ts";
export * from "./calls/process.ts";
export * from "./calls/process_vm.ts";
export * from "./calls/pthread_barrier.ts";
export * from "./calls/pthread_cond.ts";
export * from "./calls/pthread_mutex.ts";
export * from "./calls/pthread_rwlock.ts";
export * from "./calls/resource_limit.ts";
export * from "./calls/retry.ts";
export * from "./calls/select.ts";
export * from "./calls/signal.ts";
export * from "./calls/signal_mask.ts";
export * from "./calls/signal_set.ts";
export * from "./calls/signal_wait.ts";
export * from "./calls/signalfd.ts";
export * from "./calls/sleep.ts";
export * from "./calls/socket.ts";
export * from "./calls/socket_connection.ts";
export * from "./calls/socket_data.ts";
export * from "./calls/socket_message.ts";
export * from "./calls/socket_option.ts";
export * from "./calls/spawn.ts";
export * from "./calls/splice.ts";
export * from "./calls/sysv_msg.ts";
export * from "./calls/sysv_sem.ts";
export * from "./calls/sysv_sem_control.ts";
export * from "./calls/sysv_shm.ts";
export * from "./calls/timerfd.ts";
export * from "./event_loop/arrivals.ts";
export * from "./event_loop/readiness.ts";
export type { AlternateStack } from "./gate/alternate_stack.ts";
export type { SignalHandler } from "./gate/delivery.ts";
export type { SignalAction } from "./gate/dispositions.ts";
export type { Memory, ViewType } from "./memory/memory.ts";
export { Barrier, Condition, Mutex, type PthreadObject, RwLock } from "./memory/pthread.ts";
export { SIZEOF_PTHREAD_BARRIER_T, SIZEOF_PTHREAD_COND_T } from "./memory/pthread.ts";
export { SIZEOF_PTHREAD_MUTEX_T, SIZEOF_PTHREAD_RWLOCK_T } from "./memory/pthread.ts";
export { Semaphore, SIZEOF_SEM_T } from "./memory/semaphore.ts";
