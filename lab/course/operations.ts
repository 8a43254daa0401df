/**
 * A history read as operations: each call of a student's function as one thing with a beginning and an end, together with
 * what the scenario gave it. Oracles over concurrent calls are written in terms of these.
 *
 * @module
 */
import type { Finding } from "../judge/finding.ts";
import type { Blocked, History, RoleEnd } from "./history.ts";
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

/** A call that was never to come back: its process was blocked for good. */
export interface Waiting {
  readonly operation: Operation;
  readonly end: RoleEnd;
  /** "producer 1 waits in put(17), there in sem_wait() at line 75". */
  readonly words: string;
}

/** The calls in which a run got stuck; none where it ended in another way, or was meant to. */
export function stuckIn(scenario: Scenario, history: History): Waiting[] {
  const stage = Math.max(-1, ...history.ends.map((end) => end.stage));
  const ends = history.ends.filter((end) => end.stage === stage);
  if (scenario.stages[stage]?.end === "stuck") return [];
  if (!ends.every((end) => end.how === "stuck" || end.how === "returned")) return [];
  const open = operations(scenario, history).filter((operation) => operation.ended === Infinity);
  return ends.flatMap((end): Waiting[] => {
    const operation = open.find((one) => one.stage === stage && one.by.name === end.role);
    if (end.how !== "stuck" || operation === undefined) return [];
    return [{ operation, end, words: `${end.role} waits in ${callText(operation)}${whereIn(end.blocked)}` }];
  });
}

function callText({ function: name, arguments: given }: Operation): string {
  return `${name}(${given.filter((argument) => typeof argument !== "object").map(String).join(", ")})`;
}

function whereIn(blocked: Blocked | undefined): string {
  if (blocked === undefined) return "";
  return `, there in ${blocked.call}()${blocked.line === undefined ? "" : ` at line ${blocked.line}`}`;
}

/**
 * For runs of `openAndClose`: a process that has opened and closed so often, and then could not open once more, has used up
 * its descriptors. Whatever that did to it, this is the cause.
 */
export function notGivenBack(scenario: Scenario, history: History): Finding | null {
  const all = operations(scenario, history);
  const last = all.findLast((operation) => operation.function === "open");
  const opened = all.filter((operation) => operation.by === last?.by && operation.function === "open").length;
  const end = history.ends.find((one) => one.role === last?.by.name && one.stage === last.stage);
  if (last === undefined || last.ended < Infinity || opened < FEW_DESCRIPTORS) return null;
  if (end?.how !== "threw" && end?.how !== "exited") return null;
  return {
    kind: "leak",
    message:
      `${last.by.name} could open it ${opened - 1} times, though it closed it again each time: then the process had ` +
      "no descriptor left. open() takes one that neither itself nor close() gives back.",
    seen: `open() number ${opened} failed`,
    wanted: "open() and close() as often as one likes",
    role: last.by.name,
    readNext: "close(2); mmap(2) on when the descriptor may be closed",
  };
}

/** A process may have 1024 descriptors, and an open() that takes several runs out of them sooner. */
const FEW_DESCRIPTORS = 100;
