/**
 * What the parties of a schedule are called.
 *
 * @module
 */
import type { Cast } from "../arena/controlled/cast.ts";
import type { WholeSchedule } from "./exploration.ts";

/** "producer 1", or whose child a party is. */
export function nameOfParty(party: number, { parties }: Pick<WholeSchedule, "parties">, cast: Cast): string {
  const role = parties[party]?.role ?? party;
  const name = cast.parts.find((part) => part.party === role)?.name ?? "a process";
  return role === party ? name : `a child of ${name}`;
}
