/**
 * Rendezvous and barriers.
 *
 * @module
 */
import type { Semaphore } from "../kernel_objects.ts";
import { type Doing, type Scenario, Wrong } from "../model_kernel.ts";
import { add, event, type Program } from "./program.ts";

function meeting(steps: (mine: Semaphore, other: Semaphore, act: () => void) => Doing): Scenario {
  return (k) => {
    const arrived = [k.semaphore(0), k.semaphore(0)] as const;
    const seen: string[] = [];
    const role = (me: 0 | 1) =>
      function* (): Doing {
        yield* event(k);
        seen.push(`${me}1`);
        yield* steps(arrived[me], arrived[me === 0 ? 1 : 0], () => seen.push(`${me}2`));
      };
    return {
      roles: [role(0), role(1)],
      check: () => seen.slice(0, 2).some((at) => at.endsWith("2")) ? `met: ${seen}` : null,
    };
  };
}

function barrier(wrong?: "no mutex" | "once"): Scenario {
  return (k) => {
    const count = k.word();
    const mutex = k.lock();
    const turnstile = k.semaphore(0);
    const role = function* (): Doing {
      if (wrong !== "no mutex") yield* mutex.wait();
      yield* add(count, 1);
      const last = (yield* count.load()) === 2;
      if (wrong !== "no mutex") yield* mutex.post();
      if (last) yield* turnstile.post();
      yield* turnstile.wait();
      if (wrong !== "once") yield* turnstile.post();
    };
    return { roles: [role, role] };
  };
}

/** A barrier that is used twice, with one turnstile only. */
const lapping: Scenario = (k) => {
  const count = k.word();
  const turnstile = k.semaphore(0);
  const rounds = [0, 0];
  const role = (me: number) =>
    function* (): Doing {
      for (let round = 1; round <= 2; round++) {
        rounds[me] = round;
        if ((yield* count.update((n) => n + 1)) === 1) {
          yield* count.update(() => 0);
          yield* turnstile.post();
          yield* turnstile.post();
        }
        yield* turnstile.wait();
        if ((rounds[1 - me] as number) < round) throw new Wrong(`left round ${round} early`);
      }
    };
  return { roles: [role(0), role(1)] };
};

/** The right ones. */
export const RIGHT: readonly Program[] = [
  {
    name: "rendezvous",
    scenario: meeting(function* (mine, other, act): Doing {
      yield* mine.post();
      yield* other.wait();
      act();
    }),
    depth: 0,
  },
  { name: "barrier", scenario: barrier(), depth: 0 },
];

/** The wrong ones. */
export const WRONG: readonly Program[] = [
  {
    name: "rv01 both wait first",
    scenario: meeting(function* (mine, other): Doing {
      yield* other.wait();
      yield* mine.post();
    }),
    depth: 1,
  },
  {
    name: "rv02 one semaphore for both",
    scenario: (k) => {
      const shared = k.semaphore(0);
      const seen: string[] = [];
      const role = (me: string) =>
        function* (): Doing {
          seen.push(`${me}1`);
          yield* shared.post();
          yield* shared.wait();
          seen.push(`${me}2`);
        };
      return {
        roles: [role("a"), role("b")],
        check: () => seen.indexOf("b1") > 1 || seen.indexOf("a1") > 1 ? "not met" : null,
      };
    },
    depth: 1,
  },
  { name: "rv05 barrier without mutex", scenario: barrier("no mutex"), depth: 2 },
  { name: "rv06 barrier lapped", scenario: lapping, depth: 1 },
  { name: "rv07 turnstile not posted again", scenario: barrier("once"), depth: 1 },
  {
    name: "rv09 spin barrier reset too early",
    scenario: (k) => {
      const count = k.word();
      const role = function* (): Doing {
        if ((yield* count.update((n) => n + 1)) === 1) yield* count.update(() => 0);
        else while ((yield* count.read()) !== 2);
      };
      return { roles: [role, role] };
    },
    depth: 1,
  },
];
