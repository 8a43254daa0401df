/**
 * The template: the process that roles are forked from. It never evaluates a student's file, so nothing a student writes can
 * change it; it starts, watches, ends and cleans up stages as the controller orders.
 *
 * @module
 */
import { fork, pipe, poll, POLLIN, recvmsg, sendmsg, waitpid, WNOHANG } from "../../lib/mod.ts";
import { SystemError } from "../../lib/errors/system_error.ts";
import { type Board, MAX_ROLES } from "./board.ts";
import type { Cast } from "./controlled/cast.ts";
import { Explorer } from "./controlled/explorer.ts";
import { finishStage } from "./finish.ts";
import { type Idleness, IdleWatch } from "./idle.ts";
import { removeObject, stillThere } from "./ledger.ts";
import type { Program } from "../instrument/model.ts";
import type { Order, Report } from "./protocol.ts";
import { descriptorTarget } from "./processes.ts";
import { rehearse } from "./rehearsal.ts";
import { runRole } from "./role.ts";
import { closeOwn, ownPid, ownUid, pidDescriptor, queueSignal, readTextOwn, sendSignal, writeOwn } from "./system.ts";

/** A role of the present stage. */
interface StageRole {
  readonly name: string;
  /** Input, channel and output until it is started. */
  descriptors: readonly number[];
  pid: number;
  /** Polls readable when it ends; -1 when it has not started or is reaped. */
  pidfd: number;
}

/** Longest order. */
const ORDER_BYTES = 65536;
/** Objects left behind that a report names: it has to fit into a packet. */
const MOST_NAMED = 50;
/** Pauses between looks at a stage in which nothing ends, growing. */
const FIRST_LOOK_MS = 1;
const LAST_LOOK_MS = 10;

/** Serves one controller until it closes its end. */
export class Template {
  readonly #control: number;
  readonly #folder: string;
  readonly #board: Board;
  readonly #buffer = new Uint8Array(ORDER_BYTES);
  #program: Program | null = null;
  #roles: StageRole[] = [];
  #watch: IdleWatch | null = null;
  #orders = 0;
  #reported: Idleness | null = null;
  #explorer: Explorer | null = null;

  /** A template for the controller at the other end of `control`; files for it go to `folder`. */
  constructor(control: number, board: Board, folder: string) {
    this.#folder = folder;
    this.#control = control;
    this.#board = board;
  }

  /** Takes orders until there are none any more. */
  serve(): void {
    this.#report({ is: "ready", pid: ownPid(), uid: ownUid() });
    rehearse(); // while the controller reads the student's file
    let pause = FIRST_LOOK_MS;
    for (;;) {
      const running = this.#roles.filter((role) => role.pidfd !== -1);
      const watched = [this.#control, ...running.map((role) => role.pidfd)];
      const timeout = running.length === 0 || this.#reported === "exact" ? -1 : pause;
      const ready = poll(watched.map((fd) => ({ fd, events: POLLIN })), timeout);
      const ended = running.filter((_role, at) => ready[at + 1] !== 0);
      for (const role of ended) this.#reap(role);
      if (ready[0] !== 0) {
        if (!this.#takeOrder()) return;
        this.#reported = null;
        this.#watch?.reset();
      }
      if (ended.length > 0 || ready[0] !== 0) pause = FIRST_LOOK_MS;
      else {
        this.#look();
        pause = Math.min(2 * pause, LAST_LOOK_MS);
      }
    }
  }

  #report(report: Report): void {
    sendmsg(this.#control, { data: new TextEncoder().encode(JSON.stringify(report)) });
  }

  /** Carries out one order; false at the controller's end. */
  #takeOrder(): boolean {
    const { length, descriptors } = recvmsg(this.#control, this.#buffer, 0, 3 * MAX_ROLES);
    if (length === 0) return false;
    const order = JSON.parse(new TextDecoder().decode(this.#buffer.subarray(0, length))) as Order;
    this.#orders++;
    switch (order.do) {
      case "load":
        this.#program = JSON.parse(readTextOwn(descriptors[0] as number)) as Program;
        closeOwn(descriptors[0] as number);
        break;
      case "begin":
        this.#board.clear();
        break;
      case "stage":
        this.#startStage(order, descriptors);
        break;
      case "start":
        this.#start([order.role]);
        break;
      case "signal":
        this.#signal(order);
        break;
      case "finish":
        this.#finish();
        break;
      case "end":
        this.#end();
        break;
      case "cast":
        this.#cast(order.lane, descriptors[0] as number);
        break;
      case "explore":
        this.#explorer?.explore(order.search, (report) => this.#report(report), () => this.#isAsked());
        break;
      case "halt":
        break; // the search had come to its end before
      case "replay":
        if (this.#explorer !== null) this.#report(this.#explorer.replay(order.plan, order.fresh, order.detailed));
        break;
      case "strike":
        this.#strike();
        break;
    }
    return true;
  }

  #cast(lane: number, fd: number): void {
    this.#strike();
    const { cast, program } = JSON.parse(readTextOwn(fd)) as { cast: Cast; program: Program };
    closeOwn(fd);
    this.#explorer = new Explorer({ cast, program, board: this.#board, folder: this.#folder, lane });
    this.#report({ is: "ready-to-explore" });
  }

  #strike(): void {
    this.#explorer?.[Symbol.dispose]();
    this.#explorer = null;
  }

  /** Whether the controller wants something: in the middle of a search, that it ends. */
  #isAsked(): boolean {
    return poll([{ fd: this.#control, events: POLLIN }], 0)[0] !== 0;
  }

  #startStage(order: Order & { do: "stage" }, descriptors: readonly number[]): void {
    this.#board.clearStage();
    this.#roles = order.roles.map((role, at) => ({
      name: role.name,
      descriptors: descriptors.slice(3 * at, 3 * at + 3),
      pid: 0,
      pidfd: -1,
    }));
    const outputs = this.#roles.map((role) => descriptorTarget(ownPid(), role.descriptors[2] as number) ?? "");
    this.#watch = new IdleWatch(this.#board, this.#roles.length, new Set(outputs));
    this.#start(order.roles.flatMap((role, at) => role.waits ? [] : [at]));
  }

  /** Forks roles, and lets them go together once all are there. */
  #start(indices: readonly number[]): void {
    const [goRead, goWrite] = pipe();
    for (const index of indices) {
      const role = this.#roles[index] as StageRole;
      const [input, channel, output] = role.descriptors as [number, number, number];
      const template = ownPid();
      const pid = fork();
      if (pid === 0) {
        const descriptors = { input, channel, output, go: goRead };
        runRole({ index, template, program: this.#program as Program, board: this.#board, descriptors });
      }
      role.pid = pid;
      role.pidfd = pidDescriptor(pid);
      if (role.pidfd === -1) throw new Error("pidfd_open(2) failed: it takes Linux 5.3 or later, and free descriptors");
      this.#board.setPid(index, pid);
      for (const fd of role.descriptors) closeOwn(fd);
      role.descriptors = [];
      this.#report({ is: "started", role: index, pid });
    }
    writeOwn(goWrite, new Uint8Array(indices.length));
    closeOwn(goRead);
    closeOwn(goWrite);
  }

  #signal(order: Order & { do: "signal" }): void {
    const role = this.#roles[order.role];
    if (role === undefined || role.pidfd === -1) return;
    const at = this.#board.nextOrder();
    if (order.queue === undefined) sendSignal(role.pid, order.signal);
    else queueSignal(role.pid, order.signal, order.queue);
    this.#report({ is: "signaled", role: order.role, signal: order.signal, order: at });
  }

  #reap(role: StageRole): void {
    const ended = waitpid(role.pid, WNOHANG);
    if (ended.kind !== "exited" && ended.kind !== "signaled") return;
    closeOwn(role.pidfd);
    role.pidfd = -1;
    const index = this.#roles.indexOf(role);
    if (ended.kind === "exited") this.#report({ is: "ended", role: index, how: "exited", status: ended.status });
    else this.#report({ is: "ended", role: index, how: "signaled", status: ended.signal });
  }

  #look(): void {
    const found = this.#watch?.look() ?? null;
    if (found === null || found === this.#reported) return;
    this.#reported = found;
    this.#report({ is: "idle", how: found, orders: this.#orders });
  }

  #finish(): void {
    // The number of a role that was reaped may be another's by now.
    const states = finishStage(this.#board, this.#roles.map(({ pid, pidfd }) => pidfd === -1 ? 0 : pid));
    for (const role of this.#roles) {
      for (const fd of role.descriptors) closeOwn(fd);
      if (role.pidfd !== -1) closeOwn(role.pidfd);
    }
    const calls = this.#roles.map((_role, index) => this.#board.callsOf(index));
    this.#roles = [];
    this.#watch = null;
    this.#report({ is: "finished", states, calls });
  }

  #end(): void {
    const left = stillThere(this.#board.journal());
    for (const object of left) removeObject(object);
    this.#report({ is: "over", left: left.slice(0, MOST_NAMED), count: left.length });
  }

  /** Whatever happens to the controller: nobody below stays, nothing is left. */
  cleanUp(): void {
    this.#strike();
    finishStage(this.#board, []);
    for (const object of stillThere(this.#board.journal())) removeObject(object);
  }
}

/** Whether an error only says that the controller has gone. */
export function isGone(error: unknown): boolean {
  return error instanceof SystemError && (error.code === "EPIPE" || error.code === "ECONNRESET");
}
