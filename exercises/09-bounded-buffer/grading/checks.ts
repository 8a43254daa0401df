/**
 * The checks that a student does not see.
 *
 * @module
 */
import type { HiddenChecks, Prepared, Random } from "../../../lab/course/definition.ts";
import { Marker } from "../../../lab/course/scenario.ts";
import { dealt, numbers, STUCK, together } from "../../../lab/course/scenario_parts.ts";
import { crowd, meeting, ordinary } from "../checks.ts";
import { underused, useOf } from "../judge.ts";
import { consumer, creating, destroying, producer } from "../scenario.ts";

/** A buffer of any size is filled to the brim, drained by several, and refilled across its end. */
function anyCapacity(random: Random): Prepared {
  const name = random.objectName();
  const capacity = [1, 2, 7, 64, 100, 1000][random.integer(6)] as number;
  const [first = [], second = []] = dealt(numbers(random, 2 * capacity), 2);
  const scenario = {
    stages: [
      creating(capacity, name),
      together(producer("producer 1", name, first)),
      together(producer("producer 2", name, second), consumer("consumer", name, capacity, STUCK)),
      together(consumer("late consumer", name, capacity)),
      destroying(name),
    ],
  };
  return ordinary(scenario, name, capacity, (history) => underused(useOf(scenario, history, name, 1), capacity));
}

/** More producers than consumers and the other way round: those that wait for the same thing must all be woken in the end. */
function unequal(random: Random): Prepared {
  const name = random.objectName();
  const capacity = 1 + random.integer(3);
  const sent = numbers(random, 600);
  const few = dealt(sent, 1 + random.integer(2));
  const many = dealt(sent, 5);
  const [puts, gets] = random.integer(2) === 0 ? [few, many] : [many, few];
  const scenario = {
    stages: [
      creating(capacity, name),
      together(
        ...puts.map((share, at) => producer(`producer ${at + 1}`, name, share)),
        ...gets.map((share, at) => consumer(`consumer ${at + 1}`, name, share.length)),
      ),
      destroying(name),
    ],
  };
  return ordinary(scenario, name, capacity);
}

/** One process is its own consumer, through two handles of the same buffer. */
function oneProcess(random: Random): Prepared {
  const name = random.objectName();
  const sent = numbers(random, 10);
  const capacity = 2;
  const [one, other] = [Marker.result(0), Marker.result(1)];
  const calls = [
    { function: "open", arguments: [name] },
    { function: "open", arguments: [name] },
    ...sent.flatMap((item) => [
      { function: "put", arguments: [one, item] },
      { function: "get", arguments: [other] },
    ]),
    { function: "close", arguments: [one] },
    { function: "close", arguments: [other] },
  ];
  const scenario = { stages: [creating(capacity, name), { roles: [{ name: "process", calls }] }, destroying(name)] };
  return ordinary(scenario, name, capacity);
}

/** Everyone who waits on an empty buffer gets an item when enough of them come. */
function crowdAtTheDoor(random: Random): Prepared {
  const name = random.objectName();
  const capacity = 1 + random.integer(4);
  const sent = numbers(random, 4);
  const scenario = {
    stages: [
      creating(capacity, name),
      together(
        ...sent.map((_, at) => consumer(`consumer ${at + 1}`, name, 1)),
        producer("producer", name, sent, STUCK),
      ),
      destroying(name),
    ],
  };
  return ordinary(scenario, name, capacity);
}

const checks: HiddenChecks = [
  {
    name: "three producers and three consumers, thousands of items",
    points: 10,
    runs: 2,
    prepare: (random) => crowd(random, 1 + random.integer(4), 3, 6000),
  },
  { name: "any capacity from 1 to 1000", points: 8, runs: 6, prepare: anyCapacity },
  {
    name: "many producers and few consumers, and the other way round",
    points: 6,
    runs: 4,
    prepare: unequal,
    explore: { prepare: (random) => meeting(random, 2, [3], [1, 2]) },
  },
  {
    name: "all who wait are woken",
    points: 4,
    runs: 4,
    prepare: crowdAtTheDoor,
    explore: { prepare: (random) => meeting(random, 1, [1, 1], [1, 1]) },
  },
  { name: "one process puts and gets, through two handles", points: 2, runs: 2, prepare: oneProcess },
];

export default checks;
