/**
 * One stage of a run: its processes from first to last, as the controller sees them.
 *
 * @module
 */
import {
  AF_UNIX,
  close,
  O_CLOEXEC,
  O_RDONLY,
  open,
  pipe2,
  read,
  SOCK_CLOEXEC,
  SOCK_SEQPACKET,
  socketpair,
} from "../../lib/mod.ts";
import { LONGEST_PACKET } from "../arena/channel.ts";
import { FORK_LIMIT } from "../arena/limits.ts";
import type { Report, RoleInput, RoleRecord } from "../arena/protocol.ts";
import { MAX_ROLES } from "../arena/board.ts";
import { toPlain } from "../arena/value.ts";
import type { Role, Stage, Trigger } from "../course/scenario.ts";
import { pathsIn } from "../sandbox/run_folder.ts";
import { type ArenaClient, ArenaGone } from "./arena_client.ts";
import { readable, readableNow } from "./poller.ts";
import { readRecord } from "./record.ts";
import { numberOfSignal } from "./signal_names.ts";

/** What a stage left: raw material of a history. */
export interface StageRecord {
  readonly roles: readonly RoleTrace[];
  /** Why it ended: all had ended, nothing went on any more, or the time was up. */
  readonly end: "ended" | "idle" | "timeout" | "output";
  /** Where `end` is "idle": whether all were blocked for good. */
  readonly exact: boolean;
  readonly stimuli: readonly { readonly role: string; readonly signal: string; readonly order: number }[];
}

/** All that is known of one role. */
export interface RoleTrace {
  readonly role: Role;
  pid: number;
  readonly records: RoleRecord[];
  readonly decoder: TextDecoder;
  output: string;
  outputBytes: number;
  recordBytes: number;
  ended: (Report & { is: "ended" }) | null;
  /** Processes that were still there at the end: the role's first, then its children. */
  states: (Report & { is: "finished" })["states"][number]["state"][];
  calls: { readonly [call: string]: number };
}

/** Kept of what a role prints. */
const OUTPUT_KEPT = 16384;
/** What a role may print before it is stopped. */
const OUTPUT_LIMIT = 16 * 1024 * 1024;
/** Records of a role, and their bytes together, before it is stopped. */
const MOST_RECORDS = 200_000;
const MOST_RECORD_BYTES = 64 * 1024 * 1024;
/** Without any event for so long, a stage is over; times the machine's load. */
const SILENCE_MS = 6000;
/** A stage altogether; times the machine's load. */
const STAGE_MS = 20000;
/** Until the arena has ended a stage. It takes milliseconds. */
const FINISH_MS = 15_000;
/** At most so much of the time between two rounds counts: more goes by only while this process stands still. */
const ROUND_MS = 200;

/** Runs a stage to its end. `scratch` is as the roles see it. */
export async function runStage(arena: ArenaClient, stage: Stage, signal?: AbortSignal): Promise<StageRecord> {
  const running = new RunningStage(arena, stage);
  try {
    return await running.run(signal);
  } finally {
    running.closeAll();
  }
}

/** Something that waits for its moment. */
interface Pending {
  readonly when: Trigger;
  readonly fire: () => void;
}

class RunningStage {
  readonly #arena: ArenaClient;
  readonly #stage: Stage;
  readonly #traces: RoleTrace[];
  readonly #channels: number[] = [];
  readonly #outputs: number[] = [];
  readonly #pending: Pending[] = [];
  /** Roles whose moment to start has not come yet. */
  readonly #unstarted = new Set<number>();
  readonly #stimuli: { role: string; signal: string; order: number }[] = [];
  readonly #packet = new Uint8Array(LONGEST_PACKET);
  #idle: (Report & { is: "idle" }) | null = null;
  #finished: (Report & { is: "finished" }) | null = null;
  /** Time by a clock that stands still while this process does: Ctrl-Z is no silence of the roles. */
  #now = 0;
  #lastEvent = 0;

  constructor(arena: ArenaClient, stage: Stage) {
    this.#arena = arena;
    this.#stage = stage;
    if (stage.roles.length > MAX_ROLES) throw new RangeError(`a stage has at most ${MAX_ROLES} roles`);
    this.#traces = stage.roles.map((role) => ({
      role,
      decoder: new TextDecoder(),
      pid: 0,
      records: [],
      output: "",
      outputBytes: 0,
      recordBytes: 0,
      ended: null,
      states: [],
      calls: {},
    }));
  }

  async run(signal?: AbortSignal): Promise<StageRecord> {
    this.#start();
    let end: StageRecord["end"] | null = null;
    let exact = false;
    while (end === null) {
      const before = performance.now();
      await this.#receive(10);
      this.#now += Math.min(performance.now() - before, ROUND_MS);
      signal?.throwIfAborted();
      this.#fireMoments();
      const idle = this.#takeIdle();
      if (this.#allEnded()) end = "ended";
      else if (this.#nobodyRuns()) {
        // The others wait for a moment that nobody is left to bring about.
        if (!this.#fireStuck()) end = this.#stage.end === "stuck" ? "idle" : "timeout";
      } else if (idle !== null && !this.#fireStuck()) {
        if (idle.how !== "otherwise" || this.#stage.end === "stuck") {
          end = idle.how === "hopeless" && this.#stage.end !== "stuck" ? "timeout" : "idle";
          exact = idle.how === "exact";
        }
      } else if (this.#traces.some(saysTooMuch)) end = "output";
      else if (this.#now - this.#lastEvent > SILENCE_MS * load() || this.#now > STAGE_MS * load()) end = "timeout";
    }
    this.#arena.send({ do: "finish" });
    const deadline = performance.now() + FINISH_MS;
    while (this.#finished === null) {
      await this.#receive(10);
      if (performance.now() > deadline) throw new ArenaGone("the arena could not end a stage", false);
    }
    await this.#receive(0);
    for (const { role, state } of this.#finished.states) this.#traces[role]?.states.push(state);
    this.#finished.calls.forEach((calls, index) => {
      const trace = this.#traces[index];
      if (trace !== undefined) trace.calls = calls;
    });
    return { roles: this.#traces, end, exact, stimuli: this.#stimuli };
  }

  closeAll(): void {
    for (const fd of [...this.#channels, ...this.#outputs]) if (fd !== -1) close(fd);
    this.#channels.fill(-1);
    this.#outputs.fill(-1);
  }

  #start(): void {
    const given: number[] = [];
    try {
      for (const role of this.#stage.roles) {
        given.push(this.#inputOf(role));
        const [ours, theirs] = socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
        this.#channels.push(ours);
        given.push(theirs);
        const [readEnd, writeEnd] = pipe2(O_CLOEXEC);
        this.#outputs.push(readEnd);
        given.push(writeEnd);
      }
      const roles = this.#stage.roles.map((role) => ({ name: role.name, waits: role.start !== undefined }));
      this.#arena.send({ do: "stage", roles }, given);
    } finally {
      for (const fd of given) close(fd);
    }
    this.#stage.roles.forEach((role, index) => {
      if (role.start === undefined) return;
      this.#unstarted.add(index);
      const fire = (): void => {
        this.#unstarted.delete(index);
        this.#arena.send({ do: "start", role: index });
      };
      this.#pending.push({ when: role.start, fire });
    });
    for (const stimulus of this.#stage.stimuli ?? []) {
      const role = this.#indexOf(stimulus.to);
      const signal = numberOfSignal(stimulus.signal);
      const queue = stimulus.queue;
      this.#pending.push({
        when: stimulus.when,
        fire: () => this.#arena.send({ do: "signal", role, signal, ...(queue === undefined ? {} : { queue }) }),
      });
    }
  }

  /** The role's input as an open file that has no name any more: only who is given the descriptor can read it. */
  #inputOf(role: Role): number {
    const input: RoleInput = {
      name: role.name,
      roles: this.#stage.roles.map((other) => other.name),
      calls: role.calls.map((call) => ({ function: call.function, arguments: call.arguments.map(toPlain) })),
      scratch: pathsIn(this.#arena.folder).scratch,
      forkLimit: FORK_LIMIT,
    };
    const path = Deno.makeTempFileSync({ dir: this.#arena.folder, prefix: "input-" });
    try {
      Deno.writeTextFileSync(path, JSON.stringify(input));
      return open(path, O_RDONLY | O_CLOEXEC);
    } finally {
      Deno.removeSync(path);
    }
  }

  #indexOf(name: string): number {
    const index = this.#stage.roles.findIndex((role) => role.name === name);
    if (index === -1) throw new Error(`the scenario has no role "${name}"`);
    return index;
  }

  /** Takes what has come, waiting for it at most so long. */
  async #receive(timeoutMs: number): Promise<void> {
    const fds = [this.#arena.control, ...this.#channels, ...this.#outputs];
    const ready = await readable(fds, timeoutMs);
    // Channels first: what an arena's report rests on is already in them.
    const reports: Report[] = [];
    if (ready[0] === true) {
      for (let next = this.#arena.receive(); next !== null; next = this.#arena.receive()) reports.push(next);
    }
    const sound = reports.length > 0 ? readableNow(fds) : ready;
    this.#channels.forEach((fd, index) => {
      if (fd !== -1 && sound[index + 1] === true) this.#drainChannel(index);
    });
    this.#outputs.forEach((fd, index) => {
      if (fd !== -1 && sound[index + 1 + this.#channels.length] === true) this.#drainOutput(index);
    });
    for (const report of reports) this.#take(report);
  }

  #drainChannel(index: number): void {
    const fd = this.#channels[index] as number;
    do {
      const length = read(fd, this.#packet);
      if (length === 0) {
        close(fd);
        this.#channels[index] = -1;
        return;
      }
      this.#lastEvent = this.#now;
      const trace = this.#traces[index] as RoleTrace;
      trace.recordBytes += length;
      if (saysTooMuch(trace)) return;
      const record = readRecord(this.#packet.subarray(0, length), trace.role.calls.length);
      if (record?.k === "trouble") throw new ArenaGone(record.message, false);
      if (record !== null) trace.records.push(record);
    } while (readableNow([fd])[0] === true);
  }

  #drainOutput(index: number): void {
    const fd = this.#outputs[index] as number;
    const trace = this.#traces[index] as RoleTrace;
    const length = read(fd, this.#packet);
    if (length === 0) {
      close(fd);
      this.#outputs[index] = -1;
      return;
    }
    trace.outputBytes += length;
    if (trace.output.length >= OUTPUT_KEPT) return;
    const text = trace.decoder.decode(this.#packet.subarray(0, length), { stream: true });
    trace.output = (trace.output + text).slice(0, OUTPUT_KEPT);
  }

  #take(report: Report): void {
    switch (report.is) {
      case "started":
        (this.#traces[report.role] as RoleTrace).pid = report.pid;
        this.#lastEvent = this.#now;
        break;
      case "ended":
        (this.#traces[report.role] as RoleTrace).ended = report;
        this.#lastEvent = this.#now;
        break;
      case "signaled": {
        const stimulus = this.#stage.stimuli?.find((one) => numberOfSignal(one.signal) === report.signal);
        const role = this.#traces[report.role]?.role.name ?? "";
        this.#stimuli.push({ role, signal: stimulus?.signal ?? String(report.signal), order: report.order });
        break;
      }
      case "idle":
        this.#idle = report;
        break;
      case "finished":
        this.#finished = report;
        break;
    }
  }

  /** An idle report that is still true: no order has been sent since the arena looked. */
  #takeIdle(): (Report & { is: "idle" }) | null {
    const idle = this.#idle;
    this.#idle = null;
    return idle !== null && idle.orders === this.#arena.orders ? idle : null;
  }

  #allEnded(): boolean {
    return this.#traces.every((trace) => trace.role.daemon === true || trace.ended !== null);
  }

  /** Whether all that were started have ended: then the rest of the stage is as stuck as can be. */
  #nobodyRuns(): boolean {
    return this.#traces.every((trace, index) => trace.ended !== null || this.#unstarted.has(index));
  }

  /** Fires what waits for something that has now happened. */
  #fireMoments(): void {
    for (const pending of [...this.#pending]) if (this.#hasCome(pending.when)) this.#fire(pending);
  }

  /** Fires the first that waits for the stage to be stuck; false where there is none. */
  #fireStuck(): boolean {
    const next = this.#pending.find((pending) => pending.when.kind === "stuck");
    if (next === undefined) return false;
    this.#fire(next);
    return true;
  }

  #fire(pending: Pending): void {
    this.#pending.splice(this.#pending.indexOf(pending), 1);
    this.#lastEvent = this.#now;
    pending.fire();
  }

  #hasCome(when: Trigger): boolean {
    if (when.kind === "stuck") return false;
    const trace = this.#traces[this.#indexOf(when.role)] as RoleTrace;
    switch (when.kind) {
      case "note":
        return trace.records.filter((record) => record.k === "note" && record.n === when.note).length >=
          (when.count ?? 1);
      case "returned":
        return trace.records.some((record) => record.k === "return" && record.c === when.call);
      case "ended":
        return trace.ended !== null;
    }
  }
}

/** Whether a role prints, or reports, without end. */
function saysTooMuch(trace: RoleTrace): boolean {
  return trace.outputBytes > OUTPUT_LIMIT || trace.recordBytes > MOST_RECORD_BYTES ||
    trace.records.length >= MOST_RECORDS;
}

/** How much longer things may take, because others use the machine as well. */
function load(): number {
  return Math.max(1, (Deno.loadavg()[0] ?? 0) / navigator.hardwareConcurrency);
}
