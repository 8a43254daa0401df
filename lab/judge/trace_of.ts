/**
 * From a schedule that was run in detail to its trace: who did what where, in the order in which it happened.
 *
 * @module
 */
import { CALLS } from "../../lib/gate/calls.ts";
import type { StepDetail } from "../arena/controlled/detail.ts";
import type { LogRecord } from "../explore/log.ts";
import { FAULT_KINDS } from "../explore/model.ts";
import { FLAG, FLUSH, MAX_PARTIES, MODE, OPERATION, STATE } from "../explore/region.ts";
import type { Trace, TraceEnd, TraceObject, TraceStep } from "../explore/trace.ts";
import type { Failure } from "./exploration.ts";
import { nameOfSignal } from "./signal_names.ts";

/** What a trace has that does not come from the schedule. */
export interface TraceFrame {
  readonly exercise: Trace["exercise"];
  readonly check: string;
  readonly token: string;
  readonly foundBy: string;
  /** The text of each file. */
  readonly sources: { readonly [file: string]: string };
  readonly critical?: Trace["critical"];
}

/** The trace of a failure. */
export function traceOf(failure: Failure, frame: TraceFrame): Trace {
  const builder = new TraceBuilder(failure);
  const { critical, sources, ...rest } = frame;
  return {
    ...rest,
    finding: { kind: failure.finding.kind, message: failure.finding.message },
    lanes: builder.lanes,
    objects: builder.objects,
    steps: builder.steps(),
    ...(critical === undefined ? {} : { critical }),
    sources: Object.fromEntries(Object.entries(sources).map(([file, text]) => [file, text.split("\n")])),
    end: builder.end(),
  };
}

const FAULT_TEXT: { readonly [kind: string]: string } = {
  eintr: "interrupted by a signal (EINTR)",
  short: "only a part is transferred",
  eagain: "not now (EAGAIN)",
  full: "there is no room",
  timeout: "the time is up",
  spurious: "woken for no reason",
  kill: "killed",
  late: "comes late",
};

class TraceBuilder {
  readonly lanes: string[] = [];
  readonly objects: TraceObject[] = [];
  readonly #failure: Failure;
  readonly #log: readonly LogRecord[];
  readonly #laneOf = new Map<number, number>();
  readonly #places = new Map<number, [number, string]>();
  readonly #details = new Map<number, [string, string, string | null]>();
  /** What is known of words of memory: "object:offset:size" and the value. */
  readonly #memory = new Map<string, string>();

  constructor(failure: Failure) {
    this.#failure = failure;
    this.#log = failure.schedule.log;
    for (const { kind, number, value } of this.#log) {
      if (kind === "place" && value !== null && value !== undefined) {
        this.#places.set(number, value as [number, string]);
      }
      if (kind === "detail") this.#details.set(number, value as [string, string, string | null]);
      if (kind === "object") {
        const [object, name] = value as [string, string];
        this.objects[number] = { kind: object, name };
      }
    }
    const used = new Set(failure.steps.map(({ party }) => party >= FLUSH ? party - FLUSH : party));
    for (let party = 0; party < MAX_PARTIES; party++) {
      if (!used.has(party)) continue;
      this.#laneOf.set(party, this.lanes.length);
      this.lanes.push(this.#nameOf(party));
    }
  }

  /** All steps, and between them the functions of the student's that came back. */
  steps(): TraceStep[] {
    const { steps } = this.#failure;
    const events = this.#eventsAfter();
    const all: TraceStep[] = [];
    for (const [at, step] of steps.entries()) {
      all.push(this.#step(step, at, steps[at + 1]));
      all.push(...events.get(at) ?? []);
    }
    return all;
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
      const what = this.objects[object];
      const name = what === undefined ? "something" : `${what.kind} ${what.name}`;
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
    return role === party ? name : `child of ${name}`;
  }

  #step(step: StepDetail, at: number, next: StepDetail | undefined): TraceStep {
    const lane = this.#laneOf.get(step.party >= FLUSH ? step.party - FLUSH : step.party) ?? 0;
    const [operation, given, result] = this.#details.get(at) ?? [this.#operation(step), "", null];
    const place = this.#places.get(at);
    const blocked = (step.flags & FLAG.blocked) !== 0;
    const again = (step.flags & FLAG.again) !== 0;
    const event = step.operation === OPERATION.event;
    const memory = step.operation >= OPERATION.load && step.operation <= OPERATION.atomic;
    const fault = (step.flags & FLAG.fault) === 0 ? undefined : this.#failure.plan.faults[0];
    return {
      lane,
      operation,
      arguments: given,
      result: blocked ? null : result,
      file: place?.[1] ?? null,
      line: place?.[0] ?? null,
      what: blocked ? "parked" : result !== null && /^E[A-Z]{2,}/.test(result) ? "failed" : again ? "woken" : "done",
      ...(event ? { event: "entered" as const } : {}),
      object: step.object >= 0 ? step.object : null,
      ...(memory ? { word: { offset: step.offset, size: step.length } } : {}),
      preempted: (step.flags & FLAG.preempted) !== 0,
      woke: next === undefined ? [] : this.#woken(step, next),
      ...(fault === undefined ? {} : { fault: FAULT_TEXT[fault.kind] ?? FAULT_KINDS[0] }),
      changes: memory ? this.#changes(step, result) : [],
    };
  }

  #operation(step: StepDetail): string {
    const call = CALLS[step.operation];
    if (call !== undefined) return call;
    if (step.operation === OPERATION.stimulus) return "signal";
    if (step.operation === OPERATION.flush) return "becomes visible";
    return Object.entries(OPERATION).find(([, number]) => number === step.operation)?.[0] ?? "step";
  }

  /** Who could not go on before this step, and could behind it. */
  #woken(step: StepDetail, next: StepDetail): number[] {
    const fresh = next.enabled & ~step.enabled & ~(1 << step.party);
    const lanes: number[] = [];
    for (let party = 1; party < MAX_PARTIES; party++) {
      const lane = this.#laneOf.get(party);
      const begun = this.#failure.steps.findIndex((one) => one.party === party) <= this.#failure.steps.indexOf(step);
      if ((fresh & 1 << party) !== 0 && lane !== undefined && begun) lanes.push(lane);
    }
    return lanes;
  }

  #changes(step: StepDetail, result: string | null): TraceStep["changes"] {
    const key = `${step.object}:${step.offset}:${step.length}`;
    const value = step.operation === OPERATION.load ? result : step.mode >= MODE.write ? result : null;
    const old = this.#memory.get(key) ?? "0";
    if (value !== null && step.operation !== OPERATION.atomic) this.#memory.set(key, value);
    if (step.operation !== OPERATION.store || value === null || value === old) return [];
    return [{ object: step.object, offset: step.offset, size: step.length, old, new: value }];
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
