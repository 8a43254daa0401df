/**
 * The processes of this exercise's checks, as data.
 *
 * @module
 */
import type { Random } from "../../lab/course/definition.ts";
import { type Call, Marker, type Role, type Stage, type Trigger } from "../../lab/course/scenario.ts";

const BUFFER = Marker.result(0);

/** A process that opens the buffer, puts the items one after another, and closes it. */
export function producer(role: string, name: string, items: readonly number[], start?: Trigger): Role {
  return worker(role, name, items.map((item) => ({ function: "put", arguments: [BUFFER, item] })), start);
}

/** A process that opens the buffer, gets `count` items, and closes it. */
export function consumer(role: string, name: string, count: number, start?: Trigger): Role {
  return worker(role, name, Array.from({ length: count }, () => ({ function: "get", arguments: [BUFFER] })), start);
}

function worker(role: string, name: string, calls: readonly Call[], start?: Trigger): Role {
  const open = { function: "open", arguments: [name] };
  const close = { function: "close", arguments: [BUFFER] };
  return { name: role, calls: [open, ...calls, close], ...(start === undefined ? {} : { start }) };
}

/** One process that creates the buffer, and nothing else. */
export function creating(name: string, capacity: number): Stage {
  return { roles: [{ name: "creator", calls: [{ function: "create", arguments: [name, capacity] }] }] };
}

/** One process that removes the buffer. */
export function destroying(name: string): Stage {
  return { roles: [{ name: "destroyer", calls: [{ function: "destroy", arguments: [name] }] }] };
}

/** Processes that run together, each to its end. */
export function together(...roles: Role[]): Stage {
  return { roles };
}

/** Processes that are to stay blocked. What they were blocked in is damaged when they are killed: only `destroying` may follow. */
export function blocking(...roles: Role[]): Stage {
  return { roles, end: "stuck" };
}

/** The moment when every process of the stage is blocked. */
export const STUCK: Trigger = { kind: "stuck" };

/** `count` different items. Those that programs take for "nothing" are among them, where there is room. */
export function items(random: Random, count: number): number[] {
  const edges = [0, -1, 0x7fffffff, -0x80000000];
  const distinct = new Set([...edges, ...random.tokens(count)]);
  return random.shuffled([...distinct].slice(0, count));
}

/** `list` in `parts` pieces of equal length. */
export function dealt(list: readonly number[], parts: number): number[][] {
  const length = Math.floor(list.length / parts);
  return Array.from({ length: parts }, (_, part) => list.slice(part * length, (part + 1) * length));
}

/** A process that opens the buffer and closes it again, `count` times. */
export function openAndClose(role: string, name: string, count: number): Role {
  const calls = Array.from({ length: count }, (_, turn): Call[] => [
    { function: "open", arguments: [name] },
    { function: "close", arguments: [Marker.result(2 * turn)] },
  ]);
  return { name: role, calls: calls.flat() };
}
