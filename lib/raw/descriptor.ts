/**
 * Calls on descriptors, by their C prototypes.
 *
 * @module
 */
import { library } from "./library.ts";

/** open, close, read, write and their kin. Counts below 2 GiB: the low half of the register is the result. */
export const c = library({
  // int open(const char *pathname, int flags, mode_t mode);
  open: { parameters: ["buffer", "i32", "u32"], result: "i32" },
  // int close(int fd);
  close: { parameters: ["i32"], result: "i32" },
  // ssize_t read(int fd, void *buf, size_t count);
  read: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  // ssize_t write(int fd, const void *buf, size_t count);
  write: { parameters: ["i32", "buffer", "u32"], result: "i32" },
});
