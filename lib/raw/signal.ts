/**
 * Calls on signals, and on the memory and the timer that their handler needs, by their C prototypes.
 *
 * @module
 */
import { library } from "./library.ts";
import { MACHINE } from "./machine.ts";

/** sigaction, sigprocmask and their kin. Sets are C's 128 bytes. */
export const c = library({
  // int sigaction(int signum, const struct sigaction *act, struct sigaction *oldact);
  sigaction: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  // int pthread_sigmask(int how, const sigset_t *set, sigset_t *oldset);      the error is the result
  pthread_sigmask: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  // int sigpending(sigset_t *set);
  sigpending: { parameters: ["buffer"], result: "i32" },
  // int sigsuspend(const sigset_t *mask);
  sigsuspend: { parameters: ["buffer"], result: "i32" },
  // int sigtimedwait(const sigset_t *set, siginfo_t *info, const struct timespec *timeout);
  sigtimedwait: { parameters: ["buffer", "buffer", "buffer"], result: "i32" },
  // int sigqueue(pid_t pid, int sig, const union sigval value);
  sigqueue: { parameters: ["i32", "i32", "i64"], result: "i32" },
  // int raise(int sig);
  raise: { parameters: ["i32"], result: "i32" },
  // int sigaltstack(const stack_t *ss, stack_t *old_ss);
  sigaltstack: { parameters: ["buffer", "buffer"], result: "i32" },
  // int tgkill(pid_t tgid, pid_t tid, int sig);
  tgkill: { parameters: ["i32", "i32", "i32"], result: "i32" },
  // pid_t getpid(void);
  getpid: { parameters: [], result: "i32" },
  // pid_t gettid(void);
  gettid: { parameters: [], result: "i32" },
  // int sched_yield(void);
  sched_yield: { parameters: [], result: "i32" },
  // void *mmap(void *addr, size_t length, int prot, int flags, int fd, off_t offset);
  mmap: { parameters: ["pointer", "u64", "i32", "i32", "i32", "i64"], result: "pointer" },
  // int munmap(void *addr, size_t length);
  munmap: { parameters: ["pointer", "u64"], result: "i32" },
  // unsigned long getauxval(unsigned long type);
  getauxval: { parameters: ["u64"], result: "u64" },
  // long syscall(SYS_timer_create, clockid_t clockid, struct sigevent *sevp, int *timerid);
  // The kernel's own: glibc's timer_t is a pointer, and the handler needs the kernel's number.
  timer_create: { name: "syscall", parameters: ["i32", "i32", "buffer", "buffer"], result: "i32" },
  // long syscall(SYS_timer_settime, int timerid, int flags, const struct itimerspec *new, struct itimerspec *old);
  timer_settime: { name: "syscall", parameters: ["i32", "i32", "i32", "buffer", "buffer"], result: "i32" },
});

/** Numbers of the system calls that are made without glibc. */
export const SYS: { readonly timer_create: number; readonly timer_settime: number } = MACHINE === "aarch64"
  ? { timer_create: 107, timer_settime: 110 }
  : { timer_create: 222, timer_settime: 223 };
