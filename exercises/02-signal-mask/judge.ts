/**
 * Which handler must have run during which call.
 *
 * @module
 */
import { at, callCount, callOf, eventsOf, notesOf, type Of, returnOf, same, show } from "../../lab/course/evidence.ts";
import type { History } from "../../lab/course/history.ts";
import type { Value } from "../../lab/course/scenario.ts";
import type { Finding } from "../../lab/judge/finding.ts";

/** The signals that the lab uses, with their numbers. */
export const SIGNALS = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGUSR1: 10,
  SIGUSR2: 12,
  SIGTERM: 15,
  SIGWINCH: 28,
} as const;

/** One of them. */
export type SignalName = keyof typeof SIGNALS;

/** The one process of every run. */
export const ROLE = "guard";

/** Far more calls of the library than any process makes that sleeps. */
const SPINNING = 2000;

/** What one call must have come to. */
export interface Step {
  readonly function: "listen" | "hold" | "waitFor" | "pending" | "release";
  /** Signals whose handlers must run during this call; none unless given. */
  readonly runs?: readonly SignalName[];
  /** What `pending` must return. */
  readonly pending?: readonly SignalName[];
  /** The signal that `waitFor` waits for. */
  readonly awaits?: SignalName;
}

/** What is wrong with a run of these calls that came to its end; null if nothing is. */
export function judgeSteps(history: History, steps: readonly Step[]): Finding | null {
  return judgeSpinning(history) ?? judgeReturns(history, steps) ?? judgeReports(history, steps) ??
    judgePending(history, steps);
}

/** What explains that a run of these calls did not come to its end; null if nothing special does. */
export function explainSteps(history: History, steps: readonly Step[]): Finding | null {
  return judgeSpinning(history) ?? judgeReturns(history, steps) ?? explainEarly(history, steps) ??
    explainWait(history, steps);
}

function judgeSpinning(history: History): Finding | null {
  const calls = callCount(history, ROLE);
  if (calls < SPINNING) return null;
  return {
    kind: "busy-waiting",
    message:
      `The process made ${calls} calls of the library to wait for a few signals: it asks again and again instead of ` +
      "sleeping until one comes.",
    role: ROLE,
    readNext: "sigsuspend(2)",
  };
}

/** Whether no waitFor() came back before the signal that it waits for was sent. */
function judgeReturns(history: History, steps: readonly Step[]): Finding | null {
  for (const [index, { awaits }] of steps.entries()) {
    const returned = returnOf(history, ROLE, index);
    if (awaits === undefined || returned === undefined) continue;
    const sent = eventsOf(history, "stimulus").find((event) => event.signal === awaits);
    if (sent !== undefined && sent.order < returned.order) continue;
    return {
      kind: "order",
      message:
        `waitFor(${awaits}) came back, and ${awaits} had not come. sigsuspend returns after any handler has run: look ` +
        "whether it was the right one, and sleep again if not.",
      role: ROLE,
      ...at(returned),
      readNext: "sigsuspend(2)",
    };
  }
  return null;
}

/** Whether each handler ran during the call in which it had to, and only then. */
function judgeReports(history: History, steps: readonly Step[]): Finding | null {
  const notes = notesOf(history, ROLE, "report");
  for (const [index, step] of steps.entries()) {
    const wanted = numbers(step.runs ?? []);
    const seen = notes.filter((note) => during(history, note, index));
    const early = seen.find((note) => !wanted.includes(Number(note.values[0])));
    if (early !== undefined) return unexpected(steps, index, early);
    const counts = sorted(seen.map((note) => note.values[0]));
    if (!same(counts, sorted(wanted))) return missing(history, step, index, counts);
  }
  return null;
}

/** From the beginning of a call to the beginning of the next one. */
function during(history: History, note: Of<"note">, index: number): boolean {
  const from = callOf(history, ROLE, index)?.order ?? Infinity;
  const to = callOf(history, ROLE, index + 1)?.order ?? Infinity;
  return note.order > from && note.order < to;
}

function unexpected(steps: readonly Step[], index: number, note: Of<"note">): Finding {
  const name = nameOf(note.values[0]);
  const step = steps[index];
  const where = step?.function === "waitFor" ? `waitFor(${step.awaits})` : `${step?.function}()`;
  const later = steps.findIndex((other, at) => at > index && (other.runs ?? []).some((one) => one === name));
  return {
    kind: "order",
    message:
      `The handler of ${name} ran during ${where}, call ${index + 1} of ${steps.length}, while ${name} was held` +
      (later === -1 ? "." : `: it had to wait for ${steps[later]?.function}(), call ${later + 1}.`) + " " + hint(step),
    role: ROLE,
    ...at(note),
    readNext: step?.function === "waitFor" ? "sigsuspend(2)" : "sigprocmask(2): SIG_BLOCK, SIG_UNBLOCK, SIG_SETMASK",
  };
}

function hint(step: Step | undefined): string {
  switch (step?.function) {
    case "hold":
      return "hold() adds to what is held already; it does not take its place.";
    case "release":
      return "release() puts back what was held before, no less: it may end a section inside another one.";
    case "waitFor":
      return "While waitFor() sleeps, the one signal is let in, and all others that were held stay held; and afterwards that one, " +
        "too, is held as before.";
    default:
      return "A signal that is held stays pending until it is released.";
  }
}

function missing(history: History, step: Step, index: number, seen: readonly Value[]): Finding {
  const wanted = step.runs ?? [];
  const lost = wanted.filter((name) => !seen.includes(SIGNALS[name]));
  const returned = returnOf(history, ROLE, index);
  return {
    kind: "wrong-result",
    message: lost.length > 0
      ? `${lost.join(" and ")} had to be let in by ${step.function}(), call ${
        index + 1
      }, and the handler did not run. ` +
        (step.function === "release"
          ? "release() sets the mask to the one that hold() found, as hold() returned it; what is pending then arrives at once."
          : "The handler runs while waitFor() sleeps.")
      : `A handler ran more often than the signal came, during ${step.function}(), call ${index + 1}.`,
    seen: `handlers of ${names(seen)}`,
    wanted: `handlers of ${wanted.join(", ")}`,
    role: ROLE,
    ...at(returned),
    readNext: "sigprocmask(2); sigpending(2)",
  };
}

function judgePending(history: History, steps: readonly Step[]): Finding | null {
  for (const [index, { pending }] of steps.entries()) {
    const returned = returnOf(history, ROLE, index);
    if (pending === undefined) continue;
    const seen = Array.isArray(returned?.value) ? sorted(returned.value) : returned?.value;
    if (same(seen, sorted(numbers(pending)))) continue;
    return {
      kind: "wrong-result",
      message:
        "pending() is to return the signals that have come and are held back, as an array of numbers: neither those that are held " +
        "but have not come, nor those whose handlers have run.",
      seen: show(returned?.value),
      wanted: `${show(numbers(pending))} (${pending.join(", ") || "none"})`,
      role: ROLE,
      ...at(returned),
      readNext: "sigpending(2)",
    };
  }
  return null;
}

/** A handler that ran too early, in a run that did not end for it. */
function explainEarly(history: History, steps: readonly Step[]): Finding | null {
  for (const note of notesOf(history, ROLE, "report")) {
    const index = steps.findIndex((_, at) => during(history, note, at));
    const runs = steps[index]?.runs ?? [];
    if (
      index !== -1 && steps[index]?.function !== "waitFor" && !runs.some((name) => same(SIGNALS[name], note.values[0]))
    ) {
      return unexpected(steps, index, note);
    }
  }
  return null;
}

/** A waitFor() that sleeps for ever though its signal has come. */
function explainWait(history: History, steps: readonly Step[]): Finding | null {
  const index = steps.findIndex((_, at) => returnOf(history, ROLE, at) === undefined);
  const awaits = steps[index]?.awaits;
  const called = callOf(history, ROLE, index);
  if (awaits === undefined || called === undefined) return null;
  const end = history.ends.find((one) => one.role === ROLE);
  if (end?.how !== "stuck") return null;
  const sent = eventsOf(history, "stimulus").findLast((event) => event.signal === awaits);
  const ran = notesOf(history, ROLE, "report").findLast((note) => same(note.values[0], SIGNALS[awaits]));
  if (sent === undefined || ran === undefined || ran.order < sent.order) return null;
  const before = sent.order < called.order;
  return {
    kind: "lost-wake-up",
    message: `${awaits} came, its handler ran, and waitFor(${awaits}) sleeps for ever. ` +
      (before ? "It had come when waitFor() was called, and was let in" : "It was let in") +
      " before the process slept: nobody wakes it any more. A signal has to be held until then, and to let it in and to go to " +
      "sleep has to be one step.",
    role: ROLE,
    ...(end.blocked?.line === undefined ? {} : { line: end.blocked.line }),
    ...(end.blocked?.file === undefined ? {} : { file: end.blocked.file }),
    readNext: "sigsuspend(2), NOTES",
  };
}

function numbers(signals: readonly SignalName[]): number[] {
  return signals.map((name) => SIGNALS[name]);
}

function nameOf(value: Value): string {
  const found = Object.entries(SIGNALS).find(([, number]) => same(number, value));
  return found?.[0] ?? `signal ${show(value)}`;
}

function names(values: readonly Value[]): string {
  return values.length === 0 ? "none" : values.map(nameOf).join(", ");
}

function sorted(values: readonly Value[]): Value[] {
  return [...values].sort((one, other) => Number(one) - Number(other));
}
