/**
 * What becomes of parties: one ends, one gets a signal. Words of the region, which whoever has the turn may write.
 *
 * @module
 */
import { happened, MOMENT } from "../../explore/moments.ts";
import { AT, END, OPERATION, STATE } from "../../explore/region.ts";
import { wakeAll } from "./next.ts";

/** A party has ended: who waits for that may go on. */
export function finish(words: Int32Array, party: number): void {
  words[AT.state + party] = STATE.ended;
  words[AT.buffered + party] = 0;
  words[AT.required] = (words[AT.required] as number) & ~(1 << party);
  happened(words, MOMENT.ended, party, 0);
  wakeAll(words);
  if (words[AT.required] === 0 && words[AT.end] === END.none) words[AT.end] = END.ended;
}

/** Signals below it are not queued: several that are pending are one. */
const FIRST_QUEUED = 32;

/** Whether this signal was sent to a party since its last step, and another would be the same. */
export function isUnderWay(words: Int32Array, party: number, signo: number): boolean {
  return signo < FIRST_QUEUED && ((words[AT.underWay + party] as number) & 1 << signo) !== 0;
}

/** A signal came in for a party: parked or not, it may go on. */
export function rouse(words: Int32Array, party: number, signo: number): void {
  if (signo < FIRST_QUEUED) words[AT.underWay + party] = (words[AT.underWay + party] as number) | 1 << signo;
  words[AT.signalled] = (words[AT.signalled] as number) | 1 << party;
  const state = words[AT.state + party];
  if (state === STATE.parked || state === STATE.spinning) words[AT.state + party] = STATE.ready;
}

/** A party whose first step has not been made is still at its gate. */
export function hasBegun(words: Int32Array, party: number): boolean {
  return words[AT.pendingOperation + party] !== OPERATION.start;
}
