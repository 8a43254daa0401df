/**
 * What the arena needs of the kernel beyond the calls that `lib` teaches.
 *
 * @module
 */
import { cString } from "../../lib/abi/c_string.ts";
import { library } from "../../lib/raw/library.ts";

const c = library({
  // int prctl(int option, unsigned long arg2, unsigned long arg3, unsigned long arg4, unsigned long arg5);
  prctl: { parameters: ["i32", "u64", "u64", "u64", "u64"], result: "i32" },
  // int pidfd_open(pid_t pid, unsigned int flags);
  pidfd_open: { parameters: ["i32", "u32"], result: "i32" },
  // int close(int fd);
  close: { parameters: ["i32"], result: "i32" },
  // int close_range(unsigned int first, unsigned int last, int flags);
  close_range: { parameters: ["u32", "u32", "i32"], result: "i32" },
  // int dup2(int oldfd, int newfd);
  dup2: { parameters: ["i32", "i32"], result: "i32" },
  // int fcntl(int fd, int cmd, int arg);
  fcntl: { parameters: ["i32", "i32", "i32"], result: "i32" },
  // ssize_t read(int fd, void *buf, size_t count);
  read: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  // ssize_t write(int fd, const void *buf, size_t count);
  write: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  // pid_t getpid(void);
  getpid: { parameters: [], result: "i32" },
  // pid_t getppid(void);
  getppid: { parameters: [], result: "i32" },
  // uid_t getuid(void);
  getuid: { parameters: [], result: "u32" },
  // int chdir(const char *path);
  chdir: { parameters: ["buffer"], result: "i32" },
  // pid_t setsid(void);
  setsid: { parameters: [], result: "i32" },
  // int kill(pid_t pid, int sig);
  kill: { parameters: ["i32", "i32"], result: "i32" },
  // int sigqueue(pid_t pid, int sig, const union sigval value);
  sigqueue: { parameters: ["i32", "i32", "u64"], result: "i32" },
  // int nanosleep(const struct timespec *req, struct timespec *rem);
  nanosleep: { parameters: ["buffer", "pointer"], result: "i32" },
  // int poll(struct pollfd *fds, nfds_t nfds, int timeout);
  poll: { parameters: ["buffer", "u64", "i32"], result: "i32" },
  // int sched_getaffinity(pid_t pid, size_t cpusetsize, cpu_set_t *mask);
  sched_getaffinity: { parameters: ["i32", "u64", "buffer"], result: "i32" },
  // int sched_setaffinity(pid_t pid, size_t cpusetsize, const cpu_set_t *mask);
  sched_setaffinity: { parameters: ["i32", "u64", "buffer"], result: "i32" },
  // void _exit(int status);
  _exit: { parameters: ["i32"], result: "void" },
});

const PR_SET_PDEATHSIG = 1;
const PR_SET_CHILD_SUBREAPER = 36;
const SIGKILL = 9;
const F_DUPFD_CLOEXEC = 1030;

/** Orphaned descendants become this process's children, so none can get away. */
export function becomeSubreaper(): void {
  c.prctl(PR_SET_CHILD_SUBREAPER, 1n, 0n, 0n, 0n);
}

/** This process is killed when its parent ends. */
export function dieWithParent(): void {
  c.prctl(PR_SET_PDEATHSIG, BigInt(SIGKILL), 0n, 0n, 0n);
}

/** A descriptor that polls readable when `pid` ends, or -1. */
export function pidDescriptor(pid: number): number {
  return c.pidfd_open(pid, 0);
}

/** Closes every descriptor from `first` to `last`; those that are not open do not matter. */
export function closeRange(first: number, last: number): void {
  if (last >= first) c.close_range(first, last, 0);
}

/** Closes one descriptor of the arena's own. */
export function closeOwn(fd: number): void {
  c.close(fd);
}

/** Makes `target` the same as `fd`. */
export function duplicateTo(fd: number, target: number): void {
  c.dup2(fd, target);
}

/** The same open file at the first free number from `lowest`, closed on exec. */
export function duplicateFrom(fd: number, lowest: number): number {
  return c.fcntl(fd, F_DUPFD_CLOEXEC, lowest);
}

/** read(2) past the gate: neither counted nor interrupted. */
export function readOwn(fd: number, buffer: Uint8Array<ArrayBuffer>): number {
  return c.read(fd, buffer, buffer.length);
}

/** write(2) past the gate. */
export function writeOwn(fd: number, bytes: Uint8Array<ArrayBuffer>): number {
  return c.write(fd, bytes, bytes.length);
}

/** Waits until a descriptor of the lab's own is ready; signals do not count. */
export function pollOwn(fd: number, events: number, milliseconds = -1): boolean {
  const entry = new Uint8Array(8);
  const view = new DataView(entry.buffer);
  view.setInt32(0, fd, true);
  view.setInt16(4, events, true);
  let ready: number;
  do ready = c.poll(entry, 1n, milliseconds); while (ready === -1);
  return ready > 0;
}

/** Bytes of a `cpu_set_t`: 1,024 processors. */
const CPU_SET_BYTES = 128;

/** The processors that this process may run on, as a set of bits. */
export function ownProcessors(): Uint8Array<ArrayBuffer> {
  const set = new Uint8Array(CPU_SET_BYTES);
  c.sched_getaffinity(0, BigInt(CPU_SET_BYTES), set);
  return set;
}

/** Lets this process, and those that it forks from now on, run on these processors alone; false where that cannot be. */
export function runOn(processors: Uint8Array<ArrayBuffer>): boolean {
  return c.sched_setaffinity(0, BigInt(CPU_SET_BYTES), processors) === 0;
}

/** Of `processors`, the one that comes `at`-th, going round. */
export function oneOf(processors: Uint8Array<ArrayBuffer>, at: number): Uint8Array<ArrayBuffer> {
  const all: number[] = [];
  processors.forEach((byte, index) => {
    for (let bit = 0; bit < 8; bit++) if ((byte & 1 << bit) !== 0) all.push(8 * index + bit);
  });
  const one = new Uint8Array(CPU_SET_BYTES);
  const chosen = all[at % Math.max(1, all.length)] ?? 0;
  one[chosen >> 3] = 1 << (chosen & 7);
  return one;
}

/** All of a descriptor's text, to its end. */
export function readTextOwn(fd: number): string {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(65536);
  let text = "";
  for (;;) {
    const n = readOwn(fd, buffer);
    if (n <= 0) return text + decoder.decode();
    text += decoder.decode(buffer.subarray(0, n), { stream: true });
  }
}

/** This process's id, past the gate. */
export function ownPid(): number {
  return c.getpid();
}

/** The parent's id. */
export function parentPid(): number {
  return c.getppid();
}

/** This process's real user id. */
export function ownUid(): number {
  return c.getuid();
}

/** Changes the working directory; false where that cannot be. */
export function changeDirectory(path: string): boolean {
  return c.chdir(cString(path)) === 0;
}

/** A session of its own: signals to "my group" reach this process and its children alone. */
export function startSession(): void {
  c.setsid();
}

/** kill(2) past the gate; false where it failed. */
export function sendSignal(pid: number, signal: number): boolean {
  return c.kill(pid, signal) === 0;
}

/** sigqueue(3) past the gate; false where it failed. */
export function queueSignal(pid: number, signal: number, value: number): boolean {
  return c.sigqueue(pid, signal, BigInt(value)) === 0;
}

/** Gives the processor away for so long: what the arena does between two looks at /proc. */
export function pauseFor(milliseconds: number): void {
  const request = new Uint8Array(16);
  new DataView(request.buffer).setBigInt64(8, BigInt(Math.round(milliseconds * 1e6)), true);
  c.nanosleep(request, null);
}

/** Ends this process at once. */
export function exitNow(status: number): never {
  c._exit(status);
  throw new Error("unreachable");
}
