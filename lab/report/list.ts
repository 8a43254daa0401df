/**
 * The list of exercises with progress.
 *
 * @module
 */
import { cleanLine } from "./clean.ts";
import type { Style } from "./style.ts";
import { nextLines, type NextStep } from "./terminal.ts";
import { pad, truncate, width, wrap } from "./width.ts";

/** One exercise, as the list shows it. */
export interface ListRow {
  readonly number: number;
  readonly title: string;
  readonly topic: string;
  readonly state: "passed" | "partly" | "todo" | "broken";
  readonly points: number;
  readonly maxPoints: number;
}

/** Summary, rows, and what is next. */
export function listText(rows: readonly ListRow[], style: Style, next: readonly NextStep[]): string {
  const passed = rows.filter(({ state }) => state === "passed").length;
  const sum = (pick: (row: ListRow) => number): number => rows.reduce((total, row) => total + pick(row), 0);
  const counted = `${passed} of ${rows.length} exercises passed, ${sum((row) => row.points)} of ${
    sum((row) => row.maxPoints)
  } points`;
  return [
    ...wrap(counted, style.columns - 2).map((line) => style.strong(`  ${line}`)),
    "",
    ...rowLines(rows, style),
    ...(next.length > 0 ? ["", ...nextLines(next, style)] : []),
  ].join("\n") + "\n";
}

/** Sign, number, title, points, and the topic where it fits. */
function rowLines(rows: readonly ListRow[], style: Style): string[] {
  const scores = rows.map((row) => `${row.points}/${row.maxPoints}`);
  const sign = width(style.signs.todo);
  const score = Math.max(0, ...scores.map(({ length }) => length));
  const most = style.columns - 2 - sign - 4 - 2 - score;
  const column = Math.min(most, Math.max(0, ...rows.map(({ title }) => width(cleanLine(title)))));
  const room = most - column - 2;
  return rows.map((row, index) => {
    const paint = { passed: style.good, partly: style.warn, todo: style.dim, broken: style.warn }[row.state];
    const title = pad(truncate(cleanLine(row.title), column, style.signs.more), column);
    const points = (scores[index] ?? "").padStart(score);
    // A topic that is cut to a few words says nothing.
    const topic = room >= 20 ? style.dim(`  ${truncate(cleanLine(row.topic), room, style.signs.more)}`) : "";
    const number = String(row.number).padStart(2, "0");
    return `  ${paint.call(style, style.signs[row.state])} ${number} ${title}  ${
      row.state === "todo" ? style.dim(points) : points
    }${topic}`;
  });
}
