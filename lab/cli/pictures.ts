/**
 * The options that draw the schedule of a finding into a file, and what they do.
 *
 * @module
 */
import { resolve } from "node:path";
import type { Trace } from "../explore/trace.ts";
import { cleanLine } from "../report/clean.ts";
import type { Report } from "../report/model.ts";
import { type Arguments, type Option, UsageError } from "./command.ts";
import type { Context } from "./context.ts";
import { shownPath } from "./paths.ts";

/** What can be drawn, by the option's name. What draws is loaded when it is needed. */
const DRAWINGS: { readonly [option: string]: (trace: Trace) => Promise<string> } = {
  html: async (trace) => (await import("../report/timeline/html.ts")).timelineHtml(trace),
  trace: async (trace) => (await import("../report/timeline/chrome_trace.ts")).chromeTraceJson(trace),
};

/** As the help tells them. */
export const PICTURE_OPTIONS: readonly Option[] = [
  {
    name: "html",
    value: "FILE",
    summary: "write the schedule of the first finding as a page to step through, for any browser",
  },
  { name: "trace", value: "FILE", summary: "write that schedule as a Chrome trace, for ui.perfetto.dev" },
];

/** A file that is asked for. */
export interface Picture {
  /** The option that asks for it. */
  readonly option: string;
  /** Absolute. */
  readonly path: string;
}

/** What came of the files: which were written, and what to say where none was. */
export interface Drawn {
  /** Absolute paths. */
  readonly written: readonly string[];
  /** Why not, in a sentence; null if nothing was asked for, or all was written. */
  readonly missing: string | null;
}

/**
 * The files that are asked for. Throws a UsageError for a place where no file can be, before anything is judged: for a folder,
 * a device, or the file that is judged.
 */
export async function picturesAsked(context: Context, args: Arguments, judged: string): Promise<readonly Picture[]> {
  const pictures = Object.keys(DRAWINGS).flatMap((option): Picture[] => {
    const value = args.value(option);
    return value === undefined ? [] : [{ option, path: resolve(context.cwd, value) }];
  });
  for (const picture of pictures) {
    if (await isSameFile(picture.path, judged)) refuse(context, picture, "that is the file to be judged");
    if (pictures.some((other) => other !== picture && other.path === picture.path)) {
      refuse(context, picture, "two pictures do not go into one file");
    }
    const place = await infoOf(context, picture, picture.path);
    if (place?.isDirectory) refuse(context, picture, "that is a folder");
    if (place !== null && !place.isFile) refuse(context, picture, "that is no regular file");
    if (place === null && !(await infoOf(context, picture, resolve(picture.path, "..")))?.isDirectory) {
      refuse(context, picture, "there is no such folder");
    }
  }
  return pictures;
}

/** Draws the first finding that has a schedule. Throws a UsageError for a file that cannot be written. */
export async function writePictures(context: Context, pictures: readonly Picture[], report: Report): Promise<Drawn> {
  if (pictures.length === 0) return { written: [], missing: null };
  const trace = report.checks.find(({ finding, trace }) => finding !== null && trace !== undefined)?.trace;
  if (trace === undefined) {
    const files = pictures.map(({ path }) => cleanLine(shownPath(context, path))).join(" and ");
    return {
      written: [],
      missing: `No finding has a schedule that could be drawn, so nothing was written to ${files}.`,
    };
  }
  for (const picture of pictures) {
    try {
      await Deno.writeTextFile(picture.path, await DRAWINGS[picture.option]?.(trace) ?? "");
    } catch (error) {
      refuse(context, picture, reasonOf(error));
    }
  }
  return { written: pictures.map(({ path }) => path), missing: null };
}

function refuse(context: Context, { option, path }: Picture, reason: string): never {
  throw new UsageError(`--${option} cannot write ${cleanLine(shownPath(context, path))}: ${reason}.`);
}

/** What is at a place; null if nothing is. Whatever else keeps one from knowing keeps one from writing, too. */
async function infoOf(context: Context, picture: Picture, path: string): Promise<Deno.FileInfo | null> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    return refuse(context, picture, reasonOf(error));
  }
}

async function isSameFile(one: string, other: string): Promise<boolean> {
  try {
    return await Deno.realPath(one) === await Deno.realPath(other);
  } catch {
    return false; // One of them is not there.
  }
}

/** "Permission denied (os error 13)": without the call that an error's message ends with. */
function reasonOf(error: unknown): string {
  return cleanLine(error instanceof Error ? error.message : String(error)).replace(/[:,] \w+ '.*'$/, "");
}
