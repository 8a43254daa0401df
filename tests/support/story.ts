/**
 * Hand-written histories for the tests of judges: what a run did, told event by event.
 *
 * @module
 */
import type { Event, History, RoleEnd, Thrown } from "../../lab/course/history.ts";
import type { Random } from "../../lab/course/definition.ts";
import type { Value } from "../../lab/course/scenario.ts";

/** The process that sends the stimuli of every story. */
export const SENDER_PID = 4000;

type Stamp = "order" | "stage" | "pid" | "role";
type Told = Event extends infer E ? E extends Event ? Omit<E, Stamp> : never : never;

/**
 * A history in the making. Each method adds one event, numbered in the order of telling.
 *
 * @example
 * ```ts
 * import { Story } from "./story.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const history = new Story().call("server").note("server", "ready").returns("server", 7).history();
 * assertEquals(history.events.map((event) => event.kind), ["call", "note", "return"]);
 * ```
 */
export class Story {
  readonly #events: Event[] = [];
  readonly #ends: RoleEnd[] = [];
  readonly #calls: Record<string, Record<string, number>> = {};
  readonly #pids = new Map<string, number>();
  #stage = 0;

  /** What follows happens in the next stage. */
  nextStage(): this {
    this.#stage++;
    return this;
  }

  /** A role's process begins. */
  start(role: string): this {
    return this.#tell(role, { kind: "start" });
  }

  /** A role enters its call number `call`. */
  call(role: string, call = 0, name = "main"): this {
    return this.#tell(role, { kind: "call", call, function: name });
  }

  /** A role's call number `call` comes back. */
  returns(role: string, value: Value, call = 0, name = "main"): this {
    return this.#tell(role, { kind: "return", call, function: name, value });
  }

  /** A role's call number `call` throws. */
  throws(role: string, error: Thrown, call = 0, name = "main"): this {
    return this.#tell(role, { kind: "throw", call, function: name, error });
  }

  /** Call and return in one. */
  makes(role: string, value: Value, call = 0, name = "main"): this {
    return this.call(role, call, name).returns(role, value, call, name);
  }

  /** A callback was called. */
  note(role: string, name: string, ...values: Value[]): this {
    return this.#tell(role, { kind: "note", name, values });
  }

  /** A callback was called in a process that the role had forked. */
  noteOfChild(role: string, name: string, ...values: Value[]): this {
    return this.#tell(role, { kind: "note", name, values }, this.pid(role) + 500);
  }

  /** The lab sends a signal. */
  stimulus(role: string, signal: string): this {
    return this.#tell(role, { kind: "stimulus", signal });
  }

  /** How a role's process ended. */
  ends(
    role: string,
    how: RoleEnd["how"] = "returned",
    more: Pick<RoleEnd, "status" | "blocked" | "children"> = {},
  ): this {
    this.#ends.push({ role, stage: this.#stage, pid: this.pid(role), how, ...more });
    return this;
  }

  /** How often a role made a call of the library. */
  counts(role: string, calls: Record<string, number>): this {
    this.#calls[role] = { ...this.#calls[role], ...calls };
    return this;
  }

  /** The process id that a role has in this story. */
  pid(role: string): number {
    const known = this.#pids.get(role);
    if (known !== undefined) return known;
    const pid = 5001 + this.#pids.size;
    this.#pids.set(role, pid);
    return pid;
  }

  /** The story so far. */
  history(): History {
    return {
      events: [...this.#events],
      ends: [...this.#ends],
      calls: this.#calls,
      senderPid: SENDER_PID,
      senderUid: 1000,
      output: {},
    };
  }

  #tell(role: string, told: Told, pid = this.pid(role)): this {
    this.#events.push({ order: this.#events.length, role, stage: this.#stage, pid, ...told } as Event);
    return this;
  }
}

/** A source of "random" values that is the same in every test: it counts. */
export function countingRandom(): Random {
  let next = 0;
  return {
    integer: (below) => next++ % below,
    tokens: (count) => Array.from({ length: count }, () => 1000 + next++),
    word: (length) => Array.from({ length }, () => "abcdefghijklmnopqrstuvwxyz"[next++ % 26]).join(""),
    objectName: () => `/ipclab.story.${next++}`,
    shuffled: (items) => [...items],
  };
}
