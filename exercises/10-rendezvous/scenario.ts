/**
 * The processes of this exercise's checks, as data.
 *
 * @module
 */
import type { Random } from "../../lab/course/definition.ts";
import { type Call, Marker, type Role, type Stage, type Trigger } from "../../lab/course/scenario.ts";

/** The two sides of a rendezvous. */
export type Side = "left" | "right";

/** A process that opens the rendezvous, exchanges the values one after another at its side, and closes it. */
export function visitor(role: string, name: string, side: Side, values: readonly number[], start?: Trigger): Role {
  const calls = [
    { function: "open", arguments: [name] },
    ...values.map((value) => ({ function: "exchange", arguments: [Marker.result(0), side, value] })),
    { function: "close", arguments: [Marker.result(0)] },
  ];
  return { name: role, calls, ...(start === undefined ? {} : { start }) };
}

/** A process that opens the rendezvous and closes it again, `count` times. */
export function openAndClose(role: string, name: string, count: number): Role {
  const calls = Array.from({ length: count }, (_, turn): Call[] => [
    { function: "open", arguments: [name] },
    { function: "close", arguments: [Marker.result(2 * turn)] },
  ]);
  return { name: role, calls: calls.flat() };
}

/** One process that creates the rendezvous, and nothing else. */
export function creating(name: string): Stage {
  return { roles: [{ name: "creator", calls: [{ function: "create", arguments: [name] }] }] };
}

/** One process that removes the rendezvous. */
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

/** `count` different values. Those that programs take for "nothing" are among them, where there is room. */
export function values(random: Random, count: number): number[] {
  const edges = [0, -1, 0x7fffffff, -0x80000000];
  const distinct = new Set([...edges, ...random.tokens(count)]);
  return random.shuffled([...distinct].slice(0, count));
}

/** `list` in `parts` pieces of equal length. */
export function dealt(list: readonly number[], parts: number): number[][] {
  const length = Math.floor(list.length / parts);
  return Array.from({ length: parts }, (_, part) => list.slice(part * length, (part + 1) * length));
}
