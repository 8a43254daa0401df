/**
 * An arena for as long as a judgement lasts: started at once, without walls where they cannot be built, and again when it
 * dies.
 *
 * @module
 */
import type { Scenario } from "../course/scenario.ts";
import type { Program } from "../instrument/model.ts";
import type { Isolation } from "../report/model.ts";
import type { Plan } from "../explore/model.ts";
import { ArenaClient, ArenaGone } from "./arena_client.ts";
import { type Exploration, type ExplorationJob, explore, type Failure, replaySchedule } from "./exploration.ts";
import { type RunRecord, runScenario, type Sender } from "./run.ts";

/** Until an arena's first report. It takes a tenth of a second; more only on a machine that is very busy. */
const START_MS = 30_000;

/** Runs scenarios in an arena that it starts, and starts again. */
export class ArenaSession {
  readonly #wanted: "auto" | Isolation;
  #arena: ArenaClient | null = null;
  #sender: Sender | null = null;
  #program: Program | null = null;
  #isolation: Isolation = "none";

  /** A session whose arena begins to start at once. Whether it comes up shows when the first scenario is run. */
  constructor(isolation: "auto" | Isolation) {
    this.#wanted = isolation;
    try {
      this.#arena = ArenaClient.start(isolation);
      this.#isolation = this.#arena.isolation;
    } catch (error) {
      if (!(error instanceof ArenaGone)) throw error; // tried once more, and told, when the first scenario is run
    }
  }

  /** The walls of the arena that runs, or ran last. */
  get isolation(): Isolation {
    return this.#isolation;
  }

  /** The program whose functions the scenarios of this session name. */
  load(program: Program): void {
    this.#program = program;
    if (this.#sender !== null && this.#arena !== null) this.#arena.sendWith({ do: "load" }, program);
  }

  /** Runs one scenario. Throws ArenaGone where the arena cannot be started, or dies on it. */
  async run(scenario: Scenario, signal?: AbortSignal): Promise<RunRecord> {
    const arena = await this.#ready(signal);
    return await runScenario(arena, this.#sender as Sender, scenario, signal);
  }

  /** Explores a scenario. Throws as `run`. */
  async explore(job: ExplorationJob): Promise<Exploration> {
    const arena = await this.#ready(job.signal);
    return await explore(arena, this.#sender as Sender, job);
  }

  /** Repeats a schedule in detail. Throws as `run`. */
  async replay(job: ExplorationJob, plan: Plan): Promise<Failure | RunRecord> {
    const arena = await this.#ready(job.signal);
    return await replaySchedule(arena, this.#sender as Sender, job, plan);
  }

  /** Ends the arena that runs; the next scenario gets a new one. Answers what it had said. */
  async restart(): Promise<string> {
    const arena = this.#arena;
    this.#arena = null;
    this.#sender = null;
    if (arena === null) return "";
    await arena.end();
    return inOneLine(arena.lastWords);
  }

  /** Ends it all, and leaves nothing. */
  async end(): Promise<void> {
    await this.restart();
  }

  async #ready(signal?: AbortSignal): Promise<ArenaClient> {
    if (this.#arena !== null && this.#sender !== null) return this.#arena;
    this.#arena ??= ArenaClient.start(this.#wanted);
    try {
      await this.#greet(this.#arena, signal);
    } catch (error) {
      if (!(error instanceof ArenaGone)) throw error;
      const walls = this.#arena.isolation === "bubblewrap" && this.#wanted === "auto";
      const words = await this.restart();
      if (!walls) throw new ArenaGone(words === "" ? error.message : words, false);
      this.#arena = ArenaClient.start("none"); // bubblewrap is there, but this machine does not let it work
      await this.#greet(this.#arena, signal);
    }
    return this.#arena;
  }

  async #greet(arena: ArenaClient, signal?: AbortSignal): Promise<void> {
    const { pid, uid } = await arena.expect("ready", START_MS, signal);
    this.#sender = { pid, uid };
    this.#isolation = arena.isolation;
    if (this.#program !== null) arena.sendWith({ do: "load" }, this.#program);
  }
}

/** The first line of what the runtime prints of an exception, or of its own end; an author finds the rest by hand. */
function inOneLine(words: string): string {
  const first = words.split("\n").find((line) => line.trim() !== "") ?? "";
  return first.replace(/^error: Uncaught (\(in promise\) )?/, "").trim().slice(0, 300);
}
