/** The catalogue of wrong programs is sound: each can be run, and the right ones are right. */
import { assert, assertEquals, assertGreaterOrEqual, assertLessOrEqual, fail } from "@std/assert";
import * as ipc from "ipc";
import type { Event, History } from "../../../lab/course/history.ts";
import type { Value } from "../../../lab/course/scenario.ts";
import { loadProgram, type LoadResult } from "../../../lab/instrument/program.ts";
import { ArenaSession } from "../../../lab/judge/arena_session.ts";
import { generalFinding, leakFinding } from "../../../lab/judge/general_findings.ts";
import { makeRandom } from "../../../lab/judge/random.ts";
import { CATALOGUE, type CatalogueEntry } from "../../fixtures/catalogue/catalogue.ts";
import { alone, dealtOut, distinct, leaves, pairs, roundsOf, unmixed } from "../../fixtures/catalogue/judges.ts";
import { expectNothingLeft } from "../../support/kernel_objects.ts";

const FOLDER = new URL("../../fixtures/catalogue/programs", import.meta.url).pathname;
/** Wrong programs that there are at least. */
const WRONG = 70;
/** What the explorer has for one scenario. */
const BUDGET = 1500;
const RUNS = 3;

function loaded({ file }: CatalogueEntry): LoadResult & { ok: true } {
  const result = loadProgram(`${FOLDER}/${file}`, FOLDER, { ipcNames: Object.keys(ipc) });
  return result.ok ? result : fail(JSON.stringify(result.problems));
}

/** Whether it must stay silent. */
function isSilent(entry: CatalogueEntry): boolean {
  return entry.expect.length === 0;
}

Deno.test("catalogue: there are enough wrong programs, each with an id of its own, and ten right ones", () => {
  const ids = CATALOGUE.map((entry) => entry.id);
  assertEquals(new Set(ids).size, ids.length);
  assertGreaterOrEqual(CATALOGUE.filter((entry) => !isSilent(entry)).length, WRONG);
  assertGreaterOrEqual(CATALOGUE.filter((entry) => entry.mistake === "none").length, 10);
});

Deno.test("catalogue: every program in the folder is in the table, and the other way round", () => {
  const files = [...Deno.readDirSync(FOLDER)].filter((file) => file.isFile).map((file) => file.name);
  assertEquals(files.sort(), CATALOGUE.map((entry) => entry.file).sort());
});

Deno.test("catalogue: a program says in its first lines whether it has a mistake", () => {
  for (const entry of CATALOGUE) {
    const text = Deno.readTextFileSync(`${FOLDER}/${entry.file}`);
    assert(/^\/\*\*\s+(\* )?Mistake: /.test(text), entry.file);
    assertEquals(/Mistake: none\b/.test(text), isSilent(entry), entry.file);
  }
});

Deno.test("catalogue: every limit is within the budget of a scenario", () => {
  for (const { id, limit } of CATALOGUE) {
    assertGreaterOrEqual(limit, 1, id);
    assertLessOrEqual(limit, BUDGET, id);
  }
});

Deno.test("catalogue: the functions that a scenario names are exported, and are told a fresh name", () => {
  for (const entry of CATALOGUE) {
    const { exports } = loaded(entry);
    const { stages } = entry.scenario(makeRandom());
    const calls = stages.flatMap((stage) => stage.roles).flatMap((role) => role.calls);
    for (const call of calls) assert(exports.includes(call.function), `${entry.file}: ${call.function}`);
    const names = calls.map((call) => call.arguments[0]).filter((name) => typeof name === "string");
    if (names.length === 0) continue;
    const [other] = entry.scenario(makeRandom()).stages.flatMap((stage) => stage.roles);
    assert(other?.calls[0]?.arguments[0] !== names[0], entry.id);
  }
});

Deno.test("catalogue: the wrong programs can be evaluated in a role", async () => {
  await eachInAnArena(CATALOGUE.filter((entry) => !isSilent(entry)), async (entry, session) => {
    const run = await session.run({ stages: [{ roles: [{ name: "nobody", calls: [] }] }] });
    assertEquals(generalFinding(run), null, entry.file);
  });
});

Deno.test("catalogue: the right programs are right at full speed", async () => {
  await eachInAnArena(CATALOGUE.filter(isSilent), async (entry, session) => {
    for (let turn = 0; turn < RUNS; turn++) {
      const run = await session.run(entry.scenario(makeRandom()));
      assertEquals(generalFinding(run) ?? entry.judge(run.history) ?? leakFinding(run), null, entry.file);
    }
  });
});

Deno.test("catalogue: the judges find out what they are for", () => {
  const notes = (...told: readonly (readonly [role: string, ...values: (string | number)[]])[]): History =>
    historyOf(told.map(([role, ...values], order) => ({ kind: "note", name: "note", role, values, ...AT, order })));
  const returns = (role: string, value: Value): History =>
    historyOf([{ kind: "return", call: 0, function: "f", role, value, ...AT, order: 0 }]);

  assertEquals(alone(notes(["a", "enter"], ["b", "enter"], ["a", "leave"]))?.kind, "order");
  assertEquals(alone(notes(["a", "enter"], ["a", "leave"], ["b", "enter"])), null);
  assertEquals(roundsOf(2)(notes(["a", "arrive", 1], ["a", "leave", 1], ["b", "arrive", 1]))?.kind, "order");
  assertEquals(roundsOf(2)(notes(["a", "arrive", 1], ["b", "arrive", 1], ["a", "leave", 1])), null);
  assertEquals(pairs("reader")(returns("reader", [1, 0]))?.kind, "torn-read");
  assertEquals(pairs("reader")(returns("reader", [1, 1])), null);
  assertEquals(dealtOut("consumer", [1, 2])(returns("consumer", [2, 2]))?.kind, "wrong-result");
  assertEquals(dealtOut("consumer", [1, 2])(returns("consumer", [2, 1])), null);
  assertEquals(distinct(returns("keeper", [3, 3]))?.kind, "wrong-result");
  assertEquals(distinct(returns("keeper", [3, 4])), null);
  assertEquals(unmixed(returns("reader", [[1, 1], [1, 2]]))?.kind, "wrong-result");
  assertEquals(unmixed(returns("reader", [[1, 1], [2, 2]])), null);
  assertEquals(leaves(2)(returns("teardown", 1))?.kind, "wrong-result");
  assertEquals(leaves(2)(returns("teardown", 2)), null);
});

/** Where an event of those made up here is. */
const AT = { stage: 1, pid: 1 };

function historyOf(events: readonly Event[]): History {
  return { events, ends: [], calls: {}, senderPid: 0, senderUid: 0, output: {} };
}

/** Loads each of the programs into an arena, one arena for each processor that we may have. */
async function eachInAnArena(
  entries: readonly CatalogueEntry[],
  body: (entry: CatalogueEntry, session: ArenaSession) => Promise<void>,
): Promise<void> {
  const waiting = [...entries];
  await expectNothingLeft(() =>
    Promise.all([1, 2].map(async () => {
      const session = new ArenaSession("none");
      for (let entry = waiting.shift(); entry !== undefined; entry = waiting.shift()) {
        session.load(loaded(entry).program);
        await body(entry, session);
      }
      await session.end();
    }))
  );
}
