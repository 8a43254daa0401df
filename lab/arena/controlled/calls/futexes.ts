/**
 * Futexes. Under control nobody sleeps in the kernel's queue, so there is one of its own, in memory that all processes of a run
 * share: who waits for which word, in which order, and who was woken. A waiter goes on because it was woken, not because the
 * word has changed: that is how a lost wake-up shows.
 *
 * @module
 */
import { FUTEX_BITSET_MATCH_ANY } from "../../../../lib/abi/futex_constants.ts";
import type { Memory } from "../../../../lib/mod.ts";
import { MAX_PARTIES, MODE } from "../../../explore/region.ts";
import type { Turnstile } from "../../../explore/turnstile.ts";
import { type Attempt, type Calls, type Context, ERRNO, fails, NOTHING_DONE, WOULD_BLOCK } from "./call.ts";
import { milliseconds } from "./clock.ts";
import { sharedWords } from "./shared_words.ts";

/** An entry of the queue, one for each party: where its words are. The futex and the object it is parked on are indexes. */
const AT = { state: 0, futex: 1, parkedOn: 2, bits: 3, ticket: 4 } as const;
const ENTRY = 8;
const STATE = { free: 0, waits: 1, woken: 2 } as const;

/** The queue, shared by this process and all that are forked from it once this module is loaded. */
const queue: Int32Array = sharedWords();
/** Where the tickets are counted: behind the entries. */
const TICKETS = ENTRY * MAX_PARTIES;

/** Another process is this party now: one that was killed may have left its place in the queue. */
export function forgetWaiter(party: number): void {
  queue[ENTRY * party] = STATE.free;
}

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
    const entry = ENTRY * turnstile.party;
    let queued = false;
    return {
      tries: () => {
        if (queued && queue[entry] === STATE.woken) return leaveQueue(entry);
        if (!queued) queue.set([STATE.waits, object, object, bits, ++(queue[TICKETS] as number)], entry);
        queued = true;
        return WOULD_BLOCK;
      },
      abandon: () => leaveQueue(entry),
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

function leaveQueue(entry: number): undefined {
  queue[entry] = STATE.free;
  return undefined;
}

/** Wakes the first `count` that wait at `futex` for any of `bits`, in the order in which they came. */
function wake(turnstile: Turnstile, futex: number, count: number, bits: number): number {
  const woken = waitersOf(turnstile, futex).filter((entry) => ((queue[entry + AT.bits] as number) & bits) !== 0);
  for (const entry of woken.slice(0, count)) {
    queue[entry + AT.state] = STATE.woken;
    turnstile.changed(queue[entry + AT.parkedOn] as number);
  }
  return Math.min(count, woken.length);
}

/** Lets the first `count` that wait at `futex` wait at `target`. */
function requeue(turnstile: Turnstile, futex: number, target: number, count: number): number {
  const moved = waitersOf(turnstile, futex).slice(0, count);
  for (const entry of moved) {
    queue[entry + AT.futex] = target;
    queue[entry + AT.ticket] = ++(queue[TICKETS] as number);
  }
  return moved.length;
}

function waitersOf(turnstile: Turnstile, futex: number): number[] {
  const found: number[] = [];
  if (futex === -1) return found;
  for (let party = 1; party < MAX_PARTIES; party++) {
    const entry = ENTRY * party;
    if (queue[entry] === STATE.waits && queue[entry + AT.futex] === futex && !turnstile.hasEnded(party)) {
      found.push(entry);
    }
  }
  return found.sort((a, b) => (queue[a + AT.ticket] as number) - (queue[b + AT.ticket] as number));
}
