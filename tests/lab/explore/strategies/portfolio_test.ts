import { assert, assertEquals, assertGreaterOrEqual } from "@std/assert";
import type { Plan } from "../../../../lab/explore/model.ts";
import { FLAG, MODE, OPERATION } from "../../../../lab/explore/region.ts";
import { coverageText } from "../../../../lab/explore/strategies/coverage.ts";
import { PartialOrder } from "../../../../lab/explore/strategies/partial_order.ts";
import { type Search, search, type SearchOptions, type Summary } from "../../../../lab/explore/strategies/portfolio.ts";
import { hitBound, PCT_DEPTH } from "../../../../lab/explore/strategies/sampling.ts";
import { Random } from "../../../../lab/explore/random.ts";
import type { Semaphore, Word } from "../kernel_objects.ts";
import { Bench, type Doing, type Judged, type Scenario } from "../model_kernel.ts";
import { BACK_OFF, type Program, RACY, RIGHT, WRONG } from "../programs.ts";

const SCHEDULES = 1500;

/** Searches a program; gives what was found last. */
function searched(bench: Bench, program: Pick<Program, "faults">, options: Partial<SearchOptions> = {}): Summary & {
  readonly last: Judged | null;
  readonly racy: number;
  readonly plans: readonly Plan[];
} {
  const looking: Search = search({ seed: 1, schedules: SCHEDULES, faults: program.faults ?? [], ...options });
  const plans: Plan[] = [];
  let last: Judged | null = null;
  let racy = 0;
  for (let plan = looking.next(); plan !== null; plan = looking.next()) {
    plans.push(plan);
    last = bench.run(plan);
    if (last.races > 0) racy++;
    looking.saw(last);
  }
  return { ...looking.summary, last, racy, plans };
}

for (const program of WRONG) {
  Deno.test(`search() finds, with every seed: ${program.name}`, () => {
    const bench = new Bench(program.scenario);
    for (let seed = 1; seed <= 20; seed++) {
      const { stopped, schedules } = searched(bench, program, { seed });
      assertEquals(stopped, "found", `with seed ${seed}, after ${schedules} schedules`);
    }
  });
}

for (const program of [...RIGHT, ...RACY]) {
  Deno.test(`search() finds nothing in what is right: ${program.name}`, () => {
    const { stopped, last, racy } = searched(new Bench(program.scenario), program);
    assert(stopped !== "found", `${last?.failure}`);
    if (RIGHT.includes(program)) assertEquals(racy, 0);
    else assertGreaterOrEqual(racy, 1);
  });
}

Deno.test("search() does not count a schedule as failed that only an unfair order keeps from its end", () => {
  const { stopped } = searched(new Bench(BACK_OFF.scenario), BACK_OFF);
  assertEquals(stopped, "schedules");
});

Deno.test("search() gives the same plans for the same seed, and others for another", () => {
  const plans = (seed: number): readonly Plan[] =>
    searched(new Bench(RIGHT[0]?.scenario as Scenario), { faults: ["eintr"] }, { seed, schedules: 200 }).plans;
  assertEquals(plans(5), plans(5));
  assert(JSON.stringify(plans(5)) !== JSON.stringify(plans(6)));
});

/** Roles that never meet: so many steps each, on words of their own; with `shared`, on one. */
function steppers(roles: number, steps: number, shared = false): Scenario {
  return (kernel) => {
    const common = kernel.word();
    return {
      roles: Array.from({ length: roles }, () => {
        const word = shared ? common : kernel.word();
        return function* (): Doing {
          for (let i = 0; i < steps; i++) yield* word.update((value) => value + 1);
        };
      }),
    };
  };
}

/** Orders of two parties with so many steps each. */
function interleavings(steps: number): number {
  let count = 1;
  for (let i = 1; i <= steps; i++) count = count * (steps + i) / i;
  return count;
}

Deno.test("icb runs every schedule once, and says when there is no more", () => {
  // One step more: each role's start.
  const { schedules, distinct, exhausted, stopped } = searched(new Bench(steppers(2, 3)), {}, { strategy: "icb" });
  assertEquals({ schedules, distinct, exhausted, stopped }, {
    schedules: interleavings(4),
    distinct: interleavings(4),
    exhausted: "all",
    stopped: "done",
  });
});

Deno.test("icb says which bound it has come to where the budget does not suffice", () => {
  // Without preemptions there are two schedules; with one, as many more as there are places to stop.
  const { exhausted, exhaustedBy } = searched(new Bench(steppers(2, 3)), {}, { strategy: "icb", schedules: 20 });
  assertEquals(exhausted, { preemptions: 1 });
  assertEquals(exhaustedBy, 2 + 2 * 3);
});

Deno.test("icb counts no preemption where a role offers its turn, and yet comes to every schedule", () => {
  const offering: Scenario = (kernel) => {
    const role = function* (): Doing {
      for (let i = 0; i < 2; i++) yield* kernel.enter(OPERATION.loop, -1, 0, 0, MODE.none, FLAG.yields);
    };
    return { roles: [role, role] };
  };
  const { exhausted, exhaustedBy } = searched(new Bench(offering), {}, { strategy: "icb", schedules: 3 });
  // Only who begins can be chosen: then each gives way to the other.
  assertEquals([exhausted, exhaustedBy], [{ preemptions: 0 }, 2]);
  // To go on in spite of an offer is left for later, and not forgotten.
  const { schedules, distinct, ...all } = searched(new Bench(offering), {}, { strategy: "icb" });
  assertEquals([all.exhausted, schedules, distinct], ["all", interleavings(3), interleavings(3)]);
});

Deno.test("icb stops at a failure with the fewest preemptions", () => {
  for (const [name, preemptions] of [["mx06", 1], ["mx09", 2], ["pc02", 0]] as const) {
    const program = WRONG.find((other) => other.name.startsWith(name)) as Program;
    const { last } = searched(new Bench(program.scenario), program, { strategy: "icb", seed: 3 });
    const steps = (last as Judged).steps;
    let seen = 0;
    for (let at = 0; at < steps.length; at++) if ((steps.flags(at) & FLAG.preempted) !== 0) seen++;
    assertEquals(seen, preemptions, name);
  }
});

Deno.test("dpor runs one schedule where nothing depends on anything, and every order where all does", () => {
  const apart = searched(new Bench(steppers(3, 3)), {}, { strategy: "dpor" });
  assertEquals([apart.schedules, apart.exhausted, apart.stopped], [1, "all", "done"]);
  const together = searched(new Bench(steppers(2, 3, true)), {}, { strategy: "dpor" });
  // The starts do not matter.
  assertEquals([together.exhaustedBy, together.exhausted], [interleavings(3), "all"]);
});

Deno.test("dpor comes to the end of small right programs", () => {
  for (const program of RIGHT.filter(({ name }) => name !== "monitor")) {
    const { exhausted, exhaustedBy, last } = searched(new Bench(program.scenario), {}, { strategy: "dpor" });
    assertEquals([program.name, exhausted, last?.failure], [program.name, "all", null]);
    assert(exhaustedBy < 1000, `${program.name}: ${exhaustedBy}`);
  }
});

Deno.test("dpor loses no failure that is there without faults and signals", () => {
  const unfinished: string[] = [];
  for (const program of WRONG.filter(({ name, faults }) => faults === undefined && !name.startsWith("sg"))) {
    const { stopped } = searched(new Bench(program.scenario), {}, { strategy: "dpor" });
    assert(stopped !== "done", program.name);
    if (stopped !== "found") unfinished.push(program.name);
  }
  assert(unfinished.length <= 1, `${unfinished}`);
});

/** A small program of steps drawn at random; what it has come to is its `check`. */
function drawn(random: Random, roles: number, steps: number): Scenario {
  const programs = Array.from(
    { length: roles },
    () => Array.from({ length: steps }, () => [random.below(6), random.below(2)] as const),
  );
  return (kernel) => {
    const semaphores = [kernel.semaphore(0), kernel.semaphore(1)];
    const words = kernel.array(2);
    const seen: number[][] = programs.map(() => []);
    const role = (program: typeof programs[0], mine: number[]) =>
      function* (): Doing {
        for (const [what, which] of program) {
          const semaphore = semaphores[which] as Semaphore;
          const word = words[which] as Word;
          if (what === 0) yield* semaphore.wait();
          else if (what === 1) yield* semaphore.post();
          else if (what === 2) yield* word.store(10 * mine.length + what);
          else if (what === 3) mine.push(yield* word.load());
          else if (what === 4) mine.push(yield* word.update((value) => value + 1));
          else mine.push(yield* semaphore.look());
        }
      };
    return {
      roles: programs.map((program, i) => role(program, seen[i] as number[])),
      check: () => JSON.stringify([seen, words.map(({ value }) => value), semaphores.map(({ value }) => value)]),
    };
  };
}

/** Everything that a program can come to, by one strategy to its end. */
function results(scenario: Scenario, strategy: "icb" | "dpor"): { seen: readonly string[]; schedules: number } {
  const bench = new Bench(scenario);
  const looking = search({ seed: 1, schedules: 100_000, strategy });
  const seen = new Set<string>();
  for (let plan = looking.next(); plan !== null; plan = looking.next()) {
    const outcome = bench.run(plan);
    seen.add(outcome.failure ?? "");
    looking.saw({ ...outcome, failed: false });
  }
  assertEquals(looking.summary.exhausted, "all");
  return { seen: [...seen].sort(), schedules: looking.summary.schedules };
}

Deno.test("dpor sees everything that a program can come to, in no more schedules than there are", () => {
  const random = new Random(7);
  let fewer = 0;
  for (const [roles, steps] of [[2, 2], [2, 3], [2, 4], [3, 1], [3, 2]] as const) {
    for (let i = 0; i < 12; i++) {
      const scenario = drawn(random, roles, steps);
      const every = results(scenario, "icb");
      const some = results(scenario, "dpor");
      assertEquals(some.seen, every.seen, `${roles} roles of ${steps} steps, number ${i}`);
      assert(some.schedules <= every.schedules);
      if (some.schedules < every.schedules / 4) fewer++;
    }
  }
  assertGreaterOrEqual(fewer, 40);
});

Deno.test("dpor proves nothing where signals reach over what steps tell", () => {
  const program = WRONG.find(({ name }) => name.startsWith("sg03")) as Program;
  const bench = new Bench(program.scenario);
  const orders = new PartialOrder();
  const plan = orders.next() as Plan;
  orders.saw(bench.run(plan));
  assertEquals([orders.next(), orders.complete, orders.obstacle], [null, false, "opaque"]);
});

Deno.test("a schedule that does not go as prescribed is noticed, and nothing is called proved", () => {
  let runs = 0;
  const moody: Scenario = (kernel) => {
    runs++;
    return steppers(2, runs % 3 === 0 ? 1 : 3)(kernel);
  };
  const { diverged, exhausted } = searched(new Bench(moody), {}, { strategy: "icb", schedules: 300 });
  assertGreaterOrEqual(diverged, 1);
  assert(exhausted !== "all");
});

Deno.test("pct hits as often as it promises, on programs of every depth", () => {
  for (const name of ["pc01", "pc15", "pc19", "mx06", "rw01", "mb02", "mx01", "mx09"]) {
    const program = WRONG.find((other) => other.name.startsWith(name)) as Program;
    const bench = new Bench(program.scenario);
    const runs = 400;
    let hits = 0;
    let decisions = 1;
    let parties = 0;
    for (let seed = 0; seed < 5; seed++) {
      decisions = Math.max(
        decisions,
        bench.run({ blocks: [], then: { kind: "random", seed }, faults: [], buffered: false }).decisions,
      );
    }
    for (let seed = 1; seed <= runs; seed++) {
      const then = { kind: "pct", seed, depth: PCT_DEPTH, decisions } as const;
      const outcome = bench.run({ blocks: [], then, faults: [], buffered: false });
      if (outcome.failed) hits++;
      parties = outcome.calls.length - 1;
    }
    const floor = hitBound({ runs: 1, depth: program.depth, parties, decisions });
    assertGreaterOrEqual(hits / runs, floor / 2, `${name}: ${hits} of ${runs}, promised ${floor}`);
  }
});

Deno.test("search() stops at its deadline, and with faults of its own strategy", () => {
  let asked = 0;
  const late = searched(new Bench(steppers(3, 5)), {}, { expired: () => ++asked > 7 });
  assertEquals([late.schedules, late.stopped], [7, "time"]);
  const program = WRONG.find(({ name }) => name.startsWith("mb06")) as Program;
  const { last, faults } = searched(new Bench(program.scenario), program, { strategy: "faults" });
  assert(last?.failed);
  assertGreaterOrEqual(faults?.positions ?? 0, 1);
});

Deno.test("search() runs with store buffers where that is asked for, and finds what only they bring about", () => {
  // Each says that it wants in, and looks whether the other does: through store buffers both may see nothing.
  const dekker: Scenario = (kernel) => {
    const words = kernel.array(2);
    const seen = [1, 1];
    const role = (me: number) =>
      function* (): Doing {
        yield* (words[me] as typeof words[0])?.store(1) ?? [];
        seen[me] = (yield* words[1 - me]?.load() ?? []) ?? 0;
      };
    return { roles: [role(0), role(1)], check: () => seen[0] === 0 && seen[1] === 0 ? "both saw nothing" : null };
  };
  const bench = new Bench(dekker);
  assert(searched(bench, {}).stopped !== "found");
  const { last, stopped, buffered } = searched(bench, {}, { buffered: true });
  assertEquals([stopped, last?.failure], ["found", "both saw nothing"]);
  assertGreaterOrEqual(buffered, 1);
});

const NOTHING: Summary = {
  schedules: 0,
  distinct: 0,
  exhausted: null,
  exhaustedBy: 0,
  pct: null,
  faults: null,
  buffered: 0,
  diverged: 0,
  stopped: "schedules",
};

for (
  const [summary, text] of [
    [{ schedules: 1 }, "1 schedule in all"],
    [{ schedules: 7, stopped: "time" }, "7 schedules in all in the time there was"],
    [
      { schedules: 1500, exhausted: { preemptions: 2 }, exhaustedBy: 1284 },
      "all 1,284 schedules with at most 2 preemptions pass; 1,500 schedules in all",
    ],
    [
      { schedules: 9, exhausted: { preemptions: 0 }, exhaustedBy: 4 },
      "all 4 schedules without preemptions pass; 9 schedules in all",
    ],
    [
      { schedules: 1500, pct: { runs: 400, depth: 3, parties: 2, decisions: 10 } },
      "1,500 schedules in all; a bug that needs 3 ordering constraints would have been hit with probability at least 86 %",
    ],
    [
      { schedules: 80, exhausted: "all", exhaustedBy: 25, pct: { runs: 1, depth: 3, parties: 2, decisions: 10 } },
      "every order of steps that can matter passes, 25 schedules; 80 schedules in all",
    ],
    [
      { schedules: 80, faults: { positions: 12, all: true }, buffered: 10 },
      "80 schedules in all; each of 12 single faults passes; 10 of them with store buffers",
    ],
    [{ schedules: 80, faults: { positions: 1, all: false } }, "80 schedules in all; 1 single fault so far"],
    [
      { schedules: 80, exhausted: { preemptions: 1 }, diverged: 2 },
      "80 schedules; they did not all go as prescribed, so that nothing was proved",
    ],
  ] as readonly (readonly [Partial<Summary>, string])[]
) {
  Deno.test(`coverageText() says: ${text}`, () => {
    assertEquals(coverageText({ ...NOTHING, ...summary }), text);
  });
}
