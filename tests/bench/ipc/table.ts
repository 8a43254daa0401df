/**
 * The measurements as a table for a terminal.
 *
 * @module
 */
import type { Measurement } from "./measure.ts";
import type { Kind } from "./plan.ts";

const TITLES: Readonly<Record<Kind, string>> = {
  round_trip: "Round trip, both sides on one processor (spinning: on two), microseconds",
  throughput:
    "One direction, messages a second, each side on a processor of its own (shm_sem and shm_futex: both on one);\n" +
    "the ratios are of times: below 1 is faster than C",
  call: "One call, nanoseconds",
  start: "A program from start to end, milliseconds: one that does nothing, and one that imports this library",
};

/** How a time is shown, by what it is the time of. */
const SHOWN: Readonly<Record<Kind, (ns: number) => string>> = {
  round_trip: (ns) => (ns / 1000).toFixed(2),
  throughput: (ns) => Math.round(1e9 / ns).toLocaleString("en"),
  call: (ns) => ns.toFixed(0),
  start: (ns) => (ns / 1e6).toFixed(1),
};

const HEAD = ["", "bytes", "C", "ipc", "Python", "ipc : C", "Python : C"];

/** All measurements, kind by kind, and then why some are missing. */
export function tableOf(measurements: readonly Measurement[]): string {
  const parts = Object.keys(TITLES).map((kind) => {
    const rows = measurements.filter((measurement) => measurement.kind === kind);
    return rows.length === 0 ? "" : `${TITLES[kind as Kind]}\n${aligned([HEAD, ...rows.map(cells)])}\n\n`;
  });
  return parts.join("") + notes(measurements) + reasons(measurements);
}

/** Each note once, with what it is about. */
function notes(measurements: readonly Measurement[]): string {
  const about = Object.groupBy(measurements.filter(({ note }) => note !== undefined), ({ note }) => note as string);
  return Object.entries(about).map(([note, rows = []]) => `${rows.map(({ name }) => name).join(", ")}: ${note}.\n`)
    .join("");
}

function cells({ kind, name, bytes, ns, ratio }: Measurement): string[] {
  const time = (value: number | null): string => value === null ? "–" : SHOWN[kind](value);
  const times = (value: number | null): string => value === null ? "–" : `${value.toFixed(2)} ×`;
  const size = bytes === 0 ? "" : String(bytes);
  return [name, size, time(ns.c), time(ns.lib), time(ns.python), times(ratio.lib), times(ratio.python)];
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => (row[column] as string).length)));
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => {
      const width = widths[column] as number;
      return column === 0 ? cell.padEnd(width) : cell.padStart(width);
    }).join("  ");
  return rows.map((row) => `  ${line(row)}`.trimEnd()).join("\n");
}

/** Each reason once, with what it concerns. */
function reasons(measurements: readonly Measurement[]): string {
  const concerned = new Map<string, Set<string>>();
  for (const { name, skipped } of measurements) {
    for (const [language, reason] of Object.entries(skipped)) {
      const who = `${name} (${language === "lib" ? "ipc" : language})`;
      concerned.set(reason, (concerned.get(reason) ?? new Set()).add(who));
    }
  }
  return [...concerned].map(([reason, names]) => `Not measured: ${[...names].join(", ")}: ${reason}.\n`).join("");
}
