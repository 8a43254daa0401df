/**
 * A finding as a student reads it: what happened, what was seen and wanted, who, where, and what to read.
 *
 * @module
 */
import type { Finding } from "../judge/finding.ts";
import { cleanLine, cleanLines } from "./clean.ts";
import { type FindSource, quote } from "./source.ts";
import type { Style } from "./style.ts";
import { truncate, wrap } from "./width.ts";

/** Columns of "seen", "wanted" and so on. */
const LABEL = 8;
/** The most lines of one part: a message may quote what a program made, and that may be long. */
const MOST_LINES = 12;

/**
 * The lines of a finding, each at most `columns` wide (but a path is never cut, nor a command).
 *
 * @param command what repeats its schedule, where there is one
 */
export function findingLines(
  finding: Finding,
  style: Style,
  columns: number,
  find: FindSource,
  command?: string,
): string[] {
  const [first = "", ...more] = fit(`${finding.kind}: ${finding.message}`, style, columns);
  const lines = [style.bad(first), ...more.map((line) => style.bad(line))];
  const part = (label: string, text: string | undefined): void => {
    if (text === undefined) return;
    fit(text.trim() === "" ? "(nothing)" : text, style, columns - LABEL).forEach((line, index) => {
      lines.push(style.dim((index === 0 ? label : "").padEnd(LABEL)) + line);
    });
  };
  part("seen", finding.seen);
  part("wanted", finding.wanted);
  part("role", finding.role);
  lines.push(...place(finding, style, columns, find));
  part("read", finding.readNext);
  // Whole, so that it can be copied.
  if (command !== undefined) lines.push(style.dim("replay".padEnd(LABEL)) + style.link(cleanLine(command)));
  return lines;
}

/** "path:line", which terminals make clickable, and the line itself. */
function place(finding: Finding, style: Style, columns: number, find: FindSource): string[] {
  const source = find(finding.file);
  if (source === null || finding.line === undefined) return [];
  const path = style.link(`${source.path}:${finding.line}`);
  return [style.dim("at".padEnd(LABEL)) + path, ...quote(source, finding.line, style, columns - LABEL).map(indent)];
}

function indent(line: string): string {
  return " ".repeat(LABEL) + line;
}

/** Harmless, wrapped, and not without end. */
function fit(text: string, style: Style, columns: number): string[] {
  const lines = cleanLines(text).flatMap((line) => wrap(line, columns));
  if (lines.length <= MOST_LINES) return lines;
  return [...lines.slice(0, MOST_LINES - 1), truncate(style.signs.more, columns, "")];
}
