/**
 * A trace for the eye, in text: the lanes, and below them what was found, why, and how to see it again.
 *
 * @module
 */
import { endTexts, replayCommand, type Trace } from "../../explore/trace.ts";
import { cleanLine } from "../clean.ts";
import type { Style } from "../style.ts";
import { wrap } from "../width.ts";
import { Lanes } from "./lanes.ts";
import { rowsOf } from "./rows.ts";

/** How much is drawn. */
export interface TimelineOptions {
  readonly columns: number;
  /** Rows at most, but three at least: the ones around what matters, and the end. */
  readonly rows?: number;
}

/** The whole picture. */
export function timelineText(trace: Trace, style: Style, options: TimelineOptions): string {
  const { finding, foundBy } = trace;
  const say = (text: string): string[] => wrap(cleanLine(text), options.columns);
  return [
    ...laneLines(trace, style, options),
    "",
    ...say(`${finding.kind}: ${finding.message}`).map((line) => style.bad(line)),
    ...endLines(trace, style, options.columns),
    ...say(foundBy).map((line) => style.dim(line)),
    ...say(`To see it again: ${replayCommand(trace)}`),
  ].join("\n") + "\n";
}

/** The lanes alone. */
export function laneLines(trace: Trace, style: Style, { columns, rows }: TimelineOptions): string[] {
  return new Lanes(trace, style, rowsOf(trace, rows), columns).lines();
}

/** What it came to: who waits for what, or for whom, and which preemption it took. */
export function endLines(trace: Trace, style: Style, columns: number): string[] {
  const { critical } = trace;
  return [
    ...endTexts(trace).flatMap((text) => wrap(cleanLine(text), columns)),
    ...(critical === undefined ? [] : wrap(`!! ${cleanLine(critical.text)}`, columns).map((line) => style.warn(line))),
  ];
}
