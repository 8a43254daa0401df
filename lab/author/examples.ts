/**
 * `deno task test:doc`: runs the examples in the documentation, each file's in a process of its own. Examples install signal
 * handlers, change masks and arm timers, and `deno test --doc` alone would run those of all files as threads of one process.
 *
 * @module
 */
import { addTallies, type Tally, tallyOfJUnit, tallyText } from "./tally.ts";

/** An example that takes longer is stuck: a blocking call cannot be ended from within. */
const LIMIT_MS = 3 * 60 * 1000;

/** Where documentation is. */
const PLACES = ["lib", "lab", "README.md"];

const NOTHING: Tally = { passed: 0, failed: 0, skipped: 0 };

/** The files below these paths that have an example, in order. */
export function filesWithExamples(paths: readonly string[]): string[] {
  const found: string[] = [];
  for (const path of paths) {
    if (Deno.statSync(path).isDirectory) {
      const names = Array.from(Deno.readDirSync(path), ({ name }) => `${path}/${name}`).sort();
      found.push(...filesWithExamples(names.filter((name) => Deno.statSync(name).isDirectory || isSource(name))));
    } else if (/^\s*(?:\* )?```ts$/m.test(Deno.readTextFileSync(path))) found.push(path);
  }
  return found;
}

function isSource(path: string): boolean {
  return path.endsWith(".ts") || path.endsWith(".md");
}

/**
 * Runs the examples of these files, some at a time, and gives the sum. A file none of whose examples runs counts as failed.
 *
 * @param say prints what there is to see: a line for each file, and what a failed one printed
 */
export async function runExamples(files: readonly string[], say: (text: string) => void): Promise<Tally> {
  const waiting = files.values();
  let total = NOTHING;
  const work = async (): Promise<void> => {
    for (const file of waiting) {
      const { tally, output } = await runFile(file);
      total = addTallies(total, tally);
      say(`${file}: ${tallyText(tally)}\n${tally.failed > 0 ? output : ""}`);
    }
  };
  await Promise.all(Array.from({ length: navigator.hardwareConcurrency }, work));
  return total;
}

async function runFile(file: string): Promise<{ readonly tally: Tally; readonly output: string }> {
  const folder = await Deno.makeTempDir({ prefix: "ipclab.examples." });
  const report = `${folder}/report.xml`;
  try {
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      // Types were checked before, of all files at once.
      args: ["test", "--doc", "--no-check", "-A", "--v8-flags=--single-threaded", `--junit-path=${report}`, file],
      stdin: "null",
      signal: AbortSignal.timeout(LIMIT_MS),
      env: { DENO_NO_UPDATE_CHECK: "1" },
    }).output();
    const output = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    const tally = tallyOfJUnit(await Deno.readTextFile(report).catch(() => ""));
    // A process that ended before its report was whole, or that ended badly in spite of it.
    if (tally === null || (!success && tally.failed === 0)) return { tally: { ...NOTHING, failed: 1 }, output };
    return { tally, output };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function print(text: string): void {
  let bytes = new TextEncoder().encode(text);
  while (bytes.length > 0) bytes = bytes.subarray(Deno.stdout.writeSync(bytes));
}

if (import.meta.main) {
  const files = filesWithExamples(PLACES);
  const { success } = await new Deno.Command(Deno.execPath(), { args: ["check", "--doc", "-q", ...files] }).spawn()
    .status;
  const checked: Tally = success ? { ...NOTHING, passed: 1 } : { ...NOTHING, failed: 1 };
  const total = addTallies(checked, await runExamples(files, print));
  print(`${tallyText(total)}\n`);
  if (total.failed > 0) Deno.exitCode = 1;
}
