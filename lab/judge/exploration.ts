/**
 * The exploration of a check: its small scenario under control, schedule by schedule. The arena searches; every schedule that
 * comes to something new is judged here, by the oracles of the check. What fails is made small, repeated in fresh processes,
 * and told with its token and its story.
 *
 * @module
 */
import type { Cast } from "../arena/controlled/cast.ts";
import type { StepDetail } from "../arena/controlled/detail.ts";
import type { ScheduleReport, SearchOrder } from "../arena/protocol.ts";
import type { Explored, Prepared } from "../course/definition.ts";
import type { Program } from "../instrument/model.ts";
import type { Outcome, Plan, Steps } from "../explore/model.ts";
import { type LogRecord, readLog } from "../explore/log.ts";
import { FLAG } from "../explore/region.ts";
import { coverageText } from "../explore/strategies/coverage.ts";
import type { Summary } from "../explore/strategies/portfolio.ts";
import { critical } from "../explore/critical.ts";
import { shrink } from "../explore/shrink.ts";
import { pathsIn } from "../sandbox/run_folder.ts";
import { type ArenaClient, ArenaGone } from "./arena_client.ts";
import { castOf } from "./cast.ts";
import { recordOfSchedule } from "./explored_run.ts";
import type { Finding } from "./finding.ts";
import { faultFinding } from "./fault_finding.ts";
import { generalFinding, leakFinding } from "./general_findings.ts";
import { awaitsFirst, lostWakeUpFinding, stuckOf, swappedWakeUps } from "./lost_wake_up.ts";
import { nameOfParty } from "./party_names.ts";
import { raceFinding } from "./race_finding.ts";
import type { RunRecord, Sender } from "./run.ts";

/** What to explore, and how far. */
export interface ExplorationJob {
  readonly explored: Explored;
  readonly prepared: Prepared;
  readonly search: SearchOrder;
  /** The student's program, watched. */
  readonly program: Program;
  /** Which processor it has. */
  readonly lane: number;
  /** Whether a failure is made small, and its critical step looked for, before it is told; true unless given. */
  readonly shrinks?: boolean;
  readonly signal?: AbortSignal;
}

/** A schedule that failed, made small and repeated. */
export interface Failure {
  readonly finding: Finding;
  /** What repeats it. */
  readonly plan: Plan;
  readonly schedule: WholeSchedule;
  readonly steps: readonly StepDetail[];
  readonly cast: Cast;
  readonly run: RunRecord;
  /** In which schedule of the search it was found. */
  readonly foundIn: number;
  /** How: "context bounding, 1 preemption". */
  readonly foundBy: string;
  /** The step before which a process was stopped, without which nothing would have gone wrong. */
  readonly critical: number | null;
}

/** What came of an exploration. */
export interface Exploration {
  readonly schedules: number;
  /** What was covered, in words; null where it was not searched to its end. */
  readonly coverage: string | null;
  readonly failure: Failure | null;
  /** Why it could not be explored: then only the uncontrolled runs count. */
  readonly reason: string | null;
}

/** Casting forks every role. */
const CAST_MS = 10_000;
/** One schedule takes milliseconds; a party that computes without end takes seconds to be found out. */
const REPLAY_MS = 15_000;
/** So many schedules show what a right solution allows, however short the time. */
const ENOUGH = 200;
/** How long a search may go on behind its deadline. */
const LATE_MS = 60_000;

/** Explores, in an arena that does nothing else meanwhile. */
export async function explore(arena: ArenaClient, sender: Sender, job: ExplorationJob): Promise<Exploration> {
  const exploring = new Exploring(arena, sender, job);
  await exploring.cast();
  try {
    return await exploring.run();
  } finally {
    arena.send({ do: "strike" });
  }
}

/** Repeats one schedule, in detail. */
export async function replaySchedule(
  arena: ArenaClient,
  sender: Sender,
  job: ExplorationJob,
  plan: Plan,
): Promise<Failure | RunRecord> {
  const exploring = new Exploring(arena, sender, job);
  await exploring.cast();
  try {
    return await exploring.tell(plan);
  } finally {
    arena.send({ do: "strike" });
  }
}

class Exploring {
  readonly #arena: ArenaClient;
  readonly #sender: Sender;
  readonly #job: ExplorationJob;
  readonly #cast: Cast;

  constructor(arena: ArenaClient, sender: Sender, job: ExplorationJob) {
    this.#arena = arena;
    this.#sender = sender;
    this.#job = job;
    this.#cast = castOf(job.prepared.scenario, pathsIn(arena.folder).scratch);
  }

  /** Forks the cast. */
  async cast(): Promise<void> {
    this.#arena.sendWith({ do: "cast", lane: this.#job.lane }, { cast: this.#cast, program: this.#job.program });
    await this.#arena.expect("ready-to-explore", CAST_MS, this.#job.signal);
  }

  async run(): Promise<Exploration> {
    const { search, explored, signal } = this.#job;
    this.#arena.send({ do: "explore", search });
    const deadline = performance.now() + 1000 * search.seconds + LATE_MS;
    let failing: { readonly schedule: WholeSchedule; readonly finding: Finding } | null = null;
    let racing: WholeSchedule | null = null;
    let overlapped = explored.overlap === undefined;
    let ended: { readonly schedules: number; readonly long: number; readonly summary: Summary } | null = null;
    while (ended === null) {
      const report = await this.#arena.next(deadline, signal);
      if (report.is === "explored") ended = report;
      if (report.is !== "schedule") continue;
      const schedule = this.#whole(report.schedule);
      if (failing !== null) continue;
      if (schedule.end === "blocked") {
        return { schedules: schedule.number, coverage: null, failure: null, reason: this.#blockedReason(schedule) };
      }
      const run = this.#record(schedule);
      overlapped ||= explored.overlap?.seen(run.history) === true;
      if (schedule.races.length > 0) racing ??= schedule;
      const finding = this.#judge(run);
      if (finding === null) continue;
      failing = { schedule, finding };
      this.#arena.send({ do: "halt" });
    }
    const schedules = ended.schedules;
    if (failing !== null) {
      const { schedule, finding } = failing;
      // To wait for a loop that never ends takes its time, once as every time.
      const plan = isEndless(schedule)
        ? planOf(schedule)
        : await this.#shrink(schedule, (tried) => this.#judge(this.#record(tried))?.kind === finding.kind);
      return { schedules, coverage: null, failure: await this.#fail(plan, failing), reason: null };
    }
    const { long } = ended;
    const tooLong = long === 0 ? "" : `; ${long} with more steps than are followed, of which nothing is known`;
    const coverage = `${coverageText(ended.summary)}${tooLong}`;
    if (racing !== null && explored.racesAllowed !== true) {
      return { schedules, coverage, failure: await this.#race(racing), reason: null };
    }
    if (!overlapped && explored.overlap !== undefined && (ended.summary.stopped !== "time" || schedules >= ENOUGH)) {
      const told = await this.#replay(planOf(null), true, true);
      const finding: Finding = {
        kind: "over-synchronised",
        message:
          `In ${schedules} schedules, ${explored.overlap.what} never happened, though it may: one process keeps ` +
          "the others out longer than it needs to.",
        readNext: "the exercise's README: what must not happen at once, and what may",
      };
      return {
        schedules,
        coverage,
        failure: this.#failure(finding, told, { number: schedules, by: "" }),
        reason: null,
      };
    }
    return { schedules, coverage, failure: null, reason: null };
  }

  /** Repeats a schedule in detail and says what it came to. */
  async tell(plan: Plan): Promise<Failure | RunRecord> {
    const told = await this.#replay(plan, true, true);
    const run = this.#record(told.schedule);
    const finding = this.#judge(run);
    if (finding !== null) return await this.#explained(finding, told, { number: 1, by: "" });
    const race = this.#raceOf(told);
    return race === null ? run : this.#failure(race, told, { number: 1, by: "" });
  }

  #judge(run: RunRecord): Finding | null {
    const { prepared } = this.#job;
    const general = generalFinding(run);
    if (general !== null) {
      const plain = general.kind === "not-implemented" || run.unloadable !== null;
      return (plain ? null : prepared.explain?.(run.history)) ?? general;
    }
    return prepared.judge(run.history) ?? leakFinding(run);
  }

  #record(schedule: WholeSchedule): RunRecord {
    return recordOfSchedule(schedule, this.#cast, this.#job.prepared.scenario, this.#sender);
  }

  /** The smallest plan that still fails in the same way. */
  async #shrink(schedule: WholeSchedule, fails: (tried: WholeSchedule) => boolean): Promise<Plan> {
    if (this.#job.shrinks === false) return planOf(schedule);
    const shrinking = shrink(planOf(schedule), outcomeOf(schedule));
    let trial = shrinking.next();
    while (trial.done !== true) {
      const tried = await this.#replay(trial.value, false, false);
      trial = shrinking.next({ same: fails(tried.schedule), outcome: outcomeOf(tried.schedule) });
    }
    return trial.value;
  }

  /** The steps before which a process was stopped, and had it not been, nothing would have gone wrong. */
  async #critical(plan: Plan, schedule: WholeSchedule): Promise<readonly number[]> {
    const asking = critical(plan, outcomeOf(schedule));
    let asked = asking.next();
    while (asked.done !== true) {
      const tried = await this.#replay(asked.value.plan, false, false);
      asked = asking.next(this.#judge(this.#record(tried.schedule)) !== null);
    }
    return asked.value;
  }

  /**
   * Repeats what was found, in fresh processes: made small, and where that comes to something else, as it was. Where neither
   * fails as it did, that is the finding.
   */
  async #fail(plan: Plan, found: { readonly schedule: WholeSchedule; readonly finding: Finding }): Promise<Failure> {
    let told = await this.#replay(plan, true, true);
    let finding = this.#judge(this.#record(told.schedule));
    if (finding?.kind !== found.finding.kind) {
      told = await this.#replay(planOf(found.schedule), true, true);
      finding = this.#judge(this.#record(told.schedule));
    }
    if (finding !== null && finding.kind === found.finding.kind) {
      return await this.#explained(finding, told, found.schedule);
    }
    return this.#failure(
      {
        ...found.finding,
        kind: "not-deterministic",
        message:
          `A schedule failed (${found.finding.message}) and did not when it was repeated in fresh processes: what a ` +
          "process does must depend on its inputs and on the others alone. Does the file keep something from one call to " +
          "the next, in a global object or a file, or look at process ids or the time?",
      },
      told,
      found.schedule,
    );
  }

  /** A failure with what it hangs on: a fault that was put in, or that a process was stopped at a certain step. */
  async #explained(finding: Finding, told: Told, found: Pick<WholeSchedule, "number" | "by">): Promise<Failure> {
    const brief = isEndless(told.schedule) || this.#job.shrinks === false;
    const [critical = null] = brief ? [] : await this.#critical(told.plan, told.schedule);
    return { ...this.#failure(await this.#cause(finding, told), told, found), critical };
  }

  /** A finding by what it began with, where another schedule shows that. */
  async #cause(finding: Finding, told: Told): Promise<Finding> {
    if (told.plan.faults.length > 0) return await this.#blame(finding, told.plan);
    return finding.kind === "deadlock" ? await this.#lostWakeUp(finding, told) : finding;
  }

  /** What a schedule came to, with the fault that was put in: where all goes well without it, that is how it began. */
  async #blame(finding: Finding, plan: Plan): Promise<Finding> {
    const [fault] = plan.faults;
    if (fault === undefined) return finding;
    const without = await this.#replay({ ...plan, faults: [] }, false, false);
    if (this.#judge(this.#record(without.schedule)) !== null) return finding;
    return faultFinding(finding, fault, nameOfParty(fault.party, without.schedule, this.#cast));
  }

  /** A deadlock, told as a lost wake-up where it would not have come to it, had a process begun to wait before it was woken. */
  async #lostWakeUp(finding: Finding, told: Told): Promise<Finding> {
    for (const swapped of swappedWakeUps(stuckOf(told))) {
      const tried = await this.#replay(swapped.plan, false, true);
      const goesWell = this.#judge(this.#record(tried.schedule)) === null;
      if (goesWell && (swapped.how === "looks later" || awaitsFirst(swapped, told, tried))) {
        return lostWakeUpFinding(finding, swapped, told, this.#cast);
      }
    }
    return finding;
  }

  async #race(racing: WholeSchedule): Promise<Failure | null> {
    const plan = await this.#shrink(racing, ({ races }) => races.length > 0);
    const told = await this.#replay(plan, true, true);
    const finding = this.#raceOf(told);
    return finding === null ? null : this.#failure(finding, told, racing);
  }

  #raceOf(told: Told): Finding | null {
    return this.#job.explored.racesAllowed === true ? null : raceFinding(told.schedule, told.steps, this.#cast);
  }

  #failure(finding: Finding, told: Told, { number, by }: Pick<WholeSchedule, "number" | "by">): Failure {
    const { plan, schedule, steps } = told;
    const run = this.#record(schedule);
    return { finding, plan, schedule, steps, cast: this.#cast, run, foundIn: number, foundBy: by, critical: null };
  }

  async #replay(plan: Plan, fresh: boolean, detailed: boolean): Promise<Told> {
    this.#arena.send({ do: "replay", plan, fresh, detailed });
    const { schedule: told, detail } = await this.#arena.expect("replayed", REPLAY_MS, this.#job.signal);
    const schedule = this.#whole(told);
    if (detail === null) return { plan, schedule, steps: [] };
    const text = new TextDecoder().decode(this.#arena.takeFile(detail));
    return { plan, schedule, steps: JSON.parse(text) as StepDetail[] };
  }

  /** A schedule with its log, wherever that was. */
  #whole(schedule: ScheduleReport): WholeSchedule {
    const { log } = schedule;
    if (schedule.trouble !== null) throw new ArenaGone(`a process could not be explored: ${schedule.trouble}`, false);
    const bytes = typeof log === "string" ? Uint8Array.fromBase64(log) : this.#arena.takeFile(log.file);
    return { ...schedule, log: readLog(bytes) };
  }

  #blockedReason(schedule: WholeSchedule): string {
    const run = this.#record(schedule);
    const end = run.history.ends.find((one) => one.how === "signaled");
    return end === undefined
      ? "there were more processes or objects than can be followed"
      : `${end.role} was blocked in a call that the lab does not control`;
  }
}

/** A schedule, with what was observed. */
export type WholeSchedule = Omit<ScheduleReport, "log"> & { readonly log: readonly LogRecord[] };

/** A schedule that was repeated in detail, or not. */
export interface Told {
  readonly plan: Plan;
  readonly schedule: WholeSchedule;
  readonly steps: readonly StepDetail[];
}

function isEndless({ end }: WholeSchedule): boolean {
  return end === "endless" || end === "steps";
}

/** The plan that repeats a schedule; of none, the one without preemptions. */
export function planOf(schedule: WholeSchedule | null): Plan {
  return {
    blocks: schedule?.blocks ?? [],
    then: { kind: schedule?.then ?? "stay" },
    faults: schedule?.faults ?? [],
    buffered: schedule?.buffered ?? false,
  };
}

/** As much of a schedule's outcome as its report tells. */
function outcomeOf(schedule: WholeSchedule): Outcome {
  const parties = schedule.blocks.flatMap(({ party, steps }) => Array<number>(steps).fill(party));
  const preempted = new Set(schedule.preempted);
  const unknown = (): number => 0;
  const steps: Steps = {
    length: parties.length,
    party: (at) => parties[at] as number,
    flags: (at) => preempted.has(at) ? FLAG.preempted : 0,
    operation: unknown,
    object: unknown,
    offset: unknown,
    byteLength: unknown,
    mode: unknown,
    enabled: unknown,
  };
  return { end: schedule.end, steps, decisions: 0, failed: true, calls: [] };
}
