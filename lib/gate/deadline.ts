/**
 * Waits that C goes on with after a signal: pthread_mutex_lock and its kin never fail with EINTR, so that the JavaScript of a
 * handler would have to wait for as long as they do. Instead each is made with a deadline, in memory where the kernel's handler
 * reaches it: a signal moves it into the past. The futex below reads the deadline anew each time that it goes to sleep, so it
 * comes back at once, whether the signal finds it asleep or on its way there.
 *
 * @module
 */
import { TIMESPEC, type Timespec } from "../abi/timespec.ts";
import { allocate, get, set } from "../abi/layout.ts";
import { errnoOf } from "../errors/system_error.ts";
import { addressOfBytes } from "../raw/pointer.ts";
import { signals } from "./gate.ts";
import { deadlinePlace } from "./recorder.ts";

const ETIMEDOUT = errnoOf("ETIMEDOUT");
const { sec: SEC, nsec: NSEC } = TIMESPEC.fields;

/** Beyond the end of every clock, and within what the kernel counts. */
const NEVER: Timespec = { sec: 2 ** 33, nsec: 0 };

/** The place while there is no kernel's handler, and so no signal to wait for. */
const quiet = allocate(TIMESPEC);
const quietPlace = { view: quiet as DataView, at: 0, address: addressOfBytes(new Uint8Array(quiet.buffer)) };

/** What a wait came to. */
export interface Waited {
  /** What C returned: an error's number, or 0. */
  readonly error: number;
  /** Whether a signal ended the wait, and not the time. */
  readonly cut: boolean;
}

/**
 * Makes `wait` once, with the address of a deadline. Signals that came before have their handlers run first. If it is cut, a
 * signal is pending, and its handler has not run yet.
 */
export function waitOnce(call: number, deadline: Timespec | null, wait: (until: bigint) => number): Waited {
  const { sec, nsec } = deadline ?? NEVER;
  for (;;) {
    const place = deadlinePlace() ?? quietPlace;
    set(place.view, SEC, sec, place.at);
    set(place.view, NSEC, nsec, place.at);
    if (signals.arrived[0] !== signals.taken) {
      signals.deliver(call);
      continue;
    }
    const error = wait(place.address);
    const cut = error === ETIMEDOUT && sec !== 0 && get(place.view, SEC, place.at) === 0;
    return { error, cut };
  }
}

/**
 * Makes `wait` until it is neither cut nor early: handlers run in between, and whatever flags they have, the call goes on, as in
 * C. Returns the error's number, or 0.
 */
export function waitOn(call: number, deadline: Timespec | null, wait: (until: bigint) => number): number {
  for (;;) {
    const { error, cut } = waitOnce(call, deadline, wait);
    if (!cut) return error;
    signals.deliver(call);
  }
}
