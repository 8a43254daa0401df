/**
 * Mutexes between processes: pthread_mutex_init and its kin, in memory that processes share.
 *
 * @module
 */
import { ATTRIBUTES_SIZE, PTHREAD_PROCESS_SHARED } from "../abi/pthread.ts";
import { PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_STALLED } from "../abi/pthread_constants.ts";
import { PTHREAD_PRIO_INHERIT, PTHREAD_PRIO_NONE } from "../abi/pthread_constants.ts";
import type { Timespec } from "../abi/timespec.ts";
import { int, kind } from "../errors/arguments.ts";
import { errnoOf } from "../errors/system_error.ts";
import { timespec } from "../errors/timespec_argument.ts";
import { callNumber } from "../gate/calls.ts";
import { waitOn } from "../gate/deadline.ts";
import { enter, failed, leave } from "../gate/gate.ts";
import type { Memory } from "../memory/memory.ts";
import { isOurs, isRobustMutex, isSoundMutex, locate, Mutex, ownerOf, retire } from "../memory/pthread.ts";
import { SIZEOF_PTHREAD_MUTEX_T, wordsOf } from "../memory/pthread.ts";
import { holdsRobustIn, noteLocked, noteUnlocked } from "../memory/robust.ts";
import { c } from "../raw/pthread.ts";

const INIT = callNumber("pthread_mutex_init");
const DESTROY = callNumber("pthread_mutex_destroy");
const LOCK = callNumber("pthread_mutex_lock");
const TRYLOCK = callNumber("pthread_mutex_trylock");
const TIMEDLOCK = callNumber("pthread_mutex_timedlock");
const UNLOCK = callNumber("pthread_mutex_unlock");
const CONSISTENT = callNumber("pthread_mutex_consistent");

const EPERM = errnoOf("EPERM");
const EBUSY = errnoOf("EBUSY");
const EINVAL = errnoOf("EINVAL");
const ENOTSUP = errnoOf("EOPNOTSUPP");
const EOWNERDEAD = errnoOf("EOWNERDEAD");

/** What a mutex is to be like: C's `pthread_mutexattr_t`. */
export interface MutexAttributes {
  /** PTHREAD_MUTEX_NORMAL (unless given), PTHREAD_MUTEX_ERRORCHECK or PTHREAD_MUTEX_RECURSIVE. */
  readonly type?: number | undefined;
  /** PTHREAD_MUTEX_STALLED (unless given) or PTHREAD_MUTEX_ROBUST. */
  readonly robust?: number | undefined;
  /** PTHREAD_PRIO_NONE (unless given) or PTHREAD_PRIO_INHERIT. */
  readonly protocol?: number | undefined;
}

/**
 * `int pthread_mutex_init(pthread_mutex_t *mutex, const pthread_mutexattr_t *attr)`: makes a mutex in memory, for all processes
 * that share it. It does not block.
 *
 * One process does so, before any uses it; a second time, while it is in use, is undefined, as in C. A child of fork has the mutex
 * as well; other processes find it with {@linkcode Mutex.at}. End it with `pthread_mutex_destroy`, or with the memory.
 *
 * @param memory what `shmat` or `mmap` returned, shared
 * @param byteOffset where the mutex begins: a multiple of 8, with SIZEOF_PTHREAD_MUTEX_T bytes behind it
 * @param attributes what differs from a normal mutex
 * @throws {SystemError} EBUSY (there is a robust mutex that this process has locked), EINVAL (no such type or robustness),
 *   EOPNOTSUPP (any other protocol; C's name for it is ENOTSUP)
 * @see {@link https://man7.org/linux/man-pages/man3/pthread_mutex_init.3.html | pthread_mutex_init(3)},
 *   pthread_mutexattr_settype(3), pthread_mutexattr_setrobust(3), pthread_mutexattr_setpshared(3)
 *
 * @example Two processes count together
 * ```ts
 * import { fork, MAP_ANONYMOUS, MAP_SHARED, mmap, PROT_READ, PROT_WRITE, waitpid } from "ipc";
 * import { pthread_mutex_init, pthread_mutex_lock, pthread_mutex_unlock } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * using memory = mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
 * const mutex = pthread_mutex_init(memory, 0);
 * const count = memory.view(Int32Array, 64, 1);
 * const add = () => {
 *   for (let i = 0; i < 1000; i++) {
 *     pthread_mutex_lock(mutex);
 *     count[0]!++;
 *     pthread_mutex_unlock(mutex);
 *   }
 * };
 * const child = fork(add);
 * add();
 * waitpid(child);
 * assertEquals(count[0], 2000);
 * ```
 */
export function pthread_mutex_init(memory: Memory, byteOffset: number, attributes: MutexAttributes = {}): Mutex {
  if (typeof attributes !== "object" || attributes === null) {
    throw new TypeError(`attributes: expected { type, robust, protocol }, got ${kind(attributes)}`);
  }
  const { type = PTHREAD_MUTEX_NORMAL, robust = PTHREAD_MUTEX_STALLED, protocol = PTHREAD_PRIO_NONE } = attributes;
  int(type, "attributes.type");
  int(robust, "attributes.robust");
  int(protocol, "attributes.protocol");
  const mutex = Mutex.at(memory, byteOffset);
  enter(INIT);
  const address = locate(mutex);
  if (holdsRobustIn(address, SIZEOF_PTHREAD_MUTEX_T)) {
    failed(INIT, EBUSY, "this process has a robust mutex locked here");
  }
  if (protocol !== PTHREAD_PRIO_NONE && protocol !== PTHREAD_PRIO_INHERIT) failed(INIT, ENOTSUP);
  const wanted = new Uint8Array(ATTRIBUTES_SIZE);
  const error = c.pthread_mutexattr_init(wanted) || c.pthread_mutexattr_setpshared(wanted, PTHREAD_PROCESS_SHARED) ||
    c.pthread_mutexattr_settype(wanted, type) || c.pthread_mutexattr_setrobust(wanted, robust) ||
    c.pthread_mutexattr_setprotocol(wanted, protocol) || c.pthread_mutex_init(address, wanted);
  if (error !== 0) failed(INIT, error);
  leave(0);
  return mutex;
}

/**
 * `int pthread_mutex_destroy(pthread_mutex_t *mutex)`: ends a mutex. It does not block.
 *
 * The object refuses use from now on; in its place `pthread_mutex_init` may make a new one.
 *
 * @throws {SystemError} EBUSY (it is locked), EINVAL (there is no mutex)
 * @see {@link https://man7.org/linux/man-pages/man3/pthread_mutex_destroy.3p.html | pthread_mutex_destroy(3p)}
 *
 * @example Unlocked first
 * ```ts
 * import { isSystemError, MAP_ANONYMOUS, MAP_SHARED, mmap, PROT_READ, PROT_WRITE } from "ipc";
 * import { pthread_mutex_destroy, pthread_mutex_init, pthread_mutex_lock, pthread_mutex_unlock } from "ipc";
 * import { assert, assertThrows } from "@std/assert";
 *
 * using memory = mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
 * const mutex = pthread_mutex_init(memory, 0);
 * pthread_mutex_lock(mutex);
 * assert(isSystemError(assertThrows(() => pthread_mutex_destroy(mutex)), "EBUSY"));
 * pthread_mutex_unlock(mutex);
 * pthread_mutex_destroy(mutex);
 * ```
 */
export function pthread_mutex_destroy(mutex: Mutex): void {
  const address = begin(DESTROY, mutex);
  if (ownerOf(mutex) !== 0) failed(DESTROY, EBUSY);
  const error = c.pthread_mutex_destroy(address);
  if (error !== 0) failed(DESTROY, error);
  retire(mutex);
  leave(0);
}

/**
 * `int pthread_mutex_lock(pthread_mutex_t *mutex)`: locks a mutex.
 *
 * Blocks while another has it locked; with PTHREAD_MUTEX_NORMAL also while this process itself has. Signal handlers run
 * meanwhile, and it goes on whatever their flags are: it never fails with EINTR. Who has locked it calls
 * `pthread_mutex_unlock`.
 *
 * EOWNERDEAD is a failure that has locked the mutex: the owner of a robust one died with it locked. Mend what it guards, then
 * call `pthread_mutex_consistent`. To unlock it without that makes it ENOTRECOVERABLE for ever.
 *
 * @throws {SystemError} EAGAIN (locked too often: recursive), EDEADLK (this process has it locked: errorcheck), EINVAL (there is
 *   no mutex: memory that never was one, or was written over), ENOTRECOVERABLE, EOWNERDEAD
 * @see {@link https://man7.org/linux/man-pages/man3/pthread_mutex_lock.3p.html | pthread_mutex_lock(3p)},
 *   pthread_mutexattr_setrobust(3)
 *
 * @example The owner has died
 * ```ts
 * import { _exit, fork, isSystemError, MAP_ANONYMOUS, MAP_SHARED, mmap, PROT_READ, PROT_WRITE, waitpid } from "ipc";
 * import { pthread_mutex_consistent, pthread_mutex_init, pthread_mutex_lock, PTHREAD_MUTEX_ROBUST } from "ipc";
 * import { pthread_mutex_unlock } from "ipc";
 * import { assert, assertThrows } from "@std/assert";
 *
 * using memory = mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
 * const mutex = pthread_mutex_init(memory, 0, { robust: PTHREAD_MUTEX_ROBUST });
 * waitpid(fork(() => {
 *   pthread_mutex_lock(mutex);
 *   _exit(1);
 * }));
 * assert(isSystemError(assertThrows(() => pthread_mutex_lock(mutex)), "EOWNERDEAD"));
 * pthread_mutex_consistent(mutex); // it is ours, and what it guards is in order again
 * pthread_mutex_unlock(mutex);
 * ```
 */
export function pthread_mutex_lock(mutex: Mutex): void {
  lock(LOCK, mutex, null);
}

/**
 * `int pthread_mutex_trylock(pthread_mutex_t *mutex)`: locks a mutex if nobody has it locked. It does not block.
 *
 * @throws {SystemError} EBUSY (it is locked), and as `pthread_mutex_lock`
 * @see {@link https://man7.org/linux/man-pages/man3/pthread_mutex_trylock.3p.html | pthread_mutex_trylock(3p)}
 *
 * @example Not now
 * ```ts
 * import { isSystemError, MAP_ANONYMOUS, MAP_SHARED, mmap, PROT_READ, PROT_WRITE } from "ipc";
 * import { pthread_mutex_init, pthread_mutex_trylock, pthread_mutex_unlock } from "ipc";
 * import { assert, assertThrows } from "@std/assert";
 *
 * using memory = mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
 * const mutex = pthread_mutex_init(memory, 0);
 * pthread_mutex_trylock(mutex);
 * assert(isSystemError(assertThrows(() => pthread_mutex_trylock(mutex)), "EBUSY"));
 * pthread_mutex_unlock(mutex);
 * ```
 */
export function pthread_mutex_trylock(mutex: Mutex): void {
  const address = begin(TRYLOCK, mutex);
  const error = c.pthread_mutex_trylock(address);
  note(mutex, address, error);
  if (error !== 0) failed(TRYLOCK, error);
  leave(0);
}

/**
 * `int pthread_mutex_timedlock(pthread_mutex_t *mutex, const struct timespec *abs_timeout)`: `pthread_mutex_lock` that blocks
 * until the deadline at most.
 *
 * @param mutex the mutex
 * @param deadline until when; `timespecOf(Date.now() + 500)` is half a second from now
 * @throws {SystemError} as `pthread_mutex_lock`, and ETIMEDOUT, EINVAL (nanoseconds that are none)
 * @see {@link https://man7.org/linux/man-pages/man3/pthread_mutex_timedlock.3p.html | pthread_mutex_timedlock(3p)}
 *
 * @example Waiting, but not for ever
 * ```ts
 * import { isSystemError, MAP_ANONYMOUS, MAP_SHARED, mmap, PROT_READ, PROT_WRITE, timespecOf } from "ipc";
 * import { pthread_mutex_init, pthread_mutex_lock, pthread_mutex_timedlock } from "ipc";
 * import { assert, assertThrows } from "@std/assert";
 *
 * using memory = mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
 * const mutex = pthread_mutex_init(memory, 0);
 * pthread_mutex_lock(mutex);
 * const late = () => pthread_mutex_timedlock(mutex, timespecOf(Date.now() + 20));
 * assert(isSystemError(assertThrows(late), "ETIMEDOUT"));
 * ```
 */
export function pthread_mutex_timedlock(mutex: Mutex, deadline: Timespec): void {
  lock(TIMEDLOCK, mutex, deadline);
}

/**
 * `int pthread_mutex_unlock(pthread_mutex_t *mutex)`: unlocks a mutex that this process has locked. It does not block.
 *
 * @throws {SystemError} EINVAL (there is no mutex), EPERM (this process has not locked it; C leaves that undefined for
 *   PTHREAD_MUTEX_NORMAL)
 * @see {@link https://man7.org/linux/man-pages/man3/pthread_mutex_unlock.3p.html | pthread_mutex_unlock(3p)}
 *
 * @example Only what is locked
 * ```ts
 * import { isSystemError, MAP_ANONYMOUS, MAP_SHARED, mmap, PROT_READ, PROT_WRITE } from "ipc";
 * import { pthread_mutex_init, pthread_mutex_unlock } from "ipc";
 * import { assert, assertThrows } from "@std/assert";
 *
 * using memory = mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
 * const mutex = pthread_mutex_init(memory, 0);
 * assert(isSystemError(assertThrows(() => pthread_mutex_unlock(mutex)), "EPERM"));
 * ```
 */
export function pthread_mutex_unlock(mutex: Mutex): void {
  const address = begin(UNLOCK, mutex);
  if (!isOurs(mutex)) failed(UNLOCK, EPERM);
  const error = c.pthread_mutex_unlock(address);
  if (error !== 0) failed(UNLOCK, error);
  if (!isOurs(mutex)) noteUnlocked(address); // a recursive one may be locked still
  leave(0);
}

/**
 * `int pthread_mutex_consistent(pthread_mutex_t *mutex)`: says that what a robust mutex guards is in order again, after a lock
 * that failed with EOWNERDEAD. It does not block. The mutex stays locked.
 *
 * @throws {SystemError} EINVAL: there is no mutex, it is not robust, or its owner had not died
 * @see {@link https://man7.org/linux/man-pages/man3/pthread_mutex_consistent.3.html | pthread_mutex_consistent(3)}
 *
 * @example Only after EOWNERDEAD
 * ```ts
 * import { isSystemError, MAP_ANONYMOUS, MAP_SHARED, mmap, PROT_READ, PROT_WRITE } from "ipc";
 * import { pthread_mutex_consistent, pthread_mutex_init, PTHREAD_MUTEX_ROBUST } from "ipc";
 * import { assert, assertThrows } from "@std/assert";
 *
 * using memory = mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
 * const mutex = pthread_mutex_init(memory, 0, { robust: PTHREAD_MUTEX_ROBUST });
 * assert(isSystemError(assertThrows(() => pthread_mutex_consistent(mutex)), "EINVAL"));
 * ```
 */
export function pthread_mutex_consistent(mutex: Mutex): void {
  const error = c.pthread_mutex_consistent(begin(CONSISTENT, mutex));
  if (error !== 0) failed(CONSISTENT, error);
  leave(0);
}

function lock(call: number, mutex: Mutex, deadline: Timespec | null): void {
  demand(mutex);
  if (deadline !== null) timespec(deadline, "deadline");
  enter(call);
  const error = waitOn(call, deadline, (until) => {
    const address = sound(call, mutex);
    const result = c.pthread_mutex_timedlock(address, until);
    note(mutex, address, result);
    return result;
  });
  if (error !== 0) failed(call, error);
  leave(0);
}

/** A robust mutex that C locked is in its list from now on. */
function note(mutex: Mutex, address: bigint, error: number): void {
  if ((error === 0 || error === EOWNERDEAD) && isRobustMutex(mutex)) {
    noteLocked(address, new DataView(wordsOf(mutex).buffer));
  }
}

function demand(mutex: Mutex): void {
  if (!(mutex instanceof Mutex)) {
    throw new TypeError(`mutex: expected what pthread_mutex_init returned, got ${kind(mutex)}`);
  }
}

/** Enters a call on a mutex. Gives its address: to be used at once, since a signal handler may unmap the memory. */
function begin(call: number, mutex: Mutex): bigint {
  demand(mutex);
  enter(call);
  return sound(call, mutex);
}

function sound(call: number, mutex: Mutex): bigint {
  const address = locate(mutex);
  if (!isSoundMutex(mutex)) failed(call, EINVAL, "no pthread_mutex_init was here, or something has written over it");
  return address;
}
