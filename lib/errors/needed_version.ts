/**
 * What a call needs that answers ENOSYS: the oldest C library, and the oldest Linux, that have it.
 *
 * @module
 */

/** By the call's name. A call that is not here is as old as what everything needs. */
const NEEDED: { readonly [call: string]: string } = {
  accept4: "Linux 2.6.28",
  epoll_create1: "Linux 2.6.27",
  eventfd: "Linux 2.6.22",
  inotify_init1: "Linux 2.6.27",
  memfd_create: "Linux 3.17",
  mq_open: "a Linux with CONFIG_POSIX_MQUEUE",
  msgget: "a Linux with CONFIG_SYSVIPC",
  pidfd_open: "Linux 5.3",
  pidfd_send_signal: "Linux 5.1",
  pipe2: "Linux 2.6.27",
  ppoll: "Linux 2.6.16",
  prlimit: "Linux 2.6.36",
  process_vm_readv: "Linux 3.2 with CONFIG_CROSS_MEMORY_ATTACH",
  process_vm_writev: "Linux 3.2 with CONFIG_CROSS_MEMORY_ATTACH",
  pthread_mutex_init: "a Linux with CONFIG_FUTEX_PI",
  semget: "a Linux with CONFIG_SYSVIPC",
  shmget: "a Linux with CONFIG_SYSVIPC",
  signalfd: "Linux 2.6.27",
  splice: "Linux 2.6.17",
  statx: "Linux 4.11",
  tee: "Linux 2.6.17",
  timer_create: "a Linux with CONFIG_POSIX_TIMERS",
  timerfd_create: "Linux 2.6.27",
  vmsplice: "Linux 2.6.17",
};

/** The oldest C library that all of the calls are in; older ones have many of them elsewhere than in libc.so.6. */
const GLIBC = "glibc 2.34";

/** Words for the kernel's ENOSYS. */
export function neededKernel(call: string): string {
  return `it needs ${NEEDED[call] ?? "a newer Linux"}`;
}

/** Words for a function that the C library lacks. */
export function neededLibrary(symbol: string): string {
  const kernel = NEEDED[symbol];
  return `it needs ${GLIBC} or newer${kernel === undefined ? "" : `, and ${kernel}`}`;
}
