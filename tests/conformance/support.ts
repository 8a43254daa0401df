/**
 * Running rows from a test: in a process of its own, since forking needs a runtime without threads.
 *
 * @module
 */
import { fail } from "@std/assert";
import type { Outcome } from "./verdict.ts";

/** Far longer than it takes. */
const PATIENCE_MS = 300_000;

/** Runs main.ts with these arguments; the outcome of each row. */
export async function runApart(args: readonly string[]): Promise<(Outcome & { readonly id: string })[]> {
  const { stdout, stderr, signal } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "--quiet", "--no-check", "--v8-flags=--single-threaded"],
      ...["--config", new URL("../../deno.json", import.meta.url).pathname],
      ...[new URL("main.ts", import.meta.url).pathname, "--json", ...args],
    ],
    stdin: "null",
    signal: AbortSignal.timeout(PATIENCE_MS),
  }).output();
  const text = new TextDecoder().decode(stdout);
  if (!text.startsWith("[")) {
    fail(`The runner ended with ${signal ?? "no result"}:\n${new TextDecoder().decode(stderr)}`);
  }
  return JSON.parse(text);
}
