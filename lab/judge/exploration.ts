/**
 * The exploration of a check: its small scenario under control, schedule by schedule. The arena searches; every schedule that
 * comes to something new is judged here, by the oracles of the check. What fails is made small, repeated in fresh processes,
 * and told with its token and its story.
 *
 * @module
 */
import type { Cast } from "../arena/controlled/cast.ts";
import type { StepDetail } from "../arena/controlled/detail.ts";
import type { ScheduleReport } from "../arena/protocol.ts";
import type { Explored, Prepared } from "../course/definition.ts";
import type { Program } from "../instrument/model.ts";
import type { Plan } from "../explore/model.ts";
import { coverageText, type SearchOptions, type Summary } from "../explore/portfolio.ts";
import { Shrinking } from "../explore/shrink.ts";
import { pathsIn } from "../sandbox/run_folder.ts";
import type { ArenaClient } from "./arena_client.ts";
import { castOf } from "./cast.ts";
import { recordOfSchedule } from "./explored_run.ts";
import type { Finding } from "./finding.ts";
import { generalFinding, leakFinding } from "./general_findings.ts";
import { raceFinding } from "./race_finding.ts";
import type { RunRecord, Sender } from "./run.ts";

/** What to explore, and how far. */
export interface ExplorationJob {
  readonly explored: Explored;
  readonly prepared: Prepared;
  readonly search: SearchOptions;
  /** The student's program, watched. */
  readonly program: Program;
  /** Which processor it has. */
  readonly lane: number;
  readonly signal?: AbortSignal;
}

/** A schedule that failed, made small and repeated. */
export interface Failure {
  readonly finding: Finding;
  /** What repeats it. */
  readonly plan: Plan;
  readonly schedule: ScheduleReport;
  readonly steps: readonly StepDetail[];
  readonly cast: Cast;
  readonly run: RunRecord;
  /** In which schedule of the search it was found. */
  readonly foundIn: number;
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
/** How long a search may go on behind its deadline. */
const LATE_MS = 30_000;

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
    return await exploring.tell(plan, 1);
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
    let failing: { readonly schedule: ScheduleReport; readonly finding: Finding } | null = null;
    let racing: ScheduleReport | null = null;
    let overlapped = explored.overlap === undefined;
    let ended: { readonly schedules: number; readonly summary: Summary } | null = null;
    while (ended === null) {
      const report = await this.#arena.next(deadline, signal);
      if (report.is === "explored") ended = report;
      if (report.is !== "schedule" || failing !== null) continue;
      const { schedule } = report;
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
      const plan = await this.#shrink(failing.schedule, failing.finding);
      return { schedules, coverage: null, failure: await this.#fail(plan, failing), reason: null };
    }
    const coverage = coverageText(ended.summary);
    if (racing !== null && explored.racesAllowed !== true) {
      return { schedules, coverage, failure: await this.#race(racing), reason: null };
    }
    if (!overlapped && explored.overlap !== undefined) {
      const told = await this.#replay(planOf(null), true, true);
      const finding: Finding = {
        kind: "over-synchronised",
        message: `In ${schedules} schedules, ${explored.overlap.what} never happened, though it may: one process keeps ` +
          "the others out longer than it needs to.",
        readNext: "the exercise's README: what must not happen at once, and what may",
      };
      return { schedules, coverage, failure: this.#failure(finding, told, schedules), reason: null };
    }
    return { schedules, coverage, failure: null, reason: null };
  }

  /** Repeats a schedule in detail and says what it came to. */
  async tell(plan: Plan, foundIn: number): Promise<Failure | RunRecord> {
    const told = await this.#replay(plan, true, true);
    const run = this.#record(told.schedule);
    const finding = this.#judge(run) ?? this.#raceOf(told);
    return finding === null ? run : this.#failure(finding, told, foundIn);
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

  #record(schedule: ScheduleReport): RunRecord {
    return recordOfSchedule(schedule, this.#cast, this.#job.prepared.scenario, this.#sender);
  }

  /** The smallest plan that still comes to a finding of the same kind. */
  async #shrink(schedule: ScheduleReport, finding: Finding): Promise<Plan> {
    const shrinking = new Shrinking(planOf(schedule));
    for (let plan = shrinking.next(); plan !== null; plan = shrinking.next()) {
      const tried = await this.#replay(plan, false, false);
      const same = this.#judge(this.#record(tried.schedule))?.kind === finding.kind;
      shrinking.saw(same, planOf(tried.schedule));
    }
    return shrinking.best;
  }

  /** Repeats what was found, in fresh processes. Where that comes to something else, that is the finding. */
  async #fail(plan: Plan, found: { readonly schedule: ScheduleReport; readonly finding: Finding }): Promise<Failure> {
    const told = await this.#replay(plan, true, true);
    const finding = this.#judge(this.#record(told.schedule));
    if (finding !== null && finding.kind === found.finding.kind) {
      return this.#failure(finding, told, found.schedule.number);
    }
    return this.#failure(
      {
        ...found.finding,
        kind: "not-deterministic",
        message: `A schedule failed (${found.finding.message}) and did not when it was repeated in fresh processes: what a ` +
          "process does must depend on its inputs and on the others alone. Does the file keep something from one call to " +
          "the next, in a global object or a file, or look at process ids or the time?",
      },
      told,
      found.schedule.number,
    );
  }

  async #race(racing: ScheduleReport): Promise<Failure | null> {
    const told = await this.#replay(planOf(racing), true, true);
    const finding = this.#raceOf(told);
    return finding === null ? null : this.#failure(finding, told, racing.number);
  }

  #raceOf(told: Told): Finding | null {
    return this.#job.explored.racesAllowed === true ? null : raceFinding(told.schedule, told.steps, this.#cast);
  }

  #failure(finding: Finding, told: Told, foundIn: number): Failure {
    const run = this.#record(told.schedule);
    return { finding, plan: told.plan, schedule: told.schedule, steps: told.steps, cast: this.#cast, run, foundIn };
  }

  async #replay(plan: Plan, fresh: boolean, detailed: boolean): Promise<Told> {
    this.#arena.send({ do: "replay", plan, fresh, detailed });
    const { schedule, detail } = await this.#arena.expect("replayed", REPLAY_MS, this.#job.signal);
    if (detail === null) return { plan, schedule, steps: [] };
    const path = `${this.#arena.folder}/${detail.replaceAll("/", "")}`;
    const steps = JSON.parse(await Deno.readTextFile(path)) as StepDetail[];
    await Deno.remove(path);
    return { plan, schedule, steps };
  }

  #blockedReason(schedule: ScheduleReport): string {
    const run = this.#record(schedule);
    const end = run.history.ends.find((one) => one.how === "signaled");
    return `${end?.role ?? "a process"} was blocked in a call that the lab does not control`;
  }
}

interface Told {
  readonly plan: Plan;
  readonly schedule: ScheduleReport;
  readonly steps: readonly StepDetail[];
}

/** The plan that repeats a schedule; of none, the one without preemptions. */
export function planOf(schedule: ScheduleReport | null): Plan {
  return {
    blocks: schedule?.blocks ?? [],
    then: { kind: "stay" },
    faults: schedule?.faults ?? [],
    buffered: schedule?.buffered ?? false,
  };
}
