/**
 * POSIX semaphores: sem_open and its kin for named ones, sem_init and its kin for those in shared memory. See sem_overview(7).
 *
 * @module
 */
import { cString } from "../abi/c_string.ts";
import { O_CREAT, O_EXCL } from "../abi/fcntl_constants.ts";
import { allocate, get } from "../abi/layout.ts";
import { STATX } from "../abi/statx.ts";
import type { Timespec } from "../abi/timespec.ts";
import { int, kind, text, unsigned } from "../errors/arguments.ts";
import { errnoOf } from "../errors/system_error.ts";
import { timespec } from "../errors/timespec_argument.ts";
import { callNumber } from "../gate/calls.ts";
import { enter, failed, gate, leave } from "../gate/gate.ts";
import type { Memory } from "../memory/memory.ts";
import { isSound, locate, OWNER, retire, Semaphore, SIZEOF_SEM_T } from "../memory/semaphore.ts";
import { c as files } from "../raw/descriptor.ts";
import { errno } from "../raw/errno.ts";
import { c } from "../raw/semaphore.ts";

const SEM_OPEN = callNumber("sem_open");
const SEM_CLOSE = callNumber("sem_close");
const SEM_UNLINK = callNumber("sem_unlink");
const SEM_INIT = callNumber("sem_init");
const SEM_DESTROY = callNumber("sem_destroy");
const SEM_WAIT = callNumber("sem_wait");
const SEM_TRYWAIT = callNumber("sem_trywait");
const SEM_TIMEDWAIT = callNumber("sem_timedwait");
const SEM_POST = callNumber("sem_post");
const SEM_GETVALUE = callNumber("sem_getvalue");

const EINVAL = errnoOf("EINVAL");

/** The largest value of a semaphore. */
export const SEM_VALUE_MAX = 0x7fffffff;

/**
 * `sem_t *sem_open(const char *name, int oflag, mode_t mode, unsigned int value)`: opens a named semaphore, and creates it where
 * O_CREAT says so.
 *
 * Never blocks. The semaphore stays when its makers are gone, until `sem_unlink`. Close it with `sem_close`, or hold it with
 * `using`; fork hands it on, execve closes it.
 *
 * @param name a slash and up to 250 characters without one
 * @param flags 0, or O_CREAT and O_EXCL
 * @param mode permissions of a semaphore that is created, less the bits of the umask: who uses it reads and writes. Required
 *   with O_CREAT
 * @param value its first value, 0 to SEM_VALUE_MAX. Of no effect on a semaphore that exists
 * @throws {SystemError} EACCES, EEXIST (O_CREAT, O_EXCL and it exists), EINVAL (the name, or a value that is too large; or what
 *   has the name is no semaphore), EMFILE, ENAMETOOLONG, ENFILE, ENOENT (no such semaphore), ENOMEM
 * @see {@link https://man7.org/linux/man-pages/man3/sem_open.3.html | sem_open(3)}, sem_overview(7)
 *
 * @example A semaphore by its name
 * ```ts
 * import { O_CREAT, O_EXCL, sem_getvalue, sem_open, sem_post, sem_unlink, sem_wait } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const name = `/tickets.${Deno.pid}`;
 * using tickets = sem_open(name, O_CREAT | O_EXCL, 0o600, 2);
 * sem_wait(tickets);
 * assertEquals(sem_getvalue(tickets), 1);
 * sem_post(tickets);
 * sem_unlink(name);
 * ```
 */
export function sem_open(name: string, flags: number, mode?: number, value = 0): Semaphore {
  const path = cString(text(name, "name"));
  int(flags, "flags");
  if (mode === undefined && (flags & O_CREAT) !== 0) throw new TypeError("mode: O_CREAT needs one, such as 0o600");
  const permissions = mode === undefined ? 0 : unsigned(mode, "mode");
  unsigned(value, "value");
  enter(SEM_OPEN);
  let address = 0n;
  if (gate.hook !== null && (flags & O_CREAT) !== 0) {
    // A run wants to know who made the semaphore: with O_EXCL the answer is certain.
    address = c.sem_open(path, flags | O_EXCL, permissions, value);
    if (address !== 0n) gate.hook.created("posix_sem", name);
  }
  if (address === 0n) {
    if (isTooShort(name)) failed(SEM_OPEN, EINVAL, `${name}: what has this name is no semaphore`);
    address = c.sem_open(path, flags, permissions, value);
    if (address === 0n) failed(SEM_OPEN, errno(), name);
  }
  const semaphore = new Semaphore(OWNER, () => address, { name, close: sem_close });
  leave(0);
  return semaphore;
}

/**
 * `int sem_close(sem_t *sem)`: closes a named semaphore in this process. It does not block.
 *
 * The semaphore and its value stay. The object refuses use from now on.
 *
 * @throws {SystemError} EINVAL: the semaphore has no name
 * @see {@link https://man7.org/linux/man-pages/man3/sem_close.3.html | sem_close(3)}
 *
 * @example Closed is closed
 * ```ts
 * import { O_CREAT, sem_close, sem_open, sem_post, sem_unlink } from "ipc";
 * import { assertThrows } from "@std/assert";
 *
 * const name = `/closed.${Deno.pid}`;
 * const semaphore = sem_open(name, O_CREAT, 0o600, 0);
 * sem_close(semaphore);
 * assertThrows(() => sem_post(semaphore), TypeError, "closed");
 * sem_unlink(name);
 * ```
 */
export function sem_close(semaphore: Semaphore): void {
  demand(semaphore);
  enter(SEM_CLOSE);
  const address = locate(semaphore);
  if (semaphore.name === null) failed(SEM_CLOSE, EINVAL, "a semaphore in memory ends with sem_destroy");
  retire(semaphore);
  if (c.sem_close(address) === -1) failed(SEM_CLOSE, errno());
  leave(0);
}

/**
 * `int sem_unlink(const char *name)`: takes the semaphore's name away. It does not block.
 *
 * The semaphore goes when everybody has closed it; until then those who have it open go on, and a new one may take the name.
 *
 * @throws {SystemError} EACCES, EINVAL (the name), ENAMETOOLONG, ENOENT
 * @see {@link https://man7.org/linux/man-pages/man3/sem_unlink.3.html | sem_unlink(3)}
 *
 * @example A semaphore without a name
 * ```ts
 * import { isSystemError, O_CREAT, sem_open, sem_post, sem_unlink } from "ipc";
 * import { assert, assertThrows } from "@std/assert";
 *
 * const name = `/unlinked.${Deno.pid}`;
 * using semaphore = sem_open(name, O_CREAT, 0o600, 0);
 * sem_unlink(name);
 * sem_post(semaphore); // it is still there for us
 * assert(isSystemError(assertThrows(() => sem_open(name, 0)), "ENOENT"));
 * ```
 */
export function sem_unlink(name: string): void {
  const path = cString(text(name, "name"));
  enter(SEM_UNLINK);
  if (c.sem_unlink(path) === -1) failed(SEM_UNLINK, errno(), name);
  leave(0);
}

/**
 * `int sem_init(sem_t *sem, int pshared, unsigned int value)`: makes a semaphore in memory. It does not block.
 *
 * One process does so, before any uses it; a second time, while others wait there, is undefined, as in C. A child of fork
 * has the semaphore as well; other processes find it with {@linkcode Semaphore.at}.
 *
 * @param memory what `shmat` or `mmap` returned; shared, if the semaphore is
 * @param byteOffset where the semaphore begins: a multiple of 8, with SIZEOF_SEM_T bytes behind it
 * @param pshared 1 for use between processes; 0 for one process alone: others would wait at it for ever
 * @param value its first value, 0 to SEM_VALUE_MAX
 * @throws {SystemError} EINVAL: the value is too large
 * @see {@link https://man7.org/linux/man-pages/man3/sem_init.3.html | sem_init(3)}
 *
 * @example A semaphore beside the data it guards
 * ```ts
 * import { MAP_ANONYMOUS, MAP_SHARED, mmap, PROT_READ, PROT_WRITE, sem_destroy, sem_init, sem_post, sem_wait } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * using memory = mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
 * const lock = sem_init(memory, 0, 1, 1);
 * const count = memory.view(Int32Array, 32, 1);
 * sem_wait(lock);
 * count[0]!++;
 * sem_post(lock);
 * assertEquals(count[0], 1);
 * sem_destroy(lock);
 * ```
 */
export function sem_init(memory: Memory, byteOffset: number, pshared: number, value: number): Semaphore {
  int(pshared, "pshared");
  unsigned(value, "value");
  const semaphore = Semaphore.at(memory, byteOffset);
  enter(SEM_INIT);
  if (c.sem_init(locate(semaphore), pshared, value) === -1) failed(SEM_INIT, errno());
  leave(0);
  return semaphore;
}

/**
 * `int sem_destroy(sem_t *sem)`: ends a semaphore in memory. It does not block.
 *
 * Nobody may be waiting at it. The object refuses use from now on; in its place `sem_init` may make a new one.
 *
 * @throws {SystemError} EINVAL: the semaphore has a name
 * @see {@link https://man7.org/linux/man-pages/man3/sem_destroy.3.html | sem_destroy(3)}
 *
 * @example Made and ended
 * ```ts
 * import { MAP_ANONYMOUS, MAP_SHARED, mmap, PROT_READ, PROT_WRITE, sem_destroy, sem_init, sem_post } from "ipc";
 * import { assertThrows } from "@std/assert";
 *
 * using memory = mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
 * const semaphore = sem_init(memory, 0, 1, 0);
 * sem_destroy(semaphore);
 * assertThrows(() => sem_post(semaphore), TypeError, "sem_destroy");
 * ```
 */
export function sem_destroy(semaphore: Semaphore): void {
  const address = begin(SEM_DESTROY, semaphore);
  if (semaphore.name !== null) failed(SEM_DESTROY, EINVAL, "a named semaphore is closed with sem_close");
  if (c.sem_destroy(address) === -1) failed(SEM_DESTROY, errno());
  retire(semaphore);
  leave(0);
}

/**
 * `int sem_wait(sem_t *sem)`: takes one from the semaphore's value.
 *
 * Blocks while the value is 0, until somebody calls `sem_post`. Who of several that wait goes on is not defined.
 *
 * @throws {SystemError} EINTR; EINVAL: there is no semaphore (memory that never was one, or was written over)
 * @see {@link https://man7.org/linux/man-pages/man3/sem_wait.3.html | sem_wait(3)}
 *
 * @example Two may go on at once
 * ```ts
 * import { O_CREAT, sem_getvalue, sem_open, sem_unlink, sem_wait } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const name = `/two.${Deno.pid}`;
 * using semaphore = sem_open(name, O_CREAT, 0o600, 2);
 * sem_wait(semaphore);
 * sem_wait(semaphore);
 * assertEquals(sem_getvalue(semaphore), 0); // the next would wait
 * sem_unlink(name);
 * ```
 */
export function sem_wait(semaphore: Semaphore): void {
  for (;;) {
    const address = begin(SEM_WAIT, semaphore);
    if (c.sem_wait(address) !== -1) break;
    failed(SEM_WAIT, errno());
  }
  leave(0);
}

/**
 * `int sem_trywait(sem_t *sem)`: takes one from the semaphore's value if it is not 0. It does not block.
 *
 * @throws {SystemError} EAGAIN: the value is 0; EINVAL: there is no semaphore
 * @see {@link https://man7.org/linux/man-pages/man3/sem_wait.3.html | sem_trywait(3)}
 *
 * @example Not now
 * ```ts
 * import { isSystemError, O_CREAT, sem_open, sem_trywait, sem_unlink } from "ipc";
 * import { assert, assertThrows } from "@std/assert";
 *
 * const name = `/try.${Deno.pid}`;
 * using semaphore = sem_open(name, O_CREAT, 0o600, 1);
 * sem_trywait(semaphore);
 * assert(isSystemError(assertThrows(() => sem_trywait(semaphore)), "EAGAIN"));
 * sem_unlink(name);
 * ```
 */
export function sem_trywait(semaphore: Semaphore): void {
  const address = begin(SEM_TRYWAIT, semaphore);
  if (c.sem_trywait(address) === -1) failed(SEM_TRYWAIT, errno());
  leave(0);
}

/**
 * `int sem_timedwait(sem_t *sem, const struct timespec *abs_timeout)`: `sem_wait` that blocks until the deadline at most.
 *
 * A deadline in the past does not matter where the value is not 0.
 *
 * @param semaphore the semaphore
 * @param deadline until when; `timespecOf(Date.now() + 500)` is half a second from now
 * @throws {SystemError} as `sem_wait`, and ETIMEDOUT, EINVAL (nanoseconds that are none)
 * @see {@link https://man7.org/linux/man-pages/man3/sem_wait.3.html | sem_timedwait(3)}
 *
 * @example Waiting, but not for ever
 * ```ts
 * import { isSystemError, O_CREAT, sem_open, sem_timedwait, sem_unlink, timespecOf } from "ipc";
 * import { assert, assertThrows } from "@std/assert";
 *
 * const name = `/timed.${Deno.pid}`;
 * using semaphore = sem_open(name, O_CREAT, 0o600, 0);
 * const late = () => sem_timedwait(semaphore, timespecOf(Date.now() + 20));
 * assert(isSystemError(assertThrows(late), "ETIMEDOUT"));
 * sem_unlink(name);
 * ```
 */
export function sem_timedwait(semaphore: Semaphore, deadline: Timespec): void {
  demand(semaphore);
  const until = timespec(deadline, "deadline");
  for (;;) {
    const address = begin(SEM_TIMEDWAIT, semaphore);
    if (c.sem_timedwait(address, until) !== -1) break;
    failed(SEM_TIMEDWAIT, errno());
  }
  leave(0);
}

/**
 * `int sem_post(sem_t *sem)`: adds one to the semaphore's value, and wakes one that waits. It does not block.
 *
 * @throws {SystemError} EOVERFLOW: the value is SEM_VALUE_MAX; EINVAL: there is no semaphore
 * @see {@link https://man7.org/linux/man-pages/man3/sem_post.3.html | sem_post(3)}
 *
 * @example One more
 * ```ts
 * import { O_CREAT, sem_getvalue, sem_open, sem_post, sem_unlink } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const name = `/post.${Deno.pid}`;
 * using semaphore = sem_open(name, O_CREAT, 0o600, 0);
 * sem_post(semaphore);
 * assertEquals(sem_getvalue(semaphore), 1);
 * sem_unlink(name);
 * ```
 */
export function sem_post(semaphore: Semaphore): void {
  const address = begin(SEM_POST, semaphore);
  if (c.sem_post(address) === -1) failed(SEM_POST, errno());
  leave(0);
}

/**
 * `int sem_getvalue(sem_t *sem, int *sval)`: the semaphore's value. It does not block.
 *
 * It is true for a moment only: another process may change it before it is used. Linux gives 0 while processes wait.
 *
 * @throws {SystemError} EINVAL: there is no semaphore
 * @see {@link https://man7.org/linux/man-pages/man3/sem_getvalue.3.html | sem_getvalue(3)}
 *
 * @example What it was made with
 * ```ts
 * import { O_CREAT, sem_getvalue, sem_open, sem_unlink } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const name = `/value.${Deno.pid}`;
 * using semaphore = sem_open(name, O_CREAT, 0o600, 3);
 * assertEquals(sem_getvalue(semaphore), 3);
 * sem_unlink(name);
 * ```
 */
export function sem_getvalue(semaphore: Semaphore): number {
  const address = begin(SEM_GETVALUE, semaphore);
  if (c.sem_getvalue(address, value) === -1) failed(SEM_GETVALUE, errno());
  return leave(value[0] as number);
}

// Where C leaves the value: taken up before anything else can run.
const value = new Int32Array(1);

function demand(semaphore: Semaphore): void {
  if (!(semaphore instanceof Semaphore)) {
    throw new TypeError(`semaphore: expected what sem_open or sem_init returned, got ${kind(semaphore)}`);
  }
}

/** Enters a call on a semaphore. Gives its address: to be used at once, since a signal handler may close the semaphore. */
function begin(call: number, semaphore: Semaphore): bigint {
  demand(semaphore);
  enter(call);
  const address = locate(semaphore);
  if (!isSound(semaphore)) failed(call, EINVAL, "no sem_init was here, or something has written over it");
  return address;
}

const AT_FDCWD = -100;
const STATX_SIZE = 0x200;

/** Whether what has the name in glibc's place for semaphores is too short to be one: touching it would be SIGBUS. */
function isTooShort(name: string): boolean {
  const state = allocate(STATX);
  const path = cString(`/dev/shm/sem.${name.replace(/^\/+/, "")}`);
  return files.statx(AT_FDCWD, path, 0, STATX_SIZE, state) === 0 && get(state, STATX.fields.size) < SIZEOF_SEM_T;
}
