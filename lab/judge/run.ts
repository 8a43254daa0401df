/**
 * One run of a check: its stages one after another, and the history of it all.
 *
 * @module
 */
import type { JournalEntry } from "../arena/board.ts";
import type { RoleRecord, ThrownRecord } from "../arena/protocol.ts";
import type { ProcessState } from "../arena/inspect.ts";
import { fromPlain } from "../arena/value.ts";
import type { Blocked, Event, History, RoleEnd } from "../course/history.ts";
import { type Argument, Marker, type Role, type Scenario, type Stage, type Value } from "../course/scenario.ts";
import type { ScheduleEnd } from "../explore/model.ts";
import { emptyScratch } from "../sandbox/run_folder.ts";
import type { ArenaClient } from "./arena_client.ts";
import { nameOfSignal } from "./signal_names.ts";
import { type RoleTrace, runStage, type StageRecord } from "./stage.ts";

/** What one run came to. */
export interface RunRecord {
  readonly history: History;
  readonly stages: readonly StageRecord[];
  /** Kernel objects that were still there at the end; they have been removed. */
  readonly left: readonly JournalEntry[];
  /** How many there were: of very many, `left` holds only the first. */
  readonly leftCount: number;
  /** A role that could not be evaluated, or lacks a function. */
  readonly unloadable: (ThrownRecord & { readonly role: string }) | null;
  /** Whether every stage ended as it should: only then is the history whole. */
  readonly complete: boolean;
  /** What is known of a run under control; left out of one at full speed. */
  readonly controlled?: Controlled;
}

/** What is known of a run under control, where nothing is left to chance. */
export interface Controlled {
  readonly end: ScheduleEnd;
  /** Roles that the schedule killed. */
  readonly killed: readonly string[];
}

/** Who sends the stimuli: the arena, as the roles see it. */
export interface Sender {
  readonly pid: number;
  readonly uid: number;
}

/** Until the arena has removed what a run left behind. It takes milliseconds, but the machine may be very busy. */
const OVER_MS = 30_000;

/** Carries out a scenario. Stops at the first stage that does not end as it should. */
export async function runScenario(
  arena: ArenaClient,
  sender: Sender,
  scenario: Scenario,
  signal?: AbortSignal,
): Promise<RunRecord> {
  const stages: StageRecord[] = [];
  arena.send({ do: "begin" });
  for (const stage of scenario.stages) {
    stages.push(await runStage(arena, withResults(stage, stages), signal));
    if (!isComplete(stage, stages[stages.length - 1] as StageRecord)) break;
  }
  arena.send({ do: "end" });
  const { left, count } = await arena.expect("over", OVER_MS, signal);
  emptyScratch(arena.folder);
  return {
    history: historyOf(stages, sender),
    stages,
    left,
    leftCount: count,
    unloadable: unloadableIn(stages),
    complete: stages.length === scenario.stages.length &&
      scenario.stages.every((stage, at) => isComplete(stage, stages[at] as StageRecord)),
  };
}

/** Whether a stage went as its definition says: every role made all its calls, or stayed blocked where it may. */
function isComplete(stage: Stage, record: StageRecord): boolean {
  if (record.end === "output" || record.end === "timeout") return false;
  return record.roles.every((trace) => {
    if (trace.records.some((one) => one.k === "throw" || one.k === "unloadable")) return false;
    if (trace.records.some((one) => one.k === "end")) return true;
    return trace.ended === null && (trace.role.daemon === true || stage.end === "stuck");
  });
}

/** The stage with results of earlier stages put in place of their markers. */
function withResults(stage: Stage, earlier: readonly StageRecord[]): Stage {
  const resolve = (argument: Argument): Argument => {
    if (argument instanceof Marker) return argument.kind === "from" ? resultOf(earlier, argument) : argument;
    if (argument instanceof Uint8Array || typeof argument !== "object" || argument === null) return argument;
    if (Array.isArray(argument)) return argument.map(resolve);
    return Object.fromEntries(Object.entries(argument).map(([key, item]) => [key, resolve(item as Argument)]));
  };
  const roles = stage.roles.map((role): Role => ({
    ...role,
    calls: role.calls.map((call) => ({ ...call, arguments: call.arguments.map(resolve) })),
  }));
  return { ...stage, roles };
}

function resultOf(stages: readonly StageRecord[], { name, index }: Marker): Value {
  for (const stage of [...stages].reverse()) {
    const trace = stage.roles.find((one) => one.role.name === name);
    const found = trace?.records.find((record) => record.k === "return" && record.c === index);
    if (found?.k === "return") return fromPlain(found.v);
  }
  throw new Error(`the scenario asks for result ${index} of "${name}", which no earlier stage has`);
}

function historyOf(stages: readonly StageRecord[], sender: Sender): History {
  const events = stages.flatMap((stage, at) => [
    ...stage.roles.flatMap((trace) => trace.records.flatMap((record) => eventOf(record, trace.role, at))),
    ...stage.stimuli.map(({ role, signal, order }): Event => ({
      kind: "stimulus",
      order,
      role,
      stage: at,
      pid: sender.pid,
      signal,
    })),
  ]).sort((a, b) => a.order - b.order);
  return {
    events,
    ends: stages.flatMap((stage, at) => stage.roles.map((trace) => endOf(trace, at))),
    calls: callsOf(stages),
    senderPid: sender.pid,
    senderUid: sender.uid,
    output: outputsOf(stages),
  };
}

function eventOf(record: RoleRecord, role: Role, stage: number): Event[] {
  const base = { order: record.o, role: role.name, stage, pid: record.p };
  switch (record.k) {
    case "start":
    case "end":
      return [{ ...base, kind: record.k }];
    case "call":
      return [{ ...base, kind: "call", call: record.c, function: nameOf(role, record.c) }];
    case "return":
      return [{
        ...base,
        kind: "return",
        call: record.c,
        function: nameOf(role, record.c),
        value: fromPlain(record.v),
      }];
    case "throw": {
      const { line, file, ...error } = record.e;
      const place = { ...(line === undefined ? {} : { line }), ...(file === undefined ? {} : { file }) };
      return [{ ...base, ...place, kind: "throw", call: record.c, function: nameOf(role, record.c), error }];
    }
    case "note":
      return [{ ...base, kind: "note", name: record.n, values: fromPlain(record.v) as Value[] }];
    default:
      return [];
  }
}

function nameOf(role: Role, call: number): string {
  return role.calls[call]?.function ?? "?";
}

function endOf(trace: RoleTrace, stage: number): RoleEnd {
  const base = { role: trace.role.name, stage, pid: trace.pid };
  const { records, ended } = trace;
  if (records.some((record) => record.k === "throw")) return { ...base, how: "threw" };
  if (records.some((record) => record.k === "end")) return { ...base, how: "returned" };
  if (ended?.how === "exited") return { ...base, how: "exited", status: ended.status };
  if (ended !== null) {
    return {
      ...base,
      how: "signaled",
      status: typeof ended.status === "number" ? nameOfSignal(ended.status) : ended.status,
    };
  }
  const blocked = blockedIn(trace, trace.pid);
  const how = trace.states.find((state) => state.pid === trace.pid)?.what === "blocked" ? "stuck" : "killed";
  const children = trace.states.filter((state) => state.pid !== trace.pid)
    .flatMap((state) => blockedIn(trace, state.pid) ?? []);
  return { ...base, how, ...(blocked === null ? {} : { blocked }), ...(children.length === 0 ? {} : { children }) };
}

/** What a process of the role said, and the kernel, about where it was. */
function blockedIn(trace: RoleTrace, pid: number): Blocked | null {
  const state = trace.states.find((one) => one.pid === pid);
  const said = trace.records.findLast((record): record is Where => record.k === "where" && record.p === pid);
  return whereabouts(state, said);
}

/**
 * Where a process was, by what the kernel says of it and by what it says itself.
 *
 * The process knows better than the kernel what its wait is called, but not whether it waits: one that makes a call again and
 * again is asked on its way into it.
 */
export function whereabouts(
  state: ProcessState | undefined,
  said: { readonly call: string | null; readonly line?: number; readonly file?: string } | undefined,
): Blocked | null {
  if (state === undefined && said === undefined) return null;
  return {
    call: state?.what === "stopped" || state?.what === "computing"
      ? state.what
      : said?.call ?? state?.call ?? "computing",
    ...(state?.object === undefined ? {} : { object: state.object }),
    ...(said?.line === undefined ? {} : { line: said.line }),
    ...(said?.file === undefined ? {} : { file: said.file }),
  };
}

type Where = RoleRecord & { readonly k: "where" };

function callsOf(stages: readonly StageRecord[]): History["calls"] {
  const sums: Record<string, Record<string, number>> = {};
  for (const trace of stages.flatMap((stage) => stage.roles)) {
    const sum = sums[trace.role.name] ??= {};
    for (const [call, count] of Object.entries(trace.calls)) sum[call] = (sum[call] ?? 0) + count;
  }
  return sums;
}

function outputsOf(stages: readonly StageRecord[]): History["output"] {
  const outputs: Record<string, string> = {};
  for (const { role, output } of stages.flatMap((stage) => stage.roles)) {
    if (output !== "") outputs[role.name] = (outputs[role.name] ?? "") + output;
  }
  return outputs;
}

function unloadableIn(stages: readonly StageRecord[]): RunRecord["unloadable"] {
  for (const trace of stages.flatMap((stage) => stage.roles)) {
    for (const record of trace.records) if (record.k === "unloadable") return { ...record.e, role: trace.role.name };
  }
  return null;
}
