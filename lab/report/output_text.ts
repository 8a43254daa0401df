/**
 * What the student's processes printed, set off by a bar with the role's name on every line: it cannot be taken for the lab's words.
 *
 * @module
 */
import { cleanLine, cleanLines } from "./clean.ts";
import type { Style } from "./style.ts";
import { pad, truncate, width, wrap } from "./width.ts";

/** Lines shown, all roles together, and at least of each role. */
const LINES = { together: 40, least: 3 } as const;
/** The widest column of role names. */
const NAME = 16;

/** The lines of the section, or none if nothing was printed. */
export function outputLines(output: { readonly [role: string]: string }, style: Style): string[] {
  const roles = Object.entries(output).filter(([, text]) => text !== "");
  if (roles.length === 0) return [];
  const most = Math.max(LINES.least, Math.floor(LINES.together / roles.length));
  const names = roles.map(([role]) => truncate(cleanLine(role), NAME, style.signs.more));
  const column = Math.max(...names.map(width));
  const room = style.columns - column - 7;
  const lines = [style.strong("  Printed by the processes")];
  roles.forEach(([, text], index) => {
    const name = style.dim(`    ${pad(names[index] ?? "", column)} ${style.signs.bar}`);
    const printed = cleanLines(text);
    const folded = printed.slice(0, most).flatMap((line) => keepSpaces(line, room));
    for (const line of folded.slice(0, most)) lines.push(`${name} ${line}`.trimEnd());
    if (printed.length > most) {
      lines.push(`${name} ${style.dim(`${style.signs.more} ${count(printed.length - most)} more`)}`);
    } else if (folded.length > most) lines.push(`${name} ${style.dim(style.signs.more)}`);
  });
  return lines;
}

/** A line that fits stays as it is, with its indentation; a longer one is wrapped. */
function keepSpaces(line: string, columns: number): string[] {
  return width(line) <= columns ? [line] : wrap(line, columns);
}

function count(lines: number): string {
  return lines === 1 ? "1 line" : `${lines} lines`;
}
