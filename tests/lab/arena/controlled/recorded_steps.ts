/**
 * A turnstile that lets everybody through at once and writes down the steps, for tests of what makes steps.
 *
 * @module
 */
import { WatchedMemory } from "../../../../lab/arena/controlled/memory.ts";
import { AT, FLAG, MODE, OPERATION } from "../../../../lab/explore/region.ts";
import type { Turnstile } from "../../../../lab/explore/turnstile.ts";
import type { Program } from "../../../../lab/instrument/program.ts";

/** The index of the only object there is. */
export const OBJECT = 7;

const LETTERS: { readonly [operation: number]: string } = {
  [OPERATION.load]: "r",
  [OPERATION.store]: "w",
  [OPERATION.bulkLoad]: "R",
  [OPERATION.bulkStore]: "W",
};

/** What was told to the turnstile. */
export interface Recorded {
  readonly memory: WatchedMemory;
  readonly turnstile: Turnstile;
  readonly words: Int32Array;
  /**
   * "r4": four bytes at offset 4 are read; "w4" stored; "a4", "A4": an Atomics operation that only looks, or more; "R0+16",
   * "W0+16": so many bytes at once. "idle" and "changed" follow the step that they are about, where `verbose`.
   */
  readonly steps: string[];
  /** Sites of the steps, in the same order. */
  readonly sites: number[];
  /** Results of the steps that ended. */
  readonly results: number[];
  readonly details: string[];
  /** Called in the middle of every step: what others do. */
  meanwhile: () => void;
  /** Called where a step was idle. */
  parked: () => void;
  verbose: boolean;
  /** A view of new memory that is watched. */
  view<V>(type: { new (buffer: ArrayBuffer): V; readonly BYTES_PER_ELEMENT?: number }, length: number): V;
}

/** A recorder, and the watched memory that tells it. */
export function recorder(program?: Program, detailed = false): Recorded {
  const recorded = {
    steps: [] as string[],
    sites: [] as number[],
    results: [] as number[],
    details: [] as string[],
    meanwhile: (): void => {},
    parked: (): void => {},
    verbose: false,
  };
  const told = (what: string): void => {
    if (recorded.verbose) recorded.steps.push(what);
  };
  const turnstile = {
    party: 3,
    detailed,
    now: 0,
    enter(op: number, object: number, offset: number, length: number, mode: number, flags: number, site: number): void {
      if (object !== OBJECT) throw new Error(`a step on object ${object}`);
      recorded.meanwhile();
      const atomic = (flags & FLAG.atomic) !== 0;
      const letter = atomic ? mode === MODE.read ? "a" : "A" : LETTERS[op] as string;
      if (!atomic && (mode === MODE.read) !== ("rR".includes(letter))) throw new Error(`mode ${mode} for ${letter}`);
      recorded.steps.push(`${letter}${offset}${"RW".includes(letter) ? `+${length}` : ""}`);
      recorded.sites.push(site);
    },
    done: (result: number): void => void recorded.results.push(result),
    changed: (): void => told("changed"),
    idle: (): void => {
      told("idle");
      recorded.parked();
    },
    describe: (...words: readonly unknown[]): void => void recorded.details.push(words.join(" | ")),
  } satisfies Partial<Turnstile> as unknown as Turnstile;
  const words = new Int32Array(AT.trace);
  const memory = new WatchedMemory({
    turnstile,
    words,
    sites: program?.sites ?? [],
    modules: program?.modules ?? [],
  });
  const view: Recorded["view"] = (type, length) => {
    const buffer = new ArrayBuffer(length * (type.BYTES_PER_ELEMENT ?? 1));
    memory.watchBuffer(buffer, OBJECT, 0);
    return new type(buffer);
  };
  return Object.assign(recorded, { memory, turnstile, words, view });
}
