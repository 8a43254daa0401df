/**
 * Whether what came of a call is what a row expects.
 *
 * @module
 */
import { ERRNO_TABLE } from "ipc";
import type { Plain, Value } from "./cells.ts";
import type { Expectation, Json } from "./rows.ts";
import { different } from "./verdict.ts";
import type { World } from "./world.ts";

/** What came of a call, in C's terms. */
export interface Result {
  readonly call: string;
  readonly value: Value;
  /** 0 if it succeeded. */
  readonly errno: number;
  readonly elapsedMs: number;
}

/** The name of an errno. */
export function errnoName(errno: number): string {
  return ERRNO_TABLE.find(([number]) => number === errno)?.[1] ?? String(errno);
}

/** A result in words, for a failure's message. */
export function describe({ call, value, errno }: Result): string {
  const shown = typeof value === "object" && value !== null ? "an address" : String(value);
  return `${call} gave ${shown}${errno === 0 ? "" : ` and ${errnoName(errno)}`}`;
}

/** Fails unless the result, and what the variables hold now, is what is expected. */
export function check(expected: Expectation, result: Result, world: World): void {
  const { ret, errno, elapsed_ms: elapsed, vars = {} } = expected;
  const what = describe(result);
  if (ret !== undefined && !isResult(ret, result.value, world)) {
    different(`${what}; expected the result ${JSON.stringify(ret)}`);
  }
  if (errno !== undefined && ![errno].flat().includes(errnoName(result.errno))) {
    different(`${what}; expected ${[errno].flat().join(" or ")}`);
  }
  if (elapsed !== undefined && (result.elapsedMs < elapsed[0] || result.elapsedMs > elapsed[1])) {
    different(`${what} after ${Math.round(result.elapsedMs)} ms; expected ${elapsed.join(" to ")} ms`);
  }
  for (const [path, wanted] of Object.entries(vars)) {
    const found = world.read(path);
    if (!holds(wanted, found, world)) {
      different(`${what}; ${path} is ${JSON.stringify(found)}, expected ${JSON.stringify(wanted)}`);
    }
  }
}

function isResult(wanted: Json, value: Value, world: World): boolean {
  if (Array.isArray(wanted)) return wanted.some((one) => isResult(one, value, world));
  if (wanted === "ptr") return typeof value === "object" && value !== null;
  if (wanted === "fd" || wanted === "nonneg") return typeof value === "number" && value >= 0;
  const number = typeof wanted === "string" && wanted.startsWith("=") ? wanted.slice(1) : wanted;
  return value === world.number(number);
}

/** The comparisons that a variable's expectation may ask for. */
type Comparison = Readonly<{ [operator: string]: Json }>;

function holds(wanted: Json, found: Plain, world: World): boolean {
  if (typeof wanted === "object" && wanted !== null && !Array.isArray(wanted)) {
    return compares(wanted as Comparison, found, world);
  }
  if (Array.isArray(wanted)) {
    const numbers = wanted.map((each) => world.number(each)).sort((a, b) => a - b);
    return JSON.stringify(found) === JSON.stringify(numbers);
  }
  return found === (typeof wanted === "string" && wanted.startsWith("=") ? world.number(wanted.slice(1)) : wanted);
}

function compares({ not, ge, mask, eq, has, lacks }: Comparison, found: Plain, world: World): boolean {
  if (not !== undefined) return found !== world.number(not);
  if (ge !== undefined) return found as number >= world.number(ge);
  if (mask !== undefined) return ((found as number) & world.number(mask)) === world.number(eq);
  const signals = found as readonly number[];
  const listed = (names: Json): number[] => (names as readonly Json[]).map((name) => world.number(name));
  if (has !== undefined) return listed(has).every((signo) => signals.includes(signo));
  if (lacks !== undefined) return !listed(lacks).some((signo) => signals.includes(signo));
  throw new Error("no comparison");
}
