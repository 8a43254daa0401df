/**
 * Students' files for tests: written to a folder of their own, loaded, evaluated.
 *
 * @module
 */
import { assert } from "@std/assert";
import { dirname, join } from "node:path";
import { evaluateProgram } from "../../../lab/arena/evaluate.ts";
import { loadProgram, type LoadResult, type Problem, type Program } from "../../../lab/instrument/program.ts";

/** Files by their path below the exercise's folder. The first is the entry. */
export type Files = { readonly [path: string]: string | Uint8Array };

/** What stands for "ipc" in these tests. */
export const IPC = {
  answer: (): number => 42,
  shmget: (...args: unknown[]): unknown[] => args,
  shmat: (id: number): Disposable & { readonly id: number } => ({ id, [Symbol.dispose]: () => DISPOSED.push(id) }),
  self: function (this: unknown): unknown {
    return this;
  },
} as const;

/** Identifiers of the segments that `IPC.shmat` gave and that were disposed of. */
export const DISPOSED: number[] = [];

/** Writes `files` to a new folder, calls `use` with it and removes it. */
export function withFolder<T>(files: Files, use: (folder: string, entry: string) => T): T {
  const folder = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "ipclab_instrument_" }));
  try {
    for (const [path, content] of Object.entries(files)) {
      Deno.mkdirSync(dirname(join(folder, path)), { recursive: true });
      Deno.writeFileSync(join(folder, path), typeof content === "string" ? new TextEncoder().encode(content) : content);
    }
    return use(folder, join(folder, Object.keys(files)[0] ?? ""));
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** What `loadProgram` says of `files`. */
export function load(files: Files): LoadResult {
  return withFolder(files, (folder, entry) => loadProgram(entry, folder, { ipcNames: Object.keys(IPC) }));
}

/** The program of `files`, which must be one, after a journey as JSON. */
export function programOf(files: Files): Program {
  const result = load(files);
  assert(result.ok, JSON.stringify(result));
  return JSON.parse(JSON.stringify(result.program)) as Program;
}

/** The problems of `files`, which must have some. */
export function problemsOf(files: Files): readonly Problem[] {
  const result = load(files);
  assert(!result.ok, "expected problems");
  return result.problems;
}

/** What the entry of `program` exports. */
export function evaluate(
  program: Program,
  stop = new Int32Array(1),
  stopped: (line: number, file: string) => void = () => {},
): Readonly<Record<string, unknown>> {
  return evaluateProgram(program, { ipc: IPC, stop, stopped });
}

/** What the entry of `files` exports. */
export function run(files: Files): Readonly<Record<string, unknown>> {
  return evaluate(programOf(files));
}

/** What the exported function `main` of the entry returns. */
export function resultOf(files: Files): unknown {
  const { main } = run(files);
  assert(typeof main === "function", "expected a function main");
  return main();
}
