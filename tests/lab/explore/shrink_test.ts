import { assert, assertEquals } from "@std/assert";
import { critical } from "../../../lab/explore/critical.ts";
import { livelock } from "../../../lab/explore/fair.ts";
import type { Plan } from "../../../lab/explore/model.ts";
import { shrink } from "../../../lab/explore/shrink.ts";
import { blocksOf, fingerprint, partiesOf, preemptionsOf } from "../../../lab/explore/steps.ts";
import { search, type SearchOptions } from "../../../lab/explore/strategies/portfolio.ts";
import { decodeToken, encodeToken, planOf } from "../../../lab/explore/token.ts";
import { Bench, type Doing, type Judged, type Scenario } from "./model_kernel.ts";
import { BACK_OFF, type Program, WRONG } from "./programs.ts";

interface Found {
  readonly plan: Plan;
  readonly outcome: Judged;
}

function found(bench: Bench, program: Program, options: Partial<SearchOptions> = {}): Found | null {
  const looking = search({ seed: 1, schedules: 1500, faults: program.faults ?? [], ...options });
  for (let plan = looking.next(); plan !== null; plan = looking.next()) {
    const outcome = bench.run(plan);
    if (outcome.failed) return { plan, outcome };
    looking.saw(outcome);
  }
  return null;
}

/** What makes two failures the same. */
function signature({ failure, end }: Judged): string {
  return `${end} ${failure === null ? "" : failure.replace(/\d/g, "")}`;
}

function shrunk(bench: Bench, { plan, outcome }: Found): Plan {
  const wanted = signature(outcome);
  const shrinking = shrink(plan, outcome);
  let trial = shrinking.next();
  while (trial.done !== true) {
    const again = bench.run(trial.value);
    trial = shrinking.next({ same: signature(again) === wanted, outcome: again });
  }
  return trial.value;
}

for (const program of WRONG) {
  Deno.test(`shrink() leaves at most three preemptions, and a token that repeats every step: ${program.name}`, () => {
    const bench = new Bench(program.scenario);
    for (const seed of [1, 2, 3, 4]) {
      const strategy = program.faults === undefined ? "random" : "faults";
      const failure = found(bench, program, { seed, strategy }) ?? found(bench, program, { seed }) as Found;
      const wanted = signature(failure.outcome);
      const before = preemptionsOf(failure.outcome.steps);
      const plan = shrunk(bench, failure);
      const outcome = bench.run(plan);
      assertEquals(signature(outcome), wanted);
      const preemptions = preemptionsOf(outcome.steps);
      assert(preemptions <= Math.min(before, 3), `${before} became ${preemptions}: ${JSON.stringify(plan.blocks)}`);
      assert(plan.faults.length <= 1);
      const steps = fingerprint(outcome.steps);
      const then = plan.then.kind === "fair" ? "fair" : "stay";
      const token = encodeToken({ ...plan, then, exercise: 1, check: 1, file: "00000000", seed: 1 });
      assertEquals(fingerprint(bench.run(planOf(decodeToken(token))).steps), steps);
    }
  });
}

Deno.test("shrink() drops faults that the failure does not need", () => {
  const program = WRONG.find(({ name }) => name.startsWith("pc08")) as Program;
  const bench = new Bench(program.scenario);
  const plan: Plan = {
    blocks: [],
    then: { kind: "random", seed: 3 },
    faults: [{ party: 2, call: 1, kind: "eintr" }],
    buffered: false,
  };
  const outcome = bench.run(plan);
  assert(outcome.failed);
  assertEquals(shrunk(bench, { plan, outcome }).faults, []);
});

Deno.test("shrink() gives back what it was given where nothing smaller fails", () => {
  const blocks = [{ party: 1, steps: 2 }, { party: 2, steps: 1 }];
  const bench = new Bench((WRONG.find(({ name }) => name.startsWith("pc19")) as Program).scenario);
  const plan: Plan = { blocks, then: { kind: "stay" }, faults: [], buffered: false };
  assertEquals(shrunk(bench, { plan, outcome: bench.run(plan) }).blocks, blocks);
});

Deno.test("critical() names the preemption without which the run passes, and no other", () => {
  const scenario: Scenario = (kernel) => {
    const count = kernel.word();
    const own = kernel.word();
    const adds = function* (): Doing {
      yield* count.store((yield* count.load()) + 1);
    };
    const other = function* (): Doing {
      yield* own.store(1);
    };
    return { roles: [adds, adds, other], check: () => count.value === 2 ? null : `count ${count.value}` };
  };
  const bench = new Bench(scenario);
  // The first is stopped before its load, where it does not matter, and between load and store, where it does.
  const parties = [1, 3, 3, 1, 2, 2, 2, 1];
  const plan: Plan = { blocks: blocksOf(parties), then: { kind: "stay" }, faults: [], buffered: false };
  const outcome = bench.run(plan);
  assertEquals(outcome.failure, "count 1");
  assertEquals([...partiesOf(outcome.steps)], parties);
  const looking = critical(plan, outcome);
  const tried: number[] = [];
  let undone = looking.next();
  while (undone.done !== true) {
    tried.push(undone.value.step);
    undone = looking.next(bench.run(undone.value.plan).failed);
  }
  assertEquals(tried, [1, 4]);
  assertEquals(undone.value, [4]);
});

Deno.test("livelock() does not blame a program that a fair order brings to its end", () => {
  const bench = new Bench(BACK_OFF.scenario);
  let long = 0;
  for (let seed = 1; seed <= 300; seed++) {
    const plan: Plan = {
      blocks: [],
      then: { kind: "pct", seed, depth: 3, decisions: 20 },
      faults: [],
      buffered: false,
    };
    const outcome = bench.run(plan);
    if (outcome.end !== "steps") continue;
    long++;
    assertEquals(blamed(bench, plan, outcome), null);
  }
  assert(long > 0, "no schedule of this program was too long: the test has seen nothing");
});

Deno.test("livelock() blames a program that never ends, and shows it by a plan that is fair", () => {
  const forEver: Scenario = (kernel) => {
    const word = kernel.word();
    const role = function* (): Doing {
      for (;;) yield* word.update((value) => value + 1);
    };
    return { roles: [role, role] };
  };
  const bench = new Bench(forEver);
  const plan: Plan = { blocks: [], then: { kind: "stay" }, faults: [], buffered: false };
  const shown = blamed(bench, plan, bench.run(plan)) as Plan;
  assertEquals(shown.then, { kind: "fair" });
  assertEquals(bench.run(shown).end, "steps");
});

function blamed(bench: Bench, plan: Plan, outcome: Judged): Plan | null {
  const looking = livelock(plan, outcome);
  let trial = looking.next();
  while (trial.done !== true) trial = looking.next(bench.run(trial.value).end);
  return trial.value;
}
