/**
 * What came of one schedule, as the record of a run: so that the same oracles judge both.
 *
 * @module
 */
import type { Cast, Part } from "../arena/controlled/cast.ts";
import type { ThrownRecord } from "../arena/protocol.ts";
import type { WholeSchedule } from "./exploration.ts";
import { fromPlain } from "../arena/value.ts";
import { CALLS } from "../../lib/gate/calls.ts";
import type { Blocked, Event, History, RoleEnd } from "../course/history.ts";
import type { Scenario, Value } from "../course/scenario.ts";
import type { LogRecord } from "../explore/log.ts";
import { OPERATION, STATE } from "../explore/region.ts";
import type { RunRecord, Sender } from "./run.ts";
import { nameOfSignal } from "./signal_names.ts";
import type { StageRecord } from "./stage.ts";

/** The record of a schedule of this cast. */
export function recordOfSchedule(
  report: WholeSchedule,
  cast: Cast,
  scenario: Scenario,
  sender: Sender,
): RunRecord {
  const log = report.log;
  const reader = new LogReader(log, report, cast, scenario);
  const stages = Math.min(report.stage + 1, cast.scenes.length);
  const ends = cast.parts.filter((part) => part.stage < stages).map((part) => reader.endOf(part));
  const history: History = {
    events: log.flatMap((record, order) => reader.eventOf(record, order, sender)),
    ends,
    calls: reader.calls(),
    senderPid: sender.pid,
    senderUid: sender.uid,
    output: {},
  };
  const unloadable = log.find((record) => record.kind === "unloadable");
  return {
    history,
    stages: Array.from({ length: stages }, (_, stage): StageRecord => ({
      roles: [],
      end: reader.stageEnd(stage),
      exact: reader.stageEnd(stage) === "idle",
      stimuli: [],
    })),
    left: report.left,
    leftCount: report.left.length,
    unloadable: unloadable === undefined
      ? null
      : { ...unloadable.value as ThrownRecord, role: reader.roleOf(unloadable.party)?.name ?? "" },
    complete: report.complete,
    controlled: {
      end: report.end,
      killed: report.faults.flatMap(({ kind, party }) => {
        const name = cast.parts.find((part) => part.party === party)?.name;
        return kind === "kill" && name !== undefined ? [name] : [];
      }),
    },
  };
}

class LogReader {
  readonly #log: readonly LogRecord[];
  readonly #report: WholeSchedule;
  readonly #cast: Cast;
  readonly #scenario: Scenario;

  constructor(log: readonly LogRecord[], report: WholeSchedule, cast: Cast, scenario: Scenario) {
    this.#log = log;
    this.#report = report;
    this.#cast = cast;
    this.#scenario = scenario;
  }

  /** The part that a party is, or whose process it was forked by. */
  roleOf(party: number): Part | undefined {
    const role = this.#report.parties[party]?.role ?? party;
    return this.#cast.parts.find((part) => part.party === role);
  }

  eventOf(record: LogRecord, order: number, sender: Sender): Event[] {
    const part = this.roleOf(record.party);
    if (part === undefined) return [];
    const pid = this.#report.parties[record.party]?.pid ?? 0;
    const base = { order, role: part.name, stage: part.stage, pid };
    const called = (): string => part.calls[record.number]?.function ?? "?";
    switch (record.kind) {
      case "start":
      case "end":
        return [{ ...base, kind: record.kind }];
      case "call":
        return [{ ...base, kind: "call", call: record.number, function: called() }];
      case "return":
        return [{
          ...base,
          kind: "return",
          call: record.number,
          function: called(),
          value: fromPlain(record.value),
        }];
      case "throw": {
        const { line, file, ...error } = record.value as ThrownRecord;
        const place = { ...(line === undefined ? {} : { line }), ...(file === undefined ? {} : { file }) };
        return [{ ...base, ...place, kind: "throw", call: record.number, function: called(), error }];
      }
      case "note":
        return [{
          ...base,
          kind: "note",
          name: this.#cast.notes[record.number] ?? "",
          values: fromPlain(record.value) as Value[],
        }];
      case "stimulus":
        return [{ ...base, kind: "stimulus", pid: sender.pid, signal: this.#signal(part, record.number) }];
      default:
        return [];
    }
  }

  endOf(part: Part): RoleEnd {
    const { party, name: role, stage } = part;
    const pid = this.#report.parties[party]?.pid ?? 0;
    const base = { role, stage, pid };
    const own = this.#log.filter((record) => record.party === party);
    if (own.some((record) => record.kind === "throw")) return { ...base, how: "threw" };
    if (own.some((record) => record.kind === "end")) return { ...base, how: "returned" };
    const death = own.find((record) => record.kind === "death")?.value as
      | { how: "exited" | "signaled"; status: number | string }
      | undefined;
    if (death !== undefined) {
      const status = death.how === "signaled" && typeof death.status === "number"
        ? nameOfSignal(death.status)
        : death.status;
      return { ...base, how: death.how, status };
    }
    const blocked = this.#blocked(party);
    const children = Object.entries(this.#report.parties)
      .filter(([other, { role: root }]) => root === party && Number(other) !== party)
      .flatMap(([other]) => this.#blocked(Number(other)) ?? []);
    return {
      ...base,
      how: blocked === null || blocked.call === "computing" ? "killed" : "stuck",
      ...(blocked === null ? {} : { blocked }),
      ...(children.length === 0 ? {} : { children }),
    };
  }

  /** What a party was doing when its stage was over. */
  #blocked(party: number): Blocked | null {
    const own = this.#log.filter((record) => record.party === party);
    const stuck = own.findLast((record) => record.kind === "stuck");
    const where = own.findLast((record) => record.kind === "where")?.value as { line?: number; file?: string };
    const last = own.findLast((record) => record.kind === "place" && record.value !== null);
    const [line, file] = (last?.value ?? []) as [number?, string?];
    const place = where ?? (line === undefined || file === undefined ? {} : { line, file });
    if (stuck === undefined) return where === undefined ? null : { call: "computing", ...place };
    const [state, parkedOn] = stuck.value as [number, number, number];
    if (state !== STATE.parked) return { call: "computing", ...place };
    const object = this.objectName(parkedOn);
    return {
      call: CALLS[stuck.number] ?? operationName(stuck.number),
      ...(object === null ? {} : { object }),
      ...place,
    };
  }

  /** What an object is called, if it was told. */
  objectName(index: number): string | null {
    const record = this.#log.findLast((one) => one.kind === "object" && one.number === index);
    if (record === undefined) return null;
    const [kind, name] = record.value as [string, string];
    if (kind === "signals of") return `${kind} ${this.roleOf(Number(name.slice(1)))?.name ?? name}`;
    if (name === "") return kind;
    return name.startsWith(kind) || name.startsWith("the ") ? name : `${kind} ${name}`;
  }

  stageEnd(stage: number): StageRecord["end"] {
    if (stage < this.#report.stage || this.#report.end === "ended") return "ended";
    switch (this.#report.end) {
      case "stuck":
        return "idle";
      case "full":
        return "output";
      default:
        return "timeout";
    }
  }

  calls(): History["calls"] {
    const sums: Record<string, Record<string, number>> = {};
    for (const part of this.#cast.parts) {
      const sum = sums[part.name] ??= {};
      for (const [call, count] of Object.entries(this.#report.parties[part.party]?.calls ?? {})) {
        sum[call] = (sum[call] ?? 0) + count;
      }
    }
    return sums;
  }

  #signal(part: Part, signal: number): string {
    const stage = this.#scenario.stages[part.stage];
    return stage?.stimuli?.find((one) => nameOfSignal(signal) === one.signal)?.signal ?? nameOfSignal(signal);
  }
}

function operationName(operation: number): string {
  const found = Object.entries(OPERATION).find(([, number]) => number === operation);
  return found?.[0] ?? "computing";
}
