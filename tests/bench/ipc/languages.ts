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

/** The command of a language's program, and of its programs that only start, where they are others; or why there is none. */
export type Program =
  | { readonly command: readonly string[]; readonly starts?: Readonly<Record<string, readonly string[]>> }
  | { readonly missing: string };

/** Makes the programs ready; what is compiled goes into `folder`. */
export async function programs(folder: string): Promise<Record<Language, Program>> {
  const deno = [Deno.execPath(), "run", "-A", "-q", "--v8-flags=--single-threaded"];
  const lib = {
    command: [...deno, `${HERE}/program.ts`],
    starts: { empty: [...deno, `${HERE}/start/empty.ts`], import: [...deno, `${HERE}/start/import.ts`] },
  };
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

/** Prints how many of the packages an interpreter has. */
const COUNT_PACKAGES =
  "from importlib.util import find_spec; print(sum(find_spec(p) is not None for p in ('posix_ipc', 'sysv_ipc')))";

/** The interpreter that has most of the packages; of several, the first. */
async function python(): Promise<Program> {
  let found: Program = { missing: "there is no python3" };
  let most = -1;
  for (const interpreter of ["python3", "/usr/bin/python3"]) {
    const result = await run([interpreter, "-c", COUNT_PACKAGES]);
    if (result?.status !== 0 || Number(result.text) <= most) continue;
    most = Number(result.text);
    found = { command: [interpreter, `${HERE}/../python/main.py`] };
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
