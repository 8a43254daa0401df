/**
 * The rows: facts about the interfaces, language-neutral, one a line in `rows/*.jsonl`. Each says what to set up, which C call
 * to make with which arguments, and what must come back: result, errno, out-parameters, state.
 *
 * @module
 */

/** Any value of JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** An argument as the row writes it; `World.value` says what each form means. */
export type Argument = null | number | string | TypedMemory;

/** Memory that C is given: one key says of what type, and `as` binds it to a name. */
export interface TypedMemory {
  readonly as?: string;
  readonly [kind: string]: Json | undefined;
}

/** What must come of a call. */
export interface Expectation {
  /** The result: a number, "fd" or "nonneg" (>= 0), "ptr", "=EXPRESSION", or alternatives. */
  readonly ret?: Json;
  readonly errno?: string | readonly string[];
  /** How long the call takes, from and to. */
  readonly elapsed_ms?: readonly [low: number, high: number];
  /** What variables hold afterwards, by path. */
  readonly vars?: { readonly [path: string]: Json };
  /** The signal that ends the process. */
  readonly killed?: string;
  /** What is done after the call. */
  readonly then?: readonly Step[];
}

/** A call, in C's terms. */
export interface CallStep {
  readonly call: string;
  readonly args?: readonly Argument[];
  /** Binds the result. */
  readonly as?: string;
  readonly expect?: Expectation;
}

/** Something else to do; the first key says what. */
export interface OtherStep {
  readonly [key: string]: Json | readonly Step[] | undefined;
}

/** One step of a row. */
export type Step = CallStep | OtherStep;

/** One row. */
export interface Row extends CallStep {
  readonly id: string;
  /** Where the fact comes from. */
  readonly source: string;
  readonly setup: readonly Step[];
  readonly args: readonly Argument[];
  readonly expect: Expectation;
  readonly note?: string;
  /** Why the row cannot be executed: what to do by hand. */
  readonly manual?: string;
}

/** Whether a step is a call. */
export function isCall(step: Step): step is CallStep {
  return "call" in step;
}

/** The interface that a row is about. */
export function interfaceOf({ id }: Row): string {
  return id.slice(0, id.indexOf("-"));
}

/** All steps of a row, its own call and the inner ones of forks and loops included. */
export function* stepsOf(row: Row): Generator<Step> {
  yield* flat(row.setup);
  yield row;
  yield* flat(row.expect.then ?? []);
}

function* flat(steps: readonly Step[]): Generator<Step> {
  for (const step of steps) {
    yield step;
    if (isCall(step)) yield* flat(step.expect?.then ?? []);
    else yield* flat((step["fork"] ?? step["do"] ?? []) as readonly Step[]);
  }
}

/** The rows of the folder, file by file. */
export function readRows(folder: URL = new URL("rows/", import.meta.url)): Row[] {
  const files = [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name.endsWith(".jsonl")).sort();
  return files.flatMap((file) => parseRows(Deno.readTextFileSync(new URL(file, folder))));
}

/** The rows of one file's text. */
export function parseRows(text: string): Row[] {
  return text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as Row);
}
