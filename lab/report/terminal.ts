/**
 * A report for the eye. The parts are separate so that they can be shown as they become known; `reportText` is all of them.
 *
 * @module
 */
import { replayCommand, type Trace } from "../explore/trace.ts";
import type { Finding } from "../judge/finding.ts";
import { cleanLine } from "./clean.ts";
import { findingLines } from "./finding_text.ts";
import type { CheckReport, Report } from "./model.ts";
import { outputLines } from "./output_text.ts";
import type { FindSource } from "./source.ts";
import type { Style } from "./style.ts";
import { endLines, laneLines } from "./timeline/terminal.ts";
import { pad, truncate, width, wrap } from "./width.ts";

/** Rows of a picture below a finding. */
const PICTURE_ROWS = 20;

/** A command that makes sense now. */
export interface NextStep {
  /** As typed: "deno task hint 9". */
  readonly command: string;
  /** What it does, in a few words. */
  readonly what: string;
}

/** Title and file, shown before anything runs. */
export function headingLines(exercise: Report["exercise"], path: string, style: Style): string[] {
  const number = String(exercise.number).padStart(2, "0");
  return [
    ...wrap(`${number} ${cleanLine(exercise.title)}`, style.columns - 2).map((line) => style.strong(`  ${line}`)),
    `  ${style.link(path)}`,
    "",
  ];
}

/**
 * One check: a line, and below it what is wrong.
 *
 * @param earlier the checks shown already: nothing is told twice
 * @param covered whether to say what schedules were tried of a check that passes
 */
export function checkLines(
  check: CheckReport,
  earlier: readonly CheckReport[],
  style: Style,
  find: FindSource,
  covered = false,
): string[] {
  const lines = statusLines(check, style);
  const { finding } = check;
  const indent = " ".repeat(width(style.signs.failed) + 3);
  const add = (texts: readonly string[]): void =>
    void lines.push(...texts.map((line) => line === "" ? "" : indent + line));
  if (check.status === "broken") {
    add(wrap("The lab failed here. This costs you nothing.", style.columns - indent.length));
  }
  if (check.status === "unsupported") {
    add(wrap("This machine cannot run it. This costs you nothing.", style.columns - indent.length));
  }
  if (check.coverage !== undefined && (covered || check.coverage.startsWith(UNEXPLORED))) {
    add(wrap(cleanLine(check.coverage), style.columns - indent.length).map((line) => style.dim(line)));
  }
  if (finding === null) return lines;
  const same = earlier.find(({ finding: other }) => other !== null && isSame(other, finding));
  if (same !== undefined) {
    add(wrap(`${finding.kind}: as above`, style.columns - indent.length).map((line) => style.bad(line)));
  } else {
    add(findingLines(finding, style, style.columns - indent.length, find, commandOf(check)));
    if (check.trace !== undefined) add(pictureLines(check.trace, style, indent.length));
  }
  return lines;
}

/** How the coverage of a check begins that could not be explored: that is told always. */
const UNEXPLORED = "not explored";

function commandOf({ finding, trace }: CheckReport): string | undefined {
  return trace === undefined || finding?.replay === undefined ? undefined : replayCommand(trace);
}

/** The schedule in short: what matters of it, and where to see all of it. */
function pictureLines(trace: Trace, style: Style, indent: number): string[] {
  if (trace.steps.length === 0) return [];
  return [
    "",
    ...laneLines(trace, style, { columns: style.pictureColumns - indent, rows: PICTURE_ROWS }),
    ...endLines(trace, style, style.columns - indent),
    style.dim("the whole picture: --html FILE"),
    "",
  ];
}

function isSame(one: Finding, other: Finding): boolean {
  if (one.kind !== other.kind || one.file !== other.file || one.line !== other.line) return false;
  // What is not written yet is told once, whatever each check asked of it.
  return one.message === other.message || (one.kind === "not-implemented" && one.line !== undefined);
}

/** Sign, name and points; the points stand at the right, unless the check has none to give. */
function statusLines(check: CheckReport, style: Style): string[] {
  const sign = style.signs[check.status];
  const points = check.maxPoints === 0 ? "" : `${check.points}/${check.maxPoints}`;
  const indent = width(sign) + 3;
  const room = style.columns - indent - points.length - 2;
  const [first = "", ...more] = wrap(cleanLine(check.name) + (check.hidden ? " (hidden)" : ""), room);
  const paint = { passed: style.good, failed: style.bad, broken: style.warn, unsupported: style.dim }[check.status];
  return [
    `  ${paint.call(style, sign)} ${pad(first, room + 2)}${points}`.trimEnd(),
    ...more.map((line) => " ".repeat(indent) + line),
  ];
}

/** Output, verdict, points, and what to do next. */
export function summaryLines(report: Report, style: Style, next: readonly NextStep[]): string[] {
  const output = outputLines(report.output, style);
  const say = (text: string, paint: (line: string) => string): string[] =>
    wrap(text, style.columns - 2).map((line) => `  ${paint.call(style, line)}`);
  return [
    "",
    ...(output.length > 0 ? [...output, ""] : []),
    ...say(
      verdictText(report),
      { passed: style.good, failed: style.strong, broken: style.warn, unsupported: style.warn }[report.verdict],
    ),
    ...(report.reason === null ? [] : say(cleanLine(report.reason), (line) => line)),
    ...(report.checks.length > 0 ? say(effortText(report), style.dim) : []),
    ...noteTexts(report).flatMap((text) => say(text, style.dim)),
    ...(next.length > 0 ? ["", ...nextLines(next, style)] : []),
  ];
}

function verdictText(report: Report): string {
  if (report.replayed && report.verdict === "passed") return "This schedule passes now.";
  if (report.replayed && report.verdict === "failed") return "This schedule fails.";
  const points = `${report.points} of ${report.maxPoints} points`;
  const passed = report.checks.filter(({ status }) => status === "passed").length;
  switch (report.verdict) {
    case "passed":
      return `Passed: ${points}.`;
    case "failed":
      return `${passed} of ${report.checks.length} checks passed: ${points}.`;
    case "broken":
      return "The lab itself failed. This costs you nothing.";
    case "unsupported":
      return "This machine cannot run it. This costs you nothing.";
  }
}

function effortText(report: Report): string {
  const explored = report.checks.reduce((sum, { explored = 0 }) => sum + explored, 0);
  const runs = report.checks.reduce((sum, { schedules }) => sum + schedules, 0) - explored;
  const apart = report.isolation === "bubblewrap" ? "isolated by bubblewrap" : "not isolated from this machine";
  const made = [
    ...(explored === 0 ? [] : [count(explored, "schedule")]),
    ...(runs === 0 && explored > 0 ? [] : [count(runs, "run")]),
  ];
  return `${made.join(" and ")} in ${duration(report.durationMs)}, ${apart}`;
}

/** Most notes that are told: more of them say the same. */
const MOST_NOTES = 3;

/** Where a schedule sees less than the file does. */
function noteTexts({ notes = [] }: Report): string[] {
  const shown = notes.slice(0, MOST_NOTES).map(({ message, file, line }) =>
    `Not watched (${cleanLine(file)}, line ${line}): ${cleanLine(message)}`
  );
  const more = notes.length - shown.length;
  return more === 0 ? shown : [...shown, `Not watched: ${more} more ${more === 1 ? "place" : "places"} like these.`];
}

/** "1 run", "4,212 schedules". */
function count(number: number, noun: string): string {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}

/** "840 ms", "1.8 s". */
function duration(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}

/** Commands and what they do, side by side where there is room. */
export function nextLines(next: readonly NextStep[], style: Style): string[] {
  const label = "Next  ";
  const column = Math.max(...next.map(({ command }) => command.length)) + 2;
  const room = style.columns - 2 - label.length - column;
  return next.flatMap(({ command, what }, index) => {
    const head = `  ${index === 0 ? style.strong(label) : " ".repeat(label.length)}`;
    if (width(what) <= room) {
      return [`${head}${style.link(command)}${" ".repeat(column - command.length)}${style.dim(what)}`];
    }
    const below = wrap(what, style.columns - 4 - label.length);
    return [`${head}${style.link(command)}`, ...below.map((line) => " ".repeat(4 + label.length) + style.dim(line))];
  });
}

/** The whole report. */
export function reportText(
  report: Report,
  style: Style,
  path: string,
  find: FindSource,
  next: readonly NextStep[] = [],
): string {
  return [
    ...headingLines(report.exercise, path, style),
    ...report.checks.flatMap((check, index) => checkLines(check, report.checks.slice(0, index), style, find)),
    ...summaryLines(report, style, next),
  ].join("\n") + "\n";
}

/** The progress bar: one line without an end, as wide as the medium allows. */
export function progressBar(progress: { done: number; total: number; check: string }, style: Style): string {
  const cells = Math.min(24, Math.floor(style.columns / 3));
  const part = progress.total === 0 ? 0 : Math.min(1, progress.done / progress.total);
  const filled = Math.floor(part * cells);
  const bar = style.good(style.signs.filled.repeat(filled)) + style.dim(style.signs.unfilled.repeat(cells - filled));
  const percent = `${Math.floor(part * 100)}%`.padStart(4);
  const room = style.columns - 2 - cells - 1 - percent.length - 2 - 1;
  return `  ${bar} ${percent}  ${style.dim(truncate(cleanLine(progress.check), room, style.signs.more))}`;
}
