/**
 * The languages that are compared: how each one's program is started, or why it cannot be.
 *
 * @module
 */
const HERE = import.meta.dirname as string;

/** In which order they stand in tables; the first is what the others are compared with. */
export const LANGUAGES = ["c", "lib", "python"] as const;

/** C, this library, or Python. */
export type Language = typeof LANGUAGES[number];

/** The command of a language's program, or why there is none. */
export type Program = { readonly command: readonly string[] } | { readonly missing: string };

/** Makes the programs ready; what is compiled goes into `folder`. */
export async function programs(folder: string): Promise<Record<Language, Program>> {
  const lib = { command: [Deno.execPath(), "run", "-A", "-q", "--v8-flags=--single-threaded", `${HERE}/program.ts`] };
  return { c: await compile(folder), lib, python: await python() };
}

async function compile(folder: string): Promise<Program> {
  const sources = ["main.c", "kernel_channels.c", "memory_channels.c"].map((name) => `${HERE}/../c/${name}`);
  const program = `${folder}/ipc`;
  const result = await run(["gcc", "-O2", "-o", program, ...sources]);
  if (result === null) return { missing: "there is no gcc" };
  if (result.status !== 0) throw new Error(`gcc failed:\n${result.errors}`);
  return { command: [program] };
}

/** The first interpreter that has the packages; without them, the first there is. */
async function python(): Promise<Program> {
  let found: Program = { missing: "there is no python3" };
  for (const interpreter of ["python3", "/usr/bin/python3"]) {
    const result = await run([interpreter, "-c", "import posix_ipc, sysv_ipc"]);
    if (result === null) continue;
    const program = { command: [interpreter, `${HERE}/../python/main.py`] };
    if (result.status === 0) return program;
    if ("missing" in found) found = program;
  }
  return found;
}

/** What a program printed, and how it ended; null where there is no such program. */
export async function run(
  [name = "", ...args]: readonly string[],
): Promise<{ status: number; text: string; errors: string } | null> {
  try {
    const { code, stdout, stderr } = await new Deno.Command(name, {
      args,
      stdin: "null",
      env: { DENO_NO_UPDATE_CHECK: "1" },
    }).output();
    const decoder = new TextDecoder();
    return { status: code, text: decoder.decode(stdout), errors: decoder.decode(stderr) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
