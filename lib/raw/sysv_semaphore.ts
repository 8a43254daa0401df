/**
 * Calls on System V semaphores, by their C prototypes.
 *
 * @module
 */
import { library } from "./library.ts";

/** semget, semop, semtimedop, semctl. */
export const c = library({
  // int semget(key_t key, int nsems, int semflg);
  semget: { parameters: ["i32", "i32", "i32"], result: "i32" },
  // int semop(int semid, struct sembuf *sops, size_t nsops);
  semop: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  // int semtimedop(int semid, struct sembuf *sops, size_t nsops, const struct timespec *timeout);
  semtimedop: { parameters: ["i32", "buffer", "u32", "buffer"], result: "i32" },
  // int semctl(int semid, int semnum, int cmd, ...); with the union semun as a pointer
  semctl: { parameters: ["i32", "i32", "i32", "buffer"], result: "i32" },
  // int semctl(int semid, int semnum, int cmd, ...); with the union semun as a value
  semctl_value: { name: "semctl", parameters: ["i32", "i32", "i32", "i32"], result: "i32" },
});
