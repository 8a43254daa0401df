/**
 * The scenarios that are searched, run by real processes at full speed: what a right solution does there is right.
 */
import { assertEquals } from "@std/assert";
import type { Check } from "../../lab/course/definition.ts";
import { discover, loadExercise, loadHiddenChecks } from "../../lab/course/discovery.ts";
import { judge } from "../../lab/judge/judge.ts";
import { countingRandom } from "../support/story.ts";

/** Processes that work at the same time; with more, a search would take too long to find anything. */
const MOST_ROLES = 4;
const MOST_CALLS = 10;

for (const entry of await discover(new URL("../../exercises", import.meta.url).pathname)) {
  const exercise = await loadExercise(entry);
  const checks = [...exercise.checks, ...await loadHiddenChecks(entry, exercise) ?? []];
  const explored = checks.flatMap(({ explore, ...check }): Check[] =>
    explore === undefined ? [] : [{ ...check, runs: 3, prepare: explore.prepare }]
  );

  Deno.test(`${entry.slug}: few processes with few calls are searched`, () => {
    for (const { prepare } of explored) {
      for (const { roles } of prepare(countingRandom()).scenario.stages) {
        assertEquals(roles.length <= MOST_ROLES, true);
        assertEquals(roles.every(({ calls }) => calls.length <= MOST_CALLS), true);
      }
    }
  });

  Deno.test(`${entry.slug}: the solution passes what is searched, at full speed too`, async () => {
    const report = await judge({
      // What a whole check must use, a part of it need not.
      exercise: { ...exercise, mechanisms: {} },
      folder: entry.folder,
      file: `${entry.folder}/grading/solution.ts`,
      checks: explored.map((check) => ({ check, hidden: false })),
    }, { typeCheck: false });
    assertEquals(report.checks.filter(({ status }) => status !== "passed"), []);
  });
}
