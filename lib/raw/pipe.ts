/**
 * Calls that make pipes and FIFOs, by their C prototypes.
 *
 * @module
 */
import { library } from "./library.ts";

/** pipe, pipe2, mkfifo. */
export const c = library({
  // int pipe(int pipefd[2]);
  pipe: { parameters: ["buffer"], result: "i32" },
  // int pipe2(int pipefd[2], int flags);
  pipe2: { parameters: ["buffer", "i32"], result: "i32" },
  // int mkfifo(const char *pathname, mode_t mode);
  mkfifo: { parameters: ["buffer", "u32"], result: "i32" },
});
