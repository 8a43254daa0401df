/**
 * Futexes: waiting in the kernel until a word of shared memory has changed. What locks and conditions are made of: a program
 * synchronises by Atomics on the word, and makes these calls only when it has to wait, or somebody waits. See futex(7).
 *
 * In C all of them are operations of one system call, which glibc has no function for. Here each is a function, and all
 * work between processes.
 *
 * @module
 */
import {
  FUTEX_CLOCK_REALTIME,
  FUTEX_CMP_REQUEUE,
  FUTEX_REQUEUE,
  FUTEX_WAIT,
  FUTEX_WAIT_BITSET,
  FUTEX_WAKE,
  FUTEX_WAKE_BITSET,
} from "../abi/futex_constants.ts";
import type { Timespec } from "../abi/timespec.ts";
import { int, unsigned } from "../errors/arguments.ts";
import { timeLeft, timespec } from "../errors/timespec_argument.ts";
import { callNumber } from "../gate/calls.ts";
import { enter, failed, leave } from "../gate/gate.ts";
import { addressIn, type Memory } from "../memory/memory.ts";
import { errno } from "../raw/errno.ts";
import { c } from "../raw/futex.ts";
import { monotonicMs } from "../raw/runtime.ts";
import { SYS } from "../raw/system_call.ts";

const WAIT = callNumber("futex_wait");
const WAKE = callNumber("futex_wake");
const REQUEUE = callNumber("futex_requeue");
const CMP_REQUEUE = callNumber("futex_cmp_requeue");
const WAIT_BITSET = callNumber("futex_wait_bitset");
const WAKE_BITSET = callNumber("futex_wake_bitset");

/** Bytes of a futex, and what its offset is a multiple of. */
const WORD = 4;

/**
 * `futex(uaddr, FUTEX_WAIT, val, timeout)`: waits until somebody wakes this word, if it still has the value `expected`.
 *
 * Blocks. The kernel compares and falls asleep in one step, so that a change before it is not overlooked: then the call fails
 * with EAGAIN. It may also return without having been woken; so look at the word again, in a loop.
 *
 * @param memory what `shmat` or `mmap` returned; shared, if the others are processes
 * @param byteOffset where the word is: a multiple of 4
 * @param expected the value to sleep on; 32 bits, with or without a sign
 * @param timeout how long at most: `{ sec, nsec }`; for ever unless given
 * @throws {SystemError} EAGAIN (the word has another value), EINTR, EINVAL (nanoseconds that are none), ETIMEDOUT
 * @see {@link https://man7.org/linux/man-pages/man2/futex.2.html | futex(2)}, futex(7)
 *
 * @example Waiting for a word to change
 * ```ts
 * import { fork, futex_wait, futex_wake, isSystemError, MAP_ANONYMOUS, MAP_SHARED, mmap, PROT_READ, PROT_WRITE, waitpid } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * using memory = mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
 * const word = memory.view(Int32Array, 0, 1);
 * const child = fork(() => {
 *   Atomics.store(word, 0, 1);
 *   futex_wake(memory, 0, 1);
 * });
 * while (Atomics.load(word, 0) === 0) {
 *   try {
 *     futex_wait(memory, 0, 0);
 *   } catch (error) {
 *     if (!isSystemError(error, "EAGAIN")) throw error;
 *   }
 * }
 * assertEquals(word[0], 1);
 * waitpid(child);
 * ```
 */
export function futex_wait(memory: Memory, byteOffset: number, expected: number, timeout?: Timespec): void {
  const value = word(expected, "expected");
  let limit = timeout === undefined ? null : timespec(timeout, "timeout");
  const start = timeout === undefined ? 0 : monotonicMs();
  for (;;) {
    enter(WAIT);
    if (c.futex_wait(SYS.futex, at(memory, byteOffset), FUTEX_WAIT, value, limit, 0n, 0) !== -1) break;
    failed(WAIT, errno());
    if (timeout !== undefined) limit = timespec(timeLeft(timeout, start), "timeout");
  }
  leave(0);
}

/**
 * `futex(uaddr, FUTEX_WAKE, val)`: wakes some of those that wait on this word. It does not block.
 *
 * Who they are is not defined. Change the word first: who looks at it after this call must not fall asleep again.
 *
 * @param memory what `shmat` or `mmap` returned
 * @param byteOffset where the word is: a multiple of 4
 * @param count how many at most; 1, or 0x7fffffff for all (Linux wakes one also for 0)
 * @returns how many were woken
 * @throws {SystemError} EINVAL: one that waits there does so by other means (a mutex with priority inheritance)
 * @see {@link https://man7.org/linux/man-pages/man2/futex.2.html | futex(2)}
 *
 * @example Nobody waits
 * ```ts
 * import { futex_wake, MAP_ANONYMOUS, MAP_SHARED, mmap, PROT_READ, PROT_WRITE } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * using memory = mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
 * assertEquals(futex_wake(memory, 0, 1), 0);
 * ```
 */
export function futex_wake(memory: Memory, byteOffset: number, count: number): number {
  const most = int(count, "count") >>> 0;
  for (;;) {
    enter(WAKE);
    const woken = c.futex(SYS.futex, at(memory, byteOffset), FUTEX_WAKE, most, 0n, 0n, 0);
    if (woken !== -1) return leave(woken);
    failed(WAKE, errno());
  }
}

/**
 * `futex(uaddr, FUTEX_REQUEUE, val, val2, uaddr2)`: wakes some of those that wait on this word, and lets others wait on another
 * word instead. It does not block. {@linkcode futex_cmp_requeue} does it without a gap in which the word may change.
 *
 * @param memory what `shmat` or `mmap` returned
 * @param byteOffset where the word is: a multiple of 4
 * @param wake how many to wake at most
 * @param requeue how many are to wait on the other word at most
 * @param target the memory of the other word; may be the same
 * @param targetOffset where the other word is: a multiple of 4
 * @returns how many were woken, and made to wait elsewhere
 * @throws {SystemError} EINVAL: a count is below 0
 * @see {@link https://man7.org/linux/man-pages/man2/futex.2.html | futex(2)}
 *
 * @example Nobody waits
 * ```ts
 * import { futex_requeue, MAP_ANONYMOUS, MAP_SHARED, mmap, PROT_READ, PROT_WRITE } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * using memory = mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
 * assertEquals(futex_requeue(memory, 0, 1, 0x7fffffff, memory, 4), 0);
 * ```
 */
export function futex_requeue(
  memory: Memory,
  byteOffset: number,
  wake: number,
  requeue: number,
  target: Memory,
  targetOffset: number,
): number {
  return requeueing(REQUEUE, FUTEX_REQUEUE, memory, byteOffset, 0, wake, requeue, target, targetOffset);
}

/**
 * `futex(uaddr, FUTEX_CMP_REQUEUE, val, val2, uaddr2, val3)`: {@linkcode futex_requeue}, if the word still has the value
 * `expected`. It does not block. So a condition variable wakes one, and sends the others on to the lock one by one.
 *
 * @param memory what `shmat` or `mmap` returned
 * @param byteOffset where the word is: a multiple of 4
 * @param expected the value that the word must have; 32 bits, with or without a sign
 * @param wake how many to wake at most
 * @param requeue how many are to wait on the other word at most
 * @param target the memory of the other word; may be the same
 * @param targetOffset where the other word is: a multiple of 4
 * @returns how many were woken, and made to wait elsewhere
 * @throws {SystemError} EAGAIN (the word has another value), EINVAL (a count is below 0)
 * @see {@link https://man7.org/linux/man-pages/man2/futex.2.html | futex(2)}
 *
 * @example The word has changed
 * ```ts
 * import { futex_cmp_requeue, isSystemError, MAP_ANONYMOUS, MAP_SHARED, mmap, PROT_READ, PROT_WRITE } from "ipc";
 * import { assert, assertThrows } from "@std/assert";
 *
 * using memory = mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
 * const error = assertThrows(() => futex_cmp_requeue(memory, 0, 5, 1, 1, memory, 4));
 * assert(isSystemError(error, "EAGAIN"));
 * ```
 */
export function futex_cmp_requeue(
  memory: Memory,
  byteOffset: number,
  expected: number,
  wake: number,
  requeue: number,
  target: Memory,
  targetOffset: number,
): number {
  const value = word(expected, "expected");
  return requeueing(CMP_REQUEUE, FUTEX_CMP_REQUEUE, memory, byteOffset, value, wake, requeue, target, targetOffset);
}

/**
 * `futex(uaddr, FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME, val, timeout, NULL, val3)`: {@linkcode futex_wait} until a deadline,
 * and to be woken only by those who have a bit in common.
 *
 * @param memory what `shmat` or `mmap` returned
 * @param byteOffset where the word is: a multiple of 4
 * @param expected the value to sleep on; 32 bits, with or without a sign
 * @param deadline until when, as `timespecOf(Date.now() + 500)`; null for ever
 * @param bitset the reasons to be woken for, not 0; FUTEX_BITSET_MATCH_ANY for all
 * @throws {SystemError} as `futex_wait`; EINVAL: no bit is set, too
 * @see {@link https://man7.org/linux/man-pages/man2/futex.2.html | futex(2)}
 *
 * @example A deadline
 * ```ts
 * import { FUTEX_BITSET_MATCH_ANY, futex_wait_bitset, isSystemError, MAP_ANONYMOUS, MAP_SHARED, mmap, PROT_READ, PROT_WRITE, timespecOf } from "ipc";
 * import { assert, assertThrows } from "@std/assert";
 *
 * using memory = mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
 * const soon = timespecOf(Date.now() + 10);
 * const error = assertThrows(() => futex_wait_bitset(memory, 0, 0, soon, FUTEX_BITSET_MATCH_ANY));
 * assert(isSystemError(error, "ETIMEDOUT"));
 * ```
 */
export function futex_wait_bitset(
  memory: Memory,
  byteOffset: number,
  expected: number,
  deadline: Timespec | null,
  bitset: number,
): void {
  const value = word(expected, "expected");
  const limit = deadline === null ? null : timespec(deadline, "deadline");
  const reasons = word(bitset, "bitset");
  for (;;) {
    enter(WAIT_BITSET);
    const operation = FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME;
    if (c.futex_wait(SYS.futex, at(memory, byteOffset), operation, value, limit, 0n, reasons) !== -1) break;
    failed(WAIT_BITSET, errno());
  }
  leave(0);
}

/**
 * `futex(uaddr, FUTEX_WAKE_BITSET, val, NULL, NULL, val3)`: wakes some of those that wait on this word for one of these
 * reasons. It does not block.
 *
 * @param memory what `shmat` or `mmap` returned
 * @param byteOffset where the word is: a multiple of 4
 * @param count how many at most
 * @param bitset the reasons, not 0
 * @returns how many were woken
 * @throws {SystemError} EINVAL: no bit is set
 * @see {@link https://man7.org/linux/man-pages/man2/futex.2.html | futex(2)}
 *
 * @example All that wait to write
 * ```ts
 * import { futex_wake_bitset, MAP_ANONYMOUS, MAP_SHARED, mmap, PROT_READ, PROT_WRITE } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const WRITERS = 0b10;
 * using memory = mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
 * assertEquals(futex_wake_bitset(memory, 0, 0x7fffffff, WRITERS), 0);
 * ```
 */
export function futex_wake_bitset(memory: Memory, byteOffset: number, count: number, bitset: number): number {
  const most = int(count, "count") >>> 0;
  const reasons = word(bitset, "bitset");
  for (;;) {
    enter(WAKE_BITSET);
    const woken = c.futex(SYS.futex, at(memory, byteOffset), FUTEX_WAKE_BITSET, most, 0n, 0n, reasons);
    if (woken !== -1) return leave(woken);
    failed(WAKE_BITSET, errno());
  }
}

/** The address of a word: to be used at once, since a signal handler may give the memory back. */
function at(memory: Memory, byteOffset: number): bigint {
  return addressIn(memory, byteOffset, WORD, WORD);
}

/** 32 bits as the kernel compares them: what a view with a sign reads will do as well. */
function word(value: number, name: string): number {
  return typeof value === "number" && (value | 0) === value ? value >>> 0 : unsigned(value, name);
}

function requeueing(
  call: number,
  operation: number,
  memory: Memory,
  byteOffset: number,
  expected: number,
  wake: number,
  requeue: number,
  target: Memory,
  targetOffset: number,
): number {
  const most = int(wake, "wake") >>> 0;
  // As C has it: an int in a register of 64 bits.
  const moved = BigInt(int(requeue, "requeue") >>> 0);
  for (;;) {
    enter(call);
    const from = at(memory, byteOffset);
    const moves = c.futex(SYS.futex, from, operation, most, moved, at(target, targetOffset), expected);
    if (moves !== -1) return leave(moves);
    failed(call, errno());
  }
}
