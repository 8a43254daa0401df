/**
 * The checks that a student sees.
 *
 * @module
 */
import type { Check, Prepared, Random } from "../../lab/course/definition.ts";
import type { History } from "../../lab/course/history.ts";
import { notGivenBack } from "../../lab/course/operations.ts";
import type { Scenario } from "../../lab/course/scenario.ts";
import { blocking, dealt, numbers, openAndClose, STUCK, together } from "../../lab/course/scenario_parts.ts";
import type { Finding } from "../../lab/judge/finding.ts";
import { entangled, judgeUse, notBlocked, stuckAt, tookFromEmpty, underused, untilFirstGet, useOf } from "./judge.ts";
import { consumer, creating, destroying, producer } from "./scenario.ts";

/**
 * A run of one buffer whose whole use must be explained by its capacity; `also` looks at more. Where a run did not come to
 * its end, the same oracles may know why: a deadlock is often the last act of a lost item.
 */
export function ordinary(
  scenario: Scenario,
  name: string,
  capacity: number,
  also: (history: History) => Finding | null = () => null,
): Prepared {
  const wrong = (history: History): Finding | null => judgeUse(useOf(scenario, history, name), capacity);
  return {
    scenario,
    judge: (history) => wrong(history) ?? also(history),
    explain: (history) => {
      const stuck = stuckAt(scenario, history, name, capacity);
      return wrong(history) ?? (stuck === null ? null : also(history) ?? stuck);
    },
  };
}

/** `producers` and as many `consumers` at once, each with its share of `total` items. */
export function crowd(random: Random, capacity: number, processes: number, total: number): Prepared {
  const name = random.objectName();
  const shares = dealt(numbers(random, total), processes);
  const scenario = {
    stages: [
      creating(capacity, name),
      together(
        ...shares.map((share, at) => producer(`producer ${at + 1}`, name, share)),
        ...shares.map((share, at) => consumer(`consumer ${at + 1}`, name, share.length)),
      ),
      destroying(name),
    ],
  };
  return ordinary(scenario, name, capacity);
}

/**
 * A few processes at once at one buffer: `puts` says how many items each producer puts, `gets` how many each consumer gets. For
 * the search: any of them may be stopped anywhere.
 */
export function meeting(random: Random, capacity: number, puts: readonly number[], gets: readonly number[]): Prepared {
  const name = random.objectName();
  const items = numbers(random, puts.reduce((sum, count) => sum + count, 0));
  const scenario = {
    stages: [
      creating(capacity, name),
      together(
        ...puts.map((count, at) => producer(`producer ${at + 1}`, name, items.splice(0, count))),
        ...gets.map((count, at) => consumer(`consumer ${at + 1}`, name, count)),
      ),
      destroying(name),
    ],
  };
  return ordinary(scenario, name, capacity);
}

/** Whether two processes had a buffer open at the same time. */
export function openTogether(history: History): boolean {
  const open = new Set<string>();
  return history.events.some((event) => {
    if (event.kind === "return" && event.function === "open") open.add(event.role);
    if (event.kind === "call" && event.function === "close") open.delete(event.role);
    return open.size > 1;
  });
}

function oneOfEach(random: Random): Prepared {
  return crowd(random, 2 + random.integer(4), 1, 40);
}

function emptyBuffer(random: Random): Prepared {
  const name = random.objectName();
  const capacity = 2 + random.integer(2);
  const sent = random.shuffled([0, ...numbers(random, 2)]); // 0 is an item like any other
  const scenario = {
    stages: [
      creating(capacity, name),
      together(consumer("consumer", name, sent.length), producer("producer", name, sent, STUCK)),
      blocking(consumer("lonely consumer", name, 1)),
      destroying(name),
    ],
  };
  return ordinary(scenario, name, capacity, (history) =>
    tookFromEmpty(useOf(scenario, history, name, 2)) ??
      notBlocked(history, 2, "lonely consumer", "an item, which never comes"));
}

function fullBuffer(random: Random): Prepared {
  const name = random.objectName();
  const capacity = 1 + random.integer(6);
  const [drained = [], stored = []] = dealt(numbers(random, 2 * (capacity + 2)), 2);
  const scenario = {
    stages: [
      creating(capacity, name),
      together(producer("producer", name, drained), consumer("consumer", name, drained.length, STUCK)),
      blocking(producer("lonely producer", name, stored)),
      destroying(name),
    ],
  };
  return ordinary(
    scenario,
    name,
    capacity,
    (history) =>
      underused(untilFirstGet(useOf(scenario, history, name, 1)), capacity) ??
        underused(useOf(scenario, history, name, 2), capacity) ??
        notBlocked(history, 2, "lonely producer", "a free slot, which never comes"),
  );
}

function comeAndGo(random: Random): Prepared {
  const name = random.objectName();
  const sent = numbers(random, 9);
  const capacity = 3;
  const scenario = {
    stages: [
      creating(capacity, name),
      together(producer("producer 1", name, sent.slice(0, 2))),
      together(consumer("consumer 1", name, 1)),
      together(producer("producer 2", name, sent.slice(2, 4))),
      together(consumer("consumer 2", name, 2)),
      together(producer("producer 3", name, sent.slice(4, 6))),
      together(consumer("consumer 3", name, 3), producer("producer 4", name, sent.slice(6))),
      together(consumer("consumer 4", name, 3)),
      destroying(name),
    ],
  };
  return ordinary(scenario, name, capacity);
}

function twoBuffers(random: Random): Prepared {
  const [red, blue] = [random.objectName(), random.objectName()];
  const [reds = [], blues = []] = dealt(numbers(random, 8), 2);
  const scenario = {
    stages: [
      creating(4, red, blue),
      together(producer("producer of red", red, reds), producer("producer of blue", blue, blues)),
      together(consumer("consumer of red", red, 2), consumer("consumer of blue", blue, 3)),
      together(consumer("late consumer of red", red, 2)),
      destroying(red),
      together(consumer("late consumer of blue", blue, 1)),
      destroying(blue),
    ],
  };
  const wrong = (history: History): Finding | null =>
    judgeUse(useOf(scenario, history, red), 4) ?? judgeUse(useOf(scenario, history, blue), 4);
  const explain = (history: History): Finding | null => wrong(history) ?? entangled(scenario, history, [red, blue], 1);
  return { scenario, judge: wrong, explain };
}

function usedAgain(random: Random): Prepared {
  const name = random.objectName();
  const [old = [], fresh = []] = dealt(numbers(random, 8), 2);
  const scenario = {
    stages: [
      creating(2, name),
      together(producer("first producer", name, old.slice(0, 2))),
      destroying(name),
      creating(4, name),
      together(producer("second producer", name, fresh)),
      together(consumer("second consumer", name, 4)),
      destroying(name),
    ],
  };
  return {
    scenario,
    judge: (history) => {
      const { puts } = useOf(scenario, history, name, 4);
      return judgeUse({ puts, gets: useOf(scenario, history, name, 5).gets }, 4);
    },
  };
}

function manyOpens(random: Random): Prepared {
  const name = random.objectName();
  const scenario = { stages: [creating(2, name), together(openAndClose("visitor", name, 1100)), destroying(name)] };
  return { scenario, judge: () => null, explain: (history) => notGivenBack(scenario, history) };
}

/** In the order in which a solution grows. */
export const CHECKS: readonly Check[] = [
  {
    name: "one producer, one consumer: items arrive, in order",
    points: 10,
    runs: 6,
    prepare: oneOfEach,
    explore: { prepare: (random) => meeting(random, 2, [3], [3]), buffered: true },
  },
  {
    name: "get() waits while the buffer is empty",
    points: 10,
    runs: 3,
    prepare: emptyBuffer,
    explore: { prepare: (random) => meeting(random, 2, [2], [1, 1]) },
  },
  {
    name: "as many items as the capacity fit, then put() waits",
    points: 15,
    runs: 4,
    prepare: fullBuffer,
    explore: { prepare: (random) => meeting(random, 2, [1, 2], [3]) },
  },
  { name: "processes come and go, the buffer stays", points: 10, runs: 2, prepare: comeAndGo },
  { name: "two buffers have nothing in common", points: 5, runs: 2, prepare: twoBuffers },
  {
    name: "several producers and consumers: every item exactly once",
    points: 15,
    runs: 5,
    prepare: (random) => crowd(random, 2 + random.integer(3), 3, 1200),
    explore: {
      prepare: (random) => meeting(random, 2, [1, 1], [1, 1]),
      faults: ["spurious"],
      buffered: true,
      overlap: { what: "a moment at which two processes have the buffer open", seen: openTogether },
    },
  },
  { name: "after destroy() the name can be used again", points: 3, runs: 2, prepare: usedAgain },
  { name: "close() gives back what open() took", points: 2, runs: 1, prepare: manyOpens },
];
