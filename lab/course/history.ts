/**
 * What happened in one run, as the controller saw it.
 *
 * @module
 */
import type { Value } from "./scenario.ts";

/** What an exception was, as far as it can be told across a process. */
export interface Thrown {
  readonly name: string;
  readonly message: string;
  /** "EINTR" for a SystemError. */
  readonly code?: string;
  readonly syscall?: string;
}

/**
 * One event. `order` is drawn from a counter that all processes of the run share: an event with a smaller number happened
 * before one with a larger number. A `call` is numbered just before the student's function is entered, a `return` just after
 * it came back: so "returned before called" in this order is true in time, while two calls whose intervals overlap may have
 * taken effect in either order.
 */
export type Event =
  & {
    readonly order: number;
    readonly role: string;
    readonly stage: number;
    /** Process that recorded it: the role's, or one that the role forked. */
    readonly pid: number;
    /** Line of the student's file, where it is known. */
    readonly line?: number;
    /** The student's file it is in, relative to the exercise, where it is known. */
    readonly file?: string;
  }
  & (
    | { readonly kind: "start" }
    | { readonly kind: "call"; readonly call: number; readonly function: string }
    | { readonly kind: "return"; readonly call: number; readonly function: string; readonly value: Value }
    | { readonly kind: "throw"; readonly call: number; readonly function: string; readonly error: Thrown }
    | { readonly kind: "note"; readonly name: string; readonly values: readonly Value[] }
    | { readonly kind: "stimulus"; readonly signal: string }
    | { readonly kind: "end" }
  );

/** How a role's process ended. */
export interface RoleEnd {
  readonly role: string;
  readonly stage: number;
  readonly pid: number;
  /** "returned": made all calls. "threw": a call threw. "exited", "signaled": the process ended by itself before that.
   * "stuck", "killed": it was still there when the stage ended, blocked or not. */
  readonly how: "returned" | "threw" | "exited" | "signaled" | "stuck" | "killed";
  /** Exit status or signal name, where that is how. */
  readonly status?: number | string;
  /** What it was blocked in, for stuck and killed ones. */
  readonly blocked?: Blocked;
  /** The same of the processes below it that were still there. */
  readonly children?: readonly Blocked[];
}

/** What a process was doing when it was asked. */
export interface Blocked {
  /** "sem_wait"; "computing" for one that was not in a call, "stopped" for one that a signal stopped. */
  readonly call: string;
  /** What it waited on: "pipe (read end, fd 3)", "semaphore", "message queue /jobs". */
  readonly object?: string;
  /** Line of the student's file that made the call. */
  readonly line?: number;
  readonly file?: string;
}

/** Everything about one run that a `judge` may use. */
export interface History {
  /** In order. */
  readonly events: readonly Event[];
  readonly ends: readonly RoleEnd[];
  /** Calls of `lib` made by the student's processes, by role name, then by call name. */
  readonly calls: { readonly [role: string]: { readonly [call: string]: number } };
  /** Process id of what sends the stimuli (what `si_pid` says). */
  readonly senderPid: number;
  readonly senderUid: number;
  /** What each role wrote to standard output and standard error, capped. */
  readonly output: { readonly [role: string]: string };
}
