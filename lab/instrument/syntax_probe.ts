/**
 * A second opinion on a file's syntax, from a process of its own: Deno's own parser says where an error is, which taking types
 * out does not, and a file nested so deeply that the parser overruns its stack takes that process down and not the controller.
 *
 * @module
 */
import { spawnSync } from "node:child_process";

/** What the parser says: no error, an error at a place (from 1), or that it did not survive the file. */
export type Syntax =
  | { readonly kind: "valid" }
  | { readonly kind: "error"; readonly message: string; readonly line: number; readonly column: number }
  | { readonly kind: "too-complex" };

const TIMEOUT_MS = 10_000;

/** Parses `text` as TypeScript, in about 10 ms. */
export function probeSyntax(text: string): Syntax {
  const { status, stdout } = spawnSync(
    Deno.execPath(),
    ["lint", "--quiet", "--no-config", "--json", "--ext", "ts", "-"],
    { input: text, encoding: "utf8", timeout: TIMEOUT_MS, killSignal: "SIGKILL", maxBuffer: 1 << 28 },
  );
  if (status !== 0 && status !== 1) return { kind: "too-complex" };
  const [error] = (JSON.parse(stdout) as { readonly errors: readonly { readonly message: string }[] }).errors;
  if (error === undefined) return { kind: "valid" };
  const place = /:(\d+):(\d+)\s*$/.exec(error.message);
  const message = (error.message.split("\n")[0] ?? "").replace(/^SyntaxError: /, "").replace(/[.\s]*$/, "");
  return { kind: "error", message, line: Number(place?.[1] ?? 1), column: Number(place?.[2] ?? 1) };
}

/** Text shorter than this and not nested deeper than that cannot overrun the parser's stack, whatever it is made of. */
const SAFE_LENGTH = 8_000;
const SAFE_DEPTH = 200;

/** Whether parsing `text` in this process might overrun its stack. Never wrongly says no. */
export function mayBeTooComplex(text: string): boolean {
  if (text.length > SAFE_LENGTH) return true;
  let depth = 0;
  for (const character of text) {
    if ("([{<".includes(character) && ++depth > SAFE_DEPTH) return true;
    // Brackets inside strings are counted as well, which is why the length is limited too.
    if (")]}>".includes(character) && depth > 0) depth--;
  }
  return false;
}
