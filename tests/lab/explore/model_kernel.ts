/**
 * A model of a kernel in one process: programs whose roles are generators, over a region of plain memory, driven by the same
 * chooser and clocks as real roles. Its calls have the shape that calls under control have: enter, try, park, changed.
 *
 * @module
 */
import { arm, choose, mark, NOBODY, nobodyBecause, record, wake } from "../../../lab/explore/chooser.ts";
import { RACE_BYTES, raceCells, resetClocks, synchronise } from "../../../lab/explore/clocks.ts";
import { FAULT_KINDS, type FaultKind, type Outcome, type Plan, type ScheduleEnd } from "../../../lab/explore/model.ts";
import {
  ANY_OBJECT,
  AT,
  END,
  FLAG,
  FLUSH,
  MAX_PARTIES,
  MODE,
  OPERATION,
  REGION_BYTES,
  regionWords,
  STATE,
  STEP,
} from "../../../lab/explore/region.ts";
import { stepsOf } from "../../../lab/explore/steps.ts";
import { Condition, Pipe, Queue, Semaphore, Word } from "./kernel_objects.ts";

/** A piece of a role's program: runs up to where others may go first. */
// deno-lint-ignore no-explicit-any
export type Doing<T = void> = Generator<void, T, any>;
/** Why a party that waited goes on. */
type Why = "changed" | "timeout" | "signal" | "spurious";
/** A program with everything that it uses, made anew for each schedule. */
export type Scenario = (kernel: Kernel) => {
  readonly roles: readonly (() => Doing)[];
  /** What is wrong, at the end; null: nothing. */
  readonly check?: () => string | null;
};

/** Thrown by a program that sees that something is wrong. */
export class Wrong extends Error {}

const CALL = 1;
const PENDING = [AT.pendingOperation, AT.pendingObject, AT.pendingOffset, AT.pendingLength, AT.pendingMode];

/** An outcome, and what this program thinks of it. */
export interface Judged extends Outcome {
  readonly failure: string | null;
  readonly races: number;
}

/** Runs schedules of one scenario. */
export class Bench {
  readonly words: Int32Array;
  readonly cells: Int32Array;

  constructor(readonly scenario: Scenario, readonly stepLimit = 400, readonly racesFail = false) {
    const memory = new ArrayBuffer(REGION_BYTES + RACE_BYTES);
    this.words = regionWords(memory);
    this.cells = raceCells(memory);
  }

  run(plan: Plan): Judged {
    const { words, cells } = this;
    for (let party = 0; party < MAX_PARTIES; party++) {
      words[AT.state + party] = STATE.absent;
      words[AT.buffered + party] = 0;
      words[AT.pendingObject + party] = -1;
    }
    words[AT.signalled] = 0;
    words[AT.timedOut] = 0;
    words[AT.outside] = 0;
    words[AT.stepLimit] = this.stepLimit;
    arm(words, plan);
    resetClocks(words, cells);
    const kernel = new Kernel(words, cells);
    const { roles, check } = this.scenario(kernel);
    let failure: string | null = null;
    const running: (Doing | null)[] = [null];
    for (const [i, role] of roles.entries()) {
      kernel.party = i + 1;
      words[AT.state + i + 1] = STATE.ready;
      running.push(kernel.begin(role));
      (running[i + 1] as Doing).next();
    }
    for (;;) {
      const party = choose(words);
      if (party === NOBODY) {
        if (nobodyBecause(words) !== END.steps && kernel.letTimePass()) continue;
        break;
      }
      if (party >= FLUSH) {
        kernel.flush(party - FLUSH);
        continue;
      }
      kernel.party = party;
      kernel.step = record(words, party, kernel.flags[party] as number, 0);
      try {
        if ((running[party] as Doing).next().done === true || kernel.killed) kernel.ended(party);
      } catch (error) {
        if (!(error instanceof Wrong)) throw error;
        failure = error.message;
        break;
      }
    }
    let end: ScheduleEnd = "ended";
    for (let party = 1; party <= roles.length; party++) {
      if (words[AT.state + party] !== STATE.ended) end = "stuck";
    }
    if (end === "stuck") {
      const why = nobodyBecause(words);
      if (why === END.spinning) end = "spinning";
      if (why === END.steps) end = "steps";
    }
    if (failure === null && end !== "ended") failure = end === "stuck" ? "deadlock" : end;
    failure ??= check?.() ?? null;
    const races = words[AT.races] as number;
    if (failure === null && this.racesFail && races > 0) failure = "race";
    return {
      end,
      steps: stepsOf(words),
      decisions: words[AT.decisions] as number,
      // Too many steps are a failure only where a fair continuation has them too.
      failed: failure !== null && failure !== "steps",
      calls: [...words.subarray(AT.callsMade, AT.callsMade + roles.length + 1)],
      opaque: words[AT.opaque] !== 0,
      failure,
      races,
    };
  }
}

/** The kernel of one schedule. */
export class Kernel {
  party = 0;
  step = 0;
  killed = false;
  readonly flags: number[] = new Array(MAX_PARTIES).fill(0);
  /** How often each party has changed something. */
  readonly changes: number[] = new Array(MAX_PARTIES).fill(0);
  #objects = 0;
  #deadlines = new Map<number, number>();
  readonly #signals = new Map<number, Set<string>>();
  readonly #handlers = new Map<number, Map<string, (() => Doing) | null>>();
  readonly #handling = new Set<number>();
  readonly buffers = new Map<number, { word: Word; value: number }[]>();

  constructor(readonly words: Int32Array, readonly cells: Int32Array) {}

  get buffering(): boolean {
    return this.words[AT.buffering] !== 0;
  }

  object(): number {
    return this.#objects++;
  }

  *begin(role: () => Doing): Doing {
    yield* this.enter(OPERATION.start, -1, 0, 0, MODE.none);
    yield* role();
  }

  /** Others may go first. */
  *enter(operation: number, object: number, offset: number, length: number, mode: number, flags = 0): Doing {
    const { words, party } = this;
    words[AT.pendingOperation + party] = operation;
    words[AT.pendingObject + party] = object;
    words[AT.pendingOffset + party] = offset;
    words[AT.pendingLength + party] = length;
    words[AT.pendingMode + party] = mode;
    const yields = words[AT.yields] as number;
    words[AT.yields] = (flags & FLAG.yields) !== 0 ? yields | 1 << party : yields & ~(1 << party);
    for (;;) {
      this.flags[party] = flags;
      yield;
      // A signal that is pending is handled first; then this is still to be done, and others may go before it.
      if ((this.#signals.get(party)?.size ?? 0) === 0 || this.#handling.has(party)) break;
      const pending = PENDING.map((at) => words[at + party] as number);
      yield* this.handlers();
      PENDING.forEach((at, i) => words[at + party] = pending[i] as number);
    }
    if (operation < OPERATION.load || operation === OPERATION.atomic) {
      while ((words[AT.buffered + party] as number) > 0) this.#flushOne(party);
    }
  }

  /** A call: returns the fault that is to be put in. */
  *call(object: number, mode: number, faults: readonly FaultKind[] = []): Doing<FaultKind | null> {
    yield* this.enter(CALL, object, 0, 0, mode);
    const { words, party } = this;
    const index = words[AT.callsMade + party] as number;
    words[AT.callsMade + party] = index + 1;
    for (let i = 0; i < (words[AT.faults] as number); i++) {
      const at = AT.faultList + 3 * i;
      if (words[at] !== party || words[at + 1] !== index) continue;
      const kind = FAULT_KINDS[(words[at + 2] as number) - 1] as FaultKind;
      if (kind !== "kill" && !faults.includes(kind)) continue;
      mark(words, this.step, FLAG.fault);
      if (kind === "kill") {
        this.killed = true;
        yield;
      }
      return kind;
    }
    return null;
  }

  /** It would block. */
  *park(object: number, deadline: number | null = null): Doing<Why> {
    const { words, party } = this;
    mark(words, this.step, FLAG.blocked);
    words[AT.parkedOn + party] = object;
    words[AT.state + party] = STATE.parked;
    words[AT.yields] = (words[AT.yields] as number) & ~(1 << party);
    words[AT.timedOut] = (words[AT.timedOut] as number) & ~(1 << party);
    if (deadline !== null) this.#deadlines.set(party, deadline);
    this.flags[party] = FLAG.again;
    yield;
    this.#deadlines.delete(party);
    if ((this.#signals.get(party)?.size ?? 0) > 0) {
      yield* this.handlers();
      return "signal";
    }
    return ((words[AT.timedOut] as number) & 1 << party) !== 0 ? "timeout" : "changed";
  }

  /** Looks at the same that has not changed, again and again. */
  *spin(): Doing {
    const { words, party } = this;
    words[AT.parkedOn + party] = ANY_OBJECT;
    words[AT.state + party] = STATE.spinning;
    this.flags[party] = FLAG.again;
    yield;
    yield* this.handlers();
  }

  changed(object: number): void {
    this.changes[this.party] = (this.changes[this.party] as number) + 1;
    wake(this.words, object);
  }

  synchronise(object: number): void {
    synchronise(this.words, this.party, object);
  }

  ended(party: number): void {
    this.killed = false;
    this.words[AT.state + party] = STATE.ended;
  }

  letTimePass(): boolean {
    let first = 0;
    for (const [party, deadline] of this.#deadlines) {
      if (first === 0 || deadline < (this.#deadlines.get(first) as number)) first = party;
    }
    if (first === 0) return false;
    this.#deadlines.delete(first);
    this.words[AT.timedOut] = (this.words[AT.timedOut] as number) | 1 << first;
    this.words[AT.state + first] = STATE.ready;
    return true;
  }

  /** The store buffer of a party gives its oldest entry to memory. */
  flush(party: number): void {
    const { words } = this;
    const entry = this.buffers.get(party)?.[0] as { word: Word };
    const at = AT.trace + STEP.words * (words[AT.steps] as number);
    words[at + STEP.operation] = OPERATION.flush;
    words[at + STEP.object] = entry.word.object;
    words[at + STEP.offset] = 0;
    words[at + STEP.modeFlagsLength] = (words[at + STEP.modeFlagsLength] as number) | MODE.write | 4 << 16;
    words[AT.steps] = (words[AT.steps] as number) + 1;
    this.#flushOne(party);
  }

  #flushOne(party: number): void {
    const { word, value } = this.buffers.get(party)?.shift() as { word: Word; value: number };
    this.words[AT.buffered + party] = (this.words[AT.buffered + party] as number) - 1;
    word.value = value;
    word.version++;
    this.changed(word.object);
  }

  /** Puts a plain store into the buffer of the party. */
  buffer(word: Word, value: number): void {
    const { party } = this;
    this.buffers.set(party, [...this.buffers.get(party) ?? [], { word, value }]);
    this.words[AT.buffered + party] = (this.words[AT.buffered + party] as number) + 1;
  }

  /** sigaction(2): null is the default action, which ends the party. */
  *handle(name: string, handler: () => Doing): Doing {
    yield* this.call(-1, MODE.none);
    const handlers = this.#handlers.get(this.party) ?? new Map();
    this.#handlers.set(this.party, handlers.set(name, handler));
  }

  /** kill(2). */
  *kill(target: number, name: string): Doing {
    yield* this.call(-1, MODE.none);
    const { words } = this;
    if (words[AT.state + target] === STATE.ended) return;
    const handler = this.#handlers.get(target)?.get(name);
    if (handler === undefined) throw new Wrong(`party ${target} killed by ${name}`);
    const pending = this.#signals.get(target) ?? new Set();
    this.#signals.set(target, pending.add(name));
    words[AT.signalled] = (words[AT.signalled] as number) | 1 << target;
    const state = words[AT.state + target];
    if (state === STATE.parked || state === STATE.spinning) words[AT.state + target] = STATE.ready;
  }

  /** pause(2). */
  *pause(): Doing {
    yield* this.call(-1, MODE.none);
    while ((yield* this.park(-2)) !== "signal");
  }

  /** Signals that are pending reach the party here. */
  *handlers(): Doing {
    const { party } = this;
    const pending = this.#signals.get(party);
    if (pending === undefined || this.#handling.has(party)) return;
    for (const name of pending) {
      pending.delete(name);
      this.#handling.add(party);
      yield* this.#handlers.get(party)?.get(name)?.() ?? [];
      this.#handling.delete(party);
    }
  }

  semaphore(value: number): Semaphore {
    return new Semaphore(this, value);
  }

  lock(): Semaphore {
    return new Semaphore(this, 1);
  }

  word(value = 0): Word {
    return new Word(this, value);
  }

  array(length: number): Word[] {
    return Array.from({ length }, () => new Word(this, 0));
  }

  condition(): Condition {
    return new Condition(this);
  }

  pipe(capacity: number): Pipe {
    return new Pipe(this, capacity);
  }

  queue(capacity: number): Queue {
    return new Queue(this, capacity);
  }
}
