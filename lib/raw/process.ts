/**
 * Calls on processes, by their C prototypes.
 *
 * @module
 */
import { library } from "./library.ts";

/** fork, waitpid, kill and their kin. */
export const c = library({
  // void *dlsym(void *handle, const char *symbol);
  dlsym: { parameters: ["pointer", "buffer"], result: "pointer" },
  // void _exit(int status);
  _exit: { parameters: ["i32"], result: "void" },
  // pid_t waitpid(pid_t pid, int *wstatus, int options);
  waitpid: { parameters: ["i32", "buffer", "i32"], result: "i32" },
  // int execve(const char *pathname, char *const argv[], char *const envp[]);
  execve: { parameters: ["buffer", "buffer", "buffer"], result: "i32" },
  // pid_t getpid(void);
  getpid: { parameters: [], result: "i32" },
  // pid_t getppid(void);
  getppid: { parameters: [], result: "i32" },
  // pid_t gettid(void);
  gettid: { parameters: [], result: "i32" },
  // int kill(pid_t pid, int sig);
  kill: { parameters: ["i32", "i32"], result: "i32" },
  // pid_t setsid(void);
  setsid: { parameters: [], result: "i32" },
  // int setpgid(pid_t pid, pid_t pgid);
  setpgid: { parameters: ["i32", "i32"], result: "i32" },
  // int prlimit(pid_t pid, enum __rlimit_resource resource, const struct rlimit *new_limit, struct rlimit *old_limit);
  prlimit: { parameters: ["i32", "i32", "buffer", "buffer"], result: "i32" },
  // int nanosleep(const struct timespec *req, struct timespec *rem);
  nanosleep: { parameters: ["buffer", "buffer"], result: "i32" },
  // unsigned int alarm(unsigned int seconds);
  alarm: { parameters: ["u32"], result: "u32" },
  // int pause(void);
  pause: { parameters: [], result: "i32" },
  // ssize_t write(int fd, const void *buf, size_t count);
  write: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  // int sched_yield(void);
  sched_yield: { parameters: [], result: "i32" },
});
