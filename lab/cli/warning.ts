/**
 * Something that a student should know, but that changes nothing.
 *
 * @module
 */
import { cleanLine } from "../report/clean.ts";
import { Style } from "../report/style.ts";
import { wrap } from "../report/width.ts";
import { type Context, mediumFor } from "./context.ts";

/** Says it on standard error. */
export function warn(context: Context, text: string): void {
  const style = new Style(mediumFor(context.stderr, context));
  const lines = wrap(`Note: ${cleanLine(text)}`, style.columns - 2).map((line) => `  ${style.warn(line)}`);
  context.stderr.write(`\n${lines.join("\n")}\n`);
}
