/**
 * The board: memory that the template and its roles share. It is a file of the run's folder, so that what a run
 * had made can still be read, and removed, after every process of it was killed.
 *
 * @module
 */
import { CALLS } from "../../lib/gate/calls.ts";

/** At most so many roles in a stage. */
export const MAX_ROLES = 24;
/** Words kept for the counts of one role's calls. */
const CALL_WORDS = 256;

const ORDER = 0;
const STOP = 1;
const ANSWERS = 2;
const FORKS = 3;
const JOURNAL_LENGTH = 4;
const PIDS = 16;
const COUNTS = 64;
/** Room for more objects than the kernel lets anyone make of most kinds. */
const JOURNAL_BYTES = 512 * 1024;
const JOURNAL = 4 * (COUNTS + MAX_ROLES * CALL_WORDS);

/** Size of the board's file. */
export const BOARD_BYTES = JOURNAL + JOURNAL_BYTES;

/** A kernel object that some process of the run has made. */
export interface JournalEntry {
  readonly kind: string;
  /** Name, path or identifier. */
  readonly name: string;
  readonly role: string;
}

/** The words and bytes of a board, by their meaning. */
export class Board {
  readonly #words: Int32Array;
  readonly #journal: Uint8Array;

  /** A board over `BOARD_BYTES` bytes of memory. */
  constructor(memory: ArrayBuffer, byteOffset = 0) {
    this.#words = new Int32Array(memory, byteOffset, JOURNAL / 4);
    this.#journal = new Uint8Array(memory, byteOffset + JOURNAL, JOURNAL_BYTES);
  }

  /** All zero: nothing has happened. */
  clear(): void {
    this.#journal.fill(0, 0, this.#journalLength());
    this.#words.fill(0);
  }

  /** Ready for the next stage: no role, no call, no question. What was made, and the order, go on. */
  clearStage(): void {
    this.#words.fill(0, PIDS);
    Atomics.store(this.#words, FORKS, 0);
    this.resetQuestion();
  }

  /** The next number of the order that all processes share. */
  nextOrder(): number {
    return Atomics.add(this.#words, ORDER, 1);
  }

  /** How much of the order was drawn: it grows with everything that happens. */
  get order(): number {
    return Atomics.load(this.#words, ORDER);
  }

  /** The word that asks every process to say where it is: not 0 means asked. */
  get stop(): Int32Array {
    return this.#words.subarray(STOP, STOP + 1);
  }

  /** How many processes have said where they are. */
  get answers(): number {
    return Atomics.load(this.#words, ANSWERS);
  }

  /** Counts one answer, or none at all. */
  answer(): void {
    Atomics.add(this.#words, ANSWERS, 1);
  }

  /** Nobody is asked any more. */
  resetQuestion(): void {
    Atomics.store(this.#words, STOP, 0);
    Atomics.store(this.#words, ANSWERS, 0);
  }

  /** Counts one more fork by a student's process; tells how many there were. */
  countFork(): number {
    return Atomics.add(this.#words, FORKS, 1) + 1;
  }

  /** The process id of a role, 0 before it has one. */
  pid(role: number): number {
    return Atomics.load(this.#words, PIDS + role);
  }

  /** Says what a role's process id is. */
  setPid(role: number, pid: number): void {
    Atomics.store(this.#words, PIDS + role, pid);
  }

  /** Where the calls of a role are counted, by call number. */
  counts(role: number): Int32Array {
    const from = COUNTS + role * CALL_WORDS;
    return this.#words.subarray(from, from + CALL_WORDS);
  }

  /** The counts of a role's calls by name, those above 0. */
  callsOf(role: number): Record<string, number> {
    const counts = this.counts(role);
    const calls: Record<string, number> = {};
    CALLS.forEach((name, number) => {
      if (counts[number] !== 0) calls[name] = counts[number] as number;
    });
    return calls;
  }

  /** Notes that an object was made. What no longer fits is dropped. */
  note({ kind, name, role }: JournalEntry): void {
    const bytes = new TextEncoder().encode(`${JSON.stringify([kind, name, role])}\n`);
    const at = Atomics.add(this.#words, JOURNAL_LENGTH, bytes.length);
    if (at + bytes.length <= JOURNAL_BYTES) this.#journal.set(bytes, at);
  }

  /** What was made in this run, oldest first. */
  journal(): JournalEntry[] {
    const text = new TextDecoder().decode(this.#journal.slice(0, this.#journalLength()));
    // Who was killed between taking room and writing leaves zeros; who wrote upon the board by itself, anything.
    return text.split("\n").flatMap((line) => entryOf(line.replaceAll("\0", "")));
  }

  #journalLength(): number {
    return Math.min(Math.max(0, Atomics.load(this.#words, JOURNAL_LENGTH)), JOURNAL_BYTES);
  }
}

function entryOf(line: string): JournalEntry[] {
  try {
    const [kind, name, role] = JSON.parse(line) as unknown[];
    return [{ kind: String(kind), name: String(name), role: String(role) }];
  } catch {
    return [];
  }
}
