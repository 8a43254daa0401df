/** That the benches run, with counts that measure nothing, and say what they say in the shape they promise. No time is judged. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { expectNothingLeft } from "../support/kernel_objects.ts";
import { testFolder } from "../support/names.ts";
import type { Result } from "./explore/program.ts";
import { chartOf } from "./ipc/chart.ts";
import { type Measurement, median } from "./ipc/measure.ts";
import { ROWS } from "./ipc/plan.ts";
import { tableOf } from "./ipc/table.ts";
import { benchNames } from "./main.ts";

const MAIN = `${import.meta.dirname}/main.ts`;
const KINDS = ["--kind", "round_trip,call"];
const TINY = ["--rounds", "2", "--repeats", "1", "--haste", "1000"];

async function bench(...args: string[]): Promise<{ code: number; text: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "-q", "--config", `${import.meta.dirname}/../../deno.json`, MAIN, ...args],
    stdin: "null",
  }).output();
  return { code, text: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
}

const MEASURED: Measurement = {
  kind: "round_trip",
  name: "pipe",
  bytes: 64,
  ns: { c: 5000, lib: 5500, python: null },
  ratio: { lib: 1.1, python: null },
  skipped: { python: "there is no python3" },
};

Deno.test("the bench lists what there is; a wrong name or option is wrong use", async () => {
  assert(benchNames().includes("ipc"));
  const { code, text } = await bench();
  assertEquals(code, 0);
  assertMatch(text, /deno task bench ipc +IPC mechanisms in C/);
  for (const wrong of [["no-such"], ["ipc", "--no-such"], ["ipc", "--rounds", "0"], ["ipc", "--only", "pigeon"]]) {
    assertEquals((await bench(...wrong)).code, 2, wrong.join(" "));
  }
});

Deno.test("the plan has every mechanism at every size", () => {
  const names = new Set(ROWS.filter(({ kind }) => kind === "round_trip").map(({ name }) => name));
  for (const name of names) {
    const sizes = ROWS.filter((row) => row.kind === "round_trip" && row.name === name).map(({ bytes }) => bytes);
    assertEquals(sizes, name === "signal" ? [0] : [64, 1024, 4096, 65536]);
  }
});

Deno.test("bench ipc --json tells of each row, of each language a number or why there is none, and leaves nothing", async () => {
  using folder = testFolder();
  const svg = folder.file("chart.svg");
  await expectNothingLeft(async () => {
    const { code, text } = await bench(
      "ipc",
      "--json",
      "--svg",
      svg,
      "--only",
      "pipe,posix_mq,getppid",
      ...KINDS,
      ...TINY,
    );
    assertEquals(code, 0, text);
    const { formatVersion, machine, rows } = JSON.parse(text) as {
      formatVersion: number;
      machine: string;
      rows: Measurement[];
    };
    assertEquals([formatVersion, typeof machine], [1, "string"]);
    assertEquals(rows.length, 2 * 4 + 1);
    for (const row of rows) {
      for (const language of ["c", "lib", "python"] as const) {
        const [time, reason] = [row.ns[language], row.skipped[language]];
        assert(time === null ? reason !== undefined : time > 0, `${row.kind} ${row.name} ${row.bytes} ${language}`);
      }
      // This library can whatever the system can.
      assertEquals(row.ns.lib === null, row.name === "posix_mq" && row.bytes === 65536);
    }
  });
  assertMatch(Deno.readTextFileSync(svg), /^<svg [\s\S]*Round trip of 64 bytes[\s\S]*<\/svg>\n$/);
});

Deno.test("bench explore --json has a figure above 0 for each row and part; a wrong count is wrong use", async () => {
  assertEquals((await bench("explore", "--schedules", "3")).code, 2);
  await expectNothingLeft(async () => {
    const { code, text } = await bench("explore", "--json", "--schedules", "4");
    assertEquals(code, 0, text);
    const { figures, handOverNs, mappingUs, forkUs } = JSON.parse(text) as Result;
    assertEquals(figures.length, 8);
    for (const { name, perSecond, steps } of figures) assert(perSecond > 0 && steps > 10, name);
    const steps = (beginning: string): number[] =>
      figures.filter(({ name }) => name.startsWith(beginning)).map((figure) => figure.steps);
    // What a row's name says is what is measured.
    assertEquals([steps("2 roles, 25 steps"), steps("4 roles, 13 steps"), steps("2 roles, 50 steps")], [
      [50, 50, 50],
      [52, 52],
      [100, 100],
    ]);
    assert(Math.min(handOverNs, mappingUs, forkUs) > 0, text);
  });
});

Deno.test("median() is the middle, or between the two middle ones", () => {
  assertEquals([median([]), median([7]), median([9, 1, 5]), median([1, 10, 2, 3])], [null, 7, 5, 2.5]);
});

Deno.test("the table shows times by kind, ratios, and each reason once", () => {
  const table = tableOf([MEASURED, { ...MEASURED, bytes: 1024 }, { ...MEASURED, kind: "throughput" }]);
  assertMatch(table, /pipe +64 +5\.00 +5\.50 +– +1\.10 × +–\n/);
  assertMatch(table, /pipe +64 +200,000 +181,818 /);
  assertMatch(table, /\nNot measured: pipe \(python\): there is no python3\.\n$/);
});

Deno.test("the chart draws a bar for each number, the longest first to be measured by, and says what is missing", () => {
  const svg = chartOf([MEASURED], "a machine <&>");
  const widths = [...svg.matchAll(/width="([\d.]+)" height="12"/g)].map(([, width]) => Number(width));
  assertEquals(widths.length, 3);
  assertEquals(Math.round(widths[0] as number / (widths[1] as number) * 100), 91);
  assertEquals(widths[2], 0);
  assertMatch(svg, /not measured[\s\S]*a machine &lt;&amp;>/);
});
