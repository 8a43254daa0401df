/**
 * Vector clocks in the region, and the detector of data races that stands on them.
 *
 * A party's clock says how much of every other party's past it can have seen: through a semaphore, a pipe, a lock, an atomic word.
 * Two accesses to the same bytes, of different parties, at least one of them a write and not both atomic, are a *data race*
 * where neither clock has seen the other: then it was chance that they came in this order, and on the processors of a real machine
 * they may happen at once, or become visible late.
 *
 * The detector sees what was done, not what could be done: a race between two branches of which one was not taken shows in
 * another schedule. It never reports what is ordered. It may overlook a race where more than eight accesses to the same four
 * bytes are remembered, in the middle of blocks longer than 8 KiB, and where a schedule touches more than 12,000 words.
 *
 * @module
 */
import { AT, MAX_PARTIES, MAX_RACES, REGION_BYTES } from "./region.ts";

/** The detector looks at memory in pieces of so many bytes: as long as the usual element. */
const GRAIN = 4;
/** Words of memory that it can tell apart, in one schedule: a power of two, of which three quarters are used. */
const GRAINS = 16_384;
/** Accesses to each that it remembers. */
const REMEMBERED = 8;
/** Longest block that is looked at whole, in grains; of a longer one only both its ends. */
const LONGEST_BLOCK = 2_048;
/** Last offset of an object that is looked at, in grains. */
const LAST_GRAIN = 0xff_ffff;

/** A remembered access. */
const ACCESS = { clock: 0, /** party | kind << 8 | bytes << 16 */ what: 1, step: 2, words: 3 } as const;
/** What the detector keeps for a grain: generation, key, how many accesses, the accesses. */
const CELL = { generation: 0, key: 1, count: 2, accesses: 3, words: 3 + ACCESS.words * REMEMBERED } as const;

/** Words that Atomics was used on, in one schedule, each with a clock. */
const ATOMIC_WORDS = 2_048;
/** Generation, key, clock. */
const ATOMIC = { generation: 0, key: 1, clock: 2, words: 2 + MAX_PARTIES } as const;

const ATOMICS_AT = 2;
const CELLS_AT = ATOMICS_AT + ATOMIC_WORDS * ATOMIC.words;
const RACE_WORDS = CELLS_AT + GRAINS * CELL.words;

/** Size of what the detector remembers. It follows the region. */
export const RACE_BYTES = 4 * RACE_WORDS;

/** What the detector remembers, in memory of `REGION_BYTES` + `RACE_BYTES` bytes. */
export function raceCells(memory: ArrayBuffer, byteOffset = 0): Int32Array {
  return new Int32Array(memory, byteOffset + REGION_BYTES, RACE_WORDS);
}

/** How bytes are accessed: a sum of these. */
export const ACCESS_KIND = { read: 0, write: 1, atomic: 2 } as const;

/** Before a schedule: nobody has seen anything of anybody, and no access is remembered. */
export function resetClocks(words: Int32Array, cells: Int32Array): void {
  words.fill(0, AT.clocks, AT.clocks + MAX_PARTIES * MAX_PARTIES);
  // All of a party's past counts from 1: 0 is what those know of it who know nothing.
  for (let party = 0; party < MAX_PARTIES; party++) tick(words, party);
  words.fill(0, AT.objectClocks, AT.races);
  words[AT.races] = 0;
  words[AT.generation] = ((words[AT.generation] as number) + 1) | 0;
  cells[0] = 0;
  cells[1] = 0;
}

/** A party's own time goes on: what it does from now is not covered by what others know of it. */
export function tick(words: Int32Array, party: number): void {
  const at = AT.clocks + MAX_PARTIES * party + party;
  words[at] = (words[at] as number) + 1;
}

/** A party used an object of the kernel: it has seen all that those saw who used it before, and the next will see this. */
export function synchronise(words: Int32Array, party: number, object: number): void {
  exchange(words, party, words, AT.objectClocks + MAX_PARTIES * object);
}

/** `child` begins with all that `parent` has seen: it was forked, or let go from outside. */
export function forked(words: Int32Array, parent: number, child: number): void {
  learn(words, child, words, AT.clocks + MAX_PARTIES * parent);
  tick(words, parent);
}

/** `party` has seen the end of `ended`: it waited for that process. */
export function joined(words: Int32Array, party: number, ended: number): void {
  learn(words, party, words, AT.clocks + MAX_PARTIES * ended);
  tick(words, ended);
}

/**
 * An Atomics operation on bytes of a memory object: ordered with all others on the same word. It is an access too, so that plain
 * accesses to the same bytes are found to race with it.
 */
export function atomic(
  words: Int32Array,
  cells: Int32Array,
  party: number,
  object: number,
  offset: number,
  length: number,
  write: boolean,
  step: number,
): void {
  const first = Math.floor(offset / GRAIN);
  const last = Math.floor((offset + length - 1) / GRAIN);
  // What the word's clock knows comes before the access; what the party knows goes there with the access.
  for (let grain = first; grain <= last; grain++) {
    learn(words, party, cells, clockOf(words, cells, object << 24 | Math.min(grain, LAST_GRAIN)));
  }
  access(words, cells, party, object, offset, length, (write ? ACCESS_KIND.write : 0) | ACCESS_KIND.atomic, step);
  for (let grain = first; grain <= last; grain++) {
    exchange(words, party, cells, clockOf(words, cells, object << 24 | Math.min(grain, LAST_GRAIN)));
  }
}

/**
 * An access to bytes of a memory object. Puts the races that it is part of into `AT.raceList`, one for each place.
 *
 * @param kind a sum of ACCESS_KIND
 * @param step index of the step's record
 */
export function access(
  words: Int32Array,
  cells: Int32Array,
  party: number,
  object: number,
  offset: number,
  length: number,
  kind: number,
  step: number,
): void {
  if (length <= 0) return;
  const end = offset + length;
  const first = Math.floor(offset / GRAIN);
  const last = Math.min(Math.floor((end - 1) / GRAIN), LAST_GRAIN);
  for (let grain = first; grain <= last; grain++) {
    if (grain - first === LONGEST_BLOCK / 2 && last - grain > LONGEST_BLOCK / 2) grain = last - LONGEST_BLOCK / 2;
    const from = Math.max(offset - grain * GRAIN, 0);
    const to = Math.min(end - grain * GRAIN, GRAIN);
    const bytes = (1 << to) - (1 << from);
    const cell = cellOf(words, cells, object << 24 | grain);
    if (cell !== -1) look(words, cells, cell, party, object, grain, bytes, kind, step);
  }
}

/** Compares an access to bytes of one grain with the ones remembered, and remembers it. */
function look(
  words: Int32Array,
  cells: Int32Array,
  cell: number,
  party: number,
  object: number,
  grain: number,
  bytes: number,
  kind: number,
  step: number,
): void {
  const clock = AT.clocks + MAX_PARTIES * party;
  const accesses = cell + CELL.accesses;
  let count = cells[cell + CELL.count] as number;
  for (let i = 0; i < count; i++) {
    const at = accesses + ACCESS.words * i;
    const what = cells[at + ACCESS.what] as number;
    const common = what >> 16 & bytes;
    if (common === 0) continue;
    const other = what & 0xff;
    const otherKind = what >> 8 & 0xff;
    const seen = (cells[at + ACCESS.clock] as number) <= (words[clock + other] as number);
    if (!seen) {
      const writes = ((kind | otherKind) & ACCESS_KIND.write) !== 0;
      const plain = (kind & otherKind & ACCESS_KIND.atomic) === 0;
      if (writes && plain) {
        report(words, object, grain * GRAIN + firstBit(common), cells[at + ACCESS.step] as number, step);
      }
      continue;
    }
    // Whoever races with the older access will be found to race with this one, which conflicts with at least as much.
    const stronger = (otherKind & ACCESS_KIND.write) <= (kind & ACCESS_KIND.write) &&
      (otherKind & ACCESS_KIND.atomic) >= (kind & ACCESS_KIND.atomic);
    if (!stronger) continue;
    const left = what & ~(bytes << 16);
    if (left >> 16 !== 0) {
      cells[at + ACCESS.what] = left;
      continue;
    }
    count--;
    copyAccess(cells, accesses + ACCESS.words * count, at);
    i--;
  }
  // No place: the oldest is forgotten.
  if (count === REMEMBERED) {
    cells.copyWithin(accesses, accesses + ACCESS.words, accesses + ACCESS.words * REMEMBERED);
    count--;
  }
  const at = accesses + ACCESS.words * count;
  cells[at + ACCESS.clock] = words[clock + party] as number;
  cells[at + ACCESS.what] = party | kind << 8 | bytes << 16;
  cells[at + ACCESS.step] = step;
  cells[cell + CELL.count] = count + 1;
}

/** Tells a race, unless this place was told of before. */
function report(words: Int32Array, object: number, offset: number, one: number, other: number): void {
  const races = words[AT.races] as number;
  for (let i = 0; i < races; i++) {
    if (words[AT.raceList + 4 * i] === object && words[AT.raceList + 4 * i + 1] === offset) return;
  }
  if (races === MAX_RACES) return;
  const at = AT.raceList + 4 * races;
  words[at] = object;
  words[at + 1] = offset;
  words[at + 2] = one;
  words[at + 3] = other;
  words[AT.races] = races + 1;
}

/** Where a grain's cell is, made where there is none; -1 where the table is full. */
function cellOf(words: Int32Array, cells: Int32Array, key: number): number {
  const generation = words[AT.generation] as number;
  for (let slot = hash(key);; slot++) {
    const cell = CELLS_AT + CELL.words * (slot & (GRAINS - 1));
    if (cells[cell + CELL.generation] !== generation) {
      if ((cells[0] as number) >= GRAINS - GRAINS / 4) return -1;
      cells[0] = (cells[0] as number) + 1;
      cells[cell + CELL.generation] = generation;
      cells[cell + CELL.key] = key;
      cells[cell + CELL.count] = 0;
      return cell;
    }
    if (cells[cell + CELL.key] === key) return cell;
  }
}

/** Where an atomic word's clock is. Where there are too many, they share one: an order too many, and no false report. */
function clockOf(words: Int32Array, cells: Int32Array, key: number): number {
  const generation = words[AT.generation] as number;
  for (let slot = hash(key);; slot++) {
    const entry = ATOMICS_AT + ATOMIC.words * (slot & (ATOMIC_WORDS - 1));
    if (cells[entry + ATOMIC.generation] !== generation) {
      const used = cells[1] as number;
      if (used >= ATOMIC_WORDS - ATOMIC_WORDS / 4 && key !== -1) return clockOf(words, cells, -1);
      cells[1] = used + 1;
      cells[entry + ATOMIC.generation] = generation;
      cells[entry + ATOMIC.key] = key;
      cells.fill(0, entry + ATOMIC.clock, entry + ATOMIC.words);
    }
    if (cells[entry + ATOMIC.key] === key) return entry + ATOMIC.clock;
  }
}

/** A party and the clock at `at` each learn what the other knows; then the party's time goes on. */
function exchange(words: Int32Array, party: number, clocks: Int32Array, at: number): void {
  const own = AT.clocks + MAX_PARTIES * party;
  const parties = MAX_PARTIES - (words[AT.unused] as number);
  for (let i = 0; i < parties; i++) {
    const mine = words[own + i] as number;
    const its = clocks[at + i] as number;
    if (its > mine) words[own + i] = its;
    else clocks[at + i] = mine;
  }
  tick(words, party);
}

/** A party learns what the clock at `at` knows. */
function learn(words: Int32Array, party: number, clocks: Int32Array, at: number): void {
  const own = AT.clocks + MAX_PARTIES * party;
  const parties = MAX_PARTIES - (words[AT.unused] as number);
  for (let i = 0; i < parties; i++) {
    if ((clocks[at + i] as number) > (words[own + i] as number)) words[own + i] = clocks[at + i] as number;
  }
}

function copyAccess(cells: Int32Array, from: number, to: number): void {
  cells[to] = cells[from] as number;
  cells[to + 1] = cells[from + 1] as number;
  cells[to + 2] = cells[from + 2] as number;
}

function hash(key: number): number {
  return Math.imul(key ^ key >>> 15, 0x9e3779b1) >>> 8;
}

function firstBit(mask: number): number {
  return 31 - Math.clz32(mask & -mask);
}
