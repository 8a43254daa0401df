/**
 * The explorer's engine in the template: it has one cast at a time, and runs the schedules that a search asks for.
 *
 * @module
 */
import { AT, FLAG, MAX_PARTIES } from "../../explore/region.ts";
import { livelock } from "../../explore/fair.ts";
import type { Plan, Steps } from "../../explore/model.ts";
import { blocksOf, partiesOf } from "../../explore/steps.ts";
import { search } from "../../explore/strategies/portfolio.ts";
import type { Program } from "../../instrument/model.ts";
import type { Board } from "../board.ts";
import type { Report, ScheduleReport, SearchOrder } from "../protocol.ts";
import * as system from "../system.ts";
import type { Cast } from "./cast.ts";
import { detailOf } from "./detail.ts";
import { Driver } from "./driver.ts";
import type { Performance } from "./performance.ts";
import { rehearsePlaying } from "./rehearsal.ts";

/** What an explorer is made of. */
export interface ExplorerOptions {
  readonly cast: Cast;
  readonly program: Program;
  readonly board: Board;
  /** Where files for the controller go. */
  readonly folder: string;
  /** All of it runs on the processor of this number, of those there are. */
  readonly lane: number;
}

/** After so many schedules that were too long, the rest would be, too. */
const MOST_LONG = 3;
/**
 * Where schedules that end have at most so many steps, one that has as many as can be followed, and does not end however fairly
 * it is continued, is endless. The programs of others may only be long: which of the two, uncontrolled runs will tell.
 */
const SHORT = 500;
/** So many schedules go by between two looks whether the controller has an order. */
const LOOK_EVERY = 8;

/** Longest log that a report bears: together with the rest it has to fit into a packet. */
const LONGEST_LOG = 48 * 1024;

/** Whether this process has rehearsed. */
let warm = false;

/** Explores the schedules of one cast. */
export class Explorer {
  readonly #options: ExplorerOptions;
  readonly #driver: Driver;
  readonly #processors = system.ownProcessors();
  /** Files made for the controller so far. */
  #files = 0;

  /** Moves this process to one processor: its children will run there as well, and hand over without waiting. */
  constructor(options: ExplorerOptions) {
    this.#options = options;
    system.runOn(system.oneOf(this.#processors, options.lane));
    const { cast, program, board, folder } = options;
    if (!warm) rehearsePlaying(board, cast.scratch);
    warm = true;
    this.#driver = new Driver({ cast, program, board, output: `${folder}/explored-output` });
  }

  /** Runs a whole search. Tells each schedule that comes to something new; `halted` is asked now and then. */
  explore({ seconds, ...options }: SearchOrder, tell: (report: Report) => void, halted: () => boolean): void {
    const deadline = performance.now() + 1000 * seconds;
    const searching = search({ ...options, expired: () => performance.now() > deadline });
    const seen = new Set<number>();
    let schedules = 0;
    let racy = false;
    let long = 0;
    let usual = 0;
    for (let plan = searching.next(); plan !== null; plan = searching.next()) {
      const performed = this.#driver.run(plan);
      searching.saw(performed);
      schedules++;
      if (performed.end === "steps") {
        const endless = usual > 0 && usual <= SHORT ? this.#livelock(plan, performed) : null;
        if (endless !== null) {
          const shown = this.#driver.run(endless);
          tell({ is: "schedule", schedule: this.#report(schedules, endless, shown, this.#hash(shown), searching.by) });
          break;
        }
        if (++long === MOST_LONG) break;
        continue;
      }
      usual = Math.max(usual, performed.steps.length);
      const { words } = this.#driver.region;
      const hash = this.#hash(performed);
      const isNew = !seen.has(hash) || (!racy && (words[AT.races] as number) > 0);
      if (isNew) {
        seen.add(hash);
        racy ||= (words[AT.races] as number) > 0;
        tell({ is: "schedule", schedule: this.#report(schedules, plan, performed, hash, searching.by) });
      }
      // Each of them takes its time, and nobody wants to see it twice.
      if (["blocked", "endless"].includes(performed.end)) break;
      if ((isNew || schedules % LOOK_EVERY === 0) && halted()) break;
    }
    tell({ is: "explored", schedules, distinct: seen.size, long, summary: searching.summary });
  }

  /** The plan that shows that a schedule never ends; null where it does, once everybody has a turn. */
  #livelock(plan: Plan, performed: Performance): Plan | null {
    const asking = livelock(plan, performed);
    let asked = asking.next();
    while (asked.done !== true) asked = asking.next(this.#driver.run(asked.value).end);
    return asked.value;
  }

  /** Runs one schedule. In detail, a file says what each step did. */
  replay(plan: Plan, fresh: boolean, detailed: boolean): Report & { is: "replayed" } {
    if (fresh) this.#driver.dismiss();
    const performed = this.#driver.run(plan, detailed);
    const schedule = this.#report(1, plan, performed, this.#hash(performed), "");
    if (!detailed) return { is: "replayed", schedule, detail: null };
    const detail = `replay-${++this.#files}`;
    Deno.writeTextFileSync(`${this.#options.folder}/${detail}`, JSON.stringify(detailOf(this.#driver.region)));
    return { is: "replayed", schedule, detail };
  }

  /** Ends all players, and gives the other processors back. */
  [Symbol.dispose](): void {
    this.#driver[Symbol.dispose]();
    system.runOn(this.#processors);
  }

  /** What was observed, in the report or, where it is too long for that, in a file. */
  #logOf(bytes: Uint8Array<ArrayBuffer>): ScheduleReport["log"] {
    if (bytes.length <= LONGEST_LOG) return bytes.toBase64();
    const file = `log-${++this.#files}`;
    Deno.writeFileSync(`${this.#options.folder}/${file}`, bytes);
    return { file };
  }

  #hash(performed: Performance): number {
    let hash = this.#driver.region.log.hash();
    for (const letter of performed.end) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193);
    return Math.imul(hash ^ performed.left.length, 0x01000193) | 0;
  }

  #report(number: number, plan: Plan, performed: Performance, hash: number, by: string): ScheduleReport {
    const { words, log } = this.#driver.region;
    const { board } = this.#options;
    const parties: Record<number, ScheduleReport["parties"][number]> = {};
    for (let party = 1; party < MAX_PARTIES; party++) {
      const pid = words[AT.pid + party] as number;
      if (pid === 0) continue;
      const role = words[AT.roleOf + party] as number;
      parties[party] = { pid, role, calls: role === party ? board.callsOf(party) : {} };
    }
    return {
      number,
      by,
      end: performed.end,
      complete: performed.complete,
      trouble: performed.trouble,
      stage: performed.stage,
      log: this.#logOf(log.copy()),
      parties,
      left: performed.left,
      // Of one that never ends, what it was begun with says as much as all its steps.
      blocks: performed.end === "steps" ? plan.blocks : blocksOf(partiesOf(performed.steps)),
      faults: plan.faults,
      buffered: plan.buffered,
      then: plan.then.kind === "fair" ? "fair" : "stay",
      preempted: preemptedIn(performed.steps),
      races: Array.from({ length: words[AT.races] as number }, (_, race) => {
        const at = AT.raceList + 4 * race;
        return Array.from(words.subarray(at, at + 4)) as unknown as readonly [number, number, number, number];
      }),
      hash,
    };
  }
}

function preemptedIn(steps: Steps): number[] {
  const found: number[] = [];
  for (let at = 0; at < steps.length; at++) if ((steps.flags(at) & FLAG.preempted) !== 0) found.push(at);
  return found;
}
