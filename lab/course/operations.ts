/**
 * A history read as operations: each call of a student's function as one thing with a beginning and an end, together with
 * what the scenario gave it. Oracles over concurrent calls are written in terms of these.
 *
 * @module
 */
import type { History } from "./history.ts";
import { type Argument, Marker, type Role, type Scenario, type Value } from "./scenario.ts";

/** One call of a student's function. */
export interface Operation {
  readonly function: string;
  readonly arguments: readonly Argument[];
  /** The role that made it, as the scenario has it. */
  readonly by: Role;
  /** Which stage, counted from 0. */
  readonly stage: number;
  /** When it was entered, in the order that all processes share. */
  readonly began: number;
  /** When it came back; Infinity if it never did, or threw. Two operations overlap unless one ended before the other began. */
  readonly ended: number;
  /** What it returned, if it did. */
  readonly value: Value;
  /** Line of the student's file where it came back, where that is known. */
  readonly line?: number;
}

/** The calls of a run in the order in which they began. */
export function operations(scenario: Scenario, history: History): Operation[] {
  type Open = { -readonly [key in keyof Operation]: Operation[key] };
  const found: Open[] = [];
  const open = new Map<string, Open>();
  for (const event of history.events) {
    if (event.kind !== "call" && event.kind !== "return") continue;
    // The process is part of the key: a forked child that comes back from its parent's call is no second return of it.
    const key = `${event.stage} ${event.pid} ${event.call}`;
    if (event.kind === "call") {
      const by = scenario.stages[event.stage]?.roles.find((role) => role.name === event.role);
      const call = by?.calls[event.call];
      if (by === undefined || call === undefined) continue;
      const { stage, order: began } = event;
      const operation = { ...call, by, stage, began, ended: Infinity, value: undefined };
      open.set(key, operation);
      found.push(operation);
    } else {
      const operation = open.get(key);
      if (operation === undefined) continue;
      operation.ended = event.order;
      operation.value = event.value;
      if (event.line !== undefined) operation.line = event.line;
    }
  }
  return found;
}

/**
 * What an operation works on, for functions whose first argument is the result of an earlier call of the same role: the
 * first argument of that call, "/jobs" for `put(open("/jobs"), 1)`.
 */
export function objectOf(operation: Operation): Argument {
  const handle = operation.arguments[0];
  if (!(handle instanceof Marker) || handle.kind !== "result") return handle;
  return operation.by.calls[handle.index]?.arguments[0];
}
