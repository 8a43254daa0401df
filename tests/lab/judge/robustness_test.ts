/**
 * Whatever a student's file does, the verdict is right, the message helps, and nothing is left behind. Each row is a file of
 * tests/fixtures/robust; each is judged within walls and without, and schedule by schedule.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Check, Exercise, Prepared } from "../../../lab/course/definition.ts";
import { Marker } from "../../../lab/course/scenario.ts";
import type { Finding, FindingKind } from "../../../lab/judge/finding.ts";
import { judge } from "../../../lab/judge/judge.ts";
import { whyNoBubblewrap } from "../../../lab/sandbox/bubblewrap.ts";
import { expectNothingLeft } from "../../support/kernel_objects.ts";

/** What must be found in a file; null: it passes. */
interface Row {
  readonly file: string;
  /** What is in it, for files that must not lie about in the repository: no tool could read them. */
  readonly text?: string;
  readonly finding: FindingKind | readonly FindingKind[] | null;
  readonly message?: RegExp;
  readonly line?: number;
  readonly typeCheck?: true;
}

const DOES_NOT_PARSE = "export function work(item: number): number {\n  return item +;\n}\n";
const DOES_NOT_TYPE_CHECK = `export function work(item: number, note: (item: number) => void): number {
  note(item);
  const sum: string = item + 1;
  return Number(sum);
}
`;

const ROWS: readonly Row[] = [
  { file: "honest", finding: null, typeCheck: true },
  { file: "closes_all", finding: null },
  { file: "escapes", finding: null },
  { file: "does_not_parse", text: DOES_NOT_PARSE, finding: "does-not-load", line: 2 },
  {
    file: "does_not_type_check",
    text: DOES_NOT_TYPE_CHECK,
    finding: "does-not-type-check",
    line: 3,
    message: /string/,
    typeCheck: true,
  },
  { file: "missing_export", finding: "missing-export", message: /work\(\)/ },
  { file: "imports_files", finding: "forbidden-mechanism", message: /node:fs/, line: 1 },
  { file: "throws_at_load", finding: "does-not-load", message: /no table today/, line: 6 },
  { file: "loops_at_load", finding: "no-progress", message: /without end/, line: 5 },
  { file: "loops", finding: "no-progress", message: /worker computes without end/, line: 3 },
  { file: "recurses", finding: "uncaught-error", message: /call stack/i },
  { file: "deno_exit", finding: "forbidden-mechanism", message: /Deno/, line: 4 },
  { file: "hidden_deno", finding: "forbidden-mechanism", message: /Deno/ },
  { file: "exits", finding: "ended-early", message: /exit status 0/ },
  { file: "crashes", finding: "crash", message: /SIGSEGV/ },
  { file: "prints", finding: "too-much-output", message: /MiB/ },
  { file: "fork_bomb", finding: "too-many-processes", message: /fork/ },
  { file: "kills_parent", finding: "uncaught-error", message: /EPERM/, line: 4 },
  { file: "kills_parents_group", finding: "uncaught-error", message: /EPERM/ },
  { file: "kills_everyone", finding: "uncaught-error", message: /EPERM/ },
  { file: "kills_own_group", finding: "crash", message: /SIGKILL/ },
  { file: "forges", finding: "wrong-result" },
  { file: "throws_null", finding: "uncaught-error", message: /null/ },
  { file: "throws_a_trap", finding: "uncaught-error" },
  { file: "returns_a_promise", finding: "uncaught-error", message: /async/ },
  { file: "returns_a_cycle", finding: "wrong-result" },
  { file: "returns_too_much", finding: "wrong-result" },
  { file: "large_handle", finding: null },
  { file: "notes_without_end", finding: "too-much-output", message: /without end/ },
  { file: "takes_all_memory", finding: ["uncaught-error", "crash"] },
  // Asked on its way into a call that does not wait, between two of them: it computes all the same.
  { file: "calls_without_end", finding: "no-progress", message: /computes without end/ },
  { file: "takes_the_heap", finding: ["uncaught-error", "crash", "no-progress"] },
  { file: "stops_itself", finding: "timeout", message: /stopped/ },
  { file: "blocks_all_signals", finding: "deadlock", message: /read\(\)/, line: 8 },
  // Under control time is no hurdle: it goes round and round.
  { file: "sleeps", finding: ["timeout", "no-progress"], message: /nanosleep|line 4/ },
  { file: "leaks", finding: "leak", message: /2 more/ },
];

/** One process that is to call note(item) and to return item + 1. */
const CHECK: Check = {
  name: "it works",
  points: 10,
  runs: 2,
  prepare(random): Prepared {
    const [item] = random.tokens(1) as [number];
    return {
      scenario: {
        stages: [{
          roles: [{ name: "worker", calls: [{ function: "work", arguments: [item, Marker.callback("item")] }] }],
        }],
      },
      judge(history): Finding | null {
        const noted = history.events.some((event) => event.kind === "note" && event.values[0] === item);
        const returned = history.events.some((event) => event.kind === "return" && event.value === item + 1);
        return noted && returned ? null : { kind: "wrong-result", message: "it is to return item + 1" };
      },
    };
  },
};

const FOLDER = new URL("../../fixtures/robust", import.meta.url).pathname;

/** The folder of a row's file: the fixtures', or one for a text, removed afterwards. */
async function folderFor({ file, text }: Row): Promise<AsyncDisposable & { readonly path: string }> {
  if (text === undefined) return { path: FOLDER, [Symbol.asyncDispose]: async () => {} };
  const path = await Deno.makeTempDir();
  await Deno.writeTextFile(`${path}/${file}.ts`, text);
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

function exerciseFor(file: string, check: Check): Exercise {
  return {
    ...{ number: 99, name: "robust", title: "Robust", topic: "", file: `${file}.ts`, functions: ["work"] },
    ...{ mechanisms: {}, hints: ["", "", ""], checks: [check] },
  };
}

const walls = whyNoBubblewrap();

/** Without walls, within walls, and schedule by schedule. */
const WAYS = [
  { way: "with isolation none", isolation: "none", check: CHECK },
  { way: "with isolation bubblewrap", isolation: "bubblewrap", check: CHECK },
  { way: "under control", isolation: "none", check: { ...CHECK, explore: { prepare: CHECK.prepare } } },
] as const;

for (const { way, isolation, check } of WAYS) {
  for (const row of ROWS) {
    Deno.test({
      name: `judge() ${way} says ${row.finding ?? "passed"} of ${row.file}`,
      ignore: isolation === "bubblewrap" && walls !== null,
      fn: () =>
        expectNothingLeft(async () => {
          await using folder = await folderFor(row);
          const report = await judge({
            exercise: exerciseFor(row.file, check),
            folder: folder.path,
            file: `${folder.path}/${row.file}.ts`,
            checks: [{ check, hidden: false }],
          }, { isolation, typeCheck: row.typeCheck === true, explore: { seed: 1, seconds: 60, schedules: 20 } });
          assertEquals(report.isolation, isolation);
          const finding = report.checks.find((check) => check.status !== "passed")?.finding ?? null;
          assertEquals(report.verdict, row.finding === null ? "passed" : "failed", JSON.stringify(report, null, 1));
          if (row.finding === null) return;
          const wanted = typeof row.finding === "string" ? [row.finding] : row.finding;
          assert(finding !== null && wanted.includes(finding.kind), JSON.stringify(finding));
          if (row.message !== undefined) assertMatch(finding.message, row.message);
          if (row.line !== undefined) assertEquals(finding.line, row.line, JSON.stringify(finding));
        }),
    });
  }
}
