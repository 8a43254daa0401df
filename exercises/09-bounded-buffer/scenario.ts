/**
 * The processes of this exercise's checks, as data.
 *
 * @module
 */
import { type Call, Marker, type Role, type Stage, type Trigger } from "../../lab/course/scenario.ts";
import { oneCallEach } from "../../lab/course/scenario_parts.ts";

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

/** One process for each of the buffers, which creates it, and nothing else. */
export function creating(capacity: number, ...names: string[]): Stage {
  return oneCallEach("creator", names, (name) => ({ function: "create", arguments: [name, capacity] }));
}

/** One process for each of the buffers, which removes it. */
export function destroying(...names: string[]): Stage {
  return oneCallEach("destroyer", names, (name) => ({ function: "destroy", arguments: [name] }));
}
