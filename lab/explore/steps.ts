/**
 * The steps of a schedule, out of the region; and what can be told of a schedule by its steps alone.
 *
 * @module
 */
import type { Block, Steps } from "./model.ts";
import { AT, FLAG, STEP } from "./region.ts";

/** The steps that the region holds, as they are when they are asked for. */
export function stepsOf(words: Int32Array): Steps {
  const word = (at: number, field: number): number => words[AT.trace + STEP.words * at + field] as number;
  return {
    get length() {
      return words[AT.steps] as number;
    },
    party: (at) => word(at, STEP.party),
    operation: (at) => word(at, STEP.operation),
    object: (at) => word(at, STEP.object),
    offset: (at) => word(at, STEP.offset),
    byteLength: (at) => word(at, STEP.modeFlagsLength) >>> 16,
    mode: (at) => word(at, STEP.modeFlagsLength) & 0xff,
    flags: (at) => word(at, STEP.modeFlagsLength) >>> 8 & 0xff,
    enabled: (at) => word(at, STEP.enabled),
  };
}

/** Who made each step. */
export function partiesOf(steps: Steps): Uint8Array {
  const parties = new Uint8Array(steps.length);
  for (let at = 0; at < parties.length; at++) parties[at] = steps.party(at);
  return parties;
}

/** The blocks that say the same as a list of parties, one for each step. */
export function blocksOf(parties: Iterable<number>): Block[] {
  const blocks: { party: number; steps: number }[] = [];
  for (const party of parties) {
    const last = blocks.at(-1);
    if (last?.party === party) last.steps++;
    else blocks.push({ party, steps: 1 });
  }
  return blocks;
}

/** How often a party was stopped that could have gone on. */
export function preemptionsOf(steps: Steps): number {
  let count = 0;
  for (let at = 0; at < steps.length; at++) if ((steps.flags(at) & FLAG.preempted) !== 0) count++;
  return count;
}

/** The same number for the same steps: who, what, to which object, and how it went. */
export function fingerprint(steps: Steps): number {
  let high = 0x811c9dc5;
  let low = 0x2545f491;
  for (let at = 0; at < steps.length; at++) {
    const who = steps.party(at) | (steps.flags(at) & FLAG.blocked) << 8 | steps.operation(at) << 12;
    high = Math.imul(high ^ who, 0x01000193) ^ steps.object(at);
    low = Math.imul(low ^ high ^ steps.offset(at), 0x85ebca6b) ^ low >>> 15;
  }
  return (high >>> 11) * 2 ** 32 + (low >>> 0);
}
