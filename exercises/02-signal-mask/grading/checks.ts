/**
 * The checks that a student does not see.
 *
 * @module
 */
import type { HiddenChecks, Prepared, Random } from "../../../lab/course/definition.ts";
import { notesOf, plural } from "../../../lab/course/evidence.ts";
import type { History } from "../../../lab/course/history.ts";
import type { Finding } from "../../../lab/judge/finding.ts";
import { after, hold, listen, pending, prepared, release, someSignals, waitFor } from "../checks.ts";
import { ROLE, type SignalName, SIGNALS } from "../judge.ts";

/** It is pending already when the process begins to wait for it. */
function cameBefore(random: Random): Prepared {
  const [a, wake] = someSignals(random);
  return prepared([listen(a, wake), hold(a, wake), waitFor(wake), pending(a), waitFor(a), pending(), release(1)], [
    a,
    wake,
  ]);
}

/** The same, but it may also come just as the process goes to sleep for the other one. */
function comesBefore(random: Random): Prepared {
  const [a, wake] = someSignals(random);
  const steps = [listen(a, wake), hold(a, wake), waitFor(wake), pending(a), waitFor(a), pending(), release(1)];
  return prepared(steps, [after(1, a), wake]);
}

/** A signal that nobody holds comes in between. */
function otherSignal(random: Random): Prepared {
  const [a, other] = someSignals(random);
  return prepared([listen(a, other), hold(a), waitFor(a, other), release(1)], [other, a]);
}

/** It comes at any moment: its handler runs once, during whichever call that is. */
function otherAtAnyMoment(random: Random): Prepared {
  const [a, other] = someSignals(random);
  const { scenario, judge, explain } = prepared([listen(a, other), hold(a), waitFor(a), release(1)], [
    after(1, other),
    a,
  ]);
  const rest = (history: History): History => ({
    ...history,
    events: history.events.filter((event) => event.kind !== "note" || event.values[0] !== SIGNALS[other]),
  });
  return {
    scenario,
    judge: (history) => judgeOnce(history, other) ?? judge(rest(history)),
    explain: (history) => explain?.(rest(history)) ?? null,
  };
}

/** What is wrong with a signal that was sent once while nobody held it; null if its handler ran once. */
export function judgeOnce(history: History, signal: SignalName): Finding | null {
  const times = notesOf(history, ROLE, "report").filter((note) => note.values[0] === SIGNALS[signal]).length;
  return times === 1 ? null : {
    kind: "wrong-result",
    message: `${signal} came once, and nobody held it; its handler ran ${plural(times, "time")}.`,
    role: ROLE,
    readNext: "sigprocmask(2)",
  };
}

/** The mask that is put back is the one before the first of three: everything is let in at once. */
function allAtOnce(random: Random): Prepared {
  const [a, b, wake] = someSignals(random);
  const steps = [
    listen(a, b, wake),
    hold(a),
    hold(b),
    hold(wake),
    waitFor(wake),
    pending(a, b),
    release(1, a, b),
    pending(),
  ];
  return prepared(steps, [a, b, wake]);
}

const checks: HiddenChecks = [
  {
    name: "a signal that came before waitFor() is not missed",
    points: 10,
    runs: 2,
    prepare: cameBefore,
    explore: { prepare: comesBefore },
  },
  {
    name: "another signal does not end the wait",
    points: 10,
    runs: 2,
    prepare: otherSignal,
    explore: { prepare: otherAtAnyMoment },
  },
  { name: "release() puts back the mask, whatever was held since", points: 10, runs: 2, prepare: allAtOnce },
];

export default checks;
