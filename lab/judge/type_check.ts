/**
 * Whether a student's file has type errors: `deno check`, in a process of its own, beside the runs.
 *
 * @module
 */
import type { Finding } from "./finding.ts";

/** What the compiler had to say. */
export interface TypeCheck {
  /** The first type error; null where there is none. */
  readonly finding: Finding | null;
  /** Why it could not be told; null where it could. */
  readonly reason: string | null;
}

/** Checks the types of a file. */
export async function typeCheck(file: string, folder: string, signal?: AbortSignal): Promise<TypeCheck> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["check", "--quiet", "--config", CONFIG, file],
    cwd: folder,
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
    ...(signal === undefined ? {} : { signal }),
  });
  const { success, stderr } = await command.output();
  if (success) return { finding: null, reason: null };
  const printed = new TextDecoder().decode(stderr);
  const finding = firstError(printed, folder);
  return {
    finding,
    reason: finding === null ? `The types could not be checked: ${printed.trim().slice(0, 400)}` : null,
  };
}

/** The project's settings: what "ipc" means, and how strict the compiler is. */
const CONFIG = new URL("../../deno.json", import.meta.url).pathname;

/** Reads what the compiler printed: "TS2322 [ERROR]: text", the line itself, a marker, "at file:///…:12:5". */
export function firstError(printed: string, folder: string): Finding | null {
  const found = /(TS\d+) \[ERROR\]: ([\s\S]*?)\n\s*at (file:\/\/\S+?):(\d+):(\d+)/.exec(printed);
  if (found === null) return null;
  const [, code, text, url, line] = found as unknown as [string, string, string, string, string];
  const path = decodeURIComponent(new URL(url).pathname);
  const said = text.split("\n").filter((one) => !/^\s*~+\s*$/.test(one));
  // The last line quotes the source; the report does that itself.
  const message = (said.length > 1 ? said.slice(0, -1) : said).map((one) => one.trim()).join(" ");
  const errors = /Found (\d+) errors/.exec(printed)?.[1];
  return {
    kind: "does-not-type-check",
    message: `${message} (${code})${errors === undefined ? "" : `, and ${Number(errors) - 1} more`}`,
    file: path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path,
    line: Number(line),
    readNext: "deno check prints all of them",
  };
}
