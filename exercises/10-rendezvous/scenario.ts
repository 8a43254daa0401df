/**
 * The processes of this exercise's checks, as data.
 *
 * @module
 */
import { Marker, type Role, type Stage, type Trigger } from "../../lab/course/scenario.ts";
import { oneCallEach } from "../../lab/course/scenario_parts.ts";

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

/** One process for each rendezvous, which creates it, and nothing else. */
export function creating(...names: string[]): Stage {
  return oneCallEach("creator", names, (name) => ({ function: "create", arguments: [name] }));
}

/** One process for each rendezvous, which removes it. */
export function destroying(...names: string[]): Stage {
  return oneCallEach("destroyer", names, (name) => ({ function: "destroy", arguments: [name] }));
}
