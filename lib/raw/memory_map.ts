/**
 * Calls that map memory, by their C prototypes.
 *
 * @module
 */
import { library } from "./library.ts";

/** mmap, munmap, msync. Addresses are numbers: only their owner makes pointers of them. */
export const c = library({
  // void *mmap(void *addr, size_t length, int prot, int flags, int fd, off_t offset);
  mmap: { parameters: ["u64", "u64", "i32", "i32", "i32", "i64"], result: "i64" },
  // int munmap(void *addr, size_t length);
  munmap: { parameters: ["u64", "u64"], result: "i32" },
  // int msync(void *addr, size_t length, int flags);
  msync: { parameters: ["u64", "u64", "i32"], result: "i32" },
  // int getpagesize(void);
  getpagesize: { parameters: [], result: "i32" },
});
