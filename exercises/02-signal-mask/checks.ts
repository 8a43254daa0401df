/**
 * The checks that a student sees.
 *
 * Each run is one process that makes a few calls. Signals come only while it sleeps in `waitFor`, so it is certain which of them
 * are held when they come. Where runs are searched, a signal that is held comes at any moment at which it is.
 *
 * @module
 */
import type { Check, Prepared, Random } from "../../lab/course/definition.ts";
import { type Argument, type Call, Marker, type Stimulus } from "../../lab/course/scenario.ts";
import { explainSteps, judgeSteps, ROLE, type SignalName, SIGNALS, type Step } from "./judge.ts";

/** A call, and what it must come to. */
export interface PlannedStep extends Step {
  readonly arguments: readonly Argument[];
}

/** Different signals in random order. */
export function someSignals(random: Random): [SignalName, SignalName, SignalName, SignalName] {
  const [a, b, c, d] = random.shuffled(Object.keys(SIGNALS)) as SignalName[];
  return [a, b, c, d] as [SignalName, SignalName, SignalName, SignalName];
}

/** `listen`, with its handlers noted under "report". */
export function listen(...signals: readonly SignalName[]): PlannedStep {
  return { function: "listen", arguments: [numbers(signals), Marker.callback("report")] };
}

/** `hold`. */
export function hold(...signals: readonly SignalName[]): PlannedStep {
  return { function: "hold", arguments: [numbers(signals)] };
}

/** `waitFor`, during which its own handler runs, and maybe others. */
export function waitFor(signal: SignalName, ...others: readonly SignalName[]): PlannedStep {
  return { function: "waitFor", arguments: [SIGNALS[signal]], awaits: signal, runs: [signal, ...others] };
}

/** `pending`, and what it must return. */
export function pending(...signals: readonly SignalName[]): PlannedStep {
  return { function: "pending", arguments: [], pending: signals };
}

/** `release` of what call number `from` returned, which lets these signals in. */
export function release(from: number, ...lets: readonly SignalName[]): PlannedStep {
  return { function: "release", arguments: [Marker.result(from)], runs: lets };
}

function numbers(signals: readonly SignalName[]): number[] {
  return signals.map((name) => SIGNALS[name]);
}

/** A signal that comes at any moment after call number `call` has come back. */
export function after(call: number, signal: SignalName): Stimulus {
  return { when: { kind: "returned", role: ROLE, call }, signal, to: ROLE };
}

/** A run of these calls; each signal is sent when the process sleeps, one by one, unless it has a moment of its own. */
export function prepared(steps: readonly PlannedStep[], sent: readonly (SignalName | Stimulus)[]): Prepared {
  const calls: Call[] = steps.map(({ function: name, arguments: values }) => ({ function: name, arguments: values }));
  return {
    scenario: {
      stages: [{
        roles: [{ name: ROLE, calls }],
        stimuli: sent.map((one) => typeof one === "string" ? { when: { kind: "stuck" }, signal: one, to: ROLE } : one),
      }],
    },
    judge: (history) => judgeSteps(history, steps),
    explain: (history) => explainSteps(history, steps),
  };
}

function wait(random: Random): Prepared {
  const [a] = someSignals(random);
  return prepared([listen(a), hold(a), waitFor(a), pending(), release(1)], [a]);
}

function heldBack(random: Random): Prepared {
  const [a, b] = someSignals(random);
  const steps = [listen(a, b), hold(a, b), waitFor(a), waitFor(b), pending(a), release(1, a), pending()];
  return prepared(steps, [a, a, b]);
}

function nested(random: Random): Prepared {
  const [a, b, wake] = someSignals(random);
  const steps = [
    listen(a, b, wake),
    hold(a, wake),
    hold(b),
    hold(a, b),
    waitFor(wake),
    release(3),
    pending(a, b),
    release(2, b),
    pending(a),
    release(1, a),
  ];
  return prepared(steps, [...random.shuffled([a, b]), wake]);
}

/** It comes before, while, or just as the process goes to sleep. */
function waitAtAnyMoment(random: Random): Prepared {
  const [a] = someSignals(random);
  return prepared([listen(a), hold(a), waitFor(a), pending(), release(1)], [after(1, a)]);
}

function heldBackAtAnyMoment(random: Random): Prepared {
  const [a, b] = someSignals(random);
  return prepared([listen(a, b), hold(a, b), waitFor(a), pending(b), release(1, b)], [after(1, b), a]);
}

function nestedAtAnyMoment(random: Random): Prepared {
  const [a, b, wake] = someSignals(random);
  const steps = [
    listen(a, b, wake),
    hold(a, wake),
    hold(a, b),
    waitFor(wake),
    release(2, b),
    pending(a),
    release(1, a),
  ];
  return prepared(steps, [after(1, a), after(2, b), wake]);
}

/** All of them. */
export const CHECKS: readonly Check[] = [
  {
    name: "waitFor() sleeps until the signal's handler has run",
    points: 20,
    runs: 2,
    prepare: wait,
    explore: { prepare: waitAtAnyMoment },
  },
  {
    name: "a signal that is held comes when it is released",
    points: 25,
    runs: 3,
    prepare: heldBack,
    explore: { prepare: heldBackAtAnyMoment },
  },
  {
    name: "a section within a section leaves the outer one in place",
    points: 25,
    runs: 3,
    prepare: nested,
    explore: { prepare: nestedAtAnyMoment },
  },
];
