/**
 * Whether a stage is idle: nothing goes on in it, and nothing will.
 *
 * *Exactly* idle: every process of it is blocked, at one moment, where only another of them could wake it. Two rounds of
 * looks decide that. A process whose two looks agree did not run between them; all first looks come before all second
 * looks; so at the moment between the rounds all of them were blocked. Nothing outside wakes them: the lab sends nothing
 * meanwhile, and waits that end by themselves do not count as blocked.
 *
 * One wait looks final and is not. A signal that arrived just before its process fell asleep is taken up a moment later, by
 * a timer that the kernel's handler sets (see `lib/gate`). So where a process catches signals, the rounds must agree for
 * many periods of that timer.
 *
 * *Otherwise* idle: some process spins or sleeps, and for a while nothing came of it. A while is measured in its own
 * processor time where it spins, so that a loaded machine does not look like an idle stage.
 *
 * @module
 */
import { callNumber } from "../../lib/gate/calls.ts";
import type { Board } from "./board.ts";
import { lookAt, stateOf } from "./inspect.ts";
import { caughtSignals, descendantsOf, isAlive, processorTime } from "./processes.ts";
import { ownPid } from "./system.ts";

/** The signal that every role catches: the library's own, 64. */
const OWN_SIGNALS = 1n << 63n;
/** Many periods of the library's timer. */
const NUDGES_MS = 40;
/** Processor time after which a process that brings about nothing is said to spin. */
const SPIN_MS = 250;
/** Time after which a process that sleeps and brings about nothing is said to have come to rest. */
const SLEEP_MS = 600;
/** Longer than the alarms that exercises set. */
const ALARM_MS = 3000;
const ALARM = callNumber("alarm");

/** Watches one stage. */
export class IdleWatch {
  readonly #board: Board;
  readonly #roles: number;
  /** The order and the time when something last happened, and what processor time each process had used then. */
  #order = -1;
  #since = 0;
  #used = new Map<number, number>();
  /** The same for calls. */
  #calls = -1;
  #callsSince = 0;

  /** A watch over so many roles. */
  constructor(board: Board, roles: number) {
    this.#board = board;
    this.#roles = roles;
  }

  /** Something was done to the stage: what was seen counts no more. */
  reset(): void {
    this.#order = -1;
    this.#calls = -1;
  }

  /** "exact", "otherwise", or null where something goes on. */
  look(): "exact" | "otherwise" | null {
    const processes = descendantsOf(ownPid()).filter(isAlive);
    if (processes.length === 0) return null;
    if (this.#allBlocked(processes)) return "exact";
    return this.#nothingCame(processes) ? "otherwise" : null;
  }

  #allBlocked(processes: readonly number[]): boolean {
    const first = processes.map(lookAt);
    if (first.includes(null) || this.#alarmSet()) return false;
    const second = descendantsOf(ownPid()).filter(isAlive).map(lookAt);
    const same = first.length === second.length && first.every((look, at) => look === second[at]);
    if (!same) return false;
    if (!processes.some((pid) => (caughtSignals(pid) & ~OWN_SIGNALS) !== 0n)) return true;
    const calls = this.#totalCalls();
    if (calls !== this.#calls) {
      this.#calls = calls;
      this.#callsSince = performance.now();
    }
    return performance.now() - this.#callsSince >= NUDGES_MS;
  }

  #nothingCame(processes: readonly number[]): boolean {
    const order = this.#board.order;
    if (order !== this.#order || processes.some((pid) => !this.#used.has(pid))) {
      this.#order = order;
      this.#since = performance.now();
      this.#used = new Map(processes.map((pid) => [pid, processorTime(pid)]));
      return false;
    }
    const elapsed = performance.now() - this.#since;
    if (this.#alarmSet() && elapsed < ALARM_MS) return false;
    return processes.every((pid) => {
      if (processorTime(pid) - (this.#used.get(pid) ?? 0) >= SPIN_MS) return true;
      const { what } = stateOf(pid);
      return (what === "blocked" && elapsed >= NUDGES_MS) || (what === "waiting" && elapsed >= SLEEP_MS);
    });
  }

  #totalCalls(): number {
    let sum = 0;
    for (let role = 0; role < this.#roles; role++) for (const count of this.#board.counts(role)) sum += count;
    return sum;
  }

  /** A pending alarm(2) wakes its process, and /proc does not show it. */
  #alarmSet(): boolean {
    for (let role = 0; role < this.#roles; role++) if (this.#board.counts(role)[ALARM] !== 0) return true;
    return false;
  }
}
