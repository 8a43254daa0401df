/**
 * How much slower a program is whose uses of memory are watched, while it touches no shared memory; and what a step costs
 * besides the turnstile's own work.
 *
 * The last column is the ratio to the plain program: 10 would be a tenth of its speed.
 *
 * @module
 */
import { type Bench, print } from "./support/bench.ts";
import { evaluateProgram } from "../../lab/arena/evaluate.ts";
import { watchBuiltins } from "../../lab/arena/controlled/builtins.ts";
import { WatchedMemory } from "../../lab/arena/controlled/memory.ts";
import type { Turnstile } from "../../lab/explore/turnstile.ts";
import { AT } from "../../lab/explore/region.ts";
import { loadProgram, type Program } from "../../lab/instrument/program.ts";

/** Each exports main(rounds, a): what is measured, with an array of a thousand elements. */
const PROGRAMS = {
  sum: `export function main(rounds, a) {
    let sum = 0;
    for (let r = 0; r < rounds; r++) for (let i = 0; i < a.length; i++) sum += a[i];
    return sum;
  }`,
  sieve: `export function main(rounds, a) {
    for (let r = 0; r < rounds; r++) {
      for (let i = 0; i < a.length; i++) a[i] = 1;
      for (let i = 2; i < a.length; i++) if (a[i] === 1) for (let j = 2 * i; j < a.length; j += i) a[j] = 0;
    }
    return a[997];
  }`,
  "two arrays": `export function main(rounds, a) {
    const counts = new Int32Array(16), texts = ["a", "b", "c"];
    for (let r = 0; r < rounds; r++) for (let i = 0; i < a.length; i++) counts[a[i] & 15] += texts[i % 3].length;
    return counts[0];
  }`,
  methods: `export function main(rounds, a) {
    let sum = 0;
    for (let r = 0; r < rounds; r++) for (const x of a.slice(10).reverse()) sum += Math.max(x, r);
    return sum;
  }`,
} as const;

function load(code: string, watch: boolean): Program {
  const folder = Deno.makeTempDirSync();
  try {
    Deno.writeTextFileSync(`${folder}/main.js`, code);
    const result = loadProgram(`${folder}/main.js`, folder, { ipcNames: [], watch });
    if (!result.ok) throw new Error(result.problems[0]?.message);
    return result.program;
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

const ignore = (): void => {};
const turnstile = { party: 1, detailed: false, enter: ignore, done: ignore, changed: ignore, idle: ignore };

function prepare(program: Program, memory: WatchedMemory): (rounds: number, a: unknown) => unknown {
  const environment = { ipc: {}, stop: new Int32Array(17), stopped: () => {} };
  const { main } = evaluateProgram(
    program,
    program.sites === undefined ? environment : { ...environment, watch: memory },
  );
  return main as (rounds: number, a: unknown) => unknown;
}

/** Nanoseconds of a round, the best of a few. */
function measure(main: (rounds: number, a: unknown) => unknown, make: () => unknown): number {
  let rounds = 1;
  let best = Infinity;
  for (let trial = 0; trial < 5;) {
    const a = make();
    const start = performance.now();
    main(rounds, a);
    const took = performance.now() - start;
    if (took < 20) {
      rounds *= 2;
      continue;
    }
    best = Math.min(best, took * 1e6 / rounds);
    trial++;
  }
  return best;
}

function row(what: string, plain: number, watched: number): void {
  const ratio = Number.isNaN(plain) ? "" : (watched / plain).toFixed(1);
  const [a, b] = [plain, watched].map((ns) => Number.isNaN(ns) ? "" : `${ns.toFixed(0)} ns`);
  print(`${what.padEnd(40)} ${String(a).padStart(12)} ${String(b).padStart(12)} ${ratio.padStart(8)}\n`);
}

function run(args: readonly string[]): Promise<number> {
  if (args.length > 0) {
    print("This bench takes no options.\n");
    return Promise.resolve(2);
  }
  const memory = new WatchedMemory({
    turnstile: turnstile as unknown as Turnstile,
    words: new Int32Array(AT.trace),
    sites: [],
    modules: [],
  });
  const shared = new Int32Array(1000);
  memory.watchBuffer(shared.buffer, 0, 0);
  const arrays = {
    Array: () => Array.from({ length: 1000 }, () => 1),
    Int32Array: () => new Int32Array(1000).fill(1),
    Float64Array: () => new Float64Array(1000).fill(1),
  };
  for (const [name, code] of Object.entries(PROGRAMS)) {
    for (const [type, make] of Object.entries(arrays)) {
      const plain = measure(prepare(load(code, false), memory), make);
      const undo = watchBuiltins(memory);
      const watched = measure(prepare(load(code, true), memory), make);
      undo();
      row(`${name}, ${type}`, plain, watched);
    }
  }
  const loads =
    "export function main(rounds, a) { for (let r = 0; r < rounds; r++) a[r & 511] = a[(r + 7) & 511] + 1; }";
  row("a load and a store of shared memory", NaN, measure(prepare(load(loads, true), memory), () => shared));
  return Promise.resolve(0);
}

const bench: Bench = { description: "what it costs a program that its uses of memory are watched", run };
export default bench;
