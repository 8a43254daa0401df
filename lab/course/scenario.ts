/**
 * A scenario is what one run of a check does, as data: which functions of the student's file run in which processes, with
 * which inputs, and what is done to them from outside. The controller makes it (fresh random values every time), the arena
 * carries it out, and the check's `judge` reads what happened. No code of a check ever runs beside a student's code.
 *
 * @module
 */

/** What crosses between controller and role: JSON, and beside it bytes, bigint, undefined, NaN and the infinities. */
export type Value =
  | null
  | undefined
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly Value[]
  | { readonly [key: string]: Value };

/** An argument of a student's function: a value, or something made in the role's own process. */
export type Argument = Value | Marker | readonly Argument[] | { readonly [key: string]: Argument };

/** What is made in the role's process, or known only once the run is on. */
export class Marker {
  private constructor(
    /** Which kind, and what it refers to. */
    readonly kind: "result" | "callback" | "from" | "pid" | "scratch",
    readonly name: string,
    readonly index: number,
  ) {}

  /** Any of those below, by its parts: for what reads a scenario back. */
  static of(kind: Marker["kind"], name: string, index: number): Marker {
    return new Marker(kind, name, index);
  }
  /** What call number `index` of this same role returned, whatever it is (a handle, a segment: it never leaves the process). */
  static result(index: number): Marker {
    return new Marker("result", "", index);
  }
  /** A function that records its arguments as an event `note` of this `name`, at once, and returns undefined. */
  static callback(name: string): Marker {
    return new Marker("callback", name, 0);
  }
  /** What call number `index` of role `name` of an *earlier stage* returned. */
  static from(name: string, index = 0): Marker {
    return new Marker("from", name, index);
  }
  /** The process id of role `name` of the same stage. */
  static pid(name: string): Marker {
    return new Marker("pid", name, 0);
  }
  /** A path `name` in a fresh, empty directory of this run (for FIFOs and sockets). */
  static scratch(name: string): Marker {
    return new Marker("scratch", name, 0);
  }
}

/** One call of a function that the student's file exports. */
export interface Call {
  readonly function: string;
  readonly arguments: readonly Argument[];
}

/** One process. It makes its calls one after another, each reported as it begins and as it ends, and exits. */
export interface Role {
  /** "producer 1": how messages name it. Unique within its stage. */
  readonly name: string;
  readonly calls: readonly Call[];
  /** When the process is started; at once unless given. */
  readonly start?: Trigger;
  /** Not expected to end by itself (a server): it is killed when all others of the stage have ended. */
  readonly daemon?: boolean;
}

/** A moment of a run. */
export type Trigger =
  /** Every live process of the stage is blocked where only another process could wake it, or (for those that spin or sleep)
   * nothing has happened for a while. Each time the stage gets there, the first trigger of this kind not yet used fires. */
  | { readonly kind: "stuck" }
  /** Role `role` has recorded note `note` for the `count`-th time (first unless given). */
  | { readonly kind: "note"; readonly role: string; readonly note: string; readonly count?: number }
  /** Role `role` has returned from its call number `call`. */
  | { readonly kind: "returned"; readonly role: string; readonly call: number }
  /** Role `role` has ended. */
  | { readonly kind: "ended"; readonly role: string };

/** Something done to a role from outside. `queue` sends it by sigqueue(3) with this value. */
export interface Stimulus {
  readonly when: Trigger;
  readonly signal: string;
  readonly to: string;
  readonly queue?: number;
}

/** Processes that run at the same time. */
export interface Stage {
  readonly roles: readonly Role[];
  readonly stimuli?: readonly Stimulus[];
  /**
   * How the stage should end. "ended" (unless given): every role that is no daemon returns from all its calls; anything else
   * is found as deadlock, timeout and so on before `judge` is asked. "stuck": roles may also stay blocked for good; then the
   * run goes on (they are killed), and `judge` decides by what they had done.
   */
  readonly end?: "ended" | "stuck";
}

/** One run: stages one after another, each in fresh processes, over the same kernel objects. */
export interface Scenario {
  readonly stages: readonly Stage[];
}
