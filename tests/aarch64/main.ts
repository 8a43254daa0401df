/**
 * `deno task test:aarch64 [--short]`: the library on an emulated aarch64 machine: its layouts, constants and numbers of system
 * calls, the machine code for signals and fork, and the conformance rows. Its last line is "N passed, N failed, N skipped".
 *
 * @module
 */
import { tallyText } from "../../lab/author/tally.ts";
import { HEADERS, includes } from "../support/c_claims.ts";
import { crossCompiler, type Emulator, emulator } from "./emulator.ts";
import { excuse, type Line, SHARES } from "./results.ts";

/** Far longer than either takes: something is stuck. */
const LIMIT_MS = { whole: 60 * 60_000, short: 10 * 60_000 } as const;

const length = Deno.args.includes("--short") ? "short" : "whole";
const counts = { passed: 0, failed: 0, skipped: 0 };

function print(text: string): void {
  let rest = new TextEncoder().encode(text);
  while (rest.length > 0) rest = rest.subarray(Deno.stdout.writeSync(rest));
}

function count(outcome: keyof typeof counts, name: string, why = ""): void {
  counts[outcome]++;
  if (outcome !== "passed") print(`${outcome}: ${name}${why === "" ? "" : `: ${why}`}\n`);
}

/** The layouts, constants and numbers, by the compiler for that machine. */
async function judge(claims: readonly (readonly [string, number])[]): Promise<void> {
  const name = `${claims.length - 1} layouts, constants and numbers of system calls`;
  const compiler = await crossCompiler();
  if (compiler === null) return count("skipped", name, "there is no aarch64-linux-gnu-gcc");
  // glibc asks itself at run time how many it needs: no constant to a compiler.
  const constant = claims.filter(([expression]) => expression !== "SIGRTMIN");
  const asserts = constant.map(([expression, value]) =>
    `_Static_assert((long long)(${expression}) == ${value}, "${expression} = ${value}");`
  );
  const folder = await Deno.makeTempDir({ prefix: "ipclab.aarch64." });
  try {
    await Deno.writeTextFile(`${folder}/claims.c`, includes([...HEADERS, "asm/unistd.h"]) + asserts.join("\n"));
    const { success, stderr } = await new Deno.Command(compiler, {
      args: ["-w", "-c", "-o", `${folder}/claims.o`, `${folder}/claims.c`],
    }).output();
    count(success ? "passed" : "failed", name, new TextDecoder().decode(stderr));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Runs the emulated process, and counts what it tells. */
async function run({ command }: Extract<Emulator, { command: unknown }>): Promise<void> {
  const [qemu = "", ...args] = command;
  const { scenarios, rows } = SHARES[length];
  const root = new URL("../../", import.meta.url).pathname;
  const child = new Deno.Command(qemu, {
    args: [
      ...[...args, "run", "-A", "--quiet", "--no-check", "--no-lock", "--v8-flags=--single-threaded"],
      ...["--config", `${root}deno.json`, `${root}tests/aarch64/emulated.ts`, String(scenarios), String(rows)],
    ],
    stdin: "null",
    stdout: "piped",
    env: { DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" },
    // A group of its own, so that nothing of it survives.
    detached: true,
  }).spawn();
  const limit = setTimeout(() => Deno.kill(-child.pid, "SIGKILL"), LIMIT_MS[length]);
  let ended = false;
  let rest = "";
  for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + part).split("\n");
    rest = lines.pop() as string;
    for (const text of lines) {
      const line = JSON.parse(text) as Line;
      if (line.kind === "claims") await judge(line.claims);
      else if (line.kind === "end") ended = true;
      else {
        const reason = excuse(line.result);
        const outcome = line.result.error === null ? "passed" : reason === null ? "failed" : "skipped";
        count(outcome, line.result.name, reason ?? line.result.error ?? "");
      }
    }
  }
  clearTimeout(limit);
  const { code, signal } = await child.status;
  if (!ended) count("failed", "the emulated process", `it ended with ${signal ?? code} before it was done`);
}

const found = await emulator();
if ("missing" in found) count("skipped", "aarch64", found.missing);
else await run(found);
print(`${tallyText(counts)}\n`);
if (counts.failed > 0) Deno.exitCode = 1;
