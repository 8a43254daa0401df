/**
 * The token that repeats a schedule: a line without blanks that says everything the schedule depends on, to be pasted behind
 * `--replay`. It names the program's file by its hash, so that a token of an older version is refused, not replayed in vain.
 *
 *     1-9.2-3f9a01c2-7-A5B3.s-B0.eintr-ri
 *
 * Fields stand between `-`: the format's version; exercise and check; the hash of the file; the seed of the inputs; the order; and
 * where there are any the faults; at last two characters that catch what was mistyped. In an order, A5B3 is five steps of the first
 * party and three of the second, b its store buffer, _ the outside; then `s`tay or `f`air, and `b`uffered stores. Only letters, digits, `.`, `-` and `_`:
 * no shell takes it for anything else.
 *
 * @module
 */
import { type Block, type Fault, FAULT_KINDS, type Plan } from "./model.ts";
import { FLUSH } from "./region.ts";

/** What a token says. */
export interface Replay {
  readonly exercise: number;
  /** Index of the check, from 1, as the report numbers it. */
  readonly check: number;
  /** Hash of the student's file: eight hexadecimal digits. See `fileHash`. */
  readonly file: string;
  /** Of the inputs that the check draws. */
  readonly seed: number;
  readonly blocks: readonly Block[];
  readonly faults: readonly Fault[];
  readonly buffered: boolean;
  /** How it goes on behind the blocks. */
  readonly then: "stay" | "fair";
}

/** What a token is expected to be for. */
export interface Expected {
  readonly exercise: number;
  readonly file: string;
}

const VERSION = "1";
/** What stands behind the blocks of an order. */
const STAY = "s";
const FAIR = "f";
const BUFFERED = "b";

/** The hash of a file's text that tokens bear (FNV-1a, 32 bits): not against malice, only against oversight. */
export function fileHash(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}

/**
 * Writes a token.
 *
 * @example
 * ```ts
 * import { decodeToken, encodeToken } from "./token.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const replay = {
 *   exercise: 9,
 *   check: 2,
 *   file: "3f9a01c2",
 *   seed: 7,
 *   blocks: [{ party: 1, steps: 5 }, { party: 2, steps: 3 }],
 *   faults: [{ party: 2, call: 0, kind: "eintr" }],
 *   buffered: false,
 *   then: "stay",
 * } as const;
 * const token = encodeToken(replay);
 * assertEquals(token, "1-9.2-3f9a01c2-7-A5B3.s-B0.eintr-ri");
 * assertEquals(decodeToken(token, { exercise: 9, file: "3f9a01c2" }), replay);
 * ```
 */
export function encodeToken(replay: Replay): string {
  const { exercise, check, file, seed, blocks, faults, buffered, then } = replay;
  const order = blocks.map(({ party, steps }) => `${letterOf(party)}${steps}`).join("");
  const fields = [
    VERSION,
    `${exercise}.${check}`,
    file,
    (seed >>> 0).toString(36),
    `${order}.${then === "stay" ? STAY : FAIR}${buffered ? BUFFERED : ""}`,
    ...faults.map(({ party, call, kind }) => `${letterOf(party)}${call}.${kind}`),
  ];
  const text = fields.join("-");
  return `${text}-${checksum(text)}`;
}

/**
 * Reads a token.
 *
 * @throws {SyntaxError} it is not one, was mistyped, or is of another version of the lab
 * @throws {RangeError} it belongs to another exercise, or to another version of the file
 */
export function decodeToken(token: string, expected?: Expected): Replay {
  const fields = token.trim().split("-");
  const version = fields[0] as string;
  if (!/^\d+$/.test(version) || fields.length < 6) throw new SyntaxError(`Cannot replay "${token}": this is no token`);
  if (version !== VERSION) {
    throw new SyntaxError(
      `Cannot replay the token: it has format ${version}, and this lab writes and reads format ${VERSION}`,
    );
  }
  const sum = fields.pop() as string;
  const should = checksum(fields.join("-"));
  if (sum !== should) throw new SyntaxError(`Cannot replay the token: a character is wrong or missing somewhere`);
  const [, place = "", file = "", seed = "", order = "", ...faults] = fields;
  const at = /^(\d+)\.(\d+)$/.exec(place);
  const parts = /^((?:[A-Oa-o_]\d+)*)\.([sf])(b?)$/.exec(order);
  if (at === null) throw unreadable("exercise and check", place);
  if (!/^[0-9a-f]{8}$/.test(file)) throw unreadable("hash of the file", file);
  if (!/^[0-9a-z]{1,7}$/.test(seed)) throw unreadable("seed", seed);
  if (parts === null) throw unreadable("order", order);
  const exercise = Number(at[1]);
  if (expected !== undefined && exercise !== expected.exercise) {
    throw new RangeError(`Cannot replay the token: it is for exercise ${exercise}, not ${expected.exercise}`);
  }
  if (expected !== undefined && file !== expected.file) {
    throw new RangeError(
      `Cannot replay the token: the file has changed since (it was ${file}, and is ${expected.file}); judge it again`,
    );
  }
  return {
    exercise,
    check: Number(at[2]),
    file,
    seed: parseInt(seed, 36),
    blocks: [...(parts[1] as string).matchAll(/([A-Oa-o_])(\d+)/g)].map(([, letter, steps]) => ({
      party: partyOf(letter as string),
      steps: Number(steps),
    })),
    faults: faults.map(faultOf),
    buffered: parts[3] === BUFFERED,
    then: parts[2] === STAY ? "stay" : "fair",
  };
}

/** The plan that a token stands for. */
export function planOf({ blocks, faults, buffered, then }: Replay): Plan {
  return { blocks, faults, buffered, then: { kind: then } };
}

function faultOf(text: string): Fault {
  const parts = /^([A-O])(\d+)\.([a-z]+)$/.exec(text);
  const kind = FAULT_KINDS.find((name) => name === parts?.[3]);
  if (parts === null || kind === undefined) throw unreadable("fault", text);
  return { party: partyOf(parts[1] as string), call: Number(parts[2]), kind };
}

function unreadable(what: string, text: string): SyntaxError {
  return new SyntaxError(`Cannot replay the token: its ${what} cannot be read: "${text}"`);
}

/** "A" is party 1; "a" its store buffer; "_" the outside. */
function letterOf(party: number): string {
  if (party === 0) return "_";
  return String.fromCharCode(party < FLUSH ? 64 + party : 96 + party - FLUSH);
}

function partyOf(letter: string): number {
  if (letter === "_") return 0;
  const code = letter.charCodeAt(0);
  return code > 96 ? FLUSH + code - 96 : code - 64;
}

/** Two characters: 1 of 1296 mistypings is not found. */
function checksum(text: string): string {
  return (parseInt(fileHash(text), 16) % 1296).toString(36).padStart(2, "0");
}
