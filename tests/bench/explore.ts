/**
 * `deno task bench explore`: how many schedules the explorer runs, and what the parts of one cost. The processor time is what
 * to compare by: the clock also counts whoever else is on the machine.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { run } from "./ipc/languages.ts";
import type { Result } from "./explore/program.ts";
import { type Bench, print } from "./support/bench.ts";

const HERE = `${import.meta.dirname}/explore`;
const USAGE = 2;
const HELP = `deno task bench explore [OPTIONS]

  --json          one JSON document instead of the table
  --schedules N   schedules of the first row, 4 or more (20000); fewer of the others
`;

interface Report extends Result {
  readonly formatVersion: 1;
  /** Nanoseconds of the same hand-over in C; null: there is no compiler. */
  readonly handOverInCNs: number | null;
}

async function main(args: readonly string[]): Promise<number> {
  let options: { readonly json: boolean; readonly schedules: string };
  try {
    options = parseArgs({
      args: [...args],
      options: { json: { type: "boolean", default: false }, schedules: { type: "string", default: "20000" } },
    }).values;
    if (!/^[1-9]\d{0,5}$/.test(options.schedules) || Number(options.schedules) < 4) {
      throw new RangeError(`Expected a whole number from 4, got ${JSON.stringify(options.schedules)}`);
    }
  } catch (error) {
    print(`${(error as Error).message}\n\n${HELP}`);
    return USAGE;
  }
  const report: Report = {
    formatVersion: 1,
    ...JSON.parse(
      await output([Deno.execPath(), "run", "-A", "-q", "--v8-flags=--single-threaded", `${HERE}/program.ts`].concat(
        options.schedules,
      )),
    ) as Result,
    handOverInCNs: await inC(5 * Number(options.schedules)),
  };
  print(options.json ? `${JSON.stringify(report, null, 2)}\n` : tableOf(report));
  return 0;
}

/** The baton of baton.c. */
async function inC(rounds: number): Promise<number | null> {
  const folder = await Deno.makeTempDir({ prefix: "ipclab.bench." });
  try {
    const compiled = await run(["gcc", "-O2", "-o", `${folder}/baton`, `${HERE}/baton.c`]);
    if (compiled === null) return null;
    if (compiled.status !== 0) throw new Error(`gcc failed:\n${compiled.errors}`);
    return Number(await output([`${folder}/baton`, String(rounds)]));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function output(command: readonly string[]): Promise<string> {
  const ended = await run(command);
  if (ended === null || ended.status !== 0) throw new Error(`${command[0]} failed: ${ended?.errors ?? "not found"}`);
  return ended.text;
}

function tableOf({ figures, handOverNs, handOverInCNs, mappingUs, forkUs }: Report): string {
  const row = (name: string, ...cells: string[]): string =>
    `  ${name.padEnd(46)}${cells.map((cell) => cell.padStart(14)).join("")}\n`;
  const whole = (value: number): string => Math.round(value).toLocaleString("en");
  const rows = figures.map(({ name, perSecond, perProcessorSecond, steps }) =>
    row(name, whole(perSecond), whole(perProcessorSecond), steps.toFixed(0), whole(steps * perProcessorSecond))
  );
  const ratio = handOverInCNs === null
    ? "there is no gcc to compare with"
    : `in C ${whole(handOverInCNs)} ns: ${(handOverNs / handOverInCNs).toFixed(2)} ×`;
  return row("", "schedules/s", "/processor s", "steps", "steps/proc. s") + rows.join("") +
    "\nWatched, with trace and race detector. But for the row of one segment, each role has memory of its own.\n" +
    `\nIn processor time:\nA hand-over: ${whole(handOverNs)} ns; ${ratio}\n` +
    `An anonymous mapping, made, touched and removed: ${mappingUs.toFixed(1)} µs\n` +
    `A process of the template's size, forked and ended: ${whole(forkUs)} µs\n`;
}

const bench: Bench = { description: "schedules a second under control, and what their parts cost", run: main };

export default bench;
