/**
 * `deno task bench [NAME] [OPTIONS]`: runs a bench; without a name, lists them. Each file beside this one is a bench of its name.
 *
 * @module
 */
import { type Bench, print } from "./support/bench.ts";

const USAGE = 2;

/** The names of the benches. */
export function benchNames(): string[] {
  return [...Deno.readDirSync(import.meta.dirname as string)]
    .filter(({ name, isFile }) => isFile && name.endsWith(".ts") && name !== "main.ts" && !name.endsWith("_test.ts"))
    .map(({ name }) => name.slice(0, -".ts".length))
    .sort();
}

async function load(name: string): Promise<Bench> {
  const { default: bench } = await import(`./${name}.ts`) as { default: Bench };
  return bench;
}

async function main([name, ...args]: readonly string[]): Promise<number> {
  const names = benchNames();
  if (name !== undefined && names.includes(name)) return await (await load(name)).run(args);
  for (const each of names) print(`deno task bench ${each.padEnd(10)} ${(await load(each)).description}\n`);
  if (name === undefined) return 0;
  print(`\nThere is no bench ${JSON.stringify(name)}.\n`);
  return USAGE;
}

if (import.meta.main) Deno.exitCode = await main(Deno.args);
