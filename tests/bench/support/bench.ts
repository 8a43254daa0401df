/**
 * What a bench is: a file of `tests/bench` whose default export is one of these.
 *
 * @module
 */

/** A measurement that `deno task bench NAME` makes. */
export interface Bench {
  /** One line for the list of benches. */
  readonly description: string;
  /** Measures and prints; the exit status is what it returns. */
  readonly run: (args: readonly string[]) => Promise<number>;
}

/** Prints a text to standard output, whole. */
export function print(text: string): void {
  let rest = new TextEncoder().encode(text);
  while (rest.length > 0) rest = rest.subarray(Deno.stdout.writeSync(rest));
}
