/**
 * Reads the command line of one command.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { cleanLine } from "../report/clean.ts";
import { type Arguments, type Command, type CommandHead, type Option, UsageError } from "./command.ts";
import { didYouMean } from "./suggest.ts";

/** What every command understands. */
export const HELP: Option = { name: "help", summary: "show this text" };

/** What was typed. Throws a UsageError for anything that the command does not know. */
export function parseArguments(command: Command, args: readonly string[]): Arguments {
  const options = [...command.options, HELP];
  const flags = options.filter(({ value }) => value === undefined).map(({ name }) => name);
  const valued = options.filter(({ value }) => value !== undefined);
  const parsed: { readonly [name: string]: unknown; readonly _: readonly (string | number)[] } = parseArgs([...args], {
    boolean: flags,
    string: ["_", ...valued.map(({ name }) => name)],
    alias: { help: "h" },
    unknown: (argument) => argument === "-" || !argument.startsWith("-") || refuse(argument, command, options),
  });
  const values = new Map<string, string>();
  for (const option of valued) {
    const value = parsed[option.name];
    if (typeof value === "string") values.set(option.name, checkValue(option, value));
  }
  const positionals = parsed._.map(String);
  const most = command.operands === "" ? 0 : command.operands === "[N...]" ? Infinity : 1;
  if (positionals.length > most) {
    const extra = cleanLine(positionals[most] ?? "");
    throw new UsageError(`${command.name} does not know what to do with "${extra}".`, `Usage: ${usage(command)}`);
  }
  return {
    positionals,
    flag: (name) => parsed[name] === true,
    value: (name) => values.get(name),
  };
}

/** "deno task exercise [N]". */
export function usage({ name, task, operands }: CommandHead): string {
  return `deno task ${task ?? name} ${operands}`.trimEnd();
}

/** "--as WHO". */
export function optionText({ name, value }: Option): string {
  return value === undefined ? `--${name}` : `--${name} ${value}`;
}

function refuse(argument: string, command: Command, options: readonly Option[]): never {
  const typed = cleanLine(argument.split("=")[0] ?? argument);
  throw new UsageError(
    `${command.name} has no option ${typed}.${didYouMean(typed, options.map(({ name }) => `--${name}`))}`,
    `Known: ${options.map(optionText).join(", ")}`,
  );
}

function checkValue(option: Option, value: string): string {
  const known = option.choices === undefined ? [] : [`Known: ${option.choices.join(", ")}`];
  if (value === "") throw new UsageError(`--${option.name} needs a value: ${optionText(option)}`, ...known);
  if (option.choices !== undefined && !option.choices.includes(value)) {
    throw new UsageError(
      `--${option.name} cannot be "${cleanLine(value)}".${didYouMean(value, option.choices)}`,
      ...known,
    );
  }
  return value;
}
