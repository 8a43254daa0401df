/**
 * Who goes on, and what happens where nobody can: virtual time goes on, and whoever waits for a stage to be stuck has their
 * moment. Only where that is of no use either, the schedule is over.
 *
 * @module
 */
import { choose, NOBODY, nobodyBecause } from "../../explore/chooser.ts";
import { nobodyCan } from "../../explore/moments.ts";
import { AT, END, MAX_PARTIES, STATE } from "../../explore/region.ts";

/** No deadline. */
export const NEVER = -1;

/** As `choose`; where the schedule is over, or what is due comes from outside, 0: the template's turn. `AT.end` says which. */
export function chooseNext(words: Int32Array): number {
  for (;;) {
    if (words[AT.end] !== END.none) return 0;
    const next = choose(words);
    if (next !== NOBODY) return next;
    const why = nobodyBecause(words);
    if (why !== END.steps && (letTimePass(words) || nobodyCan(words))) continue;
    words[AT.end] = why;
    return 0;
  }
}

/** Lets virtual time go on to the first deadline of those who are parked; false where there is none. */
function letTimePass(words: Int32Array): boolean {
  const parties = MAX_PARTIES - (words[AT.unused] as number);
  let first = 0;
  for (let party = 1; party < parties; party++) {
    const deadline = words[AT.deadline + party] as number;
    if (!waits(words, party) || deadline === NEVER) continue;
    if (first === 0 || deadline < (words[AT.deadline + first] as number)) first = party;
  }
  if (first === 0) return false;
  words[AT.now] = Math.max(words[AT.now] as number, words[AT.deadline + first] as number);
  words[AT.timedOut] = (words[AT.timedOut] as number) | 1 << first;
  words[AT.state + first] = STATE.ready;
  return true;
}

function waits(words: Int32Array, party: number): boolean {
  const state = words[AT.state + party];
  return state === STATE.parked || state === STATE.spinning;
}

/** What everybody waits for may have changed: a process has ended, and its descriptors and locks with it. */
export function wakeAll(words: Int32Array): void {
  const parties = MAX_PARTIES - (words[AT.unused] as number);
  for (let party = 1; party < parties; party++) {
    if (!waits(words, party)) continue;
    words[AT.state + party] = STATE.ready;
    words[AT.opaque] = 1; // what it did for them is not told by its steps
  }
  words[AT.unspun] = 0;
}
