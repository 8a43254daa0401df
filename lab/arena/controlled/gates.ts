/**
 * The gates: how a party lets another go, and waits until it is let go itself. One word for each party, its futex, counted up
 * each time it is let go; a party that looks too late sees the count and does not sleep.
 *
 * @module
 */
import { FUTEX_WAIT, FUTEX_WAKE } from "../../../lib/abi/futex_constants.ts";
import { c } from "../../../lib/raw/futex.ts";
import { SYS } from "../../../lib/raw/system_call.ts";
import { AT, MAX_PARTIES } from "../../explore/region.ts";

// Taken before they are watched: the gates are no memory of a program's.
const { add, load } = Atomics;

/** The gates of one region. */
export class Gates {
  readonly #words: Int32Array;
  readonly #addresses: readonly bigint[];
  /** A `struct timespec`: how long `waitFor` sleeps. */
  readonly #limit = new Uint8Array(16);
  readonly #limitWords = new BigInt64Array(this.#limit.buffer);
  #limitMs = 0;

  /** The gates of the region whose words these are, at this address in this process (and its children). */
  constructor(words: Int32Array, address: bigint) {
    this.#words = words;
    this.#addresses = Array.from({ length: MAX_PARTIES }, (_, party) => address + BigInt(4 * (AT.gate + party)));
  }

  /** Lets a party go: it does `command` when it comes to it. */
  open(party: number, command: number): void {
    const words = this.#words;
    words[AT.command + party] = command;
    words[AT.holder] = party;
    add(words, AT.gate + party, 1);
    c.futex(SYS.futex, this.#addresses[party] as bigint, FUTEX_WAKE, 1, 0n, 0n, 0);
  }

  /** Waits until this party is let go, and tells what it is to do. */
  wait(party: number): number {
    const words = this.#words;
    const passed = words[AT.passed + party] as number;
    while (load(words, AT.gate + party) === passed) {
      c.futex_wait(SYS.futex, this.#addresses[party] as bigint, FUTEX_WAIT, passed, null, 0n, 0);
    }
    words[AT.passed + party] = passed + 1;
    return words[AT.command + party] as number;
  }

  /** As `wait`, but only for so long, or until a signal comes in; whether the party was let go. */
  waitFor(party: number, milliseconds: number): boolean {
    const words = this.#words;
    const passed = words[AT.passed + party] as number;
    if (load(words, AT.gate + party) === passed) {
      if (milliseconds !== this.#limitMs) this.#limitWords[1] = BigInt(Math.round(milliseconds * 1e6));
      this.#limitMs = milliseconds;
      c.futex_wait(SYS.futex, this.#addresses[party] as bigint, FUTEX_WAIT, passed, this.#limit, 0n, 0);
      if (load(words, AT.gate + party) === passed) return false;
    }
    words[AT.passed + party] = passed + 1;
    return true;
  }

  /** A party that did not take its turn (its process is gone) has none any more. */
  forget(party: number): void {
    this.#words[AT.passed + party] = load(this.#words, AT.gate + party);
  }
}
