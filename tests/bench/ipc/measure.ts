/**
 * Measuring: every row by every language's program, in turns, so that what else the machine does meets all of them alike.
 *
 * @module
 */
import { type Language, LANGUAGES, type Program, run } from "./languages.ts";
import { impossible, type Row } from "./plan.ts";

/** How thoroughly. */
export interface Effort {
  /** Rounds that each start of a program times. */
  readonly rounds: number;
  /** How often each program is started for a row. */
  readonly repeats: number;
  /** Divides how often in a round. */
  readonly haste: number;
}

/** A row with its numbers. */
export interface Measurement {
  readonly kind: Row["kind"];
  readonly name: string;
  readonly bytes: number;
  /** Median nanoseconds of one round trip, message or call; null where it was not measured. */
  readonly ns: Readonly<Record<Language, number | null>>;
  /** How many times as long as in C. */
  readonly ratio: Readonly<Record<Exclude<Language, "c">, number | null>>;
  /** What a reader must know to make the right thing of the numbers. */
  readonly note?: string;
  /** Why a number is missing. */
  readonly skipped: Readonly<Partial<Record<Language, string>>>;
}

/** A program's status when its language cannot do that. */
const UNSUPPORTED = 4;

/** Measures one row. */
export async function measure(
  row: Row,
  programs: Readonly<Record<Language, Program>>,
  effort: Effort,
): Promise<Measurement> {
  const samples: Record<Language, number[]> = { c: [], lib: [], python: [] };
  const skipped: Partial<Record<Language, string>> = {};
  const refusal = impossible(row) ?? pinning.missing(row);
  for (const language of LANGUAGES) if (refusal !== null) skipped[language] = refusal;
  for (let repeat = 0; repeat < effort.repeats; repeat++) {
    for (const language of LANGUAGES) {
      if (skipped[language] !== undefined) continue;
      const result = await once(row, programs[language], effort);
      if (typeof result === "string") skipped[language] = result;
      else samples[language].push(...result);
    }
  }
  const ns = { c: median(samples.c), lib: median(samples.lib), python: median(samples.python) };
  const ratio = { lib: quotient(ns.lib, ns.c), python: quotient(ns.python, ns.c) };
  const { kind, name, bytes, note } = row;
  return { kind, name, bytes, ns, ratio, ...(note === undefined ? {} : { note }), skipped };
}

/** The times of one start, or why there are none. */
async function once(row: Row, program: Program, { rounds, haste }: Effort): Promise<number[] | string> {
  if ("missing" in program) return program.missing;
  const count = Math.max(1, Math.round(row.count / haste));
  if (row.kind === "start") return await starts(row, program, rounds);
  const args = [row.kind, row.name, row.bytes, count, rounds].map(String);
  const result = await run([...pinning.prefix(row), ...program.command, ...args]);
  if (result?.status === UNSUPPORTED) return result.errors.trim();
  if (result === null || result.status !== 0) {
    throw new Error(`${program.command.join(" ")} ${args.join(" ")} ended with ${result?.status}:\n${result?.errors}`);
  }
  return result.text.trim().split("\n").map(Number);
}

/** How long whole programs take, from outside; the first is not told: it fills caches of files. */
async function starts(
  row: Row,
  { command, starts }: Exclude<Program, { missing: string }>,
  rounds: number,
): Promise<number[]> {
  const [name = "", ...args] = starts?.[row.name] ?? [...command, row.kind, row.name, "0", "1", "1"];
  const times: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const begin = performance.now();
    const { success } = await new Deno.Command(name, { args, stdin: "null", stdout: "null", stderr: "inherit" })
      .output();
    if (!success) throw new Error(`${name} ${args.join(" ")} failed`);
    if (round > 0) times.push((performance.now() - begin) * 1e6);
  }
  return times;
}

/** Pinning to processors, which is taskset's. */
const pinning = {
  prefix: ({ processors }: Row): string[] =>
    processors === "all" ? [] : ["taskset", "-c", ALLOWED.slice(0, processors).join(",")],
  missing: ({ processors }: Row): string | null =>
    processors !== "all" && ALLOWED.length < processors ? "needs two processors: each side spins on its own" : null,
};

/** The processors that this process may use. */
const ALLOWED: readonly number[] = allowed();

function allowed(): number[] {
  const list = /^Cpus_allowed_list:\s*(.*)$/m.exec(Deno.readTextFileSync("/proc/self/status"))?.[1] ?? "0";
  return list.split(",").flatMap((range) => {
    const [first = 0, last = first] = range.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}

/** The middle of the samples; null without any. */
export function median(samples: readonly number[]): number | null {
  const sorted = [...samples].sort((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}

function quotient(value: number | null, by: number | null): number | null {
  return value === null || by === null || by === 0 ? null : value / by;
}
