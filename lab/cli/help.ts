/**
 * Help, made from the commands' own data.
 *
 * @module
 */
import type { Style } from "../report/style.ts";
import { wrap } from "../report/width.ts";
import { HELP, optionText, usage } from "./arguments.ts";
import type { Command, CommandHead } from "./command.ts";

/** Help for one command. */
export function commandHelp(command: Command, style: Style): string {
  const options = [...command.options, HELP].map((option) => [optionText(option), option.summary] as const);
  return [
    `  ${style.strong(`${usage(command)} [options]`)}`,
    "",
    ...[`${command.summary}.`, ...command.description].flatMap((text) => [...paragraph(text, style), ""]),
    ...table(options, style),
  ].join("\n") + "\n";
}

/** All commands, one line each. */
export function overview(commands: readonly CommandHead[], style: Style): string {
  const rows = commands.map((command) => [usage(command), command.summary] as const);
  return [
    ...paragraph("ipclab: learn inter-process communication by writing it.", style),
    "",
    ...table(rows, style),
    "",
    ...paragraph("Every command knows --help.", style),
  ].join("\n") + "\n";
}

function paragraph(text: string, style: Style): string[] {
  return wrap(text, style.columns - 2).map((line) => `  ${line}`);
}

/** Two columns, or one below the other where it is narrow. */
function table(rows: readonly (readonly [string, string])[], style: Style): string[] {
  const column = Math.max(...rows.map(([left]) => left.length)) + 2;
  const beside = style.columns - 2 - column >= 24;
  return rows.flatMap(([left, right]) => {
    const lines = wrap(right, beside ? style.columns - 2 - column : style.columns - 6);
    const indent = " ".repeat(beside ? column + 2 : 6);
    const head = `  ${style.link(left)}`;
    if (!beside) return [head, ...lines.map((line) => indent + line)];
    const [first = "", ...more] = lines;
    return [head + " ".repeat(column - left.length) + first, ...more.map((line) => indent + line)];
  });
}
