/**
 * `--watch`: judges again at every save. A save during a judgement stops it: nobody waits for news of an old version.
 *
 * @module
 */
import { basename, dirname } from "node:path";
import { Style } from "../report/style.ts";
import { wrap } from "../report/width.ts";
import { type Context, type ExitCode, mediumFor } from "./context.ts";
import { canMoveCursor } from "./live_report.ts";
import { Saves } from "./saves.ts";

const CLEAR_SCREEN = "\x1b[2J\x1b[H";

/** What is watched, and what is done about it. */
export interface Watched {
  /** Absolute path. */
  readonly file: string;
  /** What to type when the file is gone. */
  readonly remedy: string;
  /** Judges once; ends early when the signal is aborted. */
  judge(signal: AbortSignal): Promise<void>;
}

/** Judges at once and after every save, until the student leaves with Ctrl-C. */
export async function watch(context: Context, { file, remedy, judge }: Watched): Promise<ExitCode> {
  using saves = new Saves(context, await foldersOf(file));
  const { interrupt } = context;
  const left = new Promise<void>((resolve) => interrupt.addEventListener("abort", () => resolve(), { once: true }));
  while (!interrupt.aborted) {
    const outdated = new AbortController();
    const saved = saves.next().then(() => outdated.abort());
    context.stdout.write(canMoveCursor(context) ? CLEAR_SCREEN : "\n");
    if (await exists(file)) {
      await judge(AbortSignal.any([interrupt, outdated.signal]));
      if (!outdated.signal.aborted && !interrupt.aborted) say(context, "Waiting for you to save. Ctrl-C ends.");
    } else {
      say(context, `${basename(file)} is gone. Waiting for it to come back; ${remedy}. Ctrl-C ends.`);
    }
    await Promise.race([saved, left]);
  }
  context.stdout.write("\n");
  return 0;
}

function say(context: Context, text: string): void {
  const style = new Style(mediumFor(context.stdout, context));
  const lines = wrap(text, style.columns - 2).map((line) => `  ${style.dim(line)}\n`);
  context.stdout.write(`\n${lines.join("")}`);
}

/** The folder where the file is, and where it really is if it is a link. */
async function foldersOf(file: string): Promise<Set<string>> {
  const folders = new Set([dirname(file)]);
  try {
    folders.add(dirname(await Deno.realPath(file)));
  } catch {
    // Not there yet: it may come.
  }
  return folders;
}

async function exists(file: string): Promise<boolean> {
  try {
    return (await Deno.stat(file)).isFile;
  } catch {
    return false;
  }
}
