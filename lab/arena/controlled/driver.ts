/**
 * The driver: the template's side of a controlled run. It forks the players, and for each plan lets the scenario run from its
 * first stage to its last, one party at a time.
 *
 * @module
 */
import { fork, O_CLOEXEC, O_CREAT, O_TRUNC, O_WRONLY, open, waitpid } from "../../../lib/mod.ts";
import { arm } from "../../explore/chooser.ts";
import { forked, joined, resetClocks } from "../../explore/clocks.ts";
import type { Plan, ScheduleEnd, Steps } from "../../explore/model.ts";
import { setMoments, takeDue } from "../../explore/moments.ts";
import { AT, COMMAND, END, FLUSH, MAX_PARTIES, OPERATION, STATE, STEP } from "../../explore/region.ts";
import { stepsOf } from "../../explore/steps.ts";
import type { Program } from "../../instrument/model.ts";
import type { Board } from "../board.ts";
import { removeObject, stillThere } from "../ledger.ts";
import { descendantsOf } from "../processes.ts";
import * as system from "../system.ts";
import type { Cast, Scene } from "./cast.ts";
import { endsOf, nextEnded, waitUntilGone } from "./mortality.ts";
import { chooseNext, NEVER } from "./next.ts";
import { ENDS, type Performance } from "./performance.ts";
import { runPlayer } from "./player.ts";
import { makeRegion, type RegionMemory } from "./region_memory.ts";
import { finish, hasBegun, isUnderWay, rouse } from "./parties.ts";
import { type Standstill, StandstillWatch } from "./standstill.ts";

/** What a driver needs. */
export interface DriverOptions {
  readonly cast: Cast;
  readonly program: Program;
  readonly board: Board;
  /** A file for what the players print; it is made anew. */
  readonly output: string;
}

const SIGKILL = 9;
/** How long the template sleeps, at most, before it looks whether anybody is still alive. */
const LOOK_MS = 20;
/** Steps of one schedule: a hundred times what a small scenario needs. What is longer is not followed. */
const STEP_LIMIT = 10_000;
/** Of one that never ends, so many are told in detail: more fit neither into the log nor into a picture. */
const TOLD_STEPS = 3_000;
/** So often those who spin are let look again, to see whether they give up: some thousand looks. */
const PATIENT = 1000;
/** Characters of an exception that are told. */
const LONGEST_TROUBLE = 1000;

/** Drives the players of one cast. */
export class Driver {
  readonly #options: DriverOptions;
  readonly #region: RegionMemory;
  readonly #words: Int32Array;
  readonly #output: number;
  readonly #steps: Steps;
  /** Bit p: p's calls count as places where faults can be put in. Who is alone in one of several stages prepares or clears up. */
  readonly #telling: number;
  /** Parties that only a fork could bring into being. */
  readonly #unused: number;
  /** Process ids of players, by party; 0 where there is none (any more). */
  readonly #players: number[] = new Array<number>(MAX_PARTIES).fill(0);
  /** How often those who spin are let look again; 0: a few times. */
  #patience = 0;
  /** Whether these players were found to spin for ever, and not only for long. */
  #spins = false;

  /** Makes the region. Players are forked when they are needed. */
  constructor(options: DriverOptions) {
    this.#options = options;
    this.#region = makeRegion();
    this.#words = this.#region.words;
    this.#steps = stepsOf(this.#words);
    this.#telling = tellingOf(options.cast);
    this.#unused = MAX_PARTIES - 1 - Math.max(0, ...options.cast.parts.map(({ party }) => party));
    this.#output = open(options.output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600);
  }

  /** The memory of the present schedule. */
  get region(): RegionMemory {
    return this.#region;
  }

  /** Process ids of the players. */
  get pids(): number[] {
    return this.#players.filter((pid) => pid !== 0);
  }

  /**
   * Runs the cast once, as the plan says. What it tells is good until the next. Where all only look in vain, it is run once more,
   * with patience: a loop that gives up after a hundred looks goes on then, and all other schedules are run with patience, too.
   */
  run(plan: Plan, detailed = false): Performance {
    const performed = this.#perform(plan, detailed);
    if (performed.end !== "spinning" || this.#patience > 0 || this.#spins) return performed;
    this.#patience = PATIENT;
    const patient = this.#perform(plan, detailed);
    if (patient.end !== "spinning" && patient.end !== "steps") return patient;
    this.#patience = 0;
    this.#spins = true;
    return this.#perform(plan, detailed);
  }

  #perform(plan: Plan, detailed: boolean): Performance {
    const words = this.#words;
    const { cast, board } = this.#options;
    this.#hire();
    this.#reset(plan, detailed);
    let stage = 0;
    let complete = true;
    let killed = 0;
    for (const { kind, party } of plan.faults) if (kind === "kill") killed |= 1 << party;
    for (; complete && stage < cast.scenes.length; stage++) {
      this.#begin(stage);
      this.#drive(stage);
      complete = this.#close(stage, killed);
    }
    const left = words[AT.ledger] !== 0 || !complete ? stillThere(board.journal()) : [];
    for (const object of left) removeObject(object);
    return {
      end: complete ? "ended" : ENDS[words[AT.end] as number] as ScheduleEnd,
      complete,
      trouble: this.#trouble(),
      steps: this.#steps,
      decisions: words[AT.decisions] as number,
      failed: false,
      opaque: words[AT.opaque] !== 0,
      calls: this.#callsThatMatter(),
      left,
      stage: complete ? stage : stage - 1,
    };
  }

  #trouble(): string | null {
    if (this.#words[AT.trouble] === 0) return null;
    this.#words[AT.trouble] = 0;
    return Deno.readTextFileSync(this.#options.output).trim().slice(-LONGEST_TROUBLE);
  }

  /** Ends all players: the next run has fresh ones. */
  dismiss(): void {
    this.#spins = false;
    for (const [party, pid] of this.#players.entries()) {
      if (pid === 0) continue;
      for (const process of [pid, ...descendantsOf(pid)]) system.sendSignal(process, SIGKILL);
      waitpid(pid);
      this.#players[party] = 0;
      this.#region.gates.forget(party);
    }
  }

  /** Ends the run for good. */
  [Symbol.dispose](): void {
    this.dismiss();
    system.closeOwn(this.#output);
    this.#region.mapping[Symbol.dispose]();
  }

  /** Sees to it that every part has a player. */
  #hire(): void {
    this.#reap(); // who died behind its end
    const { cast, program, board } = this.#options;
    for (const part of cast.parts) {
      if (this.#players[part.party] !== 0) continue;
      this.#region.gates.forget(part.party);
      const template = system.ownPid();
      const pid = fork();
      if (pid === 0) {
        runPlayer({ part, cast, program, board, template, region: this.#region, output: this.#output });
      }
      this.#players[part.party] = pid;
    }
  }

  #reset(plan: Plan, detailed: boolean): void {
    const words = this.#words;
    arm(words, plan);
    resetClocks(words, this.#region.cells);
    words.fill(0, AT.state, AT.state + MAX_PARTIES);
    words.fill(0, AT.buffered, AT.buffered + MAX_PARTIES);
    words.fill(0, AT.underWay, AT.underWay + MAX_PARTIES);
    words.fill(-1, AT.pendingObject, AT.pendingObject + MAX_PARTIES);
    words.fill(NEVER, AT.deadline, AT.deadline + MAX_PARTIES);
    words[AT.signalled] =
      words[AT.timedOut] =
      words[AT.exiting] =
      words[AT.now] =
      words[AT.ledger] =
        0;
    words[AT.objects] = words[AT.logLength] = 0;
    words[AT.stepLimit] = detailed && plan.then.kind === "fair" ? TOLD_STEPS : STEP_LIMIT;
    words[AT.unused] = this.#unused;
    words[AT.patience] = this.#patience;
    words[AT.detailed] = detailed ? 1 : 0;
    for (let party = 0; party < MAX_PARTIES; party++) {
      words[AT.pid + party] = this.#players[party] as number;
      words[AT.roleOf + party] = party;
    }
    this.#options.board.clear();
  }

  /** Puts the parties of a stage in their places. They know all that happened before. */
  #begin(stage: number): void {
    const words = this.#words;
    const scene = this.#options.cast.scenes[stage] as Scene;
    words[AT.end] = END.none;
    words[AT.required] = 0;
    words[AT.role] = 0;
    for (const part of this.#options.cast.parts) {
      if (part.stage < stage) joined(words, 0, part.party);
      if (part.stage !== stage) continue;
      forked(words, 0, part.party);
      words[AT.state + part.party] = part.waits ? STATE.unstarted : STATE.ready;
      words[AT.pendingOperation + part.party] = OPERATION.start;
      if (!part.daemon) words[AT.required] = (words[AT.required] as number) | 1 << part.party;
    }
    setMoments(words, scene.moments);
  }

  /** Lets the parties go on until the stage is over. */
  #drive(stage: number): void {
    const words = this.#words;
    const scene = this.#options.cast.scenes[stage] as Scene;
    let next = chooseNext(words);
    for (;;) {
      if (next === 0) {
        if (words[AT.end] !== END.none) return;
        this.#stimulate(scene);
        next = chooseNext(words);
      } else {
        this.#region.gates.open(next >= FLUSH ? next - FLUSH : next, next >= FLUSH ? COMMAND.flush : COMMAND.go);
        // Whoever gave the turn back has chosen the outside; whoever lost it by its death has chosen nobody.
        next = this.#await() === "given" ? 0 : chooseNext(words);
      }
    }
  }

  /** A stimulus is due: a step of the outside. */
  #stimulate(scene: Scene): void {
    const words = this.#words;
    const number = takeDue(words);
    const stimulus = scene.stimuli[number];
    const at = AT.trace + STEP.words * (words[AT.steps] as number);
    words[at + STEP.operation] = OPERATION.stimulus;
    words[at + STEP.object] = -1;
    words[at + STEP.result] = stimulus?.party ?? 0;
    words[AT.steps] = (words[AT.steps] as number) + 1;
    if (stimulus === undefined) return;
    const { party, signal, queue } = stimulus;
    this.#region.log.write("stimulus", party, signal);
    const pid = words[AT.pid + party] as number;
    if (words[AT.state + party] === STATE.ended || words[AT.state + party] === STATE.unstarted) return;
    forked(words, 0, party);
    if (isUnderWay(words, party, signal)) return rouse(words, party, signal);
    if (queue === null) system.sendSignal(pid, signal);
    else system.queueSignal(pid, signal, queue);
    if (!endsOf(pid, signal)) return rouse(words, party, signal);
    this.#region.log.write("death", party, 0, { how: "signaled", status: signal });
    finish(words, party);
    this.#region.gates.forget(party);
  }

  /** Waits until the turn is back here: given, or lost by whoever had it. */
  #await(): "given" | "lost" {
    let watch: StandstillWatch | null = null;
    while (!this.#region.gates.waitFor(0, LOOK_MS)) {
      if (this.#reap()) return "lost";
      watch ??= new StandstillWatch(this.#words);
      const found = watch.look();
      if (found !== null) return this.#intervene(found);
    }
    const exiting = this.#words[AT.exiting] as number;
    if (exiting !== 0) {
      waitUntilGone(exiting);
      this.#words[AT.exiting] = 0;
    }
    this.#reap();
    return "given";
  }

  /** Takes up processes that have ended; true where one of them had the turn, which thereby is back here. */
  #reap(): boolean {
    const words = this.#words;
    let back = false;
    for (let ended = nextEnded(); ended !== null; ended = nextEnded()) {
      const party = words.subarray(AT.pid, AT.pid + MAX_PARTIES).indexOf(ended.pid);
      const player = this.#players.indexOf(ended.pid);
      if (player > 0) this.#players[player] = 0;
      if (party <= 0) continue;
      const holds = words[AT.holder] === party;
      if (words[AT.state + party] === STATE.ended || words[AT.state + party] === STATE.absent) {
        back ||= holds; // it was being ended, and did so by its process's end
        continue;
      }
      this.#region.log.write("death", party, 0, {
        how: ended.kind,
        status: ended.kind === "exited" ? ended.status : ended.kind === "signaled" ? ended.signal : 0,
      });
      finish(words, party);
      this.#region.gates.forget(party);
      back ||= holds;
    }
    return back;
  }

  /** Somebody keeps the turn and gets nowhere: it is taken away. */
  #intervene({ party, pid, how }: Standstill): "given" | "lost" {
    const words = this.#words;
    const { board } = this.#options;
    if (how === "computing") {
      Atomics.store(board.stop, 0, 1); // loops and functions of the student's file look there
      if (this.#region.gates.waitFor(0, 200)) {
        board.resetQuestion();
        return "given";
      }
      board.resetQuestion();
    }
    words[AT.end] = how === "computing" ? END.endless : how === "blocked" ? END.blocked : words[AT.end] as number;
    system.sendSignal(pid, SIGKILL);
    waitUntilGone(pid);
    if (!this.#reap()) {
      // A student's own child: its parent, or init, takes it up.
      this.#region.log.write("death", party, 0, { how: "signaled", status: SIGKILL });
      finish(words, party);
      this.#region.gates.forget(party);
    }
    return "lost";
  }

  #callsThatMatter(): number[] {
    const calls = new Array<number>(MAX_PARTIES);
    for (let party = 0; party < MAX_PARTIES; party++) {
      calls[party] = (this.#telling & 1 << party) === 0 ? 0 : this.#words[AT.callsMade + party] as number;
    }
    return calls;
  }

  /**
   * Notes who did not come to the end of a stage, and ends them. Whether the stage went as it should; those whom the plan has
   * killed do not count.
   */
  #close(stage: number, killed: number): boolean {
    const words = this.#words;
    const { cast } = this.#options;
    const end = words[AT.end] as number;
    const scene = cast.scenes[stage] as Scene;
    this.#region.log.write("stage", 0, stage, end);
    for (let party = 1; party < MAX_PARTIES; party++) {
      const state = words[AT.state + party];
      if (state === STATE.absent || state === STATE.ended) continue;
      this.#region.log.write("stuck", party, words[AT.pendingOperation + party] as number, [
        state,
        words[AT.parkedOn + party],
        words[AT.pendingObject + party],
      ]);
    }
    this.#endRest();
    words[AT.end] = end;
    const { log } = this.#region;
    const failed = log.partiesOf("throw", "unloadable") | log.partiesOf("death") & ~killed;
    return (end === END.ended || (scene.mayStick && (end === END.stuck || end === END.spinning))) &&
      // Where a party is not its own role's, the number is a child's.
      !cast.parts.some(({ stage: of, party }) =>
        of === stage && words[AT.roleOf + party] === party && (failed & 1 << party) !== 0
      );
  }

  #endRest(): void {
    const words = this.#words;
    for (let party = MAX_PARTIES - 1; party > 0; party--) {
      const state = words[AT.state + party];
      if (state === STATE.absent || state === STATE.ended || state === STATE.unstarted) continue;
      const pid = words[AT.pid + party] as number;
      if (this.#players[party] !== pid || pid === 0) {
        // A student's own child.
        if (pid !== 0) {
          system.sendSignal(pid, SIGKILL);
          waitUntilGone(pid);
        }
        words[AT.state + party] = STATE.ended;
        this.#region.gates.forget(party);
      } else if (hasBegun(words, party)) {
        words[AT.state + party] = STATE.ended;
        this.#region.gates.open(party, COMMAND.unwind);
        this.#await();
      }
      words[AT.state + party] = STATE.ended;
    }
  }
}

function tellingOf({ parts, scenes }: Cast): number {
  if (scenes.length === 1) return -1;
  let mask = -1;
  for (const { party, stage } of parts) {
    if (parts.filter((other) => other.stage === stage).length === 1) mask &= ~(1 << party);
  }
  return mask;
}
