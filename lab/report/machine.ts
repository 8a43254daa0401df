/**
 * What a machine can do and what was cleaned up on it, for the eye.
 *
 * @module
 */
import { cleanLine } from "./clean.ts";
import type { Style } from "./style.ts";
import { pad, width, wrap } from "./width.ts";

/** One thing about the machine. */
export interface MachineRow {
  readonly name: string;
  readonly state: "good" | "limited" | "missing";
  readonly text: string;
}

/** One left-over of an earlier run, and whether it is gone now. */
export interface LeftoverRow {
  readonly kind: string;
  readonly name: string;
  readonly removed: boolean;
}

/** Both sections. */
export function machineText(rows: readonly MachineRow[], leftovers: readonly LeftoverRow[], style: Style): string {
  return [
    style.strong("  This machine"),
    ...rows.flatMap((row) => machineLines(row, Math.max(...rows.map(({ name }) => name.length)), style)),
    "",
    style.strong("  Left-overs of earlier runs"),
    ...(leftovers.length === 0 ? [style.dim("  none")] : leftovers.flatMap((row) => leftoverLines(row, style))),
  ].join("\n") + "\n";
}

function machineLines({ name, state, text }: MachineRow, column: number, style: Style): string[] {
  const sign = {
    good: style.good(style.signs.passed),
    limited: style.warn(style.signs.broken),
    missing: style.bad(style.signs.failed),
  }[state];
  const indent = width(style.signs.passed) + 3 + column + 2;
  const [first = "", ...more] = wrap(cleanLine(text), style.columns - indent);
  return [`  ${sign} ${pad(name, column)}  ${first}`, ...more.map((line) => " ".repeat(indent) + line)];
}

function leftoverLines({ kind, name, removed }: LeftoverRow, style: Style): string[] {
  const sign = removed ? style.good(style.signs.passed) : style.bad(style.signs.failed);
  const indent = width(style.signs.passed) + 3;
  const text = `${cleanLine(kind)} ${cleanLine(name)}${removed ? " removed" : " could not be removed"}`;
  const [first = "", ...more] = wrap(text, style.columns - indent);
  return [`  ${sign} ${first}`, ...more.map((line) => " ".repeat(indent) + line)];
}
