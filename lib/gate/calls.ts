/**
 * Every call of the library, numbered: the record of a run counts by number. Append; never reorder within a release.
 *
 * @module
 */

/** The calls' names, as in the manual. The place in this list is the call's number. */
// deno-fmt-ignore
export const CALLS = [
  // process
  "fork", "waitpid", "execve", "_exit", "getpid", "getppid", "kill", "setsid", "setpgid", "prlimit", "nanosleep", "alarm",
  "pause",
  // signal
  "sigaction", "sigprocmask", "pthread_sigmask", "sigpending", "sigsuspend", "sigwait", "sigwaitinfo", "sigtimedwait",
  "sigqueue", "raise", "sigaltstack",
  // descriptor, pipe, fifo
  "open", "close", "read", "write", "lseek", "dup", "dup2", "fcntl", "poll", "pipe", "pipe2", "mkfifo", "unlink", "umask",
  // memory
  "shmget", "shmat", "shmdt", "shmctl", "ftok", "shm_open", "shm_unlink", "ftruncate", "mmap", "munmap", "msync",
  // messages
  "mq_open", "mq_close", "mq_unlink", "mq_send", "mq_receive", "mq_timedsend", "mq_timedreceive", "mq_getattr", "mq_setattr",
  "mq_notify",
  // semaphores
  "sem_open", "sem_close", "sem_unlink", "sem_init", "sem_destroy", "sem_wait", "sem_trywait", "sem_timedwait", "sem_post",
  "sem_getvalue",
  // socket
  "socketpair", "sendmsg", "recvmsg",
  // System V messages and semaphores
  "msgget", "msgsnd", "msgrcv", "msgctl", "semget", "semop", "semtimedop", "semctl",
  // futexes
  "futex_wait", "futex_wake", "futex_requeue", "futex_cmp_requeue", "futex_wait_bitset", "futex_wake_bitset",
  // descriptors of events, signals, timers, processes and memory
  "eventfd", "eventfd_read", "eventfd_write", "signalfd", "timerfd_create", "timerfd_settime", "timerfd_gettime",
  "clock_gettime", "pidfd_open", "pidfd_send_signal", "memfd_create",
  // waiting for several descriptors
  "epoll_create1", "epoll_ctl", "epoll_wait", "ppoll", "select",
  // locks
  "flock",
  // more of sockets
  "socket", "bind", "listen", "accept", "accept4", "connect", "send", "recv", "sendto", "recvfrom", "shutdown", "getsockopt",
  "setsockopt", "getsockname", "getpeername",
  // more of files and signals
  "mknod", "signal",
  // mutexes, condition variables, read-write locks and barriers
  "pthread_mutex_init", "pthread_mutex_destroy", "pthread_mutex_lock", "pthread_mutex_trylock", "pthread_mutex_timedlock",
  "pthread_mutex_unlock", "pthread_mutex_consistent",
  "pthread_cond_init", "pthread_cond_destroy", "pthread_cond_wait", "pthread_cond_timedwait", "pthread_cond_signal",
  "pthread_cond_broadcast",
  "pthread_rwlock_init", "pthread_rwlock_destroy", "pthread_rwlock_rdlock", "pthread_rwlock_tryrdlock",
  "pthread_rwlock_timedrdlock", "pthread_rwlock_wrlock", "pthread_rwlock_trywrlock", "pthread_rwlock_timedwrlock",
  "pthread_rwlock_unlock",
  "pthread_barrier_init", "pthread_barrier_destroy", "pthread_barrier_wait",
  // timers that signal
  "setitimer", "getitimer", "timer_create", "timer_settime", "timer_gettime", "timer_getoverrun", "timer_delete",
  // moving data without a copy, and between processes' memory
  "splice", "tee", "vmsplice", "process_vm_readv", "process_vm_writev",
  // starting programs, watching files
  "posix_spawn", "posix_spawnp", "inotify_init1", "inotify_add_watch", "inotify_rm_watch",
] as const;

/** The name of a call of this library. */
export type CallName = typeof CALLS[number];

const NUMBERS: ReadonlyMap<string, number> = new Map(CALLS.map((name, number) => [name, number]));

/** The number of a call, for `enter` and `failed`: look it up once, when the module loads. */
export function callNumber(name: CallName): number {
  return NUMBERS.get(name) as number;
}
