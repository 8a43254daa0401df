/**
 * What a command is: data that help and parsing are made from, and `run`.
 *
 * @module
 */
import type { Context, ExitCode } from "./context.ts";

/** An option: a flag, or with `value` one that takes a value. */
export interface Option {
  /** "isolation" for `--isolation`. */
  readonly name: string;
  /** What its value is called in the help: "WHO". */
  readonly value?: string;
  /** The only values, where there are few. */
  readonly choices?: readonly string[];
  /** One line for the help. */
  readonly summary: string;
}

/** What was typed behind the command's name. */
export interface Arguments {
  readonly positionals: readonly string[];
  /** Whether a flag was given. */
  flag(name: string): boolean;
  /** The value of an option, if it was given. */
  value(name: string): string | undefined;
}

/** What a list of commands shows of one. */
export interface CommandHead {
  readonly name: string;
  /** The task's name where it is not the command's. */
  readonly task?: string;
  /** What may stand behind the name. */
  readonly operands: "" | "N" | "[N]" | "[N...]";
  readonly summary: string;
}

/** The default export of a command's file. */
export interface CommandBody {
  /** Paragraphs for the help. */
  readonly description: readonly string[];
  readonly options: readonly Option[];
  run(context: Context, args: Arguments): Promise<ExitCode>;
}

/** A command, loaded. */
export type Command = CommandHead & CommandBody;

/** Wrong use of the command line: what is wrong, and what would be right. Exit status 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  /** Further lines: what is known, what to type. */
  readonly advice: readonly string[];

  /** The first line says what is wrong. */
  constructor(message: string, ...advice: readonly string[]) {
    super(message);
    this.advice = advice;
  }
}
