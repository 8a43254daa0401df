/**
 * `deno task bench ipc`: the same programs in C, through this library, and in Python: round trips and throughput of every
 * mechanism, and what single calls cost. What counts are the ratios: the times are this machine's, and this minute's.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { chartOf } from "./ipc/chart.ts";
import { programs } from "./ipc/languages.ts";
import { type Effort, measure, type Measurement } from "./ipc/measure.ts";
import { type Row, ROWS } from "./ipc/plan.ts";
import { tableOf } from "./ipc/table.ts";
import { type Bench, print } from "./support/bench.ts";

const OPTIONS = {
  json: { type: "boolean", default: false },
  svg: { type: "string" },
  only: { type: "string" },
  kind: { type: "string" },
  rounds: { type: "string", default: "15" },
  repeats: { type: "string", default: "3" },
  haste: { type: "string", default: "1" },
  help: { type: "boolean", default: false },
} as const;

const HELP = `deno task bench ipc [OPTIONS]

  --json            one JSON document instead of the table
  --svg FILE        a bar chart as well
  --only NAME,…     only these mechanisms and calls: ${[...new Set(ROWS.map(({ name }) => name))].join(", ")}
  --kind KIND,…     only these: round_trip, throughput, call, start
  --rounds N        rounds that each start of a program times (15)
  --repeats N       starts of each program for a row (3)
  --haste N         divides how often something is done in a round (1)
`;

const USAGE = 2;

async function main(args: readonly string[]): Promise<number> {
  const options = parsed(args);
  if (typeof options === "string") {
    print(`${options}\n\n${HELP}`);
    return USAGE;
  }
  if (options.help) {
    print(HELP);
    return 0;
  }
  const measurements: Measurement[] = [];
  const folder = await Deno.makeTempDir({ prefix: "ipclab.bench." });
  try {
    const ready = await programs(folder);
    for (const row of options.rows) measurements.push(await measure(row, ready, options.effort));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  if (options.svg !== undefined) await Deno.writeTextFile(options.svg, chartOf(measurements, machine()));
  print(
    options.json
      ? `${JSON.stringify({ formatVersion: 1, machine: machine(), rows: measurements }, null, 2)}\n`
      : `${tableOf(measurements)}\n${machine()}\n`,
  );
  return 0;
}

interface Options {
  readonly json: boolean;
  readonly svg: string | undefined;
  readonly help: boolean;
  readonly rows: readonly Row[];
  readonly effort: Effort;
}

/** The options, or what is wrong with them. */
function parsed(args: readonly string[]): Options | string {
  try {
    const { values } = parseArgs({ args: [...args], options: OPTIONS });
    const effort = { rounds: count(values.rounds), repeats: count(values.repeats), haste: count(values.haste) };
    const rows = ROWS.filter(({ name, kind }) => listed(values.only, name) && listed(values.kind, kind));
    if (rows.length === 0) return "Nothing is left to measure: --only and --kind name nothing that there is";
    return { json: values.json, svg: values.svg, help: values.help, rows, effort };
  } catch (error) {
    return (error as Error).message;
  }
}

function listed(list: string | undefined, name: string): boolean {
  return list === undefined || list.split(",").includes(name);
}

function count(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new RangeError(`Expected a whole number above 0, got ${JSON.stringify(text)}`);
}

/** The processor, the kernel and the runtime: a number without them says nothing. */
function machine(): string {
  const processor = /^model name\s*:\s*(.*)$/m.exec(Deno.readTextFileSync("/proc/cpuinfo"))?.[1] ?? Deno.build.arch;
  return `${processor}, ${navigator.hardwareConcurrency} processors, Linux ${Deno.osRelease()}, Deno ${Deno.version.deno}`;
}

const bench: Bench = {
  description: "IPC mechanisms in C, through this library, and in Python",
  run: main,
};

export default bench;
