/**
 * The lanes of a trace in text: a column for each role, time downward, the student's own line at each step. Where the columns
 * would be too narrow for that, they shrink to marks, and the lines stand beside them.
 *
 *     !   stopped here, though it could have gone on (!! is the one that matters)
 *     ..  waits          <  may go on, and looks again          >  goes on after waiting
 *     x   failed, or was left by an exception
 *
 * @module
 */
import { stepText, type Trace, type TraceStep, type Wait, waits, wordText } from "../../explore/trace.ts";
import { cleanLine } from "../clean.ts";
import type { Style } from "../style.ts";
import { pad, truncate, width, wrap } from "../width.ts";
import type { Row } from "./rows.ts";

/** Columns of a lane that shows lines. */
const LANE = { least: 26, most: 60 } as const;
/** Columns of lines that stand beside the lanes, below which there is no margin. */
const LEAST_BESIDE = 26;
/** The margin at the right, where values are told. */
const MARGIN = { least: 10, most: 32 } as const;
/** Between columns. */
const GAP = 2;
/** In front of the text of a step. */
const MARK = 3;

/** Text that is painted once it has its width. */
interface Cell {
  readonly text: string;
  readonly paint?: (text: string) => string;
}

/** One drawing, for a given width. */
export class Lanes {
  readonly #trace: Trace;
  readonly #style: Style;
  readonly #rows: readonly Row[];
  readonly #waits: readonly Wait[];
  readonly #tags: readonly string[];
  /** Steps at which each lane begins and ends; -1: not in this trace. */
  readonly #spans: readonly { readonly begin: number; readonly end: number }[];
  /** Digits of the highest line. */
  readonly #digits: number;
  /** Columns: of all; of a lane's marks; of a lane with lines, 0 if the lines stand beside; of the margin, 0 if there is none. */
  readonly #columns: number;
  readonly #strip: number;
  readonly #lane: number;
  readonly #margin: number;

  /** Draws these rows of the trace, nothing wider than `columns`. */
  constructor(trace: Trace, style: Style, rows: readonly Row[], columns: number) {
    const { lanes, steps } = trace;
    this.#trace = trace;
    this.#style = style;
    this.#rows = rows;
    this.#columns = columns;
    this.#waits = waits(steps);
    this.#tags = tagsOf(lanes);
    this.#spans = lanes.map((_, lane) => ({
      begin: steps.findIndex((step) => step.lane === lane),
      end: steps.findLastIndex((step) => step.lane === lane && step.operation === "end"),
    }));
    this.#digits = String(Math.max(0, ...rows.map(({ from }) => steps[from]?.line ?? 0))).length;
    this.#strip = Math.max(2, ...this.#tags.map(width));

    const longest = Math.max(0, ...rows.map((row) => width(this.#effect(row))));
    const margin = longest === 0 ? 0 : Math.min(MARGIN.most, Math.max(MARGIN.least, longest));
    const each = (rest: number): number => Math.floor((columns - rest - GAP * (lanes.length - 1)) / lanes.length);
    const wide = each(margin === 0 ? 0 : margin + GAP);
    const isWide = wide >= LANE.least;
    this.#lane = isWide ? Math.min(LANE.most, wide) : 0;
    this.#margin = isWide || columns - this.#strips() - margin - 2 * GAP >= LEAST_BESIDE ? margin : 0;
  }

  /** The picture, line by line. */
  lines(): string[] {
    return this.#lane > 0 ? this.#inColumns() : this.#beside();
  }

  /** A column of lines for each lane. */
  #inColumns(): string[] {
    const { lanes } = this.#trace;
    const style = this.#style;
    const join = (cells: readonly Cell[], margin?: Cell): string => {
      const inLanes = cells.map((cell) => ({ ...cell, columns: this.#lane }));
      return this.#join(margin === undefined || this.#margin === 0 ? inLanes : [...inLanes, margin]);
    };
    return [
      join(lanes.map((name) => ({ text: cleanLine(name), paint: (text) => style.strong(text) }))),
      join(lanes.map(() => ({ text: style.signs.rule.repeat(this.#lane), paint: (text) => style.dim(text) }))),
      ...this.#rows.flatMap((row, index) =>
        this.#texts(row, index).map((text, below) => {
          const cells = lanes.map((_, lane) =>
            lane === Math.max(0, row.lane) ? text : below === 0 ? this.#idle(row, lane, true) : { text: "" }
          );
          return below === 0 ? join(cells, this.#marginal(row)) : join(cells);
        })
      ),
    ];
  }

  /** Marks for the lanes, and the lines of all of them in one column. */
  #beside(): string[] {
    const { lanes } = this.#trace;
    const style = this.#style;
    const room = this.#columns - this.#strips() - GAP - (this.#margin === 0 ? 0 : this.#margin + GAP);
    return [
      ...lanes.flatMap((name, lane) =>
        wrap(`${pad(this.#tags[lane] ?? "", this.#strip)} ${cleanLine(name)}`, this.#columns)
      )
        .map((line) => style.strong(line)),
      "",
      ...this.#rows.flatMap((row, index) =>
        this.#texts(row, index).map((text, below) => {
          const marks = lanes.map((_, lane) => {
            const own = lane === row.lane
              ? { text: this.#tags[lane] ?? "", paint: (tag: string) => style.strong(tag) }
              : null;
            const { text, paint = same } = below > 0 ? { text: "" } : own ?? this.#idle(row, lane, false);
            return text === "" ? " ".repeat(this.#strip) : paint(pad(text, this.#strip));
          });
          const rest = below === 0 && this.#margin > 0 ? [this.#marginal(row)] : [];
          return `${marks.join(" ")}${" ".repeat(GAP)}${this.#join([{ ...text, columns: room }, ...rest])}`;
        })
      ),
    ];
  }

  /** Columns of all lanes' marks. */
  #strips(): number {
    return this.#tags.length * (this.#strip + 1) - 1;
  }

  /** Cells side by side; without a width of its own, a cell is as wide as the margin. */
  #join(cells: readonly (Cell & { readonly columns?: number })[]): string {
    const last = cells.findLastIndex(({ text }) => text !== "");
    return cells.slice(0, last + 1).map(({ text, paint = same, columns = this.#margin }, index) => {
      const cut = truncate(text, columns, this.#style.signs.more);
      return cut === "" ? " ".repeat(columns) : index === last ? paint(cut.trimEnd()) : paint(pad(cut, columns));
    }).join(" ".repeat(GAP)).trimEnd();
  }

  /** What a lane shows while another one steps. */
  #idle(row: Row, lane: number, inWords: boolean): Cell {
    const style = this.#style;
    const { steps, critical } = this.#trace;
    if (steps[row.from]?.preempted === true && steps[row.from - 1]?.lane === lane) {
      const sign = critical?.step === row.from ? "!!" : "!";
      return { text: inWords ? `${pad(sign, MARK)}stopped here` : sign, paint: (text) => style.warn(text) };
    }
    const isWaiting = ({ lane: who, from, to }: Wait): boolean =>
      who === lane && from < row.from && (to === null || to >= row.to);
    if (this.#waits.some(isWaiting)) {
      const mayGoOn = steps.slice(row.from, row.to).some(({ woke }) => woke.includes(lane));
      if (!mayGoOn) return { text: "..", paint: (text) => style.bad(text) };
      return { text: inWords ? `${pad("<", MARK)}may go on` : "<", paint: (text) => style.good(text) };
    }
    const { begin, end } = this.#spans[lane] ?? { begin: -1, end: -1 };
    const lives = begin !== -1 && begin < row.from && (end === -1 || end >= row.from);
    return { text: lives ? style.signs.bar : "", paint: (text) => style.dim(text) };
  }

  /** The lines of text of a row: what is done, and a fault that was put in. */
  #texts(row: Row, index: number): Cell[] {
    const style = this.#style;
    const indent = " ".repeat(MARK);
    const count = row.to - row.from;
    if (row.folded) {
      return [{
        text: `${indent}[${count} ${count === 1 ? "step" : "steps"}]`,
        paint: (text) => style.dim(text),
      }];
    }
    const steps = this.#trace.steps.slice(row.from, row.to);
    const faults = steps.flatMap(({ fault }) => fault === undefined ? [] : [fault]);
    const step = steps[0] as TraceStep;
    const [mark, paint] = step.what === "parked"
      ? ["..", (text: string) => style.bad(text)]
      : step.what === "failed" || step.event === "threw"
      ? ["x", (text: string) => style.bad(text)]
      : step.what === "woken"
      ? [">", (text: string) => style.good(text)]
      : this.#trace.racing?.some((at) => row.from <= at && at < row.to)
      ? ["~", (text: string) => style.warn(text)]
      : ["", same];
    return [
      { text: pad(mark, MARK) + this.#words(row, index, steps, step), paint },
      ...faults.map((fault): Cell => ({
        text: `${indent}${" ".repeat(this.#digits + 1)}fault: ${cleanLine(fault)}`,
        paint: (text) => style.warn(text),
      })),
    ];
  }

  /** The student's line; or what is done, where there is no line, or where it was interrupted on this one. */
  #words(row: Row, index: number, steps: readonly TraceStep[], step: TraceStep): string {
    const { file, line, event } = step;
    const source = file === null || line === null || event !== undefined
      ? undefined
      : this.#trace.sources[file]?.[line - 1];
    const before = this.#rows.slice(0, index).findLast(({ lane }) => lane === row.lane);
    const last = before === undefined || before.folded ? undefined : this.#trace.steps[before.to - 1];
    const goesOn = last !== undefined && last.what !== "parked" && last.event === undefined && last.line === line &&
      last.file === file;
    const text = source === undefined || goesOn ? steps.map(stepText).join(", ") : source;
    return `${String(line ?? "").padStart(this.#digits)} ${cleanLine(text).trim()}`;
  }

  #marginal(row: Row): Cell {
    return { text: this.#effect(row), paint: (text) => this.#style.dim(text) };
  }

  /** What came of a row: values of words, states of objects. */
  #effect(row: Row): string {
    if (row.folded) return "";
    const steps = this.#trace.steps.slice(row.from, row.to);
    const name = (object: number): string => this.#trace.objects[object]?.name ?? "";
    const isChanged = (object: number, offset: number): boolean =>
      steps.some(({ changes }) => changes.some((change) => change.object === object && change.offset === offset));
    return cleanLine(
      steps.flatMap(({ what, object, word, changes, values = [], result }) => {
        if (what === "parked") return object === null ? [] : [`waits for ${name(object)}`];
        const told = [
          ...changes.map((change) =>
            `${wordText(this.#trace, change)} ${change.old} ${this.#style.signs.to} ${change.new}`
          ),
          ...values.map(({ object, text }) => `${name(object)} ${text}`),
        ];
        if (told.length > 0 || object === null || word === undefined || isChanged(object, word.offset)) return told;
        return [`${wordText(this.#trace, { object, ...word })} is ${result}`];
      }).join(", "),
    );
  }
}

function same(text: string): string {
  return text;
}

/**
 * Short names for lanes, all different: letters where they would be alike.
 *
 * @example
 * ```ts
 * import { tagsOf } from "./lanes.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(tagsOf(["producer 1", "producer 2", "consumer"]), ["P1", "P2", "C"]);
 * assertEquals(tagsOf(["parent", "printer"]), ["A", "B"]);
 * ```
 */
export function tagsOf(lanes: readonly string[]): string[] {
  const tags = lanes.map((name) => {
    const [, initial = "?", number = ""] = /^[^a-z]*([a-z]).*?(\d{0,2})$/i.exec(name) ?? [];
    return initial.toUpperCase() + number;
  });
  return new Set(tags).size === tags.length ? tags : lanes.map((_, lane) => String.fromCharCode(65 + lane));
}
