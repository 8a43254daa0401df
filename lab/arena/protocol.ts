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
import type { Block, Fault, Plan, ScheduleEnd } from "../explore/model.ts";
import type { SearchOptions, Summary } from "../explore/strategies/portfolio.ts";

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
  | { readonly do: "end" }
  /** One descriptor: a cast and the program that it plays, as JSON text. All of it runs on one processor, the `lane`-th. */
  | { readonly do: "cast"; readonly lane: number }
  /** Searches the schedules of the cast, until the search ends or the controller says "halt". */
  | { readonly do: "explore"; readonly search: SearchOrder }
  | { readonly do: "halt" }
  /** Runs one schedule; `fresh`: in processes that have run none before. Told in detail, it leaves a file. */
  | { readonly do: "replay"; readonly plan: Plan; readonly fresh: boolean; readonly detailed: boolean }
  /** Ends the controlled run. */
  | { readonly do: "strike" };

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
  /** The cast is ready. */
  | { readonly is: "ready-to-explore" }
  /** A schedule came to what none before had come to. */
  | { readonly is: "schedule"; readonly schedule: ScheduleReport }
  | {
    readonly is: "explored";
    readonly schedules: number;
    readonly distinct: number;
    /** Schedules that had more steps than are followed: nothing is known of them. */
    readonly long: number;
    readonly summary: Summary;
  }
  /** `detail`: the file in the run's folder that holds the steps, where they were asked for. */
  | { readonly is: "replayed"; readonly schedule: ScheduleReport; readonly detail: string | null }
  /** What was left behind: `left` names the first of them, `count` counts all. */
  | { readonly is: "over"; readonly left: readonly JournalEntry[]; readonly count: number };

/** A search, and how many seconds it may take. */
export type SearchOrder = Omit<SearchOptions, "expired"> & { readonly seconds: number };

/** What came of one schedule. */
export interface ScheduleReport {
  /** How it was found: "context bounding, 1 preemption". */
  readonly by: string;
  /** Which it was, counted from 1. */
  readonly number: number;
  readonly end: ScheduleEnd;
  /** What went wrong in the lab's own part; null where nothing did. */
  readonly trouble: string | null;
  /** Whether every stage went as it should. */
  readonly complete: boolean;
  /** The stage that did not end as it should, or the last one. */
  readonly stage: number;
  /** The log's bytes in Base64: see lab/explore/log.ts. Of one that is too long for a report, the name of the file that holds them. */
  readonly log: string | { readonly file: string };
  /** By party: its process, the party of the role that it is or was forked by, and the calls that it made. */
  readonly parties: {
    readonly [party: number]: {
      readonly pid: number;
      readonly role: number;
      readonly calls: { readonly [call: string]: number };
    };
  };
  /** What was left behind, and has been removed. */
  readonly left: readonly JournalEntry[];
  /** Who made how many steps after whom, as it really was. */
  readonly blocks: readonly Block[];
  readonly faults: readonly Fault[];
  readonly buffered: boolean;
  /** How it was to go on behind what was prescribed, where that is part of what went wrong. */
  readonly then: "stay" | "fair";
  /** Steps before which somebody was stopped who could have gone on. */
  readonly preempted: readonly number[];
  /** Races: object, offset, and the numbers of the two steps. */
  readonly races: readonly (readonly [number, number, number, number])[];
  /** Two schedules with the same number came to the same. */
  readonly hash: number;
}

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
