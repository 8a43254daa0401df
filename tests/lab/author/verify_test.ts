/** The author's proof on the fixture course, by real provers. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Claim, ExploredClaim } from "../../../lab/author/proof_plan.ts";
import { isBad, type Row, verify, verifyExplored } from "../../../lab/author/verify.ts";
import { expectNothingLeft } from "../../support/kernel_objects.ts";
import { World } from "../cli/world.ts";

function claim(as: string, findings: Claim["findings"], times: number): Claim {
  return { exercise: 1, slug: "01-greet", as, findings, times, explored: false };
}

async function proven(world: World, claims: readonly Claim[], signal = new AbortController().signal): Promise<Row[]> {
  return await verify(claims, { provers: 2, signal, root: world.root, onRow: () => {} });
}

Deno.test("verify() finds every true claim true, as often as it says", () =>
  expectNothingLeft(async () => {
    await using world = await World.make();
    const claims = [
      claim("starter", ["not-implemented"], 1),
      claim("solution", [], 3),
      claim("solution:joined", [], 2),
      claim("mutant:silent", ["wrong-result"], 2),
    ];
    const told: string[] = [];
    const rows = await verify(claims, {
      provers: 2,
      signal: new AbortController().signal,
      root: world.root,
      onRow: ({ claim }, done, total) => told.push(`${claim.as} ${done}/${total}`),
    });
    assertEquals(rows.map(({ claim }) => claim), claims);
    assertEquals(rows.map(({ trials, held }) => [trials.length, held]), [[1, 1], [3, 3], [2, 2], [2, 2]]);
    assertEquals(told.map((line) => line.split(" ")[1]), ["1/4", "2/4", "3/4", "4/4"]);
  }));

Deno.test("verify() finds every false claim false, and says what came instead", () =>
  expectNothingLeft(async () => {
    await using world = await World.make();
    await world.write("exercises/01-greet/grading/solution.ts", "export function greet(): string { return ''; }\n");
    await world.write(
      "exercises/01-greet/grading/mutants/right.ts",
      await world.read("exercises/01-greet/grading/solutions/joined.ts"),
    );
    const rows = await proven(world, [
      claim("starter", ["wrong-result"], 1),
      claim("solution", [], 2),
      claim("mutant:right", ["wrong-result"], 1),
      claim("mutant:silent", ["deadlock"], 1),
      claim("mutant:no-file", ["deadlock"], 1),
    ]);
    assertEquals(rows.map(isBad), [true, true, true, true, true]);
    assertEquals(rows.map(({ trials }) => trials[0]?.verdict).slice(0, 4), ["failed", "failed", "passed", "failed"]);
    assertEquals(rows[3]?.trials[0]?.finding, "wrong-result");
  }));

Deno.test("verify() judges hidden checks, too", () =>
  expectNothingLeft(async () => {
    await using world = await World.make();
    await world.write(
      "exercises/01-greet/grading/checks.ts",
      `import { greeting } from "../exercise.ts";
export default [{ name: "hidden", points: 1, runs: 1, prepare: () => ({ ...greeting("you"), judge: () => ({ kind: "order", message: "no" }) }) }];
`,
    );
    const [row] = await proven(world, [claim("solution", [], 1)]);
    assertEquals([row?.trials[0]?.check, row?.trials[0]?.finding], ["hidden", "order"]);
  }));

Deno.test("verifyExplored() goes by schedules alone, each trial with its own seed", () =>
  expectNothingLeft(async () => {
    await using world = await World.make();
    const efforts: number[] = [];
    const explored = (as: string, findings: Claim["findings"], times: number): ExploredClaim => ({
      ...claim(as, findings, times),
      effort: (time) => {
        efforts.push(time);
        return { typeCheck: false, runs: 0, seed: time + 1, schedules: 5 };
      },
    });
    const run = async (claims: readonly ExploredClaim[]): Promise<Row[]> =>
      await verifyExplored(claims, {
        provers: 2,
        signal: new AbortController().signal,
        root: world.root,
        onRow: () => {},
      });
    // Nothing of the fixture is explored: what free runs would find is not.
    const [silent] = await run([explored("mutant:silent", ["wrong-result"], 1)]);
    assertEquals(silent?.trials.map(({ verdict, schedules }) => [verdict, schedules]), [["passed", 0]]);
    await world.write(
      "exercises/01-greet/grading/checks.ts",
      `import { greeting } from "../exercise.ts";
const judge = () => ({ kind: "order", message: "no" });
const good = { name: "free", points: 1, runs: 1, prepare: () => ({ ...greeting("you"), judge }) };
export default [{ ...good, name: "explored", explore: { prepare: () => ({ ...greeting("you"), judge }) } }];
`,
    );
    efforts.length = 0;
    const [found] = await run([explored("solution", ["order"], 3)]);
    assertEquals([found?.held, found?.trials.every(({ schedules }) => schedules > 0)], [3, true]);
    assertEquals(efforts, [0, 1, 2]);
  }));

Deno.test("verify() calls a trial broken whose exercise cannot be loaded, and goes on", () =>
  expectNothingLeft(async () => {
    await using world = await World.make();
    await world.write("exercises/02-count/exercise.ts", "Deno.exit(7);");
    const [ends, next] = await proven(world, [
      { ...claim("starter", ["not-implemented"], 1), exercise: 2 },
      claim("starter", ["not-implemented"], 3),
    ]);
    assertEquals([ends?.trials[0]?.verdict, ends?.trials[0]?.message], ["broken", "the prover ended"]);
    assert(next !== undefined && !isBad(next), JSON.stringify(next));
  }));

Deno.test("verify() stops when it is interrupted, in the middle of a judgement, and leaves nothing", () =>
  expectNothingLeft(async () => {
    await using world = await World.make();
    await world.write(
      "exercises/01-greet/grading/solution.ts",
      `import { nanosleep } from "ipc";
export function greet(): void { for (;;) nanosleep({ sec: 1, nsec: 0 }); }
`,
    );
    const controller = new AbortController();
    const error = await assertRejects(() => {
      const proof = proven(world, [claim("solution", [], 20)], controller.signal);
      setTimeout(() => controller.abort(), 700);
      return proof;
    });
    assertEquals(error, controller.signal.reason);
  }));
