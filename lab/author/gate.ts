/**
 * `deno task ok`: everything that must hold before a change lands, step by step. Each step counts as one, and so does every
 * test in it; the last line is the sum, "N passed, N failed".
 *
 * @module
 */
import { addTallies, type Tally, tallyOfJUnit, tallyOfText, tallyText } from "./tally.ts";

/** One thing that must hold. */
export interface Step {
  readonly title: string;
  /** Arguments of `deno`. */
  readonly command: readonly string[];
  /** Where the step says how many tests it ran: in a JUnit file that it is asked for, or in its last line of output. */
  readonly tests?: "junit" | "last line";
}

const STEPS: readonly Step[] = [
  { title: "format", command: ["task", "fmt:check"] },
  { title: "lint", command: ["task", "lint"] },
  { title: "lock file", command: ["install", "--frozen"] },
  { title: "types", command: ["task", "check"] },
  { title: "documentation", command: ["task", "doc:lint"] },
  { title: "tests", command: ["task", "test"], tests: "junit" },
  { title: "aarch64", command: ["task", "test:aarch64", "--short"], tests: "last line" },
  { title: "examples", command: ["task", "test:doc"], tests: "last line" },
  // The whole proof judges each solution twenty times, half of them on a busy machine: that is for who changes an exercise.
  { title: "exercises", command: ["task", "lab:verify", "--times", "4"], tests: "last line" },
];

/** A step that takes longer is stuck: a test in a blocking call cannot be ended from within. */
const LIMIT_MS = 60 * 60 * 1000;

/**
 * Runs all steps, also behind one that failed, and gives the sum.
 *
 * @param say prints what there is to see
 */
export async function runSteps(steps: readonly Step[], say: (text: string) => void): Promise<Tally> {
  const failed: string[] = [];
  const stopped = new AbortController();
  const stop = (): void => stopped.abort();
  for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, stop);
  let total: Tally = NOTHING;
  for (const step of steps) {
    say(`\n== ${step.title}: deno ${step.command.join(" ")}\n`);
    const begin = performance.now();
    const tally = await run(step, say, stopped.signal);
    if (tally.failed > 0) failed.push(step.title);
    total = addTallies(total, tally);
    say(`-- ${step.title}: ${tallyText(tally)}, ${((performance.now() - begin) / 1000).toFixed(1)} s\n`);
    if (stopped.signal.aborted) break;
  }
  for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.removeSignalListener(signal, stop);
  say(failed.length === 0 ? "\nAll is well.\n" : `\nNot well: ${failed.join(", ")}.\n`);
  say(`${tallyText(total)}\n`);
  return total;
}

const NOTHING: Tally = { passed: 0, failed: 0, skipped: 0 };

/** Runs one step to its end and says what came of it. */
async function run(step: Step, say: (text: string) => void, stopped: AbortSignal): Promise<Tally> {
  const folder = Deno.makeTempDirSync({ prefix: "ipclab.gate." });
  const report = `${folder}/report.xml`;
  const child = new Deno.Command(Deno.execPath(), {
    args: [...step.command, ...(step.tests === "junit" ? [`--junit-path=${report}`] : [])],
    stdin: "null",
    stdout: step.tests === "last line" ? "piped" : "inherit",
    env: { DENO_NO_UPDATE_CHECK: "1" },
    // A group of its own, so that nothing of a stuck step survives.
    detached: true,
  }).spawn();
  const kill = (): void => Deno.kill(-child.pid, "SIGKILL");
  const limit = setTimeout(() => {
    say(`\nNot done after ${LIMIT_MS / 60_000} minutes.\n`);
    kill();
  }, LIMIT_MS);
  stopped.addEventListener("abort", kill);
  try {
    const text = step.tests === "last line" ? await echo(child.stdout, say) : "";
    const { success } = await child.status;
    const own: Tally = success ? { ...NOTHING, passed: 1 } : { ...NOTHING, failed: 1 };
    if (step.tests === undefined) return own;
    const tests = step.tests === "junit" ? tallyOfJUnit(readIfThere(report)) : tallyOfText(text);
    if (tests !== null) return addTallies(own, tests);
    say("The step did not say how many tests it ran: it broke off.\n");
    return { ...NOTHING, failed: 1 };
  } finally {
    clearTimeout(limit);
    stopped.removeEventListener("abort", kill);
    Deno.removeSync(folder, { recursive: true });
  }
}

/** Shows what a step prints as it comes, and gives all of it. */
async function echo(output: ReadableStream<Uint8Array<ArrayBuffer>>, say: (text: string) => void): Promise<string> {
  let text = "";
  for await (const part of output.pipeThrough(new TextDecoderStream())) {
    say(part);
    text += part;
  }
  return text;
}

function readIfThere(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

function print(text: string): void {
  let bytes = new TextEncoder().encode(text);
  while (bytes.length > 0) bytes = bytes.subarray(Deno.stdout.writeSync(bytes));
}

if (import.meta.main) {
  const { failed } = await runSteps(STEPS, print);
  if (failed > 0) Deno.exitCode = 1;
}
