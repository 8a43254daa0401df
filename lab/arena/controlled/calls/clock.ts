/**
 * Time under control: it stands still while anybody can go on. What happens by itself at a time of its own, by alarm(2)
 * or a timer's descriptor, is kept here, and is a real signal or a real expiry when its time has come.
 *
 * @module
 */
import { SIGALRM } from "../../../../lib/abi/signal_numbers.ts";
import type { Timespec } from "../../../../lib/abi/timespec.ts";
import type { Turnstile } from "../../../explore/turnstile.ts";
import { ownPid, sendSignal } from "../../system.ts";

/** What the clocks of a schedule show at its beginning, in milliseconds since 1970: some day, at noon. */
export const EPOCH_MS: number = Date.UTC(2000, 0, 1, 12);

/** What happens by itself when its time has come. */
interface Timer {
  readonly due: number;
  /** Every so many milliseconds from then on; 0: once. */
  readonly interval: number;
  readonly fire: () => void;
  /** Whether that is a signal for this process. */
  readonly signals: boolean;
}

/** The clock of one process. */
export class Clock {
  readonly #turnstile: Turnstile;
  /** By what they are about: the alarm, a descriptor, a timer of the program's. */
  readonly #timers = new Map<unknown, Timer>();

  /** The clock that `turnstile` keeps. */
  constructor(turnstile: Turnstile) {
    this.#turnstile = turnstile;
  }

  /** Milliseconds since the schedule began. */
  get now(): number {
    return this.#turnstile.now;
  }

  /** When the next signal of a timer is due; null: never. */
  get nextSignal(): number | null {
    let first: number | null = null;
    for (const { due, signals } of this.#timers.values()) {
      if (signals && (first === null || due < first)) first = due;
    }
    return first;
  }

  /** Sets the alarm to `seconds` from now, or with 0 to never. Returns the seconds that were left of an earlier one. */
  setAlarm(seconds: number): number {
    const before = this.#timers.get(ALARM)?.due;
    this.setAlarmAt(seconds === 0 ? null : this.in(Math.min(seconds, LONGEST_S) * 1000), 0);
    return before === undefined ? 0 : Math.max(1, Math.ceil((before - this.now) / 1000));
  }

  /** SIGALRM is due then, and again every `interval` milliseconds; null: never. */
  setAlarmAt(due: number | null, interval: number): void {
    this.setTimer(ALARM, due, interval, () => void sendSignal(ownPid(), SIGALRM), true);
  }

  /** Sets what happens at `due`, and again every `interval` milliseconds; null: nothing. */
  setTimer(about: unknown, due: number | null, interval: number, fire: () => void, signals = false): void {
    if (due === null) this.#timers.delete(about);
    else this.#timers.set(about, { due, interval, fire, signals });
  }

  /** What is left of a timer until it is due, and its interval; zeros where it is not set. */
  timer(about: unknown): { readonly left: number; readonly interval: number } {
    const timer = this.#timers.get(about);
    return timer === undefined
      ? { left: 0, interval: 0 }
      : { left: Math.max(timer.due - this.now, 1e-6), interval: timer.interval };
  }

  /** The child of a fork has no alarm; nor has a new schedule. */
  forget(): void {
    this.#timers.clear();
  }

  /** Lets happen what is due; whether there was a signal. */
  ring(): boolean {
    if (this.#timers.size === 0) return false;
    let signalled = false;
    for (const [about, { due, interval, fire, signals }] of [...this.#timers]) {
      if (due > this.now) continue;
      this.setTimer(about, interval === 0 ? null : whole(Math.max(due + interval, this.now)), interval, fire, signals);
      fire();
      signalled ||= signals;
    }
    return signalled;
  }

  /** The earliest of `deadline` and what happens by itself. */
  earliest(deadline: number | null): number | null {
    let first = deadline;
    for (const { due } of this.#timers.values()) if (first === null || due < first) first = due;
    return first;
  }

  /** What CLOCK_REALTIME and its kin show. */
  time(): Timespec {
    const ms = EPOCH_MS + this.now;
    const sec = Math.floor(ms / 1000);
    return { sec, nsec: Math.floor((ms - sec * 1000) * 1e6) };
  }

  /** The moment `ms` milliseconds from now. */
  in(ms: number): number {
    return whole(this.now + ms);
  }

  /** The moment that a timeout from now on ends; one that is no time ends at once, as the kernel refuses it at once. */
  after(timeout: unknown): number {
    const ms = milliseconds(timeout);
    return ms === null ? this.now : this.in(ms);
  }

  /** The moment of an absolute time. */
  at(deadline: unknown): number {
    const ms = milliseconds(deadline);
    return ms === null ? this.now : whole(ms - EPOCH_MS);
  }
}

/** What the timer of alarm(2), which is that of setitimer(2), is kept under. */
export const ALARM = "alarm";

/** The longest that anybody waits, in seconds: virtual time is counted in microseconds, in 31 bits. */
const LONGEST_S = 2000;

/** A moment, up to the next whole microsecond: virtual time knows no finer ones. */
function whole(ms: number): number {
  return Math.ceil(ms * 1000) / 1000;
}

/** A time in milliseconds; null where the kernel would not take it for one. */
export function milliseconds(time: unknown): number | null {
  if (typeof time !== "object" || time === null) return null;
  const { sec, nsec } = time as Timespec;
  const valid = Number.isSafeInteger(sec) && Number.isSafeInteger(nsec) && sec >= 0 && nsec >= 0 && nsec < 1e9;
  return valid ? sec * 1000 + nsec / 1e6 : null;
}
