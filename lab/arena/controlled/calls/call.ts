/**
 * What a call is under control, as data: which object it is about, how it uses it, and how to try it without blocking.
 *
 * Nobody else runs while it is this party's turn. So what would not block at this instant does not block, and the original
 * function can be called as soon as a look says so; it checks the arguments, does the work, and throws what it always throws.
 *
 * @module
 */
import type * as ipc from "../../../../lib/mod.ts";
import type { CallName } from "../../../../lib/gate/calls.ts";
import { isSystemError, SystemError } from "../../../../lib/errors/system_error.ts";
import type { ErrnoName } from "../../../../lib/errors/errno_table.ts";
import type { FaultKind } from "../../../explore/model.ts";
import type { Turnstile } from "../../../explore/turnstile.ts";
import type { Objects } from "../objects.ts";
import type { Clock } from "./clock.ts";
import type { SpareMappings } from "./spare_mappings.ts";

/** The functions of the library, as the student imports them. */
export type Ipc = typeof ipc;

/** Memory whose every load and store is a step. */
export interface WatchedMemory {
  /** The bytes of this buffer are those of `object` from `byteOffset` on. */
  watchBuffer(buffer: ArrayBuffer, object: number, byteOffset: number): void;
  /** The buffer is about to be unmapped. */
  forgetBuffer(buffer: ArrayBuffer): void;
  /** A call reads all bytes of a view, or has written them: a step of its own, where they are watched. */
  touch(view: unknown, access: "load" | "store"): void;
  /** What `run` does to watched memory makes no steps. */
  quietly<T>(run: () => T): T;
}

/** What a turnstile that keeps clocks wants to know besides. */
export interface Joining {
  /** That party's end has been taken up by this one: all that it did came before. */
  joined?(party: number): void;
}

/** What the calls of one process work with. */
export interface Context {
  readonly turnstile: Turnstile & Joining;
  readonly original: Ipc;
  readonly objects: Objects;
  readonly clock: Clock;
  readonly watched: WatchedMemory;
  readonly belongings: Belongings;
}

/** What the program has that its process would lose at its end. */
export interface Belongings {
  /** Something was changed that `release` has to look at. */
  touched(what: "descriptors" | "signals" | "mask" | "umask" | "session" | "undo" | "limits"): void;
  readonly mappings: Set<ipc.Mapping>;
  /** Memory of mappings that are no more. */
  readonly spares: SpareMappings;
  readonly segments: Set<ipc.Segment>;
  readonly semaphores: Set<ipc.Semaphore>;
  readonly timers: Set<ipc.Timer>;
  /** Robust mutexes that it has locked, or has had. */
  readonly robust: Set<ipc.Mutex>;
  /** Children that nobody has waited for: their party, by pid. */
  readonly children: Map<number, number>;
}

/** A try that would have blocked; nothing was done. */
export const WOULD_BLOCK: unique symbol = Symbol("would block");

/** Tries to make a call, again and again: a result, or WOULD_BLOCK; or it throws. */
export type Try<R> = () => R | typeof WOULD_BLOCK;

/** A call that is on its way. */
export interface Attempt<R> {
  readonly tries: Try<R>;
  /** What it is parked on, where that depends on how far it has come. */
  readonly waitsFor?: () => readonly number[];
  /** It will not be tried again: a signal, or the end of its time. Returns what was done by then, where that counts. */
  readonly abandon?: () => R | undefined;
}

/** What a fault gives that lets a call come back as if it had done what it does not do. */
export const NOTHING_DONE: unique symbol = Symbol("nothing done");

/**
 * The planned faults that a call can meet: what it does then; undefined where these arguments rule it out. It is interrupted where
 * it would have to wait; what can be done at once is.
 */
export type Faults<A extends readonly unknown[], R> = {
  readonly [K in FaultKind]?: (...args: A) => R | typeof NOTHING_DONE | undefined;
};

/** One call. What is left out: it is about no object, never blocks, and is done by the original. */
export interface Call<A extends readonly unknown[] = readonly unknown[], R = unknown> {
  /** Its objects: those that it is parked on. The first is the one that its step is told with. */
  objects?(...args: A): readonly number[];
  /** What it is parked on, where that is not its objects. */
  waitsFor?(...args: A): readonly number[];
  /** One of MODE: what it does to them. */
  mode?: number | ((...args: A) => number);
  /** The view whose bytes it reads, which is a step before it; and the one whose bytes it writes, a step after it. */
  reads?(...args: A): unknown;
  fills?(...args: A): unknown;
  /** Any of FLAG, for the step. */
  flags?: number;
  /** Tries it, where the original might block. */
  attempt?(...args: A): R | typeof WOULD_BLOCK;
  /** As `attempt`, for a call that has to remember something between its tries. */
  begin?(...args: A): Attempt<R>;
  /** Until when it waits, in virtual time; null: for ever. */
  deadline?(...args: A): number | null;
  /** What it does when that time has come. */
  timedOut?(...args: A): R;
  /** Whether SA_RESTART restarts it, where that depends on more than the call. */
  restarts?(...args: A): boolean | undefined;
  /** False for a call that a handler does not end: it waits on. */
  interruptible?: boolean;
  /** Handlers, or a child's whole life, run inside `attempt`, and it waits by itself. */
  runsHandlers?: boolean;
  /** Whether a result says that there was nothing. */
  nothing?(result: R): boolean;
  /** The objects that it has changed: its own, for a call that writes or posts, unless it says otherwise. */
  changes?(result: R, ...args: A): readonly number[];
  /** Notes what came of it. */
  note?(result: R, ...args: A): void;
  /** What planned faults do to it. */
  faults?: Faults<A, R>;
  /** How its result is told. */
  told?(result: R, ...args: A): string;
}

/** Rows of the table, by the calls' names. */
// deno-lint-ignore no-explicit-any
export type Calls = { readonly [N in CallName]?: Call<any[], any> };

/** Every fault that is one errno, whatever the arguments. */
export function fails(name: CallName, errno: number): () => never {
  return () => {
    throw new SystemError(name, errno);
  };
}

/** WOULD_BLOCK where `act` fails with one of these. */
export function unless<R>(codes: readonly ErrnoName[], act: () => R): R | typeof WOULD_BLOCK {
  try {
    return act();
  } catch (error) {
    if (isSystemError(error) && codes.includes(error.code as ErrnoName)) return WOULD_BLOCK;
    throw error;
  }
}

/** Numbers of errors that calls under control throw by themselves. */
export const ERRNO = { EINTR: 4, EAGAIN: 11, ENOSYS: 38, ETIMEDOUT: 110 } as const;
