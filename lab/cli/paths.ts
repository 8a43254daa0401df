/**
 * Paths as a student sees them.
 *
 * @module
 */
import { relative } from "node:path";
import type { Context } from "./context.ts";

/** A path as seen from where the student is, so that a terminal can open it and a shell can use it. */
export function shownPath(context: Pick<Context, "cwd">, path: string): string {
  return relative(context.cwd, path) || ".";
}
