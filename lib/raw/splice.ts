/**
 * Calls that move data between pipes, files and processes' memory, by their C prototypes. Counts below 2 GiB: the low half of the
 * register is the result.
 *
 * @module
 */
import { library } from "./library.ts";

/** splice and its kin, process_vm_readv and its. */
export const c = library({
  // ssize_t splice(int fd_in, off_t *off_in, int fd_out, off_t *off_out, size_t len, unsigned int flags);
  splice: { parameters: ["i32", "buffer", "i32", "buffer", "u64", "u32"], result: "i32" },
  // ssize_t tee(int fd_in, int fd_out, size_t len, unsigned int flags);
  tee: { parameters: ["i32", "i32", "u64", "u32"], result: "i32" },
  // ssize_t vmsplice(int fd, const struct iovec *iov, size_t nr_segs, unsigned int flags);
  vmsplice: { parameters: ["i32", "buffer", "u64", "u32"], result: "i32" },
  // ssize_t process_vm_readv(pid_t pid, const struct iovec *local_iov, unsigned long liovcnt,
  //                          const struct iovec *remote_iov, unsigned long riovcnt, unsigned long flags);
  process_vm_readv: { parameters: ["i32", "buffer", "u64", "buffer", "u64", "u64"], result: "i32" },
  // ssize_t process_vm_writev(pid_t pid, const struct iovec *local_iov, unsigned long liovcnt,
  //                           const struct iovec *remote_iov, unsigned long riovcnt, unsigned long flags);
  process_vm_writev: { parameters: ["i32", "buffer", "u64", "buffer", "u64", "u64"], result: "i32" },
});
