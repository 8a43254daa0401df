/**
 * Barriers between processes: pthread_barrier_init and its kin, in memory that processes share.
 *
 * @module
 */
import { ATTRIBUTES_SIZE, PTHREAD_PROCESS_SHARED } from "../abi/pthread.ts";
import { kind, unsigned } from "../errors/arguments.ts";
import { errnoOf } from "../errors/system_error.ts";
import { callNumber } from "../gate/calls.ts";
import { enter, failed, leave, signals } from "../gate/gate.ts";
import { Arrival, isBusy } from "../memory/barrier.ts";
import type { Memory } from "../memory/memory.ts";
import { Barrier, isSoundBarrier, locate, retire, wordsOf } from "../memory/pthread.ts";
import { c } from "../raw/pthread.ts";

const INIT = callNumber("pthread_barrier_init");
const DESTROY = callNumber("pthread_barrier_destroy");
const WAIT = callNumber("pthread_barrier_wait");

const EBUSY = errnoOf("EBUSY");
const EINVAL = errnoOf("EINVAL");

/**
 * `int pthread_barrier_init(pthread_barrier_t *barrier, const pthread_barrierattr_t *attr, unsigned count)`: makes a barrier in
 * memory, for all processes that share it. It does not block.
 *
 * One process does so, before any uses it. A child of fork has it as well; other processes find it with {@linkcode Barrier.at}.
 * End it with `pthread_barrier_destroy`, or with the memory.
 *
 * @param memory what `shmat` or `mmap` returned, shared
 * @param byteOffset where it begins: a multiple of 8, with SIZEOF_PTHREAD_BARRIER_T bytes behind it
 * @param count how many have to come before all go on
 * @throws {SystemError} EINVAL: `count` is 0, or larger than 2,147,483,647
 * @see {@link https://man7.org/linux/man-pages/man3/pthread_barrier_init.3p.html | pthread_barrier_init(3p)}
 *
 * @example Both go on together, and one of them knows that it was the last
 * ```ts
 * import { fork, MAP_ANONYMOUS, MAP_SHARED, mmap, PROT_READ, PROT_WRITE, waitpid } from "ipc";
 * import { pthread_barrier_init, PTHREAD_BARRIER_SERIAL_THREAD, pthread_barrier_wait } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * using memory = mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
 * const barrier = pthread_barrier_init(memory, 0, 2);
 * const serial = memory.view(Int32Array, 64, 1);
 * const meet = () => {
 *   if (pthread_barrier_wait(barrier) === PTHREAD_BARRIER_SERIAL_THREAD) serial[0]!++;
 * };
 * const child = fork(meet);
 * meet();
 * waitpid(child);
 * assertEquals(serial[0], 1);
 * ```
 */
export function pthread_barrier_init(memory: Memory, byteOffset: number, count: number): Barrier {
  unsigned(count, "count");
  const barrier = Barrier.at(memory, byteOffset);
  enter(INIT);
  const wanted = new Uint8Array(ATTRIBUTES_SIZE);
  const error = c.pthread_barrierattr_init(wanted) ||
    c.pthread_barrierattr_setpshared(wanted, PTHREAD_PROCESS_SHARED) ||
    c.pthread_barrier_init(locate(barrier), wanted, count);
  if (error !== 0) failed(INIT, error);
  leave(0);
  return barrier;
}

/**
 * `int pthread_barrier_destroy(pthread_barrier_t *barrier)`: ends a barrier. It does not block.
 *
 * The object refuses use from now on; in its place `pthread_barrier_init` may make a new one.
 *
 * @throws {SystemError} EBUSY (somebody is at it; in C this call would wait), EINVAL (there is no barrier)
 * @see {@link https://man7.org/linux/man-pages/man3/pthread_barrier_destroy.3p.html | pthread_barrier_destroy(3p)}
 *
 * @example Made and ended
 * ```ts
 * import { MAP_ANONYMOUS, MAP_SHARED, mmap, PROT_READ, PROT_WRITE } from "ipc";
 * import { pthread_barrier_destroy, pthread_barrier_init, pthread_barrier_wait } from "ipc";
 * import { assertThrows } from "@std/assert";
 *
 * using memory = mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
 * const barrier = pthread_barrier_init(memory, 0, 1);
 * pthread_barrier_destroy(barrier);
 * assertThrows(() => pthread_barrier_wait(barrier), TypeError, "destroyed");
 * ```
 */
export function pthread_barrier_destroy(barrier: Barrier): void {
  const address = begin(DESTROY, barrier);
  if (isBusy(wordsOf(barrier))) failed(DESTROY, EBUSY);
  const error = c.pthread_barrier_destroy(address);
  if (error !== 0) failed(DESTROY, error);
  retire(barrier);
  leave(0);
}

/**
 * `int pthread_barrier_wait(pthread_barrier_t *barrier)`: waits until as many have come as the barrier was made for.
 *
 * Blocks. Then all of them go on, and the barrier is as it was made. Signal handlers run meanwhile, and it goes on whatever their
 * flags are: it never fails with EINTR. What a handler throws leaves the barrier, where this process still counts as having come.
 *
 * @returns PTHREAD_BARRIER_SERIAL_THREAD to one of them, 0 to the others
 * @throws {SystemError} EINVAL: there is no barrier (memory that never was one, or was written over)
 * @see {@link https://man7.org/linux/man-pages/man3/pthread_barrier_wait.3p.html | pthread_barrier_wait(3p)}
 *
 * @example Alone, there is nobody to wait for
 * ```ts
 * import { MAP_ANONYMOUS, MAP_SHARED, mmap, PROT_READ, PROT_WRITE } from "ipc";
 * import { pthread_barrier_init, PTHREAD_BARRIER_SERIAL_THREAD, pthread_barrier_wait } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * using memory = mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
 * const barrier = pthread_barrier_init(memory, 0, 1);
 * assertEquals(pthread_barrier_wait(barrier), PTHREAD_BARRIER_SERIAL_THREAD);
 * ```
 */
export function pthread_barrier_wait(barrier: Barrier): number {
  const address = begin(WAIT, barrier);
  const arrival = new Arrival(wordsOf(barrier), address);
  let result = 0;
  try {
    while (!arrival.isThrough()) {
      if (signals.arrived[0] !== signals.taken) signals.deliver(WAIT);
      locate(barrier); // a handler may have unmapped the memory
    }
  } finally {
    if (isThere(barrier)) result = arrival.leave();
  }
  return leave(result);
}

function isThere(barrier: Barrier): boolean {
  try {
    return locate(barrier) !== 0n;
  } catch {
    return false;
  }
}

/** Enters a call on a barrier. Gives its address: to be used at once, since a signal handler may unmap the memory. */
function begin(call: number, barrier: Barrier): bigint {
  if (!(barrier instanceof Barrier)) {
    throw new TypeError(`barrier: expected what pthread_barrier_init returned, got ${kind(barrier)}`);
  }
  enter(call);
  const address = locate(barrier);
  if (!isSoundBarrier(barrier)) {
    failed(call, EINVAL, "no pthread_barrier_init was here, or something has written over it");
  }
  return address;
}
