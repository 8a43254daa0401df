/**
 * What controller, arena and roles say to one another.
 *
 * Controller and arena talk over a SOCK_SEQPACKET pair, one JSON text a packet, descriptors attached to it. Each role has a
 * channel of its own to the controller, another such pair, on which the arena has no part: what a role observes never passes
 * through a process that other roles' inputs pass through.
 *
 * @module
 */
import type { Idleness } from "./idle.ts";
import type { ProcessState } from "./inspect.ts";
import type { JournalEntry } from "./board.ts";

/** Controller to arena. */
export type Order =
  /** One descriptor: the program, as JSON text (see `lab/instrument`). */
  | { readonly do: "load" }
  /** A run begins: the board is cleared. */
  | { readonly do: "begin" }
  /** Three descriptors a role: input (JSON text, to the end), channel, output. Those that wait are not started yet. */
  | { readonly do: "stage"; readonly roles: readonly { readonly name: string; readonly waits: boolean }[] }
  | { readonly do: "start"; readonly role: number }
  | { readonly do: "signal"; readonly role: number; readonly signal: number; readonly queue?: number }
  /** Ends a stage: whoever is left is asked where it is, looked at, and killed. */
  | { readonly do: "finish" }
  /** Ends a run: says what was left behind, and removes it. */
  | { readonly do: "end" };

/** Arena to controller. */
export type Report =
  | { readonly is: "ready"; readonly pid: number; readonly uid: number }
  | { readonly is: "started"; readonly role: number; readonly pid: number }
  | { readonly is: "signaled"; readonly role: number; readonly signal: number; readonly order: number }
  | {
    readonly is: "ended";
    readonly role: number;
    readonly how: "exited" | "signaled";
    readonly status: number | string;
  }
  /**
   * Nothing goes on: see `idle.ts`. `orders` is how many orders the arena had had.
   */
  | { readonly is: "idle"; readonly how: Idleness; readonly orders: number }
  | {
    readonly is: "finished";
    readonly states: readonly { readonly role: number; readonly state: ProcessState }[];
    readonly calls: readonly { readonly [call: string]: number }[];
  }
  /** What was left behind: `left` names the first of them, `count` counts all. */
  | { readonly is: "over"; readonly left: readonly JournalEntry[]; readonly count: number };

/** Role to controller, one packet each. `o` is the order, `p` the process. */
export type RoleRecord =
  | { readonly k: "start" | "end"; readonly o: number; readonly p: number }
  | { readonly k: "call"; readonly o: number; readonly p: number; readonly c: number }
  | { readonly k: "return"; readonly o: number; readonly p: number; readonly c: number; readonly v: unknown }
  | { readonly k: "throw"; readonly o: number; readonly p: number; readonly c: number; readonly e: ThrownRecord }
  | { readonly k: "note"; readonly o: number; readonly p: number; readonly n: string; readonly v: unknown }
  /** The answer to "where are you": the call it is in, or null when it computes. */
  | {
    readonly k: "where";
    readonly o: number;
    readonly p: number;
    readonly call: string | null;
    readonly line?: number;
    readonly file?: string;
  }
  /** The module could not be evaluated, or lacks a function. */
  | { readonly k: "unloadable"; readonly o: number; readonly p: number; readonly e: ThrownRecord }
  /** The lab's own failure: the role could not be set up. */
  | { readonly k: "trouble"; readonly o: number; readonly p: number; readonly message: string };

/** An exception, as far as it can be told. */
export interface ThrownRecord {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly syscall?: string;
  readonly line?: number;
  readonly file?: string;
}

/** What the controller writes for a role to read. */
export interface RoleInput {
  readonly name: string;
  /** The roles of the stage, in order: what `Marker.pid` looks up. */
  readonly roles: readonly string[];
  readonly calls: readonly { readonly function: string; readonly arguments: readonly unknown[] }[];
  readonly scratch: string;
  /** Processes that a stage's students may fork together. */
  readonly forkLimit: number;
}
