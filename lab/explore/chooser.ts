/**
 * Who is next. The party that is about to give its turn away asks here, and writes what it is told where all can read it, so
 * that the choice needs no process besides those that run. Everything that a choice depends on is in the region; the same
 * plan therefore gives the same choices, whoever makes them.
 *
 * What the turnstile does, and when:
 *
 * - the template resets the parties, and arms the plan (`arm`);
 * - a party that is to make a step writes its `pending…` words and its bit of `AT.yields`, and calls `choose`. The record of
 *   the step to come, number `AT.steps`, then has its party, its enabled mask and FLAG.preempted or FLAG.offered;
 * - whoever makes that step fills the record (`record`), which counts it;
 * - a step that changes an object calls `wake`;
 * - NOBODY can go on: the turnstile may let virtual time go on, make somebody ready, and ask again. Otherwise the schedule is
 *   over, and `nobodyBecause` says how.
 *
 * @module
 */
import { conflict, effect, LONGEST } from "./dependence.ts";
import { FAULT_KINDS, type Plan } from "./model.ts";
import { following, seeded } from "./random.ts";
import {
  ANY_OBJECT,
  AT,
  END,
  FLAG,
  FLUSH,
  MAX_BLOCKS,
  MAX_FAULTS,
  MAX_PARTIES,
  MAX_STEPS,
  MODE,
  OPERATION,
  STATE,
  STEP,
} from "./region.ts";

/** What `choose` returns where nobody can go on. */
export const NOBODY = -1;

/** How often those who spin are let look again before they count as stuck. */
const LOOKS_AGAIN = 2;

/** Continuations, by their number in the region. */
const CONTINUATION = { stay: 0, random: 1, pct: 2, pos: 3, fair: 4 } as const;

/** Parties and their store buffers. */
const CHOICES = 2 * MAX_PARTIES;
/** Words of `AT.changeList`. */
const MAX_CHANGES = 16;

/**
 * The next party: 0 for a stimulus from outside, 1 to 15, FLUSH + p for the oldest entry of p's store buffer; NOBODY where
 * there is none, or no step is left. To be called once for every step, by the party that made the one before.
 */
export function choose(words: Int32Array): number {
  const step = words[AT.steps] as number;
  if (step >= (words[AT.stepLimit] as number) || step >= MAX_STEPS) return NOBODY;
  let enabled = enabledMask(words);
  if (enabled === 0) {
    if (!unspin(words)) return NOBODY;
    enabled = enabledMask(words);
  }
  const decision = (enabled & (enabled - 1)) !== 0;
  if (decision) words[AT.decisions] = (words[AT.decisions] as number) + 1;
  const role = words[AT.role] as number;
  const roleBit = role === 0 ? 0 : 1 << role;
  const yielded = ((words[AT.yields] as number) & roleBit) !== 0;
  // Priorities are kept even while blocks prescribe who is next: they belong to what is pending, not to who asks.
  if (words[AT.continuation] === CONTINUATION.pct) lower(words, role, yielded);
  else if (words[AT.continuation] === CONTINUATION.pos) redraw(words, step);
  let party = prescribed(words, enabled);
  if (party === NOBODY) {
    if (words[AT.asleep] !== 0) rouse(words, step);
    party = decision ? continued(words, enabled, role, yielded) : lowestBit(enabled);
  }
  const passedOver = party !== role && (enabled & roleBit) !== 0;
  const at = AT.trace + STEP.words * step;
  words[at + STEP.party] = party;
  words[at + STEP.enabled] = enabled;
  words[at + STEP.modeFlagsLength] = passedOver ? (yielded ? FLAG.offered : FLAG.preempted) << 8 : 0;
  if (party === 0 || (words[AT.signalled] as number) !== 0 || (words[AT.timedOut] as number) !== 0) {
    words[AT.opaque] = 1;
  }
  words[AT.current] = party;
  if (party > 0 && party < FLUSH) words[AT.role] = party;
  return party;
}

/** Who could go on: a mask of parties. */
export function enabledMask(words: Int32Array): number {
  let mask = (words[AT.outside] as number) & 1;
  const parties = MAX_PARTIES - (words[AT.unused] as number);
  for (let party = 1; party < parties; party++) {
    if (words[AT.state + party] === STATE.ready) mask |= 1 << party;
    if ((words[AT.buffered + party] as number) > 0) mask |= 1 << (FLUSH + party);
  }
  return mask;
}

/**
 * Fills the record of the step that is being made with what its party had announced, and counts the step.
 *
 * @param flags those of FLAG that are known; `choose` has put its own there
 * @returns the step's number
 */
export function record(words: Int32Array, party: number, flags: number, site: number): number {
  const step = words[AT.steps] as number;
  const at = AT.trace + STEP.words * step;
  words[at + STEP.operation] = words[AT.pendingOperation + party] as number;
  words[at + STEP.object] = words[AT.pendingObject + party] as number;
  words[at + STEP.offset] = words[AT.pendingOffset + party] as number;
  const length = Math.min(words[AT.pendingLength + party] as number, LONGEST);
  words[at + STEP.modeFlagsLength] = (words[at + STEP.modeFlagsLength] as number) |
    (words[AT.pendingMode + party] as number) | flags << 8 | length << 16;
  words[at + STEP.result] = 0;
  words[at + STEP.site] = site;
  words[AT.steps] = step + 1;
  words[AT.underWay + party] = 0;
  return step;
}

/** Adds to what a step's record says: that it would have blocked, had a fault put in, … */
export function mark(words: Int32Array, step: number, flags: number): void {
  const at = AT.trace + STEP.words * step + STEP.modeFlagsLength;
  words[at] = (words[at] as number) | flags << 8;
}

/** An object was changed: whoever is parked on it, or spins for it, may look again. */
export function wake(words: Int32Array, object: number): void {
  words[AT.unspun] = 0;
  const step = (words[AT.steps] as number) - 1;
  const told = step >= 0 && words[AT.trace + STEP.words * step + STEP.object] === object;
  const parties = MAX_PARTIES - (words[AT.unused] as number);
  for (let party = 1; party < parties; party++) {
    const state = words[AT.state + party];
    if (state !== STATE.parked && state !== STATE.spinning) continue;
    const on = words[AT.parkedOn + party];
    if (on !== object && on !== ANY_OBJECT) continue;
    words[AT.state + party] = STATE.ready;
    if (!told || (on === ANY_OBJECT && state === STATE.parked)) words[AT.opaque] = 1;
  }
}

/**
 * Nobody is ready, but some only spin: what they look at may have changed unseen, so that they look again. False where there
 * are none, or where they have looked often enough since something changed.
 */
export function unspin(words: Int32Array): boolean {
  const most = Math.max(LOOKS_AGAIN, words[AT.patience] as number);
  if ((words[AT.unspun] as number) >= most || !anySpins(words)) return false;
  words[AT.unspun] = (words[AT.unspun] as number) + 1;
  const parties = MAX_PARTIES - (words[AT.unused] as number);
  for (let party = 1; party < parties; party++) {
    if (words[AT.state + party] === STATE.spinning) words[AT.state + party] = STATE.ready;
  }
  return true;
}

/** Why nobody was chosen: END.steps, END.spinning or END.stuck. */
export function nobodyBecause(words: Int32Array): number {
  const steps = words[AT.steps] as number;
  if (steps >= (words[AT.stepLimit] as number) || steps >= MAX_STEPS) return END.steps;
  return anySpins(words) ? END.spinning : END.stuck;
}

/**
 * Writes a plan into the region, and sets back everything that belongs to the course of one schedule: counters, calls made,
 * the end, and what `choose` remembers. Parties (and how many, if that is known), their pending steps, their buffers and objects are the turnstile's to reset.
 */
export function arm(words: Int32Array, plan: Plan): void {
  if (plan.blocks.length > MAX_BLOCKS) throw new RangeError(`Cannot run a plan of ${plan.blocks.length} blocks`);
  if (plan.faults.length > MAX_FAULTS) throw new RangeError(`Cannot run a plan with ${plan.faults.length} faults`);
  words[AT.current] =
    words[AT.role] =
    words[AT.unspun] =
    words[AT.yields] =
    words[AT.steps] =
    words[AT.decisions] =
    words[AT.end] =
    words[AT.block] =
    words[AT.lowest] =
    words[AT.opaque] =
    words[AT.unused] =
      0;
  words.fill(0, AT.callsMade, AT.callsMade + MAX_PARTIES);
  words[AT.blocks] = plan.blocks.length;
  words[AT.blockLeft] = plan.blocks[0]?.steps ?? 0;
  plan.blocks.forEach((block, i) => {
    words[AT.blockList + 2 * i] = block.party;
    words[AT.blockList + 2 * i + 1] = block.steps;
  });
  words[AT.faults] = plan.faults.length;
  plan.faults.forEach((fault, i) => {
    words[AT.faultList + 3 * i] = fault.party;
    words[AT.faultList + 3 * i + 1] = fault.call;
    words[AT.faultList + 3 * i + 2] = FAULT_KINDS.indexOf(fault.kind) + 1;
  });
  words[AT.buffering] = plan.buffered ? 1 : 0;
  const then = plan.then;
  words[AT.continuation] = CONTINUATION[then.kind];
  words[AT.asleep] = then.kind === "stay" ? then.asleep ?? 0 : 0;
  words[AT.random] = "seed" in then ? seeded(then.seed) : 1;
  words[AT.changes] = 0;
  if (then.kind === "pct") drawPriorities(words, then.depth, then.decisions);
  if (then.kind === "pos") { for (let i = 0; i < CHOICES; i++) words[AT.priority + i] = draw(words) >>> 1; }
}

/** The party that the plan's blocks name for this step, or NOBODY. */
function prescribed(words: Int32Array, enabled: number): number {
  const blocks = words[AT.blocks] as number;
  let block = words[AT.block] as number;
  while (block < blocks) {
    const party = words[AT.blockList + 2 * block] as number;
    const left = words[AT.blockLeft] as number;
    if (left > 0 && (enabled & 1 << party) !== 0) {
      words[AT.blockLeft] = left - 1;
      return party;
    }
    block++;
    words[AT.block] = block;
    words[AT.blockLeft] = block < blocks ? words[AT.blockList + 2 * block + 1] as number : 0;
  }
  return NOBODY;
}

function continued(words: Int32Array, enabled: number, role: number, yielded: boolean): number {
  switch (words[AT.continuation]) {
    case CONTINUATION.random:
      return nthBit(enabled, (draw(words) >>> 0) % bitCount(enabled));
    case CONTINUATION.pct: {
      const top = highest(words, enabled);
      const decision = words[AT.decisions] as number;
      const changes = words[AT.changes] as number;
      for (let i = 0; i < changes; i++) {
        if (words[AT.changeList + i] === decision) {
          words[AT.priority + top] = i + 1;
          return highest(words, enabled);
        }
      }
      return top;
    }
    case CONTINUATION.pos:
      return highest(words, enabled);
    case CONTINUATION.fair:
      return after(enabled, words[AT.current] as number);
    default:
      return stay(words, awake(words, enabled), role, yielded);
  }
}

/** The same party; where it cannot or does not want to, the lowest that wants to; else by turns. */
function stay(words: Int32Array, enabled: number, role: number, yielded: boolean): number {
  if (role !== 0 && !yielded && (enabled & 1 << role) !== 0) return role;
  const eager = enabled & ~(words[AT.yields] as number);
  return eager === 0 ? after(enabled, role) : lowestBit(eager);
}

/** Those who are not in the sleep set; all, where there is nobody else: then what follows was seen before. */
function awake(words: Int32Array, enabled: number): number {
  const others = enabled & ~(words[AT.asleep] as number);
  return others === 0 ? enabled : others;
}

/** Takes out of the sleep set whose pending step depends on the last one. */
function rouse(words: Int32Array, step: number): void {
  if (step > 0) words[AT.asleep] = (words[AT.asleep] as number) & ~dependents(words, step - 1);
}

/** Parties whose pending step depends on step number `step`. */
function dependents(words: Int32Array, step: number): number {
  const at = AT.trace + STEP.words * step;
  const object = words[at + STEP.object] as number;
  const mode = effect(words, at);
  if (words[at + STEP.operation] === OPERATION.event) return eventful(words);
  if (object < 0 || mode === MODE.none) return 0;
  const offset = words[at + STEP.offset] as number;
  const length = (words[at + STEP.modeFlagsLength] as number) >>> 16;
  const parties = MAX_PARTIES - (words[AT.unused] as number);
  let mask = 0;
  for (let party = 1; party < parties; party++) {
    if (words[AT.pendingObject + party] !== object) continue;
    const otherMode = words[AT.pendingMode + party] as number;
    const otherOffset = words[AT.pendingOffset + party] as number;
    const otherLength = Math.min(words[AT.pendingLength + party] as number, LONGEST);
    if (conflict(mode, offset, length, otherMode, otherOffset, otherLength)) mask |= 1 << party;
  }
  return mask;
}

/** Parties whose pending step is an event: in which order those come is seen from outside. */
function eventful(words: Int32Array): number {
  const parties = MAX_PARTIES - (words[AT.unused] as number);
  let mask = 0;
  for (let party = 1; party < parties; party++) {
    if (words[AT.pendingOperation + party] === OPERATION.event) mask |= 1 << party;
  }
  return mask;
}

/** PCT: a party that offers its turn, or that was parked for spinning, goes below all others. */
function lower(words: Int32Array, role: number, yielded: boolean): void {
  if (role === 0 || !(yielded || words[AT.state + role] === STATE.spinning)) return;
  const lowest = (words[AT.lowest] as number) - 1;
  words[AT.lowest] = lowest;
  words[AT.priority + role] = lowest;
}

/** POS: the party of the last step has a new one pending; and so has, in effect, each whose pending one depended on it. */
function redraw(words: Int32Array, step: number): void {
  if (step === 0) return;
  const stepped = words[AT.current] as number;
  words[AT.priority + stepped] = draw(words) >>> 1;
  let others = dependents(words, step - 1) & ~(1 << stepped);
  while (others !== 0) {
    const party = lowestBit(others);
    others &= others - 1;
    words[AT.priority + party] = draw(words) >>> 1;
  }
}

/** PCT: a random order of all parties, and `depth` - 1 different decisions at which the highest goes below. */
function drawPriorities(words: Int32Array, depth: number, decisions: number): void {
  const first = AT.priority;
  for (let i = 0; i < CHOICES; i++) {
    const j = (draw(words) >>> 0) % (i + 1);
    words[first + i] = words[first + j] as number;
    words[first + j] = depth + i;
  }
  const changes = Math.min(depth - 1, decisions, MAX_CHANGES);
  for (let i = 0; i < changes; i++) {
    let at = 0;
    do at = 1 + (draw(words) >>> 0) % decisions; while (isChange(words, at, i));
    words[AT.changeList + i] = at;
  }
  words[AT.changes] = Math.max(changes, 0);
}

/** Whether `decision` is among the first `count` at which the highest goes below. */
function isChange(words: Int32Array, decision: number, count: number): boolean {
  for (let i = 0; i < count; i++) if (words[AT.changeList + i] === decision) return true;
  return false;
}

function draw(words: Int32Array): number {
  const state = following(words[AT.random] as number);
  words[AT.random] = state;
  return state;
}

function highest(words: Int32Array, mask: number): number {
  let best = lowestBit(mask);
  for (let rest = mask & (mask - 1); rest !== 0; rest &= rest - 1) {
    const party = lowestBit(rest);
    if ((words[AT.priority + party] as number) > (words[AT.priority + best] as number)) best = party;
  }
  return best;
}

function anySpins(words: Int32Array): boolean {
  const parties = MAX_PARTIES - (words[AT.unused] as number);
  for (let party = 1; party < parties; party++) if (words[AT.state + party] === STATE.spinning) return true;
  return false;
}

/** The next set bit behind `bit`, going round. */
function after(mask: number, bit: number): number {
  const behind = mask & (-2 << bit);
  return lowestBit(behind === 0 ? mask : behind);
}

function lowestBit(mask: number): number {
  return 31 - Math.clz32(mask & -mask);
}

function nthBit(mask: number, n: number): number {
  let rest = mask;
  for (let i = 0; i < n; i++) rest &= rest - 1;
  return lowestBit(rest);
}

/** How many parties a mask names. */
export function bitCount(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}
