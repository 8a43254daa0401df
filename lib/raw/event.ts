/**
 * Calls that make descriptors of events, timers, signals and processes, by their C prototypes.
 *
 * @module
 */
import { library } from "./library.ts";

/** eventfd, signalfd, timerfd_create and their kin. */
export const c = library({
  // int eventfd(unsigned int initval, int flags);
  eventfd: { parameters: ["u32", "i32"], result: "i32" },
  // int signalfd(int fd, const sigset_t *mask, int flags);
  signalfd: { parameters: ["i32", "buffer", "i32"], result: "i32" },
  // int timerfd_create(int clockid, int flags);
  timerfd_create: { parameters: ["i32", "i32"], result: "i32" },
  // int timerfd_settime(int fd, int flags, const struct itimerspec *new_value, struct itimerspec *old_value);
  timerfd_settime: { parameters: ["i32", "i32", "buffer", "buffer"], result: "i32" },
  // int timerfd_gettime(int fd, struct itimerspec *curr_value);
  timerfd_gettime: { parameters: ["i32", "buffer"], result: "i32" },
  // int clock_gettime(clockid_t clockid, struct timespec *tp);
  clock_gettime: { parameters: ["i32", "buffer"], result: "i32" },
  // int memfd_create(const char *name, unsigned int flags);
  memfd_create: { parameters: ["buffer", "u32"], result: "i32" },
  // int inotify_init1(int flags);
  inotify_init1: { parameters: ["i32"], result: "i32" },
  // int inotify_add_watch(int fd, const char *pathname, uint32_t mask);
  inotify_add_watch: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  // int inotify_rm_watch(int fd, int wd);
  inotify_rm_watch: { parameters: ["i32", "i32"], result: "i32" },
  // long syscall(SYS_pidfd_open, pid_t pid, unsigned int flags);
  pidfd_open: { name: "syscall", parameters: ["i32", "i32", "u32"], result: "i32" },
  // long syscall(SYS_pidfd_send_signal, int pidfd, int sig, siginfo_t *info, unsigned int flags);
  pidfd_send_signal: { name: "syscall", parameters: ["i32", "i32", "i32", "buffer", "u32"], result: "i32" },
});
