/**
 * What scenarios of several exercises are put together from.
 *
 * @module
 */
import type { Random } from "./definition.ts";
import { type Call, Marker, type Role, type Stage, type Trigger } from "./scenario.ts";

/** The moment when every process of the stage is blocked. */
export const STUCK: Trigger = { kind: "stuck" };

/** Processes that run together, each to its end. */
export function together(...roles: Role[]): Stage {
  return { roles };
}

/** Processes that may stay blocked for good. They are killed then, and what they held is lost. */
export function blocking(...roles: Role[]): Stage {
  return { roles, end: "stuck" };
}

/** One process for each of the names, which makes one call. */
export function oneCallEach(role: string, names: readonly string[], call: (name: string) => Call): Stage {
  return { roles: names.map((name, at) => ({ name: at === 0 ? role : `${role} ${at + 1}`, calls: [call(name)] })) };
}

/** A process that calls `open(name)` and `close` of what that returned, `count` times. */
export function openAndClose(role: string, name: string, count: number): Role {
  const calls = Array.from({ length: count }, (_, turn): Call[] => [
    { function: "open", arguments: [name] },
    { function: "close", arguments: [Marker.result(2 * turn)] },
  ]);
  return { name: role, calls: calls.flat() };
}

/** Numbers of 32 bits at which programs go wrong. Without 0: memory that was never written is full of them. */
const EDGES = [-1, 0x7fffffff, -0x80000000];

/** `count` different whole numbers of 32 bits in random order, negative ones among them where there is room; never 0. */
export function numbers(random: Random, count: number): number[] {
  return random.shuffled([...new Set([...EDGES, ...random.tokens(count)])].slice(0, count));
}

/** `list` in `parts` pieces of equal length; what does not go round is left out. */
export function dealt<T>(list: readonly T[], parts: number): T[][] {
  const length = Math.floor(list.length / parts);
  return Array.from({ length: parts }, (_, part) => list.slice(part * length, (part + 1) * length));
}
