/**
 * Numbers among a command's options.
 *
 * @module
 */
import { type Arguments, UsageError } from "./command.ts";

/** The value of an option that takes a whole number; undefined where it is not given. */
export function wholeNumber(args: Arguments, name: string, least: number, most: number): number | undefined {
  const text = args.value(name);
  if (text === undefined) return undefined;
  const number = /^[0-9]+$/.test(text) ? Number(text) : NaN;
  if (!(number >= least && number <= most)) {
    throw new UsageError(`--${name} is "${text}": give a whole number from ${least} to ${most}.`);
  }
  return number;
}
