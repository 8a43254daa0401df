/** What is claimed of an exercise, and when a claim holds. */
import { assert, assertEquals } from "@std/assert";
import {
  type Claim,
  claimsOf,
  exploredClaimsOf,
  holds,
  MUTANT_TIMES,
  SOLUTION_TIMES,
  type Trial,
} from "../../../lab/author/proof_plan.ts";
import { isBad, type Row, table } from "../../../lab/author/verify.ts";
import type { Exercise } from "../../../lab/course/definition.ts";

const ENTRY = { number: 7, name: "pipe", slug: "07-pipe", folder: "/course/07-pipe" };

function claim(more: Partial<Claim> = {}): Claim {
  return { exercise: 7, slug: "07-pipe", as: "mutant:x", findings: ["deadlock"], times: 3, explored: true, ...more };
}

function trial(verdict: string, finding: Trial["finding"] = null): Trial {
  return { verdict, finding, message: "it said so", check: "it works", schedules: 0, durationMs: 1 };
}

Deno.test("claimsOf() claims the starter, each solution, and each mutant with its findings", () => {
  const claims = claimsOf(ENTRY, {} as Exercise, {
    solutions: ["other"],
    mutants: [
      { name: "stuck", finding: "deadlock", mistake: "" },
      { name: "racy", finding: ["order", "wrong-result"], mistake: "" },
    ],
  });
  assertEquals(claims.map(({ as, findings, times }) => [as, findings, times]), [
    ["starter", ["not-implemented"], 1],
    ["solution", [], SOLUTION_TIMES],
    ["solution:other", [], SOLUTION_TIMES],
    ["mutant:stuck", ["deadlock"], MUTANT_TIMES],
    ["mutant:racy", ["order", "wrong-result"], MUTANT_TIMES],
  ]);
  assert(SOLUTION_TIMES >= 20);
});

Deno.test("exploredClaimsOf() claims each mutant of order with each seed, and spreads a solution's schedules over the checks", () => {
  const claims = exploredClaimsOf(ENTRY, {
    solutions: ["other"],
    mutants: [
      { name: "stuck", finding: "deadlock", mistake: "", explored: true },
      { name: "leaky", finding: "leak", mistake: "" },
    ],
  }, { seeds: 3, schedules: 1000, checks: 3 });
  assertEquals(claims.map(({ as, findings, times }) => [as, findings, times]), [
    ["solution", [], 1],
    ["solution:other", [], 1],
    ["mutant:stuck", ["deadlock"], 3],
  ]);
  const exploring = { typeCheck: false, runs: 0 };
  assertEquals(claims[0]?.effort(0), { ...exploring, seed: 1, schedules: 334 });
  // As many as each check says itself: a student gets no more.
  assertEquals([0, 2].map((time) => claims[2]?.effort(time)), [
    { ...exploring, seed: 1, schedules: null },
    { ...exploring, seed: 3, schedules: null },
  ]);
});

Deno.test("holds() wants a solution to pass, and a mutant to fail for its own reason", () => {
  const solution = claim({ findings: [] });
  assertEquals(["passed", "failed", "broken", "unsupported"].map((verdict) => holds(solution, trial(verdict))), [
    ...[true, false, false, false],
  ]);
  assert(holds(claim(), trial("failed", "deadlock")));
  assert(!holds(claim(), trial("failed", "timeout")));
  assert(!holds(claim(), trial("failed")));
  assert(!holds(claim(), trial("passed")));
  assert(!holds(claim(), trial("broken", "deadlock")));
});

Deno.test("table() has a row for each claim: how often it held, and what came instead", () => {
  const row = (more: Partial<Claim>, held: number, trials: Trial[]): Row => ({ claim: claim(more), held, trials });
  const passed = trial("passed");
  const explored: Trial = { ...passed, schedules: 700 };
  const rows = [
    row({ as: "solution", findings: [] }, 2, [passed, passed]),
    row({}, 1, [trial("failed", "deadlock"), trial("failed", "timeout"), trial("failed", "timeout"), trial("broken")]),
    row({ as: "mutant:racy", findings: ["order", "deadlock"] }, 1, [passed, trial("failed", "order")]),
    row({ as: "solution:other", findings: [] }, 2, [explored, explored]),
  ];
  assertEquals(rows.map(isBad), [false, true, true, false]);
  assertEquals(table(rows).split("\n"), [
    "07-pipe  solution        passes             2 of 2",
    "07-pipe  mutant:x        deadlock           WRONG: 3 of 4: 2 × timeout: it said so [it works]; 1 × broken it said so",
    "07-pipe  mutant:racy     order or deadlock  WRONG: 1 of 2: 1 × passed it said so",
    "07-pipe  solution:other  passes             2 of 2, 1,400 schedules",
  ]);
  assertEquals(table([]), "");
});
