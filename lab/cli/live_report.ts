/**
 * A report that appears while the judgement goes on: the title at once, each check as it is decided, and on a terminal a bar below.
 *
 * @module
 */
import type { Progress } from "../judge/judge.ts";
import type { CheckReport, Report } from "../report/model.ts";
import type { FindSource } from "../report/source.ts";
import { Style } from "../report/style.ts";
import { checkLines, headingLines, type NextStep, progressBar, summaryLines } from "../report/terminal.ts";
import { wrap } from "../report/width.ts";
import { type Context, mediumFor } from "./context.ts";
import { shownPath } from "./paths.ts";
import type { Drawn } from "./pictures.ts";

/** The bar is drawn anew at most this often. */
const BAR_INTERVAL_MS = 50;
const ERASE_LINE = "\r\x1b[K";

/** Writes to standard output. */
export class LiveReport {
  readonly #context: Context;
  readonly #style: Style;
  readonly #find: FindSource;
  readonly #covered: boolean;
  readonly #hasBar: boolean;
  readonly #shown: CheckReport[] = [];
  #barVisible = false;
  #barDrawnAt = -Infinity;

  /** Quotes lines of what `find` finds; says which schedules were tried where `covered`. */
  constructor(context: Context, find: FindSource, covered = false) {
    this.#covered = covered;
    this.#context = context;
    this.#style = new Style(mediumFor(context.stdout, context));
    this.#find = find;
    this.#hasBar = canMoveCursor(context) && (context.stdout.columns() ?? 0) >= this.#style.columns;
  }

  /** Shows title and file. */
  start(exercise: Report["exercise"], path: string): void {
    this.#print(headingLines(exercise, path, this.#style));
  }

  /** Moves the bar. */
  progress(progress: Progress): void {
    const now = this.#context.clock.now();
    if (!this.#hasBar || now - this.#barDrawnAt < BAR_INTERVAL_MS) return;
    this.#barDrawnAt = now;
    this.#barVisible = true;
    this.#context.stdout.write(`\r${progressBar(progress, this.#style)}\x1b[K`);
  }

  /** Shows a check. */
  check(check: CheckReport): void {
    this.#print(checkLines(check, this.#shown, this.#style, this.#find, this.#covered));
    this.#shown.push(check);
  }

  /** Shows what has not been shown yet, and the end. */
  finish(report: Report, next: readonly NextStep[]): void {
    for (const check of report.checks.slice(this.#shown.length)) this.check(check);
    this.#print(summaryLines(report, this.#style, next));
  }

  /** Says which files a schedule was drawn into, or why none was. */
  pictures({ written, missing }: Drawn): void {
    const said = missing === null ? [] : wrap(missing, this.#style.columns - 2).map((line) => `  ${line}`);
    const lines = [...written.map((path) => `  Drawn  ${this.#style.link(shownPath(this.#context, path))}`), ...said];
    this.#print(lines.length === 0 ? [] : ["", ...lines]);
  }

  /** Takes the bar away: the judgement was stopped. */
  stop(): void {
    this.#print([]);
  }

  #print(lines: readonly string[]): void {
    const erase = this.#barVisible ? ERASE_LINE : "";
    this.#barVisible = false;
    this.#barDrawnAt = -Infinity;
    if (erase !== "" || lines.length > 0) this.#context.stdout.write(erase + lines.map((line) => `${line}\n`).join(""));
  }
}

/** Whether text on standard output can be replaced later: not in a pipe, a log or a dumb terminal. */
export function canMoveCursor(context: Context): boolean {
  return context.stdout.isTerminal && !context.env("CI") && context.env("TERM") !== "dumb";
}
