/**
 * The checks that a student sees.
 *
 * @module
 */
import type { Check, Prepared, Random } from "../../lab/course/definition.ts";
import type { History } from "../../lab/course/history.ts";
import { notGivenBack } from "../../lab/course/operations.ts";
import type { Role, Scenario } from "../../lab/course/scenario.ts";
import { blocking, dealt, numbers, openAndClose, STUCK, together } from "../../lab/course/scenario_parts.ts";
import type { Finding } from "../../lab/judge/finding.ts";
import { judgeMeetings, meetingsAt, spins, stuckAt } from "./judge.ts";
import { creating, destroying, type Side, visitor } from "./scenario.ts";

/**
 * A run whose meetings at each of these rendezvous must be explained; `also` looks at more. Where a run did not come to its end,
 * the same oracles may know why: a deadlock is often the last act of a meeting that went wrong.
 */
export function ordinary(
  scenario: Scenario,
  names: readonly string[],
  also: (history: History) => Finding | null = () => null,
): Prepared {
  const wrong = (history: History): Finding | null => {
    for (const name of names) {
      const finding = judgeMeetings(meetingsAt(scenario, history, name));
      if (finding !== null) return finding;
    }
    return null;
  };
  return {
    scenario,
    judge: (history) => wrong(history) ?? also(history),
    explain: (history) => {
      const stuck = stuckAt(scenario, history);
      return wrong(history) ?? (stuck === null ? null : also(history) ?? stuck);
    },
  };
}

/** As many pairs of processes as there are `names`, each at a rendezvous of its own, meeting `rounds` times at full speed. */
export function pairs(random: Random, names: readonly string[], rounds: number): Prepared {
  const given = dealt(numbers(random, 2 * names.length * rounds), 2 * names.length);
  const scenario = {
    stages: [
      creating(...names),
      together(...names.flatMap((name, at) => {
        return [
          visitor(`left ${at + 1}`, name, "left", given[2 * at] ?? []),
          visitor(`right ${at + 1}`, name, "right", given[2 * at + 1] ?? []),
        ];
      })),
      destroying(...names),
    ],
  };
  return ordinary(scenario, names);
}

/** `processes` at each side of one rendezvous, `rounds` calls by each. */
export function party(random: Random, processes: number, rounds: number): Prepared {
  const name = random.objectName();
  const given = dealt(numbers(random, 2 * processes * rounds), 2 * processes);
  const scenario = {
    stages: [
      creating(name),
      together(
        ...given.map((share, at) =>
          at % 2 === 0
            ? visitor(`left ${at / 2 + 1}`, name, "left", share)
            : visitor(`right ${(at + 1) / 2}`, name, "right", share)
        ),
      ),
      destroying(name),
    ],
  };
  return ordinary(scenario, [name]);
}

/**
 * A few processes at once at one rendezvous: `lefts` says how often each process of the left side comes, `rights` the same of the
 * right. For the search: any of them may be stopped anywhere.
 */
export function gathering(random: Random, lefts: readonly number[], rights: readonly number[]): Prepared {
  const name = random.objectName();
  const values = numbers(random, [...lefts, ...rights].reduce((sum, count) => sum + count, 0));
  const visitors = (side: Side, counts: readonly number[]): Role[] =>
    counts.map((count, at) => visitor(`${side} ${at + 1}`, name, side, values.splice(0, count)));
  const scenario = {
    stages: [creating(name), together(...visitors("left", lefts), ...visitors("right", rights)), destroying(name)],
  };
  return ordinary(scenario, [name]);
}

function meet(random: Random): Prepared {
  const name = random.objectName();
  const [a = 0, b = 0, c = 0, d = 0] = numbers(random, 4);
  const scenario = {
    stages: [
      creating(name),
      together(visitor("left", name, "left", [a]), visitor("right", name, "right", [b], STUCK)),
      together(visitor("right", name, "right", [c]), visitor("left", name, "left", [d], STUCK)),
      destroying(name),
    ],
  };
  return ordinary(scenario, [name]);
}

function alone(random: Random): Prepared {
  const [one, other] = [random.objectName(), random.objectName()];
  const [a = 0, b = 0] = numbers(random, 2);
  const scenario = {
    stages: [
      creating(one, other),
      blocking(visitor("lonely left", one, "left", [a])),
      blocking(visitor("lonely right", other, "right", [b])),
      destroying(one, other),
    ],
  };
  return ordinary(scenario, [one, other], (history) => spins(history, 2) ?? spins(history, 3));
}

function oneByOne(random: Random): Prepared {
  const name = random.objectName();
  const [waiting = [], coming = [], alsoWaiting = [], alsoComing = []] = dealt(numbers(random, 12), 4);
  const scenario = {
    stages: [
      creating(name),
      together(
        visitor("left", name, "left", waiting),
        ...coming.map((value, at) => visitor(`right ${at + 1}`, name, "right", [value], STUCK)),
      ),
      together(
        visitor("right", name, "right", alsoWaiting),
        ...alsoComing.map((value, at) => visitor(`left ${at + 1}`, name, "left", [value], STUCK)),
      ),
      destroying(name),
    ],
  };
  return ordinary(scenario, [name]);
}

function comeAndGo(random: Random): Prepared {
  const name = random.objectName();
  const given = random.shuffled([0, ...numbers(random, 7)]); // 0 is a value like any other
  const meeting = (...counts: [number, number][]) =>
    together(
      ...counts.flatMap(([left, right], at) => [
        ...(left === 0 ? [] : [visitor(`left ${at + 1}`, name, "left", given.splice(0, left))]),
        ...(right === 0 ? [] : [visitor(`right ${at + 1}`, name, "right", given.splice(0, right))]),
      ]),
    );
  const scenario = {
    stages: [creating(name), meeting([1, 1]), meeting([2, 2]), meeting([1, 1]), destroying(name)],
  };
  return ordinary(scenario, [name]);
}

function twoAtOnce(random: Random): Prepared {
  const [red, blue] = [random.objectName(), random.objectName()];
  const [a = [], b = [], c = [], d = []] = dealt(numbers(random, 12), 4);
  const scenario = {
    stages: [
      creating(red, blue),
      together(
        visitor("left of red", red, "left", a),
        visitor("right of blue", blue, "right", b),
        visitor("right of red", red, "right", c, STUCK),
        visitor("left of blue", blue, "left", d, STUCK),
      ),
      destroying(red, blue),
    ],
  };
  return ordinary(scenario, [red, blue]);
}

function usedAgain(random: Random): Prepared {
  const name = random.objectName();
  const [a = 0, b = 0, c = 0] = numbers(random, 3);
  const scenario = {
    stages: [
      creating(name),
      blocking(visitor("given up", name, "left", [a])),
      destroying(name),
      creating(name),
      together(visitor("left", name, "left", [b]), visitor("right", name, "right", [c], STUCK)),
      destroying(name),
    ],
  };
  const ofSecond = (history: History): Finding | null => {
    const { left, right } = meetingsAt(scenario, history, name);
    return judgeMeetings({ left: left.filter((call) => call.stage === 4), right });
  };
  return { scenario, judge: ofSecond, explain: ofSecond };
}

function manyOpens(random: Random): Prepared {
  const name = random.objectName();
  const scenario = { stages: [creating(name), together(openAndClose("visitor", name, 1100)), destroying(name)] };
  return { scenario, judge: () => null, explain: (history) => notGivenBack(scenario, history) };
}

/** In the order in which a solution grows. */
export const CHECKS: readonly Check[] = [
  {
    name: "two processes meet and exchange their values",
    points: 10,
    runs: 4,
    prepare: meet,
    explore: { prepare: (random) => gathering(random, [1], [1]), buffered: true },
  },
  { name: "who is alone waits", points: 10, runs: 2, prepare: alone },
  {
    name: "in every meeting the first one waits for the second",
    points: 15,
    runs: 3,
    prepare: oneByOne,
    explore: { prepare: (random) => gathering(random, [2], [2]), faults: ["spurious"], buffered: true },
  },
  {
    name: "processes come and go",
    points: 5,
    runs: 3,
    prepare: comeAndGo,
    explore: { prepare: (random) => gathering(random, [1, 1], [2]) },
  },
  { name: "two rendezvous have nothing in common", points: 5, runs: 2, prepare: twoAtOnce },
  {
    name: "thousands of meetings in a row",
    points: 15,
    runs: 3,
    prepare: (random) => pairs(random, [random.objectName(), random.objectName()], 2000),
  },
  {
    name: "several processes at each side",
    points: 5,
    runs: 4,
    prepare: (random) => party(random, 3, 100),
    explore: { prepare: (random) => gathering(random, [1, 1], [1, 1]) },
  },
  { name: "after destroy() the name can be used again", points: 3, runs: 2, prepare: usedAgain },
  { name: "close() gives back what open() took", points: 2, runs: 1, prepare: manyOpens },
];
