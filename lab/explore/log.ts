/**
 * The log of a schedule: what the roles observed, in its order, behind the region's words. A record is three words (kind and
 * party, number, form and length of the value) and the value, padded to whole words.
 *
 * @module
 */
import { AT, LOG_AT, LOG_BYTES } from "./region.ts";

/** What is told. Those from `detail` on are no part of what happened: two logs that differ in them alone are alike. */
export const KINDS = [
  "start",
  "call",
  "return",
  "throw",
  "note",
  "end",
  /** A process ended before its time: {how, status}. */
  "death",
  "stimulus",
  "unloadable",
  /** Who did not come to the end of a stage, and what in: {call, object, what}. */
  "stuck",
  "stage",
  /** What a process left open: the number says how much. */
  "left",
  "detail",
  /** An object was met for the first time: [kind, name, and the two numbers that make it what it is]. */
  "object",
  "where",
  /** In detail: where in the student's files a step was made: [line, file]. */
  "place",
] as const;

/** One of them. */
export type LogKind = typeof KINDS[number];

/** A record, as it is read back. */
export interface LogRecord {
  readonly kind: LogKind;
  readonly party: number;
  readonly number: number;
  /** As JSON has it. */
  readonly value: unknown;
}

const NUMBERS = Object.fromEntries(KINDS.map((kind, at) => [kind, at])) as Readonly<Record<LogKind, number>>;
const FIRST_ASIDE = NUMBERS.detail;
const HEADER = 3;
const NOTHING = 0;
const INTEGER = 1 << 28;
const JSON_TEXT = 2 << 28;
const LENGTH = (1 << 28) - 1;

/** A log that cannot take more. */
export class LogFull extends Error {}

// Taken before they are watched: what the lab writes down is no access of a program's, and costs no look through the value.
const { stringify } = JSON;
const encodeInto = Function.prototype.call.bind(TextEncoder.prototype.encodeInto) as unknown as (
  encoder: TextEncoder,
  text: string,
  into: Uint8Array,
) => TextEncoderEncodeIntoResult;

/** Writes and reads the log of a region. */
export class Log {
  readonly #words: Int32Array;
  readonly #log: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder();

  /** The log of the region that begins at this offset. */
  constructor(memory: ArrayBuffer, byteOffset = 0) {
    this.#words = new Int32Array(memory, byteOffset, LOG_AT / 4);
    this.#log = new Int32Array(memory, byteOffset + LOG_AT, LOG_BYTES / 4);
    this.#bytes = new Uint8Array(memory, byteOffset + LOG_AT, LOG_BYTES);
  }

  /** Adds a record; `value` is what JSON has, or undefined. */
  write(kind: LogKind, party: number, number: number, value?: unknown): void {
    const at = (this.#words[AT.logLength] as number) >> 2;
    if (at + HEADER + 1 > this.#log.length) throw new LogFull();
    this.#log[at] = NUMBERS[kind] | party << 8;
    this.#log[at + 1] = number;
    let form = NOTHING;
    let end = at + HEADER;
    if (typeof value === "number" && (value | 0) === value && !Object.is(value, -0)) {
      form = INTEGER | 4;
      this.#log[end++] = value;
    } else if (value !== undefined) {
      const text = stringify(value);
      const { read, written } = encodeInto(this.#encoder, text, this.#bytes.subarray(4 * end));
      if (read < text.length) throw new LogFull();
      form = JSON_TEXT | written;
      end += (written + 3) >> 2;
      if ((written & 3) !== 0) this.#bytes.fill(0, 4 * (at + HEADER) + written, 4 * end);
    }
    this.#log[at + 2] = form;
    this.#words[AT.logLength] = 4 * end;
  }

  /** The parties of the records of these kinds, as a mask: to know that, no value is looked at. */
  partiesOf(one: LogKind, other: LogKind = one): number {
    const log = this.#log;
    const end = (this.#words[AT.logLength] as number) >> 2;
    const [oneNumber, otherNumber] = [NUMBERS[one], NUMBERS[other]];
    let mask = 0;
    for (let at = 0; at < end; at += HEADER + (((log[at + 2] as number) & LENGTH) + 3 >> 2)) {
      const head = log[at] as number;
      const kind = head & 0xff;
      if (kind === oneNumber || kind === otherNumber) mask |= 1 << (head >> 8);
    }
    return mask;
  }

  /** All records, oldest first. */
  read(): LogRecord[] {
    return readLog(this.#bytes.subarray(0, this.#words[AT.logLength]), this.#decoder);
  }

  /** A copy of the log's bytes: `readLog` reads it. */
  copy(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#words[AT.logLength]) as Uint8Array<ArrayBuffer>;
  }

  /** A number that two logs share when the same things happened in the same order. */
  hash(): number {
    const log = this.#log;
    const end = (this.#words[AT.logLength] as number) >> 2;
    let hash = 0x811c9dc5;
    for (let at = 0; at < end;) {
      const next = at + HEADER + (((log[at + 2] as number) & LENGTH) + 3 >> 2);
      if (((log[at] as number) & 0xff) < FIRST_ASIDE) {
        for (; at < next; at++) hash = Math.imul(hash ^ (log[at] as number), 0x01000193) ^ (hash >>> 15);
      }
      at = next;
    }
    return hash | 0;
  }
}

/** The records of a log's bytes. */
export function readLog(bytes: Uint8Array, decoder: TextDecoder = new TextDecoder()): LogRecord[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const records: LogRecord[] = [];
  for (let at = 0; at < bytes.length;) {
    const head = view.getInt32(at, true);
    const form = view.getInt32(at + 8, true);
    const from = at + 4 * HEADER;
    const length = form & LENGTH;
    const value = (form & INTEGER) !== 0
      ? view.getInt32(from, true)
      : (form & JSON_TEXT) !== 0
      ? JSON.parse(decoder.decode(bytes.slice(from, from + length)))
      : undefined;
    records.push({ kind: KINDS[head & 0xff] as LogKind, party: head >> 8, number: view.getInt32(at + 4, true), value });
    at = from + ((length + 3) & ~3);
  }
  return records;
}
