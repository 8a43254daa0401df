/**
 * Sets of signals that a call is given: checked, and in C's form.
 *
 * @module
 */
import { RESERVED_SIGNAL } from "../abi/signal_numbers.ts";
import { SigSet } from "../abi/sigset.ts";
import { kind } from "./arguments.ts";

/** `value` if it is a SigSet. */
export function signalSet(value: SigSet, name: string): SigSet {
  if (!(value instanceof SigSet)) throw new TypeError(`${name}: expected a SigSet, got ${kind(value)}`);
  return value;
}

/** The set as C's `sigset_t`, without the signal that is the library's own: nobody blocks it or waits for it. */
export function encodeSet(set: SigSet): Uint8Array<ArrayBuffer> {
  return SigSet.encode(withoutReserved(set));
}

/** The same in `bytes` that there are already. */
export function encodeSetInto(bytes: Uint8Array<ArrayBuffer>, set: SigSet): void {
  SigSet.encodeInto(bytes, withoutReserved(set));
}

function withoutReserved(set: SigSet): SigSet {
  return set.has(RESERVED_SIGNAL) ? set.copy().delete(RESERVED_SIGNAL) : set;
}
