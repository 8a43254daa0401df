/**
 * Calls on timers that send signals, by their C prototypes.
 *
 * @module
 */
import { library } from "./library.ts";
import { MACHINE } from "./machine.ts";

/** setitimer, and the kernel's own timer_create and its kin: glibc's `timer_t` may be a pointer, the kernel's is a number. */
export const c = library({
  // int setitimer(int which, const struct itimerval *new_value, struct itimerval *old_value);
  setitimer: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  // int getitimer(int which, struct itimerval *curr_value);
  getitimer: { parameters: ["i32", "buffer"], result: "i32" },
  // long syscall(SYS_timer_create, clockid_t clockid, struct sigevent *sevp, int *timerid);
  timer_create: { name: "syscall", parameters: ["i32", "i32", "buffer", "buffer"], result: "i32" },
  // long syscall(SYS_timer_settime, int timerid, int flags, const struct itimerspec *new, struct itimerspec *old);
  timer_settime: { name: "syscall", parameters: ["i32", "i32", "i32", "buffer", "buffer"], result: "i32" },
  // long syscall(SYS_timer_gettime, int timerid, struct itimerspec *curr_value);
  timer_gettime: { name: "syscall", parameters: ["i32", "i32", "buffer"], result: "i32" },
  // long syscall(SYS_timer_getoverrun / SYS_timer_delete, int timerid);
  timer: { name: "syscall", parameters: ["i32", "i32"], result: "i32" },
});

/** The system calls' numbers on this machine. Source: asm/unistd.h. */
export const SYS: Readonly<Record<"create" | "settime" | "gettime" | "getoverrun" | "delete", number>> =
  MACHINE === "aarch64"
    ? { create: 107, settime: 110, gettime: 108, getoverrun: 109, delete: 111 }
    : { create: 222, settime: 223, gettime: 224, getoverrun: 225, delete: 226 };
