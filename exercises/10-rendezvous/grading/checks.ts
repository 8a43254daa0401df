/**
 * The checks that a student does not see.
 *
 * @module
 */
import type { HiddenChecks, Prepared, Random } from "../../../lab/course/definition.ts";
import { dealt, numbers, STUCK, together } from "../../../lab/course/scenario_parts.ts";
import { ordinary, pairs, party } from "../checks.ts";
import { creating, destroying, visitor } from "../scenario.ts";

/** Many wait at one side; the others come one after another, and each frees exactly one of them. */
function queueOfOne(random: Random): Prepared {
  const name = random.objectName();
  const [waiting = [], coming = []] = dealt(numbers(random, 8), 2);
  const [crowded, other] = random.integer(2) === 0 ? ["left", "right"] as const : ["right", "left"] as const;
  const scenario = {
    stages: [
      creating(name),
      together(
        ...waiting.map((value, at) => visitor(`${crowded} ${at + 1}`, name, crowded, [value])),
        ...coming.map((value, at) => visitor(`${other} ${at + 1}`, name, other, [value], STUCK)),
      ),
      destroying(name),
    ],
  };
  return ordinary(scenario, [name]);
}

/** One process at one side meets all the processes of the other. */
function oneToMany(random: Random): Prepared {
  const name = random.objectName();
  const [host = [], guests = []] = dealt(numbers(random, 600), 2);
  const scenario = {
    stages: [
      creating(name),
      together(
        visitor("left", name, "left", host),
        ...dealt(guests, 5).map((share, at) => visitor(`right ${at + 1}`, name, "right", share)),
      ),
      destroying(name),
    ],
  };
  return ordinary(scenario, [name]);
}

/** Each of many pairs of processes meets many times over, in fresh processes each time. */
function generations(random: Random): Prepared {
  const name = random.objectName();
  const given = dealt(numbers(random, 60), 20);
  const meeting = (at: number) =>
    together(
      visitor(`left ${at + 1}`, name, "left", given[2 * at] ?? []),
      visitor(`right ${at + 1}`, name, "right", given[2 * at + 1] ?? []),
    );
  const scenario = {
    stages: [creating(name), ...Array.from({ length: 10 }, (_, at) => meeting(at)), destroying(name)],
  };
  return ordinary(scenario, [name]);
}

const checks: HiddenChecks = [
  {
    name: "many thousands of meetings, three pairs at once",
    points: 10,
    runs: 2,
    prepare: (random) => pairs(random, [random.objectName(), random.objectName(), random.objectName()], 4000),
  },
  { name: "a crowd at each side", points: 8, runs: 3, prepare: (random) => party(random, 5, 400) },
  { name: "one process meets many", points: 5, runs: 3, prepare: oneToMany },
  { name: "one comes, one leaves", points: 4, runs: 5, prepare: queueOfOne },
  { name: "ten generations of processes", points: 3, runs: 3, prepare: generations },
];

export default checks;
