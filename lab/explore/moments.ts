/**
 * Moments: what a stage's late starters and stimuli wait for, as words of the region, so that whichever party brings a
 * moment about can see to it at once.
 *
 * @module
 */
import { AT, MAX_MOMENTS, STATE } from "./region.ts";

/** What is waited for. */
export const MOMENT = { stuck: 1, note: 2, returned: 3, ended: 4 } as const;
/** What is done then. */
export const DEED = { start: 0, stimulus: 1 } as const;

/** One moment. */
export interface Moment {
  /** One of MOMENT. */
  readonly kind: number;
  /** The party that brings it about. */
  readonly party: number;
  /** Which note (by its number), or which call. */
  readonly index: number;
  /** How often it has to happen. */
  readonly count: number;
  /** One of DEED. */
  readonly deed: number;
  /** The party to be started, or the number of the stimulus. */
  readonly target: number;
}

/** An entry: state, then the fields of a moment, then how often it has happened. */
const WORDS = 8;
const WAITS = 1;
const DUE = 2;
const PAST = 3;

/** Puts the moments of a stage in place. */
export function setMoments(words: Int32Array, moments: readonly Moment[]): void {
  if (moments.length > MAX_MOMENTS) {
    throw new RangeError(`a stage has at most ${MAX_MOMENTS} starts and stimuli that wait`);
  }
  words[AT.moments] = moments.length;
  words[AT.outside] = 0;
  moments.forEach(({ kind, party, index, count, deed, target }, at) => {
    words.set([WAITS, kind, party, index, count, deed, target, 0], AT.momentList + WORDS * at);
  });
}

/** A party did what a moment may wait for. */
export function happened(words: Int32Array, kind: number, party: number, index: number): void {
  const count = words[AT.moments] as number;
  for (let at = AT.momentList; at < AT.momentList + WORDS * count; at += WORDS) {
    if (words[at] !== WAITS || words[at + 1] !== kind || words[at + 2] !== party) continue;
    if (kind !== MOMENT.ended && words[at + 3] !== index) continue;
    if (++(words[at + 7] as number) >= (words[at + 4] as number)) fire(words, at);
  }
}

/** Nobody can go on: the first that waits for that has its moment. False where none does. */
export function nobodyCan(words: Int32Array): boolean {
  const count = words[AT.moments] as number;
  for (let at = AT.momentList; at < AT.momentList + WORDS * count; at += WORDS) {
    if (words[at] !== WAITS || words[at + 1] !== MOMENT.stuck) continue;
    fire(words, at);
    return true;
  }
  return false;
}

/** The stimulus that is due, which is thereby taken; -1 where none is. */
export function takeDue(words: Int32Array): number {
  const count = words[AT.moments] as number;
  let taken = -1;
  words[AT.outside] = 0;
  for (let at = AT.momentList; at < AT.momentList + WORDS * count; at += WORDS) {
    if (words[at] !== DUE) continue;
    if (taken !== -1) {
      words[AT.outside] = 1; // there are more
      break;
    }
    words[at] = PAST;
    taken = words[at + 6] as number;
  }
  return taken;
}

function fire(words: Int32Array, at: number): void {
  const target = words[at + 6] as number;
  if (words[at + 5] === DEED.start) {
    words[at] = PAST;
    words[AT.state + target] = STATE.ready;
  } else {
    words[at] = DUE;
    words[AT.outside] = 1;
  }
}
