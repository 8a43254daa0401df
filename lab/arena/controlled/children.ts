/**
 * The parties that children of fork are: each gets the highest number that nobody has, and gives it back when it is gone and
 * waited for.
 *
 * @module
 */
import { forked } from "../../explore/clocks.ts";
import { AT, MAX_PARTIES, STATE } from "../../explore/region.ts";
import { sendSignal } from "../system.ts";
import { NEVER } from "./next.ts";

/** Makes a party, ready to go on, for a child that `parent` is about to fork; 0 where all numbers are taken. */
export function makeChild(words: Int32Array, parent: number): number {
  for (let party = MAX_PARTIES - 1; party > 0; party--) {
    if (words[AT.state + party] !== STATE.absent && !isPast(words, party)) continue;
    words[AT.roleOf + party] = words[AT.roleOf + parent] as number;
    words[AT.deadline + party] = NEVER;
    words[AT.buffered + party] = 0;
    words[AT.pendingObject + party] = -1;
    words[AT.passed + party] = words[AT.gate + party] as number;
    words[AT.state + party] = STATE.ready;
    words[AT.unused] = 0;
    forked(words, parent, party);
    return party;
  }
  return 0;
}

/** Whether a party was a child that is gone and waited for: another may take its number. */
function isPast(words: Int32Array, party: number): boolean {
  return words[AT.state + party] === STATE.ended && words[AT.roleOf + party] !== party &&
    !sendSignal(words[AT.pid + party] as number, 0);
}
