/**
 * Processes: fork, waitpid, execve, _exit, and who is who.
 *
 * @module
 */
import { cString } from "../abi/c_string.ts";
import { decodeWaitStatus, type WaitStatus } from "../abi/wait_status.ts";
import { callable, int, kind, text } from "../errors/arguments.ts";
import { stringList } from "../errors/string_list_argument.ts";
import { errnoOf } from "../errors/system_error.ts";
import { callNumber } from "../gate/calls.ts";
import { forkProcess } from "../gate/fork.ts";
import { enter, failed, leave } from "../gate/gate.ts";
import { hasV8Threads } from "../gate/threads.ts";
import { errno } from "../raw/errno.ts";
import { c } from "../raw/process.ts";

const FORK = callNumber("fork");
const WAITPID = callNumber("waitpid");
const EXECVE = callNumber("execve");
const EXIT = callNumber("_exit");
const GETPID = callNumber("getpid");
const GETPPID = callNumber("getppid");
const SETSID = callNumber("setsid");
const SETPGID = callNumber("setpgid");
const ENOSYS = errnoOf("ENOSYS");

/**
 * `pid_t fork(void)`: makes a child, a copy of this process that goes on from here.
 *
 * Never blocks. Deno must have been started with `--v8-flags=--single-threaded`, since a child has only the thread that
 * forked. What a child does is synchronous and ends in `_exit`: the runtime's other threads did not come along, so nothing
 * that is awaited would ever be settled, and it must not return to the event loop. Descriptors and memory are the parent's,
 * as in C; pending signals, alarms and timers are not. The parent calls `waitpid` for each child, or it stays a zombie.
 *
 * @param childMain with it, the child runs this function and ends with `_exit`: its status is what the function returns, 0
 *   where that is nothing, and 1 if it throws (the error goes to standard error). `fork` then returns in the parent only.
 * @returns the child's pid; without `childMain` also in the child, where it is 0
 * @throws {SystemError} EAGAIN: too many processes (RLIMIT_NPROC); ENOMEM; ENOSYS: V8 has threads of its own here
 * @see {@link https://man7.org/linux/man-pages/man2/fork.2.html | fork(2)}
 *
 * @example A child with a main function of its own
 * ```ts
 * import { fork, waitpid } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const child = fork(() => 7);
 * assertEquals(waitpid(child), { pid: child, kind: "exited", status: 7 });
 * ```
 *
 * @example The C idiom
 * ```ts
 * import { _exit, fork, waitpid } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const child = fork();
 * if (child === 0) _exit(7);
 * assertEquals(waitpid(child), { pid: child, kind: "exited", status: 7 });
 * ```
 */
export function fork(childMain?: () => number | void): number {
  if (childMain !== undefined) callable(childMain, "childMain");
  enter(FORK);
  if (hasV8Threads()) failed(FORK, ENOSYS, "start Deno with --v8-flags=--single-threaded to fork");
  const pid = forkProcess();
  if (pid < 0) failed(FORK, -pid);
  if (pid === 0 && childMain !== undefined) runChild(childMain);
  return leave(pid);
}

/** Runs the child's function and ends the process; nothing of the child gets past here. */
function runChild(childMain: () => number | void): never {
  let status = 1;
  try {
    const result = childMain();
    if (result === undefined) status = 0;
    else if (typeof result === "number") status = result;
    else complain(new TypeError(`fork: childMain must return a number or nothing, got ${kind(result)}`));
  } catch (error) {
    complain(error);
  }
  c._exit(status | 0);
  throw new Error("unreachable");
}

function complain(error: unknown): void {
  let message: string;
  try {
    message = error instanceof Error && typeof error.stack === "string" ? error.stack : String(error);
  } catch {
    message = "an error that cannot be shown";
  }
  const line = new TextEncoder().encode(`Uncaught in a child of fork: ${message}\n`);
  c.write(2, line, line.length);
}

/**
 * `pid_t waitpid(pid_t pid, int *wstatus, int options)`: waits for a child to end, and takes its status.
 *
 * Blocks until a child that is meant has changed; with WNOHANG it does not wait. A handler with SA_RESTART lets it wait on.
 * Once its end was told, the child is gone from the process table.
 *
 * @param pid a child's pid; -1 for any child; 0 for any of this process group; below -1 for any of the group `-pid`
 * @param options 0, or any of WNOHANG, WUNTRACED, WCONTINUED
 * @returns what became of which child; `kind` is "running" and `pid` 0 where WNOHANG found nothing to tell
 * @throws {SystemError} ECHILD: no such child, or SIGCHLD is ignored and all have ended; EINTR; EINVAL: unknown options;
 *   ESRCH: `pid` is -2147483648
 * @see {@link https://man7.org/linux/man-pages/man2/waitpid.2.html | waitpid(2)}
 *
 * @example A process without children has none to wait for
 * ```ts
 * import { getpid, SystemError, waitpid, WNOHANG } from "ipc";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const error = assertThrows(() => waitpid(getpid(), WNOHANG), SystemError);
 * assertEquals(error.code, "ECHILD");
 * ```
 */
export function waitpid(pid: number, options = 0): WaitStatus {
  int(pid, "pid");
  int(options, "options");
  const status = new Int32Array(1);
  for (;;) {
    enter(WAITPID);
    const child = c.waitpid(pid, status, options);
    if (child > 0) return decodeWaitStatus(leave(child), status[0] as number);
    if (child === 0) {
      leave(0);
      return { pid: 0, kind: "running" };
    }
    failed(WAITPID, errno());
  }
}

/**
 * `int execve(const char *pathname, char *const argv[], char *const envp[])`: replaces this program by another.
 *
 * Does not return: the process goes on as the other program, with the same pid. Descriptors without O_CLOEXEC stay open.
 * Caught signals go back to their default action; ignored ones stay ignored, blocked ones blocked, and pending ones pending.
 *
 * @param path path of the program; PATH is not searched
 * @param argv the program's arguments, of which the first is by custom its name
 * @param envp its environment: strings such as "HOME=/root"
 * @throws {SystemError} ENOENT, EACCES, ENOEXEC, ENOTDIR, EISDIR, ELOOP, ENAMETOOLONG, E2BIG, ENOMEM, ETXTBSY, EMFILE
 * @see {@link https://man7.org/linux/man-pages/man2/execve.2.html | execve(2)}
 *
 * @example A path that does not exist
 * ```ts
 * import { execve, SystemError } from "ipc";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const error = assertThrows(() => execve("/no/such/program", ["program"], []), SystemError);
 * assertEquals(error.code, "ENOENT");
 * ```
 */
export function execve(path: string, argv: readonly string[], envp: readonly string[]): never {
  const name = cString(text(path, "path"));
  const args = stringList(argv, "argv");
  const environment = stringList(envp, "envp");
  enter(EXECVE);
  c.execve(name, args, environment);
  failed(EXECVE, errno(), path);
  throw new Error("unreachable");
}

/**
 * `void _exit(int status)`: ends this process at once. Nothing is run on the way out: no `finally`, no unload handler.
 *
 * @param status the low eight bits are what the parent's `waitpid` tells
 * @see {@link https://man7.org/linux/man-pages/man2/_exit.2.html | _exit(2)}
 *
 * @example The status of a child
 * ```ts
 * import { _exit, fork, waitpid } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const child = fork(() => _exit(258));
 * assertEquals(waitpid(child), { pid: child, kind: "exited", status: 2 });
 * ```
 */
export function _exit(status: number): never {
  int(status, "status");
  enter(EXIT);
  c._exit(status);
  throw new Error("unreachable");
}

/**
 * `pid_t getpid(void)`: this process's id. Cannot fail.
 *
 * @see {@link https://man7.org/linux/man-pages/man2/getpid.2.html | getpid(2)}
 *
 * @example This process
 * ```ts
 * import { getpid } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(getpid(), Deno.pid);
 * ```
 */
export function getpid(): number {
  enter(GETPID);
  return leave(c.getpid());
}

/**
 * `pid_t getppid(void)`: the parent's id; of a process whose parent has ended, that of who took it in. Cannot fail.
 *
 * @see {@link https://man7.org/linux/man-pages/man2/getppid.2.html | getppid(2)}
 *
 * @example The parent of this process
 * ```ts
 * import { getppid } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(getppid(), Deno.ppid);
 * ```
 */
export function getppid(): number {
  enter(GETPPID);
  return leave(c.getppid());
}

/**
 * `pid_t setsid(void)`: begins a session, and a process group in it, both with this process as leader and without a terminal.
 *
 * Never blocks.
 *
 * @returns the session's id: this process's pid
 * @throws {SystemError} EPERM: this process leads a process group already
 * @see {@link https://man7.org/linux/man-pages/man2/setsid.2.html | setsid(2)}
 *
 * @example A child in a session of its own
 * ```ts
 * import { fork, getpid, setsid, waitpid } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const child = fork(() => setsid() === getpid() ? 0 : 1);
 * assertEquals(waitpid(child), { pid: child, kind: "exited", status: 0 });
 * ```
 */
export function setsid(): number {
  enter(SETSID);
  const session = c.setsid();
  if (session === -1) failed(SETSID, errno());
  return leave(session);
}

/**
 * `int setpgid(pid_t pid, pid_t pgid)`: moves a process into a process group, which begins with it where the two ids agree.
 *
 * Never blocks.
 *
 * @param pid this process or a child that has not called execve yet; 0 for this process
 * @param pgid the group; 0 for the one with `pid` as its id
 * @throws {SystemError} EACCES: the child has called execve; EINVAL: `pgid` is negative; EPERM: another session, or its
 *   leader; ESRCH: neither this process nor a child
 * @see {@link https://man7.org/linux/man-pages/man2/setpgid.2.html | setpgid(2)}
 *
 * @example A group that cannot be
 * ```ts
 * import { setpgid, SystemError } from "ipc";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const error = assertThrows(() => setpgid(0, -1), SystemError);
 * assertEquals(error.code, "EINVAL");
 * ```
 */
export function setpgid(pid: number, pgid: number): void {
  int(pid, "pid");
  int(pgid, "pgid");
  enter(SETPGID);
  if (c.setpgid(pid, pgid) === -1) failed(SETPGID, errno());
  leave(0);
}
