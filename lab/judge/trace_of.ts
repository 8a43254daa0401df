/**
 * From a schedule that was run in detail to its trace: who did what where, in the order in which it happened.
 *
 * @module
 */
import { CALLS } from "../../lib/gate/calls.ts";
import type { StepDetail } from "../arena/controlled/detail.ts";
import type { LogRecord } from "../explore/log.ts";
import type { Fault, FaultKind } from "../explore/model.ts";
import { FLAG, FLUSH, MAX_PARTIES, MODE, OPERATION, STATE } from "../explore/region.ts";
import type { Trace, TraceEnd, TraceObject, TraceStep } from "../explore/trace.ts";
import type { Failure } from "./exploration.ts";
import { shortNames } from "./object_names.ts";
import { withStates } from "./object_states.ts";
import { nameOfSignal } from "./signal_names.ts";
import { type Told, wordChanges } from "./word_changes.ts";

/** What a trace has that does not come from the schedule. */
export interface TraceFrame {
  readonly exercise: Trace["exercise"];
  readonly check: string;
  readonly token: string;
  readonly foundBy: string;
  /** The text of each file. */
  readonly sources: { readonly [file: string]: string };
}

/** What of a schedule a failure has, and a trace needs. */
export type FailedSchedule = Pick<Failure, "finding" | "plan" | "schedule" | "steps" | "cast" | "critical">;

/** More steps than these are no picture: the last ones are told. */
export const MOST_TRACE_STEPS = 3000;

/** The trace of a failure. */
export function traceOf(failure: FailedSchedule, frame: TraceFrame): Trace {
  const builder = new TraceBuilder(failure);
  const { sources, ...rest } = frame;
  const { steps, objects, critical, racing } = builder.story();
  const omitted = Math.max(0, steps.length - MOST_TRACE_STEPS);
  return {
    ...rest,
    finding: { kind: failure.finding.kind, message: builder.short(failure.finding.message) },
    lanes: builder.lanes,
    objects,
    steps: steps.slice(omitted),
    ...(omitted === 0 ? {} : { omitted }),
    ...(critical === null || critical.step < omitted
      ? {}
      : { critical: { ...critical, step: critical.step - omitted } }),
    ...(racing === null || racing[0] < omitted ? {} : { racing: [racing[0] - omitted, racing[1] - omitted] as const }),
    sources: Object.fromEntries(Object.entries(sources).map(([file, text]) => [file, text.split("\n")])),
    end: builder.end(),
  };
}

const FAULT_TEXT: { readonly [K in FaultKind]: string } = {
  eintr: "interrupted by a signal (EINTR)",
  short: "only a part is transferred",
  eagain: "not now (EAGAIN)",
  full: "there is no room",
  timeout: "the time is up",
  spurious: "woken for no reason",
  kill: "killed",
  late: "comes late",
};

/** What there is to tell. */
interface Story {
  readonly steps: TraceStep[];
  readonly objects: readonly TraceObject[];
  readonly critical: NonNullable<Trace["critical"]> | null;
  readonly racing: NonNullable<Trace["racing"]> | null;
}

class TraceBuilder {
  readonly lanes: string[] = [];
  /** Shortens the random names of the run, and its paths. */
  readonly short: (text: string) => string;
  readonly #objects: TraceObject[] = [];
  readonly #failure: FailedSchedule;
  readonly #log: readonly LogRecord[];
  readonly #laneOf = new Map<number, number>();
  readonly #places = new Map<number, readonly [line: number, file: string]>();
  readonly #details = new Map<number, Told>();
  /** By step: where what it waited for was asked for, if it did. */
  readonly #asked = new Map<number, number>();
  readonly #firstSteps = new Map<number, number>();
  readonly #faults: Fault[];

  constructor(failure: FailedSchedule) {
    this.#failure = failure;
    this.#log = failure.schedule.log;
    this.#faults = [...failure.plan.faults];
    for (const { kind, number, value } of this.#log) {
      if (kind === "place" && value !== null && value !== undefined) {
        this.#places.set(number, value as [number, string]);
      }
      if (kind === "detail") this.#details.set(number, value as [string, string, string | null]);
      if (kind === "object") {
        const [object, name] = value as [string, string];
        this.#objects[number] = { kind: object, name };
      }
    }
    // What is not told has its place all the same: steps name objects by their index.
    for (let index = 0; index < this.#objects.length; index++) {
      this.#objects[index] ??= { kind: "object", name: String(index) };
    }
    const names = shortNames([
      ...this.#objects.map(({ name }) => name),
      ...[...this.#details.values()].flatMap(([, given, result]) => [given, result ?? ""]),
    ]);
    // The folder of a run is another one each time, and nobody's business.
    const folder = `${failure.cast.scratch}/`;
    this.short = (text) => names(text.replaceAll(folder, ""));
    this.#followWaits();
    for (let party = 0; party < MAX_PARTIES; party++) {
      if (!this.#firstSteps.has(party)) continue;
      this.#laneOf.set(party, this.lanes.length);
      this.lanes.push(this.#nameOf(party));
    }
  }

  /** A step that goes on after a wait is the call that began to wait: it has that one's place, and that one its arguments. */
  #followWaits(): void {
    const waiting = new Map<number, number>();
    for (const [at, { party: of, flags }] of this.#failure.steps.entries()) {
      const party = roleOf(of);
      if (!this.#firstSteps.has(party)) this.#firstSteps.set(party, at);
      if (of >= FLUSH) continue;
      const asked = (flags & FLAG.again) === 0 ? undefined : waiting.get(party);
      if (asked !== undefined) {
        this.#asked.set(at, asked);
        const place = this.#places.get(asked);
        if (place !== undefined && !this.#places.has(at)) this.#places.set(at, place);
        const told = this.#details.get(at);
        if (told !== undefined && !this.#details.has(asked)) this.#details.set(asked, [told[0], told[1], null]);
      }
      if ((flags & FLAG.blocked) !== 0) waiting.set(party, asked ?? at);
      else waiting.delete(party);
    }
  }

  /** All steps, and between them the functions of the student's that came back; with what they did to objects. */
  story(): Story {
    const { steps, plan, critical, finding, schedule } = this.#failure;
    const events = this.#eventsAfter();
    const changes = wordChanges(steps, (at) => this.#details.get(at), plan.buffered);
    const all: TraceStep[] = [];
    /** Where in the story each step is told. */
    const moments: number[] = [];
    for (const [at, step] of steps.entries()) {
      moments.push(all.length);
      all.push(this.#step(step, at, steps[at + 1], changes[at] ?? []));
      all.push(...events.get(at) ?? []);
    }
    const told = withStates(all, this.#objects);
    const moment = critical === null ? undefined : moments[critical];
    const [, , one, other] = finding.kind === "data-race" ? schedule.races[0] ?? [] : [];
    const racing = [one, other].flatMap((at) => moments[at ?? -1] ?? []).sort((a, b) => a - b);
    return {
      steps: told.steps.map((step) => this.#shortened(step)),
      objects: told.objects.map((object) => ({ ...object, name: this.short(object.name) })),
      critical: moment === undefined || critical === null ? null : { step: moment, text: this.#criticalText(critical) },
      racing: racing.length === 2 ? racing as [number, number] : null,
    };
  }

  #shortened(step: TraceStep): TraceStep {
    const result = step.result === null ? null : this.short(step.result);
    return { ...step, arguments: this.short(step.arguments), result };
  }

  /** "had producer not been stopped between line 12 and line 13, this run passes". */
  #criticalText(critical: number): string {
    const { steps } = this.#failure;
    const before = steps.slice(0, critical);
    const stopped = before.findLast(({ party }) => party > 0 && party < FLUSH)?.party ?? 0;
    const lineOf = (at: number): number | undefined => this.#places.get(at)?.[0];
    const isIts = ({ party }: StepDetail, at: number): boolean => party === stopped && this.#places.has(at);
    const from = lineOf(before.findLastIndex(isIts));
    const to = lineOf(steps.findIndex((step, at) => at >= critical && isIts(step, at)));
    const where = from === undefined
      ? to === undefined ? "here" : `before line ${to}`
      : to === undefined
      ? `behind line ${from}`
      : from === to
      ? `in line ${from}`
      : `between line ${from} and line ${to}`;
    return `had ${this.lanes[this.#laneOf.get(stopped) ?? 0]} not been stopped ${where}, this run passes`;
  }

  end(): TraceEnd {
    const blocked = this.#log.filter(({ kind, value }) =>
      kind === "stuck" && [STATE.parked, STATE.spinning].includes((value as number[])[0] as never)
    ).map(({ party, number, value }) => {
      const [, on] = value as [number, number, number];
      const last = this.#failure.steps.findLastIndex((step) => step.party === party);
      const place = this.#places.get(last);
      return {
        lane: this.#laneOf.get(party) ?? 0,
        object: on >= 0 ? on : null,
        operation: CALLS[number] ?? "looks again and again",
        file: place?.[1] ?? null,
        line: place?.[0] ?? null,
      };
    });
    return { blocked, cycle: this.#cycle(blocked) };
  }

  /** Who waits for what, and who used that last: as far as steps tell. */
  #cycle(blocked: TraceEnd["blocked"]): string | null {
    const sentences = blocked.flatMap(({ lane, object }) => {
      if (object === null) return [];
      const others = this.lanes.map((_, other) => other).filter((other) =>
        other !== lane &&
        this.#failure.steps.some((step) =>
          step.object === object && this.#laneOf.get(step.party) === other && step.mode >= MODE.write &&
          (step.flags & FLAG.blocked) === 0
        )
      );
      const who = others.filter((other) => blocked.some((one) => one.lane === other)).map((other) => this.lanes[other]);
      const what = this.#objects[object];
      const name = what === undefined ? "something" : `${what.kind} ${this.short(what.name)}`;
      return [
        `${this.lanes[lane]} waits for ${name}${who.length === 0 ? "" : `, which only ${who.join(" or ")} could give`}`,
      ];
    });
    return sentences.length === 0 ? null : sentences.join("; ");
  }

  #nameOf(party: number): string {
    if (party === 0) return "outside";
    const { cast, schedule } = this.#failure;
    const role = schedule.parties[party]?.role ?? party;
    const name = cast.parts.find((part) => part.party === role)?.name ?? `process ${party}`;
    if (role === party) return name;
    for (let number = 1;; number++) {
      const child = number === 1 ? `child of ${name}` : `child ${number} of ${name}`;
      if (!this.lanes.includes(child)) return child;
    }
  }

  #step(step: StepDetail, at: number, next: StepDetail | undefined, changes: TraceStep["changes"]): TraceStep {
    const lane = this.#laneOf.get(roleOf(step.party)) ?? 0;
    const blocked = (step.flags & FLAG.blocked) !== 0;
    const asked = this.#details.get(this.#asked.get(at) ?? at);
    const [operation, given, result] = this.#details.get(at) ?? asked ??
      [this.#operation(step), this.#about(step), null];
    const place = this.#places.get(at);
    const event = step.operation === OPERATION.event;
    const memory = step.operation >= OPERATION.load && step.operation <= OPERATION.atomic ||
      step.operation === OPERATION.flush;
    const fault = (step.flags & FLAG.fault) === 0 ? undefined : this.#faultOf(step.party);
    return {
      lane,
      operation,
      arguments: given,
      result: blocked || result === "" ? null : result,
      file: place?.[1] ?? null,
      line: place?.[0] ?? null,
      what: blocked
        ? "parked"
        : result !== null && /^E[A-Z0-9]{2,}$/.test(result)
        ? "failed"
        : this.#asked.has(at)
        ? "woken"
        : "done",
      ...(event ? { event: "entered" as const } : {}),
      object: step.object >= 0 ? step.object : null,
      ...(memory && step.object >= 0 ? { word: { offset: step.offset, size: step.length } } : {}),
      preempted: (step.flags & FLAG.preempted) !== 0,
      woke: next === undefined ? [] : this.#woken(step, at, next),
      ...(fault === undefined ? {} : { fault: FAULT_TEXT[fault] }),
      changes,
    };
  }

  /** What a step is about of which nothing else is known: it waits to the end. */
  #about(step: StepDetail): string {
    const object = this.#objects[step.object];
    return (step.flags & FLAG.blocked) === 0 || object === undefined ? "" : object.name;
  }

  /** The next fault of a party. */
  #faultOf(party: number): FaultKind | undefined {
    const at = this.#faults.findIndex((fault) => fault.party === party);
    return at === -1 ? undefined : this.#faults.splice(at, 1)[0]?.kind;
  }

  #operation(step: StepDetail): string {
    const call = CALLS[step.operation];
    if (call !== undefined) return call;
    if (step.operation === OPERATION.stimulus) return "signal";
    if (step.operation === OPERATION.flush) return "becomes visible";
    return Object.entries(OPERATION).find(([, number]) => number === step.operation)?.[0] ?? "step";
  }

  /** Who could not go on before this step, and could behind it. */
  #woken(step: StepDetail, at: number, next: StepDetail): number[] {
    const fresh = next.enabled & ~step.enabled & ~(1 << step.party);
    const lanes: number[] = [];
    for (const [party, lane] of this.#laneOf) {
      const begun = (this.#firstSteps.get(party) ?? Infinity) <= at;
      if (party > 0 && (fresh & 1 << party) !== 0 && begun) lanes.push(lane);
    }
    return lanes;
  }

  /** Returns, exceptions and signals by the step that they came after. */
  #eventsAfter(): Map<number, TraceStep[]> {
    const found = new Map<number, TraceStep[]>();
    let last = 0;
    for (const { kind, party, number, value } of this.#log) {
      if (kind === "place") last = number;
      if (kind !== "return" && kind !== "throw" && kind !== "death") continue;
      const role = this.#failure.schedule.parties[party]?.role ?? party;
      const name = this.#failure.cast.parts.find((part) => part.party === role)?.calls[number]?.function ?? "";
      const list = found.get(last) ?? [];
      found.set(last, list);
      list.push({
        lane: this.#laneOf.get(party) ?? 0,
        operation: kind === "death" ? "end" : name,
        arguments: "",
        result: textOf(kind, value),
        file: null,
        line: null,
        what: "done",
        ...(kind === "death" ? {} : { event: kind === "return" ? "returned" as const : "threw" as const }),
        object: null,
        preempted: false,
        woke: [],
        changes: [],
      });
    }
    return found;
  }
}

/** The role of a store buffer, or of a role itself. */
function roleOf(party: number): number {
  return party >= FLUSH ? party - FLUSH : party;
}

function textOf(kind: string, value: unknown): string | null {
  if (kind === "throw") return (value as { message?: string }).message ?? "an exception";
  if (kind === "death") {
    const { how, status } = value as { how: string; status: number | string };
    return how === "signaled"
      ? `killed by ${typeof status === "number" ? nameOfSignal(status) : status}`
      : String(status);
  }
  return value === undefined || (typeof value === "object" && value !== null) ? null : String(value);
}
