/**
 * Whether a stage is idle: nothing goes on in it, and nothing will.
 *
 * *Exactly* idle: every process of it is blocked, at one moment, where only another of them could wake it. Two rounds of
 * looks decide that. A process whose two looks agree did not run between them; all first looks come before all second
 * looks; so at the moment between the rounds all of them were blocked. Nothing outside wakes them: the lab sends nothing
 * meanwhile, and waits that end by themselves do not count as blocked.
 *
 * Two waits look final and are not. A signal that arrived just before its process fell asleep is taken up a moment later, by
 * a timer that the kernel's handler sets (see `lib/gate`). And a process that ends is a zombie a moment before its parent is
 * woken. So where a process catches signals, or one has ended, the looks must agree for many periods of that timer.
 *
 * *Otherwise* idle: some process spins or sleeps, and for a while nothing came of it; *hopelessly* so after a long while. It
 * is measured in a process's own processor time where it spins, so that a loaded machine does not look like an idle stage.
 *
 * @module
 */
import { callNumber } from "../../lib/gate/calls.ts";
import type { Board } from "./board.ts";
import { lookAt, stateOf } from "./inspect.ts";
import { caughtSignals, descendantsOf, isAlive, processorTime } from "./processes.ts";
import { ownPid } from "./system.ts";

/** Signals that every process catches: glibc's own, 32 and 33, and the library's, 64. */
const OWN_SIGNALS = (1n << 31n) | (1n << 32n) | (1n << 63n);
/** Several periods of the library's timer, of 5 ms each. */
const NUDGES_MS = 20;
/** What a stage can be found to be. */
export type Idleness = "exact" | "otherwise" | "hopeless";

/** For how long nothing may come of a process: processor time of one that spins, time of one that sleeps. */
const PATIENCE: {
  readonly [idleness in "otherwise" | "hopeless"]: { readonly spinMs: number; readonly sleepMs: number };
} = {
  otherwise: { spinMs: 250, sleepMs: 600 },
  hopeless: { spinMs: 1500, sleepMs: 2500 },
};
/** Longer than the alarms that exercises set. */
const ALARM_MS = 3000;
/** The calls by which a program has itself woken later: a timer, or a time limit of a socket. */
const ALARMS = (["alarm", "timerfd_settime", "setsockopt"] as const).map(callNumber);

/** Watches one stage. */
export class IdleWatch {
  readonly #board: Board;
  readonly #roles: number;
  /** What the lab reads: who waits to write there will go on. */
  readonly #outputs: ReadonlySet<string>;
  /** The order and the time when something last happened, and what processor time each process had used then. */
  #order = -1;
  #since = 0;
  #used = new Map<number, number>();
  /** What the last look at blocked processes showed, and since when it has. */
  #seen = "";
  #seenSince = 0;

  /** A watch over so many roles, whose output goes to these pipes. */
  constructor(board: Board, roles: number, outputs: ReadonlySet<string>) {
    this.#board = board;
    this.#roles = roles;
    this.#outputs = outputs;
  }

  /** Something was done to the stage: what was seen counts no more. */
  reset(): void {
    this.#order = -1;
    this.#seen = "";
  }

  /** How idle the stage is; null where something goes on. */
  look(): Idleness | null {
    const below = descendantsOf(ownPid());
    const processes = below.filter(isAlive);
    if (processes.length === 0) return null;
    if (this.#allBlocked(below, processes)) return "exact";
    return this.#nothingCame(processes);
  }

  #allBlocked(below: readonly number[], processes: readonly number[]): boolean {
    const look = (pid: number): string | null => lookAt(pid, this.#outputs);
    const first = processes.map(look);
    if (first.includes(null) || this.#alarmSet()) return false;
    const second = descendantsOf(ownPid()).filter(isAlive).map(look);
    const same = first.length === second.length && first.every((text, at) => text === second[at]);
    if (!same) return false;
    const catches = processes.some((pid) => (caughtSignals(pid) & ~OWN_SIGNALS) !== 0n);
    if (!catches && below.length === processes.length) return true;
    const seen = `${below.length} ${first.join(" ")}`;
    if (seen !== this.#seen) {
      this.#seen = seen;
      this.#seenSince = performance.now();
    }
    return performance.now() - this.#seenSince >= NUDGES_MS;
  }

  #nothingCame(processes: readonly number[]): Idleness | null {
    const order = this.#board.order;
    if (order !== this.#order || processes.some((pid) => !this.#used.has(pid))) {
      this.#order = order;
      this.#since = performance.now();
      this.#used = new Map(processes.map((pid) => [pid, processorTime(pid)]));
      return null;
    }
    const elapsed = performance.now() - this.#since;
    if (this.#alarmSet() && elapsed < ALARM_MS) return null;
    const seen = processes.map((pid) => ({
      spun: processorTime(pid) - (this.#used.get(pid) ?? 0),
      what: stateOf(pid).what,
    }));
    const rests = ({ spinMs, sleepMs }: typeof PATIENCE["hopeless"]): boolean =>
      seen.some(({ spun, what }) => spun >= spinMs || (what !== "blocked" && elapsed >= sleepMs) || this.#alarmSet()) &&
      seen.every(({ spun, what }) =>
        spun >= spinMs || (what === "blocked" && elapsed >= NUDGES_MS) ||
        ((what === "waiting" || what === "stopped") && elapsed >= sleepMs)
      );
    if (rests(PATIENCE.hopeless)) return "hopeless";
    return rests(PATIENCE.otherwise) ? "otherwise" : null;
  }

  /** A pending alarm or timer wakes its process, and that process perhaps others; the call that waits does not show it. */
  #alarmSet(): boolean {
    for (let role = 0; role < this.#roles; role++) {
      const counts = this.#board.counts(role);
      if (ALARMS.some((call) => counts[call] !== 0)) return true;
    }
    return false;
  }
}
