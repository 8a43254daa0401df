/**
 * Read-write locks between processes: pthread_rwlock_init and its kin, in memory that processes share.
 *
 * @module
 */
import { ATTRIBUTES_SIZE, PTHREAD_PROCESS_SHARED, PTHREAD_RWLOCK, readersIn, wordOf } from "../abi/pthread.ts";
import type { Timespec } from "../abi/timespec.ts";
import { kind } from "../errors/arguments.ts";
import { errnoOf } from "../errors/system_error.ts";
import { timespec } from "../errors/timespec_argument.ts";
import { callNumber } from "../gate/calls.ts";
import { waitOn } from "../gate/deadline.ts";
import { enter, failed, leave } from "../gate/gate.ts";
import type { Memory } from "../memory/memory.ts";
import { isSoundRwLock, locate, retire, RwLock, wordsOf } from "../memory/pthread.ts";
import { c as process } from "../raw/process.ts";
import { c } from "../raw/pthread.ts";

const INIT = callNumber("pthread_rwlock_init");
const DESTROY = callNumber("pthread_rwlock_destroy");
const RDLOCK = callNumber("pthread_rwlock_rdlock");
const TRYRDLOCK = callNumber("pthread_rwlock_tryrdlock");
const TIMEDRDLOCK = callNumber("pthread_rwlock_timedrdlock");
const WRLOCK = callNumber("pthread_rwlock_wrlock");
const TRYWRLOCK = callNumber("pthread_rwlock_trywrlock");
const TIMEDWRLOCK = callNumber("pthread_rwlock_timedwrlock");
const UNLOCK = callNumber("pthread_rwlock_unlock");

const EPERM = errnoOf("EPERM");
const EBUSY = errnoOf("EBUSY");
const EINVAL = errnoOf("EINVAL");

const READERS = wordOf(PTHREAD_RWLOCK.fields.readers);
const WRITER = wordOf(PTHREAD_RWLOCK.fields.writer);

/**
 * `int pthread_rwlock_init(pthread_rwlock_t *rwlock, const pthread_rwlockattr_t *attr)`: makes a lock in memory that many may hold
 * to read, or one to write, for all processes that share it. It does not block.
 *
 * One process does so, before any uses it. A child of fork has it as well; other processes find it with {@linkcode RwLock.at}.
 * Who dies with it locked leaves it locked. End it with `pthread_rwlock_destroy`, or with the memory.
 *
 * @param memory what `shmat` or `mmap` returned, shared
 * @param byteOffset where it begins: a multiple of 8, with SIZEOF_PTHREAD_RWLOCK_T bytes behind it
 * @see {@link https://man7.org/linux/man-pages/man3/pthread_rwlock_init.3p.html | pthread_rwlock_init(3p)}
 *
 * @example Many readers, no writer
 * ```ts
 * import { isSystemError, MAP_ANONYMOUS, MAP_SHARED, mmap, PROT_READ, PROT_WRITE } from "ipc";
 * import { pthread_rwlock_init, pthread_rwlock_rdlock, pthread_rwlock_trywrlock } from "ipc";
 * import { assert, assertThrows } from "@std/assert";
 *
 * using memory = mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
 * const lock = pthread_rwlock_init(memory, 0);
 * pthread_rwlock_rdlock(lock);
 * pthread_rwlock_rdlock(lock);
 * assert(isSystemError(assertThrows(() => pthread_rwlock_trywrlock(lock)), "EBUSY"));
 * ```
 */
export function pthread_rwlock_init(memory: Memory, byteOffset: number): RwLock {
  const lock = RwLock.at(memory, byteOffset);
  enter(INIT);
  const wanted = new Uint8Array(ATTRIBUTES_SIZE);
  const error = c.pthread_rwlockattr_init(wanted) || c.pthread_rwlockattr_setpshared(wanted, PTHREAD_PROCESS_SHARED) ||
    c.pthread_rwlock_init(locate(lock), wanted);
  if (error !== 0) failed(INIT, error);
  leave(0);
  return lock;
}

/**
 * `int pthread_rwlock_destroy(pthread_rwlock_t *rwlock)`: ends a lock. It does not block.
 *
 * The object refuses use from now on; in its place `pthread_rwlock_init` may make a new one.
 *
 * @throws {SystemError} EBUSY (it is locked), EINVAL (there is no lock)
 * @see {@link https://man7.org/linux/man-pages/man3/pthread_rwlock_destroy.3p.html | pthread_rwlock_destroy(3p)}
 *
 * @example Unlocked first
 * ```ts
 * import { isSystemError, MAP_ANONYMOUS, MAP_SHARED, mmap, PROT_READ, PROT_WRITE } from "ipc";
 * import { pthread_rwlock_destroy, pthread_rwlock_init, pthread_rwlock_rdlock, pthread_rwlock_unlock } from "ipc";
 * import { assert, assertThrows } from "@std/assert";
 *
 * using memory = mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
 * const lock = pthread_rwlock_init(memory, 0);
 * pthread_rwlock_rdlock(lock);
 * assert(isSystemError(assertThrows(() => pthread_rwlock_destroy(lock)), "EBUSY"));
 * pthread_rwlock_unlock(lock);
 * pthread_rwlock_destroy(lock);
 * ```
 */
export function pthread_rwlock_destroy(lock: RwLock): void {
  const address = begin(DESTROY, lock);
  if (!isFree(lock)) failed(DESTROY, EBUSY);
  const error = c.pthread_rwlock_destroy(address);
  if (error !== 0) failed(DESTROY, error);
  retire(lock);
  leave(0);
}

/**
 * `int pthread_rwlock_rdlock(pthread_rwlock_t *rwlock)`: locks to read.
 *
 * Blocks while another has it locked to write. Readers may go past a writer that waits. Signal handlers run meanwhile, and it goes on
 * whatever their flags are: it never fails with EINTR. As many calls as lock it unlock it.
 *
 * @throws {SystemError} EAGAIN (too many readers), EDEADLK (this process has it locked to write), EINVAL (there is no lock: memory
 *   that never was one, or was written over)
 * @see {@link https://man7.org/linux/man-pages/man3/pthread_rwlock_rdlock.3p.html | pthread_rwlock_rdlock(3p)}
 *
 * @example Not while writing
 * ```ts
 * import { isSystemError, MAP_ANONYMOUS, MAP_SHARED, mmap, PROT_READ, PROT_WRITE } from "ipc";
 * import { pthread_rwlock_init, pthread_rwlock_rdlock, pthread_rwlock_wrlock } from "ipc";
 * import { assert, assertThrows } from "@std/assert";
 *
 * using memory = mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
 * const lock = pthread_rwlock_init(memory, 0);
 * pthread_rwlock_wrlock(lock);
 * assert(isSystemError(assertThrows(() => pthread_rwlock_rdlock(lock)), "EDEADLK"));
 * ```
 */
export function pthread_rwlock_rdlock(lock: RwLock): void {
  take(RDLOCK, lock, null, c.pthread_rwlock_timedrdlock);
}

/**
 * `int pthread_rwlock_tryrdlock(pthread_rwlock_t *rwlock)`: locks to read, if nobody has it locked to write. It does not block.
 *
 * @throws {SystemError} EAGAIN (too many readers), EBUSY (it is locked to write), EINVAL (there is no lock)
 * @see {@link https://man7.org/linux/man-pages/man3/pthread_rwlock_tryrdlock.3p.html | pthread_rwlock_tryrdlock(3p)}
 *
 * @example Not now
 * ```ts
 * import { isSystemError, MAP_ANONYMOUS, MAP_SHARED, mmap, PROT_READ, PROT_WRITE } from "ipc";
 * import { pthread_rwlock_init, pthread_rwlock_tryrdlock, pthread_rwlock_wrlock } from "ipc";
 * import { assert, assertThrows } from "@std/assert";
 *
 * using memory = mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
 * const lock = pthread_rwlock_init(memory, 0);
 * pthread_rwlock_wrlock(lock);
 * assert(isSystemError(assertThrows(() => pthread_rwlock_tryrdlock(lock)), "EBUSY"));
 * ```
 */
export function pthread_rwlock_tryrdlock(lock: RwLock): void {
  end(TRYRDLOCK, c.pthread_rwlock_tryrdlock(begin(TRYRDLOCK, lock)));
}

/**
 * `int pthread_rwlock_timedrdlock(pthread_rwlock_t *rwlock, const struct timespec *abstime)`: `pthread_rwlock_rdlock` that blocks
 * until the deadline at most.
 *
 * @param lock the lock
 * @param deadline until when; `timespecOf(Date.now() + 500)` is half a second from now
 * @throws {SystemError} as `pthread_rwlock_rdlock`, and ETIMEDOUT, EINVAL (nanoseconds that are none)
 * @see {@link https://man7.org/linux/man-pages/man3/pthread_rwlock_timedrdlock.3p.html | pthread_rwlock_timedrdlock(3p)}
 *
 * @example There is no need to wait
 * ```ts
 * import { MAP_ANONYMOUS, MAP_SHARED, mmap, PROT_READ, PROT_WRITE, timespecOf } from "ipc";
 * import { pthread_rwlock_init, pthread_rwlock_timedrdlock, pthread_rwlock_unlock } from "ipc";
 *
 * using memory = mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
 * const lock = pthread_rwlock_init(memory, 0);
 * pthread_rwlock_timedrdlock(lock, timespecOf(Date.now() + 500));
 * pthread_rwlock_unlock(lock);
 * ```
 */
export function pthread_rwlock_timedrdlock(lock: RwLock, deadline: Timespec): void {
  timespec(deadline, "deadline");
  take(TIMEDRDLOCK, lock, deadline, c.pthread_rwlock_timedrdlock);
}

/**
 * `int pthread_rwlock_wrlock(pthread_rwlock_t *rwlock)`: locks to write.
 *
 * Blocks while another has it locked, to read or to write, and for ever where this process itself has to read. Signal handlers run
 * meanwhile, and it goes on whatever their flags are: it never fails with EINTR. Unlock it with `pthread_rwlock_unlock`.
 *
 * @throws {SystemError} EDEADLK (this process has it locked to write), EINVAL (there is no lock)
 * @see {@link https://man7.org/linux/man-pages/man3/pthread_rwlock_wrlock.3p.html | pthread_rwlock_wrlock(3p)}
 *
 * @example Once
 * ```ts
 * import { isSystemError, MAP_ANONYMOUS, MAP_SHARED, mmap, PROT_READ, PROT_WRITE } from "ipc";
 * import { pthread_rwlock_init, pthread_rwlock_wrlock } from "ipc";
 * import { assert, assertThrows } from "@std/assert";
 *
 * using memory = mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
 * const lock = pthread_rwlock_init(memory, 0);
 * pthread_rwlock_wrlock(lock);
 * assert(isSystemError(assertThrows(() => pthread_rwlock_wrlock(lock)), "EDEADLK"));
 * ```
 */
export function pthread_rwlock_wrlock(lock: RwLock): void {
  take(WRLOCK, lock, null, c.pthread_rwlock_timedwrlock);
}

/**
 * `int pthread_rwlock_trywrlock(pthread_rwlock_t *rwlock)`: locks to write, if nobody has it locked. It does not block.
 *
 * @throws {SystemError} EBUSY (it is locked), EINVAL (there is no lock)
 * @see {@link https://man7.org/linux/man-pages/man3/pthread_rwlock_trywrlock.3p.html | pthread_rwlock_trywrlock(3p)}
 *
 * @example Not now
 * ```ts
 * import { isSystemError, MAP_ANONYMOUS, MAP_SHARED, mmap, PROT_READ, PROT_WRITE } from "ipc";
 * import { pthread_rwlock_init, pthread_rwlock_rdlock, pthread_rwlock_trywrlock } from "ipc";
 * import { assert, assertThrows } from "@std/assert";
 *
 * using memory = mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
 * const lock = pthread_rwlock_init(memory, 0);
 * pthread_rwlock_rdlock(lock);
 * assert(isSystemError(assertThrows(() => pthread_rwlock_trywrlock(lock)), "EBUSY"));
 * ```
 */
export function pthread_rwlock_trywrlock(lock: RwLock): void {
  end(TRYWRLOCK, c.pthread_rwlock_trywrlock(begin(TRYWRLOCK, lock)));
}

/**
 * `int pthread_rwlock_timedwrlock(pthread_rwlock_t *rwlock, const struct timespec *abstime)`: `pthread_rwlock_wrlock` that blocks
 * until the deadline at most.
 *
 * @param lock the lock
 * @param deadline until when; `timespecOf(Date.now() + 500)` is half a second from now
 * @throws {SystemError} as `pthread_rwlock_wrlock`, and ETIMEDOUT, EINVAL (nanoseconds that are none)
 * @see {@link https://man7.org/linux/man-pages/man3/pthread_rwlock_timedwrlock.3p.html | pthread_rwlock_timedwrlock(3p)}
 *
 * @example Somebody reads
 * ```ts
 * import { isSystemError, MAP_ANONYMOUS, MAP_SHARED, mmap, PROT_READ, PROT_WRITE, timespecOf } from "ipc";
 * import { pthread_rwlock_init, pthread_rwlock_rdlock, pthread_rwlock_timedwrlock } from "ipc";
 * import { assert, assertThrows } from "@std/assert";
 *
 * using memory = mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
 * const lock = pthread_rwlock_init(memory, 0);
 * pthread_rwlock_rdlock(lock);
 * const late = () => pthread_rwlock_timedwrlock(lock, timespecOf(Date.now() + 20));
 * assert(isSystemError(assertThrows(late), "ETIMEDOUT"));
 * ```
 */
export function pthread_rwlock_timedwrlock(lock: RwLock, deadline: Timespec): void {
  timespec(deadline, "deadline");
  take(TIMEDWRLOCK, lock, deadline, c.pthread_rwlock_timedwrlock);
}

/**
 * `int pthread_rwlock_unlock(pthread_rwlock_t *rwlock)`: unlocks what this process has locked, to read or to write. It does not
 * block.
 *
 * @throws {SystemError} EINVAL (there is no lock), EPERM (nobody has it locked, or another to write; C leaves that undefined)
 * @see {@link https://man7.org/linux/man-pages/man3/pthread_rwlock_unlock.3p.html | pthread_rwlock_unlock(3p)}
 *
 * @example Only what is locked
 * ```ts
 * import { isSystemError, MAP_ANONYMOUS, MAP_SHARED, mmap, PROT_READ, PROT_WRITE } from "ipc";
 * import { pthread_rwlock_init, pthread_rwlock_unlock } from "ipc";
 * import { assert, assertThrows } from "@std/assert";
 *
 * using memory = mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
 * const lock = pthread_rwlock_init(memory, 0);
 * assert(isSystemError(assertThrows(() => pthread_rwlock_unlock(lock)), "EPERM"));
 * ```
 */
export function pthread_rwlock_unlock(lock: RwLock): void {
  const address = begin(UNLOCK, lock);
  const words = wordsOf(lock);
  const writer = words[WRITER] as number;
  const ours = writer === 0 ? readersIn(words[READERS] as number) > 0 : writer === process.gettid();
  if (!ours) failed(UNLOCK, EPERM);
  end(UNLOCK, c.pthread_rwlock_unlock(address));
}

function isFree(lock: RwLock): boolean {
  const words = wordsOf(lock);
  return words[WRITER] === 0 && readersIn(words[READERS] as number) === 0;
}

function take(
  call: number,
  lock: RwLock,
  deadline: Timespec | null,
  how: (address: bigint, until: bigint) => number,
): void {
  demand(lock);
  enter(call);
  end(call, waitOn(call, deadline, (until) => how(sound(call, lock), until)));
}

function end(call: number, error: number): void {
  if (error !== 0) failed(call, error);
  leave(0);
}

function demand(lock: RwLock): void {
  if (!(lock instanceof RwLock)) {
    throw new TypeError(`lock: expected what pthread_rwlock_init returned, got ${kind(lock)}`);
  }
}

/** Enters a call on a lock. Gives its address: to be used at once, since a signal handler may unmap the memory. */
function begin(call: number, lock: RwLock): bigint {
  demand(lock);
  enter(call);
  return sound(call, lock);
}

function sound(call: number, lock: RwLock): bigint {
  const address = locate(lock);
  if (!isSoundRwLock(lock)) failed(call, EINVAL, "no pthread_rwlock_init was here, or something has written over it");
  return address;
}
