/**
 * Calls on POSIX semaphores, by their C prototypes.
 *
 * @module
 */
import { library } from "./library.ts";

/** sem_open and its kin. Addresses are numbers: only their owner makes pointers of them. */
export const c = library({
  // sem_t *sem_open(const char *name, int oflag, mode_t mode, unsigned int value);
  sem_open: { parameters: ["buffer", "i32", "u32", "u32"], result: "u64" },
  // int sem_close(sem_t *sem);
  sem_close: { parameters: ["u64"], result: "i32" },
  // int sem_unlink(const char *name);
  sem_unlink: { parameters: ["buffer"], result: "i32" },
  // int sem_init(sem_t *sem, int pshared, unsigned int value);
  sem_init: { parameters: ["u64", "i32", "u32"], result: "i32" },
  // int sem_destroy(sem_t *sem);
  sem_destroy: { parameters: ["u64"], result: "i32" },
  // int sem_wait(sem_t *sem);
  sem_wait: { parameters: ["u64"], result: "i32" },
  // int sem_trywait(sem_t *sem);
  sem_trywait: { parameters: ["u64"], result: "i32" },
  // int sem_timedwait(sem_t *sem, const struct timespec *abs_timeout);
  sem_timedwait: { parameters: ["u64", "buffer"], result: "i32" },
  // int sem_post(sem_t *sem);
  sem_post: { parameters: ["u64"], result: "i32" },
  // int sem_getvalue(sem_t *sem, int *sval);
  sem_getvalue: { parameters: ["u64", "buffer"], result: "i32" },
});
