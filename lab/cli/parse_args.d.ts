/**
 * The types of `deno-std/cli/parse_args.js`, for the options that the lab uses; a command line typed by these is typed
 * by `@std/cli/parse-args` as well.
 *
 * @module
 */

/** How a command line is to be read. */
export interface ParseOptions<B extends string, S extends string, C extends string> {
  /** Options without a value: `--json`. False unless given. */
  readonly boolean?: readonly B[];
  /** Options with a value, which is kept as text. Undefined unless given. Name "_" here to keep the positionals as text. */
  readonly string?: readonly (S | "_")[];
  /** Those of `string` that may be repeated. */
  readonly collect?: readonly C[];
  /** Those of `boolean` that `--no-NAME` turns off. */
  readonly negatable?: readonly B[];
  readonly default?: { readonly [name in B | S]?: unknown };
  /** Other names: `{ help: "h" }`. */
  readonly alias?: { readonly [name: string]: string | readonly string[] };
  /** Leave everything behind the first positional alone. */
  readonly stopEarly?: boolean;
  /** Called for an argument that is no known option (positionals as well); false drops it. */
  readonly unknown?: (argument: string, key?: string, value?: unknown) => unknown;
}

/** What was on the command line. */
export type Parsed<B extends string, S extends string, C extends string> =
  & { [name in B]: boolean }
  & { [name in Exclude<S, C>]?: string }
  & { [name in Extract<S, C>]: string[] }
  & { _: (string | number)[] };

/** Reads a command line. */
export function parseArgs<
  const B extends string = never,
  const S extends string = never,
  const C extends string = never,
>(args: string[], options?: ParseOptions<B, S, C>): Parsed<B, S, C>;
