/**
 * A player: the process of one part. It is forked once and plays the part again and again, each time as a program that has
 * just started.
 *
 * @module
 */
import * as ipc from "../../../lib/mod.ts";
import { callNumber } from "../../../lib/gate/calls.ts";
import { SystemError } from "../../../lib/errors/system_error.ts";
import { gate, type Hook, type ObjectKind } from "../../../lib/gate/gate.ts";
import { LogFull } from "../../explore/log.ts";
import { happened, MOMENT } from "../../explore/moments.ts";
import { AT, COMMAND, END, MODE, OPERATION } from "../../explore/region.ts";
import { Unwind } from "../../explore/turnstile.ts";
import type { Program } from "../../instrument/model.ts";
import { positionIn } from "../../instrument/source_position.ts";
import type { Argument } from "../../course/scenario.ts";
import { type Making, realize, tell } from "../arguments.ts";
import type { Board } from "../board.ts";
import { compileProgram } from "../evaluate.ts";
import { takeGlobals } from "../globals.ts";
import { FORK_LIMIT } from "../limits.ts";
import { settle } from "../settle.ts";
import * as system from "../system.ts";
import { thrownRecord } from "../thrown.ts";
import { argumentFromPlain, UNTELLABLE } from "../value.ts";
import { watchBuiltins } from "./builtins.ts";
import { controlledIpc } from "./calls/namespace.ts";
import type { Cast, Part } from "./cast.ts";
import { WatchedMemory } from "./memory.ts";
import type { RegionMemory } from "./region_memory.ts";
import { finish } from "./parties.ts";
import { RoleTurnstile } from "./role_turnstile.ts";
import { steadyTime } from "./steady_time.ts";

/** What the template hands to a player. */
export interface PlayerStart {
  readonly part: Part;
  readonly cast: Cast;
  readonly program: Program;
  readonly region: RegionMemory;
  readonly board: Board;
  /** The template's process id. */
  readonly template: number;
  /** A descriptor for what the process prints. */
  readonly output: number;
}

/** A call that the part makes. */
interface Given {
  readonly function: string;
  readonly arguments: readonly Argument[];
}

const STACK_TRACE_LIMIT = 50;
/** Values within values: what is deeper, or goes round, is not told. */
const DEEPEST = 20;
const FORK = callNumber("fork");
const EAGAIN = 11;
const ESRCH = 3;

/** Plays until it is told to exit; the process ends with it. */
export function runPlayer(start: PlayerStart): never {
  try {
    become(start);
    // Between a student's line and the call that is made there are more of the lab's than V8 would tell of.
    Error.stackTraceLimit = STACK_TRACE_LIMIT;
    const player = new Player(start);
    const throwDiceAnew = steadyTime(() => player.now);
    takeGlobals();
    for (;;) {
      throwDiceAnew();
      player.play();
    }
  } catch (error) {
    // A player must not get back into the template's program; nor is it the student's fault.
    start.region.words[AT.trouble] = start.part.party;
    system.writeOwn(2, new TextEncoder().encode(error instanceof Error ? error.stack ?? error.message : String(error)));
  }
  system.exitNow(1);
}

/** Makes this process look like a program that has just started. */
function become({ template, output, cast }: PlayerStart): void {
  system.startSession();
  system.dieWithParent();
  if (system.parentPid() !== template) system.exitNow(1); // it had died before that
  settle(output, []);
  system.changeDirectory(cast.scratch);
}

/** Plays one part. It takes the gate's hook and counts, and makes the engine's functions tell of shared memory. */
export class Player {
  readonly #start: PlayerStart;
  readonly #turnstile: RoleTurnstile;
  readonly #memory: WatchedMemory;
  readonly #calls: ReturnType<typeof controlledIpc>;
  readonly #evaluate: ReturnType<typeof compileProgram>;
  readonly #given: readonly Given[];
  readonly #counts: Int32Array;
  readonly #pid: number;
  /** What the program finds around it, and what its arguments are made of: the same in every schedule. */
  readonly #environment: Parameters<ReturnType<typeof compileProgram>>[0];
  readonly #making: Making;
  /** What the calls of the present schedule have returned. */
  #results: unknown[] = [];
  /** Makes the engine's functions what they were. */
  readonly unwatch: () => void;

  constructor(start: PlayerStart) {
    const { part, board, region } = start;
    this.#start = start;
    this.#pid = system.ownPid();
    this.#counts = board.counts(part.party);
    this.#turnstile = new RoleTurnstile({
      party: part.party,
      region,
      note: (kind, name) => board.note({ kind, name, role: part.name }),
      locate: () => positionIn(new Error().stack ?? "", start.program.modules),
    });
    this.#memory = new WatchedMemory({
      turnstile: this.#turnstile,
      words: region.words,
      sites: start.program.sites ?? [],
      modules: start.program.modules,
    });
    this.#turnstile.memory = this.#memory;
    this.#calls = controlledIpc(this.#turnstile, ipc, this.#memory);
    this.#evaluate = compileProgram(start.program);
    this.#given = part.calls.map((call) => ({ ...call, arguments: call.arguments.map(argumentFromPlain) }));
    this.#environment = this.#environmentOf();
    this.#making = this.#makingOf();
    this.unwatch = watchBuiltins(this.#memory);
    gate.hook = this.#hook();
  }

  /** Virtual time, in milliseconds. */
  get now(): number {
    return this.#turnstile.now;
  }

  /** Waits for its turn to begin, plays the part once, and cleans up. */
  play(): void {
    const { region: { gates, words, log }, part: { party } } = this.#start;
    if (gates.wait(party) !== COMMAND.go) system.exitNow(0);
    this.#turnstile.reset();
    this.#counts.fill(0);
    gate.counts = this.#counts;
    let unwound = false;
    try {
      this.#turnstile.started();
      this.#perform();
    } catch (error) {
      if (error instanceof LogFull) words[AT.end] = END.full;
      else if (!(error instanceof Unwind)) log.write("unloadable", party, 0, thrownRecord(error, this.#modules));
      unwound = true;
    }
    if (this.#isChild) this.#turnstile.end(true, 0); // it came back from the program
    const { asNew } = this.#calls.release();
    this.#memory.reset();
    if (!unwound && !this.#turnstile.unwinding) {
      if (asNew) return this.#turnstile.end(false, 0);
      return this.#turnstile.retire(0);
    }
    finish(words, party);
    if (words[AT.end] === END.none || words[AT.end] === END.ended) words[AT.end] = END.stuck;
    if (!asNew) words[AT.exiting] = this.#pid;
    gates.open(0, COMMAND.go);
    if (!asNew) system.exitNow(0);
  }

  /** Whether this process is a child that the program has forked: that is a party of its own. */
  get #isChild(): boolean {
    return this.#turnstile.party !== this.#start.part.party;
  }

  get #modules(): Program["modules"] {
    return this.#start.program.modules;
  }

  /** Evaluates the file and makes the calls. Ends where one throws: what follows would not be meant. */
  #perform(): void {
    const { part: { party }, region: { words, log } } = this.#start;
    log.write("start", party, 0, this.#turnstile.detailed ? this.#pid : undefined);
    const functions = this.#evaluate(this.#environment);
    const results: unknown[] = this.#results = [];
    for (let number = 0; number < this.#given.length; number++) {
      const call = this.#given[number] as Given;
      const target = functions[call.function];
      if (typeof target !== "function") throw new TypeError(`${call.function} is not a function`);
      const given = call.arguments.map((argument) => realize(argument, this.#making));
      this.#turnstile.enter(OPERATION.event, -1, 0, 0, MODE.none, 0, 0);
      if (this.#turnstile.detailed) this.#turnstile.describe(call.function, shown(given), null);
      this.#turnstile.done(number);
      log.write("call", party, number);
      let result: unknown;
      try {
        result = target(...given);
        if (this.#isChild) this.#turnstile.end(true, 0);
        if (result instanceof Promise) {
          throw new TypeError(`${call.function}() is async: a role has no event loop, so it must be a plain function`);
        }
      } catch (error) {
        if (error instanceof Unwind || error instanceof LogFull || this.#turnstile.unwinding) throw error;
        log.write("throw", this.#turnstile.party, number, thrownRecord(error, this.#modules));
        if (this.#isChild) this.#turnstile.end(true, 1);
        return;
      }
      results.push(result);
      if (isPlain(result)) tell(result, (plain) => log.write("return", party, number, plain));
      else log.write("return", party, number, UNTELLABLE);
      happened(words, MOMENT.returned, party, number);
    }
    log.write("end", party, 0);
  }

  #environmentOf(): Parameters<ReturnType<typeof compileProgram>>[0] {
    const { part: { party }, region: { words, log }, board } = this.#start;
    return {
      ipc: this.#calls.namespace,
      watch: this.#memory,
      stop: board.stop,
      stopped: (line, file) => {
        log.write("where", party, 0, { line, file });
        words[AT.end] = END.endless;
        this.#turnstile.unwind();
      },
    };
  }

  #makingOf(): Making {
    const { part: { party }, region: { words, log }, cast } = this.#start;
    const results = (): readonly unknown[] => this.#results;
    return {
      get results(): readonly unknown[] {
        return results();
      },
      scratch: cast.scratch,
      pid: (name) => words[AT.pid + this.#partyOf(name)] as number,
      note: (name, values) => {
        const note = cast.notes.indexOf(name);
        log.write("note", this.#turnstile.party, note, values);
        happened(words, MOMENT.note, party, note);
      },
      from: (name, index) => this.#resultOf(name, index),
    };
  }

  #partyOf(name: string): number {
    const { part: { stage }, cast: { parts } } = this.#start;
    return parts.find((other) => other.stage === stage && other.name === name)?.party ?? 0;
  }

  /** What a role of an earlier stage returned. */
  #resultOf(name: string, index: number): unknown {
    const { part: { stage }, cast: { parts }, region: { log } } = this.#start;
    const found = parts.filter((other) => other.stage < stage && other.name === name).map(({ party }) => party);
    const record = log.read().findLast((one) =>
      one.kind === "return" && one.number === index && found.includes(one.party)
    );
    return argumentFromPlain(record?.value ?? null);
  }

  /**
   * Whether a process is one of the stage's own. A role that has ended is gone, though its process is kept for the next
   * schedule: no signal must reach that.
   */
  #isThere(pid: number): boolean {
    const party = this.#turnstile.partyOf(pid);
    const { words } = this.#start.region;
    if (party !== 0 && words[AT.roleOf + party] === party && this.#turnstile.hasEnded(party)) {
      throw new SystemError("kill", ESRCH);
    }
    return party !== 0;
  }

  #hook(): Hook {
    const { board, region: { words, log }, part: { party } } = this.#start;
    return {
      enter: (call) => {
        if (call === FORK && board.countFork() > FORK_LIMIT) {
          throw new SystemError("fork", EAGAIN, "too many processes in one run");
        }
      },
      created: (kind: ObjectKind, name) => {
        const relative = (kind === "fifo" || kind === "socket") && !name.startsWith("/");
        this.#turnstile.made(kind, relative ? `${this.#start.cast.scratch}/${name}` : name);
      },
      maySignal: (pid) => pid === 0 || (pid !== -1 && this.#isThere(Math.abs(pid))),
      forked: () => {},
      interrogated: () => {
        log.write("where", party, 0, {});
        words[AT.end] = END.endless;
        this.#turnstile.unwind();
      },
    };
  }
}

/**
 * Whether a value is told: handles of kernel objects and views of shared memory are not, for no oracle knows what to do with
 * them, and to read a view would be an access.
 */
function isPlain(value: unknown, depth = 0): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (depth > DEEPEST) return false;
  if (Array.isArray(value)) return value.every((item) => isPlain(item, depth + 1));
  if (value instanceof Uint8Array) return value.buffer.byteLength === value.byteLength;
  const prototype: unknown = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) &&
    Object.values(value).every((item) => isPlain(item, depth + 1));
}

/** Arguments of a student's function, as a picture shows them. */
function shown(given: readonly unknown[]): string {
  return given.map((argument) =>
    typeof argument === "string"
      ? JSON.stringify(argument)
      : typeof argument === "object"
      ? "…"
      : typeof argument === "function"
      ? "callback"
      : String(argument)
  ).join(", ");
}
