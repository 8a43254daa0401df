/**
 * The checks that a student does not see.
 *
 * @module
 */
import type { HiddenChecks, Prepared, Random } from "../../../lab/course/definition.ts";
import { hold, listen, pending, prepared, release, someSignals, waitFor } from "../checks.ts";

/** It is pending already when the process begins to wait for it. */
function cameBefore(random: Random): Prepared {
  const [a, wake] = someSignals(random);
  return prepared([listen(a, wake), hold(a, wake), waitFor(wake), pending(a), waitFor(a), pending(), release(1)], [
    a,
    wake,
  ]);
}

/** A signal that nobody holds comes in between. */
function otherSignal(random: Random): Prepared {
  const [a, other] = someSignals(random);
  return prepared([listen(a, other), hold(a), waitFor(a, other), release(1)], [other, a]);
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
  { name: "a signal that came before waitFor() is not missed", points: 10, runs: 2, prepare: cameBefore },
  { name: "another signal does not end the wait", points: 10, runs: 2, prepare: otherSignal },
  { name: "release() puts back the mask, whatever was held since", points: 10, runs: 2, prepare: allAtOnce },
];

export default checks;
