/**
 * Sets of signals: `sigset_t` as a value with methods.
 *
 * @module
 */
import { layout } from "./layout.ts";
import { signalName } from "./signal_numbers.ts";

/** `sigset_t`: 128 bytes in glibc, of which the kernel uses the first 8. */
export const SIGSET = layout({ c: "sigset_t", headers: ["signal.h"], size: 128, fields: {} });

/** The highest signal of Linux. */
const HIGHEST = 64;

/**
 * A set of signals (`sigset_t`). It is what masks and waits are given and what they return.
 *
 * @example A set and its members
 * ```ts
 * import { SIGINT, SigSet, SIGTERM, SIGUSR1 } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const set = new SigSet([SIGTERM, SIGINT]);
 * assertEquals(set.has(SIGINT), true);
 * assertEquals(set.has(SIGUSR1), false);
 * assertEquals([...set], [SIGINT, SIGTERM]);
 * assertEquals(String(set), "{SIGINT, SIGTERM}");
 * ```
 */
export class SigSet implements Iterable<number> {
  // Two words, as in the kernel: signal n is bit n - 1.
  #low = 0;
  #high = 0;

  /** A set of these signals; none of them leaves it empty. */
  constructor(signals: Iterable<number> = []) {
    for (const signo of signals) this.add(signo);
  }

  /** Adds a signal. A RangeError if there is none of that number. */
  add(signo: number): this {
    checkSignal(signo);
    if (signo <= 32) this.#low |= 1 << (signo - 1);
    else this.#high |= 1 << (signo - 33);
    return this;
  }

  /** Takes a signal out. A RangeError if there is none of that number. */
  delete(signo: number): this {
    checkSignal(signo);
    if (signo <= 32) this.#low &= ~(1 << (signo - 1));
    else this.#high &= ~(1 << (signo - 33));
    return this;
  }

  /** Whether the signal is in the set; false for a number that no signal has. */
  has(signo: number): boolean {
    if (!isSignal(signo)) return false;
    return ((signo <= 32 ? this.#low >>> (signo - 1) : this.#high >>> (signo - 33)) & 1) === 1;
  }

  /** Takes all signals out. */
  clear(): this {
    this.#low = this.#high = 0;
    return this;
  }

  /** Whether the set has no signal. */
  isEmpty(): boolean {
    return (this.#low | this.#high) === 0;
  }

  /** A set of its own with the same signals. */
  copy(): SigSet {
    return SigSet.#of(this.#low, this.#high);
  }

  /** The signals of this set, of the other, or of both. */
  union(other: SigSet): SigSet {
    return SigSet.#of(this.#low | other.#low, this.#high | other.#high);
  }

  /** The signals that this set and the other have in common. */
  intersection(other: SigSet): SigSet {
    return SigSet.#of(this.#low & other.#low, this.#high & other.#high);
  }

  /** The signals of this set that the other does not have. */
  difference(other: SigSet): SigSet {
    return SigSet.#of(this.#low & ~other.#low, this.#high & ~other.#high);
  }

  /** Whether the other set has all signals of this one. */
  isSubsetOf(other: SigSet): boolean {
    return (this.#low & ~other.#low) === 0 && (this.#high & ~other.#high) === 0;
  }

  /** Whether both sets have the same signals. */
  equals(other: SigSet): boolean {
    return this.#low === other.#low && this.#high === other.#high;
  }

  /** The signals in the set, ascending. */
  *[Symbol.iterator](): Generator<number> {
    for (let signo = 1; signo <= HIGHEST; signo++) if (this.has(signo)) yield signo;
  }

  /** "{SIGINT, SIGTERM}". */
  toString(): string {
    return `{${Array.from(this, signalName).join(", ")}}`;
  }

  /** The signals by number. */
  toJSON(): number[] {
    return [...this];
  }

  /** How `console.log` shows the set. */
  [Symbol.for("Deno.customInspect")](): string {
    return `SigSet ${this}`;
  }

  /** The set as C's `sigset_t`. */
  static encode(set: SigSet): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(SIGSET.size as number);
    SigSet.encodeInto(bytes, set);
    return bytes;
  }

  /** The set in the first eight of `bytes`, which are all that the kernel looks at. */
  static encodeInto(bytes: Uint8Array, set: SigSet): void {
    for (let at = 0; at < 4; at++) {
      bytes[at] = set.#low >>> (8 * at);
      bytes[4 + at] = set.#high >>> (8 * at);
    }
  }

  /** The set in C's `sigset_t`, or in the kernel's eight bytes, that begin at `base`. */
  static decode(bytes: Uint8Array, base = 0): SigSet {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return SigSet.#of(view.getInt32(base, true), view.getInt32(base + 4, true));
  }

  static #of(low: number, high: number): SigSet {
    const set = new SigSet();
    set.#low = low;
    set.#high = high;
    return set;
  }
}

/** Whether `signo` is the number of a signal: a whole number from 1 to 64. */
export function isSignal(signo: number): boolean {
  return (signo | 0) === signo && signo >= 1 && signo <= HIGHEST;
}

function checkSignal(signo: number): void {
  if (!isSignal(signo)) throw new RangeError(`signo: expected a signal from 1 to ${HIGHEST}, got ${String(signo)}`);
}
