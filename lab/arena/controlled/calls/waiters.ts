/**
 * Those who sleep until somebody wakes them, at a futex or a condition variable: who waits where, in which order, and who was
 * woken. The kernel has such a queue; under control nobody sleeps in it, so this one is in memory that all processes of a run
 * share.
 *
 * @module
 */
import { MAX_PARTIES } from "../../../explore/region.ts";
import type { Turnstile } from "../../../explore/turnstile.ts";
import { sharedWords } from "./shared_words.ts";

/** An entry of the queue, one for each party: where its words are. What it waits at and is parked on are objects' indexes. */
const AT = { state: 0, waitsAt: 1, parkedOn: 2, bits: 3, ticket: 4 } as const;
const ENTRY = 8;
const STATE = { free: 0, waits: 1, woken: 2 } as const;

/** Bits of whoever waits for any waker. */
export const ANY_BITS = -1;

/** The queue, shared by this process and all that are forked from it once this module is loaded. */
const queue: Int32Array = sharedWords();
/** Where the tickets are counted: behind the entries. */
const TICKETS = ENTRY * MAX_PARTIES;

/** `party` sleeps at `object` until it is woken by one of `bits`. */
export function comeToWait(party: number, object: number, bits: number): void {
  queue.set([STATE.waits, object, object, bits, ++(queue[TICKETS] as number)], ENTRY * party);
}

/** Whether somebody has woken `party`. */
export function isWoken(party: number): boolean {
  return queue[ENTRY * party] === STATE.woken;
}

/** `party` sleeps no longer: it was woken, or has given up; or another process is this party now. */
export function goAway(party: number): undefined {
  queue[ENTRY * party] = STATE.free;
  return undefined;
}

/** Wakes the first `count` that wait at `object` for any of `bits`, in the order in which they came. */
export function wake(turnstile: Turnstile, object: number, count: number, bits: number): number {
  const woken = waitersAt(turnstile, object).filter((entry) => ((queue[entry + AT.bits] as number) & bits) !== 0);
  for (const entry of woken.slice(0, count)) {
    queue[entry + AT.state] = STATE.woken;
    turnstile.changed(queue[entry + AT.parkedOn] as number);
  }
  return Math.min(count, woken.length);
}

/** Lets the first `count` that wait at `object` wait at `target`. */
export function requeue(turnstile: Turnstile, object: number, target: number, count: number): number {
  const moved = waitersAt(turnstile, object).slice(0, count);
  for (const entry of moved) {
    queue[entry + AT.waitsAt] = target;
    queue[entry + AT.ticket] = ++(queue[TICKETS] as number);
  }
  return moved.length;
}

/** How many wait at `object`. */
export function countWaiters(turnstile: Turnstile, object: number): number {
  return waitersAt(turnstile, object).length;
}

function waitersAt(turnstile: Turnstile, object: number): number[] {
  const found: number[] = [];
  if (object === -1) return found;
  for (let party = 1; party < MAX_PARTIES; party++) {
    const entry = ENTRY * party;
    if (queue[entry] === STATE.waits && queue[entry + AT.waitsAt] === object && !turnstile.hasEnded(party)) {
      found.push(entry);
    }
  }
  return found.sort((a, b) => (queue[a + AT.ticket] as number) - (queue[b + AT.ticket] as number));
}
