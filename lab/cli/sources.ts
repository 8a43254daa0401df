/**
 * The student's file as it was when the judgement began, for quoting: it may have been edited since.
 *
 * @module
 */
import { dirname } from "node:path";
import type { Assignment } from "../judge/judge.ts";
import type { FindSource, Source } from "../report/source.ts";
import type { Context } from "./context.ts";
import { shownPath } from "./paths.ts";

/** Reads the judged file now, and any other of the exercise when a finding names it. */
export function sourcesOf(context: Context, { file: judged, folder }: Assignment): FindSource {
  const main = read(context, judged);
  const known = new Map<string, Source | null>();
  return (name) => {
    if (name === undefined) return main;
    const found = [dirname(judged), folder, context.root].map((place) => `${place}/${name}`).find(isFile);
    if (found === undefined || found === judged) return main;
    if (!known.has(found)) known.set(found, read(context, found));
    return known.get(found) ?? null;
  };
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

function read(context: Context, path: string): Source | null {
  try {
    return { path: shownPath(context, path), lines: Deno.readTextFileSync(path).split(/\r\n|\n/) };
  } catch {
    return null;
  }
}
