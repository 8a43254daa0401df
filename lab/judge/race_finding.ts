/**
 * Data races, told to a student.
 *
 * @module
 */
import type { Cast } from "../arena/controlled/cast.ts";
import type { StepDetail } from "../arena/controlled/detail.ts";
import type { WholeSchedule } from "./exploration.ts";
import { MODE } from "../explore/region.ts";
import type { Finding } from "./finding.ts";

/** The finding on the first race of a schedule that was told in detail; null where there is none. */
export function raceFinding(
  schedule: WholeSchedule,
  steps: readonly StepDetail[],
  cast: Cast,
): Finding | null {
  const [race] = schedule.races;
  if (race === undefined) return null;
  const [, offset, ...both] = race;
  const log = schedule.log;
  const [one, other] = both.map((at) => {
    const step = steps[at];
    const place = log.find((record) => record.kind === "place" && record.number === at)?.value as
      | [number, string]
      | undefined;
    const detail = log.find((record) => record.kind === "detail" && record.number === at)?.value as
      | [string, string, string | null]
      | undefined;
    const party = step?.party ?? 0;
    const role = schedule.parties[party]?.role ?? party;
    return {
      who: cast.parts.find((part) => part.party === role)?.name ?? "a process",
      does: (step?.mode ?? 0) >= MODE.write ? "writes" : "reads",
      what: detail?.[1] ?? "",
      line: place?.[0],
      file: place?.[1],
    };
  });
  if (one === undefined || other === undefined) return null;
  const at = (side: typeof one): string =>
    `${side.who} ${side.does} ${side.what === "" ? `the bytes at ${offset}` : side.what}${
      side.line === undefined ? "" : ` (line ${side.line})`
    }`;
  return {
    kind: "data-race",
    message:
      `${at(one)}, and ${
        at(other)
      }, with nothing between them that makes one wait for the other: it is chance which comes ` +
      "first, and on several processors they can happen at once. Put both inside the same critical section, let one be " +
      "announced to the other by a semaphore or a message, or use Atomics for a word that is meant to be looked at.",
    seen: "two accesses to the same bytes, one of them a write, in no order",
    wanted: "every two such accesses are ordered",
    role: other.who,
    readNext: "README.md on mutual exclusion; sem_overview(7)",
    ...(other.line === undefined ? {} : { line: other.line }),
    ...(other.file === undefined ? {} : { file: other.file }),
  };
}
