/**
 * The region: memory that the template and the roles of a controlled run share. Whose turn it is, who could go on, what was
 * done so far: all of it is words here, so that the role that gives its turn away can itself pick who is next.
 *
 * Only the party whose turn it is writes here, but for the gates; so nothing but those needs to be atomic.
 *
 * @module
 */

/** Parties: 0 is the outside (the template), 1 to 15 are roles and the processes that they fork. */
export const MAX_PARTIES = 16;
/** The party `FLUSH + p` stands for the store buffer of party p. Masks of parties have a bit for each of both. */
export const FLUSH = 16;
/** Kernel objects, memory objects and other things that parties wait for, in one schedule. */
export const MAX_OBJECTS = 256;
/** Steps of one schedule. */
export const MAX_STEPS = 20_000;
/** Decisions that a plan may prescribe, as blocks. */
export const MAX_BLOCKS = 20_000;
/** Starts and stimuli of one stage that wait for their moment. */
export const MAX_MOMENTS = 32;
/** Races that are told of one schedule. */
export const MAX_RACES = 16;
/** Faults that a plan may prescribe. */
export const MAX_FAULTS = 8;

/** What a party is doing. */
export const STATE = {
  /** There is none. */
  absent: 0,
  /** Could go on. */
  ready: 1,
  /** Waits for a step that changes what it waits for. */
  parked: 2,
  /** Has ended, or been ended. */
  ended: 3,
  /** Its moment to start has not come. */
  unstarted: 4,
  /** Parked, though not by a call that blocks: it looked at the same things again and again, and none had changed. */
  spinning: 5,
} as const;

/** How a step uses its object. Two steps of different parties are dependent when they use one object and one of them changes it. */
export const MODE = { none: 0, read: 1, write: 2, post: 3 } as const;

/** Waits for whatever changes next. */
export const ANY_OBJECT = -1;

/** What a step's record says besides. */
export const FLAG = {
  /** It would have blocked: the party is parked, and nothing was done. */
  blocked: 1,
  /** The party had been parked in this operation before. */
  again: 2,
  /** The one before could have gone on, and was not let. */
  preempted: 4,
  /** The operation offers its turn: a sleep, a yield, another look at what has not changed. */
  yields: 8,
  /** A planned fault was put in. */
  fault: 16,
  /** An Atomics operation. */
  atomic: 32,
  /** The one before could have gone on, and offered its turn. */
  offered: 64,
} as const;

let next = 0;
const words = (count: number): number => {
  const at = next;
  next += count;
  return at;
};

/** Where everything is, in words of 32 bits. An entry with `[p]` has one word for each party, and so on. */
export const AT = {
  /** Counted up to let a party go: its futex. [p] */
  gate: words(MAX_PARTIES),
  /** How often a party has been let go so far. [p] */
  passed: words(MAX_PARTIES),
  /** What the party that is let go is to do: see COMMAND. [p] */
  command: words(MAX_PARTIES),
  /** So many of the highest parties are never there: nobody need look at them. */
  unused: words(1),
  /** One of STATE. [p] */
  state: words(MAX_PARTIES),
  /** Index of the object it is parked on, or ANY_OBJECT. [p] */
  parkedOn: words(MAX_PARTIES),
  /** Bit p: a signal came in for p since it was parked. */
  signalled: words(1),
  /** Bit n: signal n was sent to p since its last step. Until then, one more of the same is none. [p] */
  underWay: words(MAX_PARTIES),
  /** Bit p: its deadline came. */
  timedOut: words(1),
  /** Virtual time, in microseconds since the schedule began; and when a parked party goes on by itself, -1: never. [p] */
  now: words(1),
  deadline: words(MAX_PARTIES),
  /** Whose turn it is: who was let go last. */
  holder: words(1),
  /** Bit p: the stage is over only when p has ended. */
  required: words(1),
  /** The role that a party is, or was forked by: its party. [p] */
  roleOf: words(MAX_PARTIES),
  /** Moments that something waits for: see moments.ts in lab/arena/controlled. */
  moments: words(1),
  momentList: words(8 * MAX_MOMENTS),
  /** A party whose process could not do the lab's own part: 0, or which. */
  trouble: words(1),
  /** Kernel objects made and not yet removed in this schedule. */
  ledger: words(1),
  /** Process ids. [p] */
  pid: words(MAX_PARTIES),
  /** Whoever passes the turn on while it exits: the next waits until that process is gone. 0: nobody does. */
  exiting: words(1),

  /** The party whose step is the present one: `choose` writes it. */
  current: words(1),
  /** The last of the parties 1 to 15 that had the turn: the one that goes on where nothing speaks against it. */
  role: words(1),
  /** How often the parties that spin were all let look again, with nothing changed since. */
  unspun: words(1),
  /** How often that is done before they count as stuck, where it is more than usual. */
  patience: words(1),
  /** Bit p: its pending step offers its turn. */
  yields: words(1),
  /** What each party will do next. [p] */
  pendingOperation: words(MAX_PARTIES),
  pendingObject: words(MAX_PARTIES),
  pendingOffset: words(MAX_PARTIES),
  pendingLength: words(MAX_PARTIES),
  pendingMode: words(MAX_PARTIES),
  /** Entries in the store buffer. [p] */
  buffered: words(MAX_PARTIES),
  /** Bit 0: a stimulus from outside is due. */
  outside: words(1),

  /** The plan: how to choose. See chooser.ts. */
  continuation: words(1),
  random: words(1),
  blocks: words(1),
  block: words(1),
  blockLeft: words(1),
  blockList: words(2 * MAX_BLOCKS),
  /** PCT: [p] priority, and the steps (counted in decisions) at which the highest is lowered. */
  priority: words(2 * MAX_PARTIES),
  changes: words(1),
  changeList: words(16),
  lowest: words(1),
  /** Parties that the continuation passes over until a step that their pending one depends on: a sleep set, as a mask. */
  asleep: words(1),
  /** Faults: how many, then (party, its how-manyth call from 0, kind) each. */
  faults: words(1),
  faultList: words(3 * MAX_FAULTS),
  /** Calls made by each party so far. [p] */
  callsMade: words(MAX_PARTIES),
  /** 1: plain stores go through store buffers. */
  buffering: words(1),
  /** 1: every step is told with its line, its arguments and values. */
  detailed: words(1),

  /** 1: a step had an effect that its object does not tell (signals, time, stimuli): partial orders prove nothing then. */
  opaque: words(1),

  /** Steps so far; decisions (steps at which more than one could go on) so far; most steps allowed. */
  steps: words(1),
  decisions: words(1),
  stepLimit: words(1),
  /** Why the schedule ended: see END. */
  end: words(1),

  /** Objects in use, and for each its kind, two words of identity and its version. [o] */
  objects: words(1),
  objectList: words(4 * MAX_OBJECTS),

  /** Vector clocks: of parties [p][p], and of objects [o][p]. */
  clocks: words(MAX_PARTIES * MAX_PARTIES),
  objectClocks: words(MAX_OBJECTS * MAX_PARTIES),
  /** Races found: how many, then (object, offset, step of the one, step of the other) each. */
  races: words(1),
  raceList: words(4 * MAX_RACES),
  /** Counts schedules: what the race detector remembers of another one is void. See clocks.ts. */
  generation: words(1),

  /** Bytes of the log in use; it follows the words. */
  logLength: words(1),
  /** Eight words a step: see STEP. */
  trace: words(8 * MAX_STEPS),
} as const;

/** Words of a step's record. */
export const STEP = {
  party: 0,
  /** A call's number (see lib/gate/calls.ts), or one of OPERATION. */
  operation: 1,
  /** Index of the object, or -1. */
  object: 2,
  /** For memory: byte offset in the object, and below `mode` its length: mode | flags << 8 | length << 16. */
  offset: 3,
  modeFlagsLength: 4,
  result: 5,
  /** Who could have gone on when this step was chosen: a mask. */
  enabled: 6,
  /** Index of the place in the source, where it is known without asking. */
  site: 7,
  words: 8,
} as const;

/** Operations that are no calls. */
export const OPERATION = {
  load: 1000,
  store: 1001,
  /** An Atomics operation; its name is in the detail. */
  atomic: 1002,
  /** Bytes of a block: fill, set, copyWithin, slice, a view that is printed. */
  bulkLoad: 1003,
  bulkStore: 1004,
  loop: 1005,
  flush: 1006,
  stimulus: 1007,
  /** A function of the student's file is entered, comes back, throws; a callback is called. */
  event: 1008,
  start: 1009,
  end: 1010,
} as const;

/** Why a schedule, or a stage of it, ended. */
export const END = {
  none: 0,
  /** Everybody has ended who must. */
  ended: 1,
  /** Nobody can go on. */
  stuck: 2,
  /** Everybody who could go on only looks again at what does not change. */
  spinning: 3,
  /** Too many steps. */
  steps: 4,
  /** The log or a table is full. */
  full: 5,
  /** A party computed without end, or would have. */
  endless: 6,
  /** A party was blocked in the kernel while it had the turn: what it did is not under control. */
  blocked: 7,
} as const;

/** What a party does that is let go. */
export const COMMAND = { go: 0, flush: 1, unwind: 2, exit: 3 } as const;

/** Bytes of the log: events, and details where they are asked for. */
export const LOG_BYTES = 1024 * 1024;
const WORDS = next;
/** Where the log begins, in bytes. */
export const LOG_AT = 4 * WORDS;
/** Size of the region up to the end of the log; the race detector's cells follow. */
export const REGION_BYTES = LOG_AT + LOG_BYTES;

/** A region of `REGION_BYTES` bytes or more, for those who only read and write its words. */
export function regionWords(memory: ArrayBuffer, byteOffset = 0): Int32Array {
  return new Int32Array(memory, byteOffset, WORDS);
}
