/**
 * Waiting at a barrier, by the words that glibc keeps in it, so that C's processes may wait at the same one. glibc's own
 * pthread_barrier_wait can neither be interrupted nor be given a deadline: no signal handler would run before the barrier
 * opens. The protocol is that of glibc, nptl/pthread_barrier_wait.c, and has been since 2.24.
 *
 * Each that comes counts itself in. Whoever makes a round complete says so, and wakes the others. Each that goes counts itself
 * out; before the counts overflow, the last one out puts all of them back to 0.
 *
 * @module
 */
import { BARRIER_WORDS } from "../abi/pthread.ts";
import { PTHREAD_BARRIER_SERIAL_THREAD } from "../abi/pthread_constants.ts";
import { FUTEX_WAIT, FUTEX_WAKE } from "../abi/futex_constants.ts";
import { c } from "../raw/futex.ts";
import { SYS } from "../raw/system_call.ts";

const { in: IN, round: ROUND, count: COUNT, out: OUT } = BARRIER_WORDS;
const EVERYBODY = 0x7fff_ffff;
/** How many come in before the counts start again, at most. Source: BARRIER_IN_THRESHOLD. */
const THRESHOLD = 0x7fff_ffff;

/** Somebody who has come to a barrier, and what is next. */
export class Arrival {
  readonly #words: Int32Array<ArrayBuffer>;
  readonly #address: bigint;
  readonly #count: number;
  /** How many come in before the counts start again: whole rounds. */
  readonly #most: number;
  /** How many have come in with this one, since the counts began; 0 while it waits for them to start again. */
  #number = 0;

  /** For a sound barrier at `address`. */
  constructor(words: Int32Array<ArrayBuffer>, address: bigint) {
    this.#words = words;
    this.#address = address;
    this.#count = words[COUNT] as number;
    this.#most = THRESHOLD - THRESHOLD % this.#count;
  }

  /** Sleeps once, unless the barrier is open: then true. A signal may end the sleep. */
  isThrough(): boolean {
    const wait = this.#waitsFor();
    // The counts may have started again just now: then nobody would wake it.
    const startedAgain = wait?.word === IN && wait.value >>> 0 <= this.#most;
    if (wait !== null && !startedAgain) this.#sleep(wait.word, wait.value);
    return wait === null;
  }

  /** Whether the barrier is open, without sleeping; the first look counts this one in. */
  isOpen(): boolean {
    return this.#waitsFor() === null;
  }

  /** The word that has to change first, and its value; null where the barrier is open. */
  #waitsFor(): { readonly word: number; readonly value: number } | null {
    const words = this.#words;
    if (this.#number === 0) {
      const number = (Atomics.add(words, IN, 1) + 1) >>> 0;
      if (number > this.#most) return { word: IN, value: Atomics.load(words, IN) };
      this.#number = number;
      this.#openRounds();
    }
    const round = Atomics.load(words, ROUND);
    return this.#number <= round >>> 0 ? null : { word: ROUND, value: round };
  }

  /** Goes, through the barrier or away from it. Returns what pthread_barrier_wait does. */
  leave(): number {
    const words = this.#words;
    if (this.#number === 0) return 0;
    if ((Atomics.add(words, OUT, 1) + 1) >>> 0 === this.#most) {
      Atomics.store(words, ROUND, 0);
      Atomics.store(words, OUT, 0);
      Atomics.store(words, IN, 0);
      this.#wake(IN);
    }
    return this.#number % this.#count === 0 ? PTHREAD_BARRIER_SERIAL_THREAD : 0;
  }

  /** Says that all rounds are complete that are, this one's own among them if it came last. */
  #openRounds(): void {
    const words = this.#words;
    for (;;) {
      const round = Atomics.load(words, ROUND);
      if ((round >>> 0) + this.#count > this.#number) return;
      const complete = this.#number - this.#number % this.#count;
      if (Atomics.compareExchange(words, ROUND, round, complete) === round) return this.#wake(ROUND);
    }
  }

  #sleep(word: number, value: number): void {
    c.futex_wait(SYS.futex, this.#address + BigInt(word * 4), FUTEX_WAIT, value >>> 0, null, 0n, 0);
  }

  #wake(word: number): void {
    c.futex(SYS.futex, this.#address + BigInt(word * 4), FUTEX_WAKE, EVERYBODY, 0n, 0n, 0);
  }
}

/** Whether somebody is at a barrier, or on the way through. */
export function isBusy(words: Int32Array<ArrayBuffer>): boolean {
  return Atomics.load(words, IN) !== Atomics.load(words, OUT);
}
