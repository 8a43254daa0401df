/**
 * Futexes. Under control nobody sleeps in the kernel's queue, so there is one of its own, in memory that all processes of a run
 * share (waiters.ts). A waiter goes on because it was woken, not because the word has changed: that is how a lost wake-up shows.
 *
 * @module
 */
import { FUTEX_BITSET_MATCH_ANY } from "../../../../lib/abi/futex_constants.ts";
import type { Memory } from "../../../../lib/mod.ts";
import { MODE } from "../../../explore/region.ts";
import { type Attempt, type Calls, type Context, ERRNO, fails, NOTHING_DONE, WOULD_BLOCK } from "./call.ts";
import { milliseconds } from "./clock.ts";
import { comeToWait, goAway, isWoken, requeue, wake } from "./waiters.ts";

/** The calls on futexes. */
export function futexes(context: Context): Calls {
  const { original, objects, clock, turnstile } = context;

  const on = (memory: unknown, byteOffset: unknown): readonly number[] => [objects.futex(memory, byteOffset)];
  const waiting = (
    memory: Memory,
    byteOffset: number,
    expected: number,
    bits: number,
    act: () => void,
  ): Attempt<void> => {
    const object = objects.futex(memory, byteOffset);
    if (object === -1 || !holds(memory, byteOffset, expected)) return { tries: act };
    const { party } = turnstile;
    let queued = false;
    return {
      tries: () => {
        if (queued && isWoken(party)) return goAway(party);
        if (!queued) comeToWait(party, object, bits);
        queued = true;
        return WOULD_BLOCK;
      },
      abandon: () => goAway(party),
    };
  };

  return {
    futex_wait: {
      objects: on,
      mode: MODE.write,
      begin: (memory, byteOffset, expected, timeout) =>
        timeout !== undefined && milliseconds(timeout) === null
          ? { tries: () => original.futex_wait(memory, byteOffset, expected, timeout) }
          : waiting(
            memory,
            byteOffset,
            expected,
            FUTEX_BITSET_MATCH_ANY,
            () => original.futex_wait(memory, byteOffset, expected, timeout),
          ),
      deadline: (_memory, _offset, _expected, timeout) => timeout === undefined ? null : clock.after(timeout),
      timedOut: fails("futex_wait", ERRNO.ETIMEDOUT),
      restarts: (_memory, _offset, _expected, timeout) => timeout === undefined,
      changes: () => [],
      faults: {
        eintr: fails("futex_wait", ERRNO.EINTR),
        timeout: (_memory, _offset, _expected, timeout) =>
          timeout === undefined ? undefined : fails("futex_wait", ERRNO.ETIMEDOUT)(),
        spurious: () => NOTHING_DONE,
      },
    },
    futex_wait_bitset: {
      objects: on,
      mode: MODE.write,
      begin: (memory, byteOffset, expected, deadline, bitset) => {
        const act = (): void => original.futex_wait_bitset(memory, byteOffset, expected, deadline, bitset);
        const refused = bitset === 0 || (deadline !== null && milliseconds(deadline) === null);
        return refused ? { tries: act } : waiting(memory, byteOffset, expected, bitset, act);
      },
      deadline: (_memory, _offset, _expected, deadline) => deadline === null ? null : clock.at(deadline),
      timedOut: fails("futex_wait_bitset", ERRNO.ETIMEDOUT),
      changes: () => [],
      faults: {
        eintr: fails("futex_wait_bitset", ERRNO.EINTR),
        timeout: (_memory, _offset, _expected, deadline) =>
          deadline === null ? undefined : fails("futex_wait_bitset", ERRNO.ETIMEDOUT)(),
        spurious: () => NOTHING_DONE,
      },
    },
    futex_wake: {
      objects: on,
      mode: MODE.write,
      // The original checks the arguments; it finds nobody.
      attempt: (memory, byteOffset, count) =>
        original.futex_wake(memory, byteOffset, count) +
        wake(turnstile, objects.futex(memory, byteOffset), count >>> 0, FUTEX_BITSET_MATCH_ANY),
      changes: () => [],
    },
    futex_wake_bitset: {
      objects: on,
      mode: MODE.write,
      attempt: (memory, byteOffset, count, bitset) =>
        original.futex_wake_bitset(memory, byteOffset, count, bitset) +
        wake(turnstile, objects.futex(memory, byteOffset), count >>> 0, bitset),
      changes: () => [],
    },
    futex_requeue: {
      objects: on,
      mode: MODE.write,
      attempt: (memory, byteOffset, wakes, requeues, target, targetOffset) => {
        original.futex_requeue(memory, byteOffset, wakes, requeues, target, targetOffset);
        const from = objects.futex(memory, byteOffset);
        const woken = wake(turnstile, from, wakes >>> 0, FUTEX_BITSET_MATCH_ANY);
        requeue(turnstile, from, objects.futex(target, targetOffset), requeues >>> 0);
        return woken;
      },
      changes: () => [],
    },
    futex_cmp_requeue: {
      objects: on,
      mode: MODE.write,
      attempt: (memory, byteOffset, expected, wakes, requeues, target, targetOffset) => {
        original.futex_cmp_requeue(memory, byteOffset, expected, wakes, requeues, target, targetOffset);
        const from = objects.futex(memory, byteOffset);
        const woken = wake(turnstile, from, wakes >>> 0, FUTEX_BITSET_MATCH_ANY);
        return woken + requeue(turnstile, from, objects.futex(target, targetOffset), requeues >>> 0);
      },
      changes: () => [],
    },
  };
}

/** Whether the word has the value that a waiter expects; the original is to say what else is wrong. */
function holds(memory: Memory, byteOffset: number, expected: unknown): boolean {
  if (typeof expected !== "number" || !memory.writable || byteOffset % 4 !== 0) return false;
  if (byteOffset < 0 || byteOffset + 4 > memory.length || memory.released) return false;
  return memory.view(Int32Array, byteOffset, 1)[0] === (expected | 0);
}
