/**
 * Calls on shared memory, System V and POSIX, by their C prototypes.
 *
 * @module
 */
import { library } from "./library.ts";

/** shmget, shmat, shmdt, shmctl, ftok; shm_open, shm_unlink. Addresses are numbers: only their owner makes pointers of them. */
export const c = library({
  // int shmget(key_t key, size_t size, int shmflg);
  shmget: { parameters: ["i32", "u64", "i32"], result: "i32" },
  // void *shmat(int shmid, const void *shmaddr, int shmflg);
  shmat: { parameters: ["i32", "u64", "i32"], result: "i64" },
  // int shmdt(const void *shmaddr);
  shmdt: { parameters: ["u64"], result: "i32" },
  // int shmctl(int shmid, int cmd, struct shmid_ds *buf);
  shmctl: { parameters: ["i32", "i32", "buffer"], result: "i32" },
  // key_t ftok(const char *pathname, int proj_id);
  ftok: { parameters: ["buffer", "i32"], result: "i32" },
  // int shm_open(const char *name, int oflag, mode_t mode);
  shm_open: { parameters: ["buffer", "i32", "u32"], result: "i32" },
  // int shm_unlink(const char *name);
  shm_unlink: { parameters: ["buffer"], result: "i32" },
  // pid_t getpid(void);
  getpid: { parameters: [], result: "i32" },
});
