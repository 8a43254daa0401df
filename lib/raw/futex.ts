/**
 * The system call futex, by its C prototypes: what its fourth argument is depends on the operation.
 *
 * @module
 */
import { library } from "./library.ts";

/** Addresses are numbers: only their owner makes pointers of them. */
export const c = library({
  // long syscall(SYS_futex, uint32_t *uaddr, int op, uint32_t val, const struct timespec *timeout, uint32_t *uaddr2, uint32_t val3);
  futex_wait: { name: "syscall", parameters: ["i32", "u64", "i32", "u32", "buffer", "u64", "u32"], result: "i32" },
  // long syscall(SYS_futex, uint32_t *uaddr, int op, uint32_t val, unsigned long val2, uint32_t *uaddr2, uint32_t val3);
  futex: { name: "syscall", parameters: ["i32", "u64", "i32", "u32", "u64", "u64", "u32"], result: "i32" },
});
