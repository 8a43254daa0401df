/**
 * Condition variables between processes: pthread_cond_init and its kin, in memory that processes share.
 *
 * @module
 */
import { CLOCK_REALTIME } from "../abi/clock_constants.ts";
import { ATTRIBUTES_SIZE, conditionWaiters, PTHREAD_PROCESS_SHARED } from "../abi/pthread.ts";
import type { Timespec } from "../abi/timespec.ts";
import { int, kind } from "../errors/arguments.ts";
import { errnoOf } from "../errors/system_error.ts";
import { timespec } from "../errors/timespec_argument.ts";
import { callNumber } from "../gate/calls.ts";
import { waitOnce } from "../gate/deadline.ts";
import { enter, failed, leave } from "../gate/gate.ts";
import type { Memory } from "../memory/memory.ts";
import { Condition, conditionFlags, isOurs, isSoundMutex, locate, Mutex, retire } from "../memory/pthread.ts";
import { noteUnlocked } from "../memory/robust.ts";
import { c } from "../raw/pthread.ts";

const INIT = callNumber("pthread_cond_init");
const DESTROY = callNumber("pthread_cond_destroy");
const WAIT = callNumber("pthread_cond_wait");
const TIMEDWAIT = callNumber("pthread_cond_timedwait");
const SIGNAL = callNumber("pthread_cond_signal");
const BROADCAST = callNumber("pthread_cond_broadcast");

const EPERM = errnoOf("EPERM");
const EBUSY = errnoOf("EBUSY");
const EINVAL = errnoOf("EINVAL");
const ENOTRECOVERABLE = errnoOf("ENOTRECOVERABLE");

/** What a condition variable is to be like: C's `pthread_condattr_t`. */
export interface ConditionAttributes {
  /** The clock of `pthread_cond_timedwait`: CLOCK_REALTIME (unless given) or CLOCK_MONOTONIC. */
  readonly clock?: number | undefined;
}

/**
 * `int pthread_cond_init(pthread_cond_t *cond, const pthread_condattr_t *attr)`: makes a condition variable in memory, for all
 * processes that share it. It does not block.
 *
 * One process does so, before any uses it. A child of fork has it as well; other processes find it with
 * {@linkcode Condition.at}. End it with `pthread_cond_destroy`, or with the memory.
 *
 * @param memory what `shmat` or `mmap` returned, shared
 * @param byteOffset where it begins: a multiple of 8, with SIZEOF_PTHREAD_COND_T bytes behind it
 * @param attributes the clock, if it is another
 * @throws {SystemError} EINVAL: a clock that cannot be waited by
 * @see {@link https://man7.org/linux/man-pages/man3/pthread_cond_init.3.html | pthread_cond_init(3)},
 *   pthread_condattr_setclock(3p)
 *
 * @example Waiting for another process
 * ```ts
 * import { fork, MAP_ANONYMOUS, MAP_SHARED, mmap, PROT_READ, PROT_WRITE, waitpid } from "ipc";
 * import { pthread_cond_init, pthread_cond_signal, pthread_cond_wait } from "ipc";
 * import { pthread_mutex_init, pthread_mutex_lock, pthread_mutex_unlock } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * using memory = mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
 * const mutex = pthread_mutex_init(memory, 0);
 * const full = pthread_cond_init(memory, 64);
 * const cell = memory.view(Int32Array, 128, 1);
 * const child = fork(() => {
 *   pthread_mutex_lock(mutex);
 *   cell[0] = 7;
 *   pthread_cond_signal(full);
 *   pthread_mutex_unlock(mutex);
 * });
 * pthread_mutex_lock(mutex);
 * while (cell[0] === 0) pthread_cond_wait(full, mutex); // while: it may wake up for nothing
 * pthread_mutex_unlock(mutex);
 * assertEquals(cell[0], 7);
 * waitpid(child);
 * ```
 */
export function pthread_cond_init(memory: Memory, byteOffset: number, attributes: ConditionAttributes = {}): Condition {
  if (typeof attributes !== "object" || attributes === null) {
    throw new TypeError(`attributes: expected { clock }, got ${kind(attributes)}`);
  }
  const { clock = CLOCK_REALTIME } = attributes;
  int(clock, "attributes.clock");
  const condition = Condition.at(memory, byteOffset);
  enter(INIT);
  const wanted = new Uint8Array(ATTRIBUTES_SIZE);
  const error = c.pthread_condattr_init(wanted) || c.pthread_condattr_setpshared(wanted, PTHREAD_PROCESS_SHARED) ||
    c.pthread_condattr_setclock(wanted, clock) || c.pthread_cond_init(locate(condition), wanted);
  if (error !== 0) failed(INIT, error);
  leave(0);
  return condition;
}

/**
 * `int pthread_cond_destroy(pthread_cond_t *cond)`: ends a condition variable. It does not block.
 *
 * The object refuses use from now on; in its place `pthread_cond_init` may make a new one.
 *
 * @throws {SystemError} EBUSY (somebody waits there; in C this call would, too), EINVAL (there is none)
 * @see {@link https://man7.org/linux/man-pages/man3/pthread_cond_destroy.3p.html | pthread_cond_destroy(3p)}
 *
 * @example Made and ended
 * ```ts
 * import { MAP_ANONYMOUS, MAP_SHARED, mmap, PROT_READ, PROT_WRITE } from "ipc";
 * import { pthread_cond_destroy, pthread_cond_init, pthread_cond_signal } from "ipc";
 * import { assertThrows } from "@std/assert";
 *
 * using memory = mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
 * const condition = pthread_cond_init(memory, 0);
 * pthread_cond_destroy(condition);
 * assertThrows(() => pthread_cond_signal(condition), TypeError, "destroyed");
 * ```
 */
export function pthread_cond_destroy(condition: Condition): void {
  demand(condition);
  enter(DESTROY);
  const address = locate(condition);
  if (conditionWaiters(flagsOf(DESTROY, condition)) !== 0) failed(DESTROY, EBUSY);
  const error = c.pthread_cond_destroy(address);
  if (error !== 0) failed(DESTROY, error);
  retire(condition);
  leave(0);
}

/**
 * `int pthread_cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex)`: unlocks the mutex, waits to be woken, and locks the
 * mutex again.
 *
 * Blocks. It may also return without having been woken, so call it in a loop that looks at what is waited for. A signal handler
 * has it return, with the mutex locked: it never fails with EINTR.
 *
 * @param condition where to wait; all that wait there at once use the same mutex
 * @param mutex a mutex that this process has locked
 * @throws {SystemError} EINVAL (no condition variable, or no mutex, is there), EPERM (this process has not locked the mutex);
 *   ENOTRECOVERABLE, EOWNERDEAD: as `pthread_mutex_lock`
 * @see {@link https://man7.org/linux/man-pages/man3/pthread_cond_wait.3p.html | pthread_cond_wait(3p)}
 *
 * @example Not without the mutex
 * ```ts
 * import { isSystemError, MAP_ANONYMOUS, MAP_SHARED, mmap, PROT_READ, PROT_WRITE } from "ipc";
 * import { pthread_cond_init, pthread_cond_wait, pthread_mutex_init } from "ipc";
 * import { assert, assertThrows } from "@std/assert";
 *
 * using memory = mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
 * const [condition, mutex] = [pthread_cond_init(memory, 0), pthread_mutex_init(memory, 64)];
 * assert(isSystemError(assertThrows(() => pthread_cond_wait(condition, mutex)), "EPERM"));
 * ```
 */
export function pthread_cond_wait(condition: Condition, mutex: Mutex): void {
  wait(WAIT, condition, mutex, null);
}

/**
 * `int pthread_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *mutex, const struct timespec *abstime)`:
 * `pthread_cond_wait` that blocks until the deadline at most. Then, too, the mutex is locked again.
 *
 * @param condition where to wait
 * @param mutex a mutex that this process has locked
 * @param deadline until when, by the condition's clock; `timespecOf(Date.now() + 500)` is half a second from now by
 *   CLOCK_REALTIME
 * @throws {SystemError} as `pthread_cond_wait`, and ETIMEDOUT, EINVAL (nanoseconds that are none)
 * @see {@link https://man7.org/linux/man-pages/man3/pthread_cond_timedwait.3p.html | pthread_cond_timedwait(3p)}
 *
 * @example Nobody comes
 * ```ts
 * import { isSystemError, MAP_ANONYMOUS, MAP_SHARED, mmap, PROT_READ, PROT_WRITE, timespecOf } from "ipc";
 * import { pthread_cond_init, pthread_cond_timedwait } from "ipc";
 * import { pthread_mutex_init, pthread_mutex_lock, pthread_mutex_unlock } from "ipc";
 * import { assert, assertThrows } from "@std/assert";
 *
 * using memory = mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
 * const [condition, mutex] = [pthread_cond_init(memory, 0), pthread_mutex_init(memory, 64)];
 * pthread_mutex_lock(mutex);
 * const late = () => pthread_cond_timedwait(condition, mutex, timespecOf(Date.now() + 20));
 * assert(isSystemError(assertThrows(late), "ETIMEDOUT"));
 * pthread_mutex_unlock(mutex);
 * ```
 */
export function pthread_cond_timedwait(condition: Condition, mutex: Mutex, deadline: Timespec): void {
  wait(TIMEDWAIT, condition, mutex, deadline);
}

/**
 * `int pthread_cond_signal(pthread_cond_t *cond)`: wakes one that waits, if any does. It does not block.
 *
 * @throws {SystemError} EINVAL: there is no condition variable
 * @see {@link https://man7.org/linux/man-pages/man3/pthread_cond_signal.3p.html | pthread_cond_signal(3p)}
 *
 * @example It is not kept for who comes later
 * ```ts
 * import { isSystemError, MAP_ANONYMOUS, MAP_SHARED, mmap, PROT_READ, PROT_WRITE, timespecOf } from "ipc";
 * import { pthread_cond_init, pthread_cond_signal, pthread_cond_timedwait } from "ipc";
 * import { pthread_mutex_init, pthread_mutex_lock } from "ipc";
 * import { assert, assertThrows } from "@std/assert";
 *
 * using memory = mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
 * const [condition, mutex] = [pthread_cond_init(memory, 0), pthread_mutex_init(memory, 64)];
 * pthread_cond_signal(condition);
 * pthread_mutex_lock(mutex);
 * const late = () => pthread_cond_timedwait(condition, mutex, timespecOf(Date.now()));
 * assert(isSystemError(assertThrows(late), "ETIMEDOUT"));
 * ```
 */
export function pthread_cond_signal(condition: Condition): void {
  wake(SIGNAL, condition, c.pthread_cond_signal);
}

/**
 * `int pthread_cond_broadcast(pthread_cond_t *cond)`: wakes all that wait. It does not block.
 *
 * @throws {SystemError} EINVAL: there is no condition variable
 * @see {@link https://man7.org/linux/man-pages/man3/pthread_cond_broadcast.3p.html | pthread_cond_broadcast(3p)}
 *
 * @example To nobody
 * ```ts
 * import { MAP_ANONYMOUS, MAP_SHARED, mmap, PROT_READ, PROT_WRITE, pthread_cond_broadcast, pthread_cond_init } from "ipc";
 *
 * using memory = mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
 * pthread_cond_broadcast(pthread_cond_init(memory, 0));
 * ```
 */
export function pthread_cond_broadcast(condition: Condition): void {
  wake(BROADCAST, condition, c.pthread_cond_broadcast);
}

function wake(call: number, condition: Condition, how: (address: bigint) => number): void {
  demand(condition);
  enter(call);
  const address = locate(condition);
  flagsOf(call, condition);
  const error = how(address);
  if (error !== 0) failed(call, error);
  leave(0);
}

function wait(call: number, condition: Condition, mutex: Mutex, deadline: Timespec | null): void {
  demand(condition);
  if (!(mutex instanceof Mutex)) {
    throw new TypeError(`mutex: expected what pthread_mutex_init returned, got ${kind(mutex)}`);
  }
  if (deadline !== null) timespec(deadline, "deadline");
  enter(call);
  let guard = 0n;
  const { error, cut } = waitOnce(call, deadline, (until) => {
    const address = locate(condition);
    guard = locate(mutex);
    flagsOf(call, condition);
    if (!isSoundMutex(mutex)) failed(call, EINVAL, "the mutex: no pthread_mutex_init was here");
    if (!isOurs(mutex)) failed(call, EPERM, "the mutex is not locked by this process");
    return c.pthread_cond_timedwait(address, guard, until);
  });
  if (error === ENOTRECOVERABLE) noteUnlocked(guard);
  // Whoever wakes somebody between two waits would wake nobody: after a handler only the caller knows whether to wait on.
  if (error !== 0 && !cut) failed(call, error);
  leave(0);
}

function demand(condition: Condition): void {
  if (!(condition instanceof Condition)) {
    throw new TypeError(`condition: expected what pthread_cond_init returned, got ${kind(condition)}`);
  }
}

function flagsOf(call: number, condition: Condition): number {
  const flags = conditionFlags(condition);
  if (flags === null) failed(call, EINVAL, "no pthread_cond_init was here, or something has written over it");
  return flags as number;
}
