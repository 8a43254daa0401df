/**
 * Standstill: the party that has the turn makes no step. It computes without end, it is blocked where the turnstile does not
 * see it, or it is gone.
 *
 * @module
 */
import { AT } from "../../explore/region.ts";

/** What was found. */
export interface Standstill {
  readonly party: number;
  readonly pid: number;
  readonly how: "computing" | "blocked" | "gone";
}

/** Processor time without a step: the slowest honest solution takes a fraction of it. */
const COMPUTING_TICKS = 150;
/** Looks at which a process sleeps, one after another, without having moved. */
const BLOCKED_LOOKS = 15;

// Captured at load: the lab takes `Deno` away from student code.
const { readTextFileSync } = Deno;

/** Watches the party that has the turn. */
export class StandstillWatch {
  readonly #words: Int32Array;
  #party = 0;
  #steps = -1;
  #ticks = 0;
  #asleep = 0;

  /** For the region whose words these are. */
  constructor(words: Int32Array) {
    this.#words = words;
  }

  /** One look, some milliseconds after the last. */
  look(): Standstill | null {
    const words = this.#words;
    const party = words[AT.holder] as number;
    const steps = words[AT.steps] as number;
    const pid = words[AT.pid + party] as number;
    if (party === 0 || pid === 0) return null;
    const now = processNow(pid);
    if (now === null || now.state === "Z" || now.state === "X") return { party, pid, how: "gone" };
    if (party !== this.#party || steps !== this.#steps) {
      this.#party = party;
      this.#steps = steps;
      this.#ticks = now.ticks;
      this.#asleep = 0;
      return null;
    }
    if (now.ticks - this.#ticks > COMPUTING_TICKS) return { party, pid, how: "computing" };
    this.#asleep = now.state === "S" || now.state === "T" ? this.#asleep + 1 : 0;
    return this.#asleep > BLOCKED_LOOKS ? { party, pid, how: "blocked" } : null;
  }
}

/** State and processor time (in hundredths of a second) of a process. */
function processNow(pid: number): { readonly state: string; readonly ticks: number } | null {
  try {
    const fields = readTextFileSync(`/proc/${pid}/stat`).replace(/^.*\) /s, "").split(" ");
    return { state: fields[0] ?? "X", ticks: Number(fields[11]) + Number(fields[12]) };
  } catch {
    return null;
  }
}
