/**
 * Runs the conformance rows through the library and prints a table; ends with status 1 if one comes out different.
 *
 *     deno task test:conformance [--only REGEXP] [--json] [--rows FILE] [--deadline MS]
 *
 * A row that takes longer than the deadline is different; a slow machine, such as an emulated one, wants a longer one.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { parseRows, readRows } from "./rows.ts";
import { runRows } from "./runner.ts";
import { table } from "./table.ts";

const { only, json, rows: file, deadline = "10000" } = parseArgs(Deno.args, {
  string: ["only", "rows", "deadline"],
  boolean: ["json"],
});
const all = file === undefined ? readRows() : parseRows(Deno.readTextFileSync(file));
const rows = only === undefined ? all : all.filter(({ id }) => new RegExp(only).test(id));
const outcomes = runRows(rows, Number(deadline));
const text = json ? JSON.stringify(rows.map(({ id }, i) => ({ id, ...outcomes[i] }))) : table(rows, outcomes);
const bytes = new TextEncoder().encode(text);
for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
Deno.exit(outcomes.some(({ verdict }) => verdict === "different") ? 1 : 0);
