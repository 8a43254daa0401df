/**
 * The measurements as a picture to show in class: bars, side by side, as one SVG file that needs nothing else.
 *
 * @module
 */
import type { Language } from "./languages.ts";
import type { Measurement } from "./measure.ts";

const COLOURS: Readonly<Record<Language, string>> = { c: "#5b6770", lib: "#1f77b4", python: "#e6a817" };
const NAMES: Readonly<Record<Language, string>> = { c: "C", lib: "TypeScript (ipc)", python: "Python" };

/** One panel: which rows, and what the bars' lengths mean. */
interface Panel {
  readonly title: string;
  readonly unit: string;
  readonly of: (measurement: Measurement) => boolean;
  readonly value: (ns: number, bytes: number) => number;
}

const PANELS: readonly Panel[] = [
  {
    title: "Round trip of 64 bytes: shorter is better",
    unit: "µs",
    of: ({ kind, bytes }) => kind === "round_trip" && bytes <= 64,
    value: (ns) => ns / 1000,
  },
  {
    title: "Throughput in messages of 4 KiB: longer is better",
    unit: "MB/s",
    of: ({ kind, bytes }) => kind === "throughput" && bytes === 4096,
    value: (ns, bytes) => bytes / ns * 1000,
  },
];

const WIDTH = 900;
const LABELS = 150;
const BAR = 14;
const GAP = 12;
const HEAD = 44;

/** The picture; `machine` is its last line. */
export function chartOf(measurements: readonly Measurement[], machine: string): string {
  let y = 48;
  const parts = [legend()];
  for (const panel of PANELS) {
    const rows = measurements.filter(panel.of);
    if (rows.length === 0) continue;
    parts.push(drawn(panel, rows, y));
    y += HEAD + rows.length * (3 * BAR + GAP) + GAP;
  }
  parts.push(text(16, y + 10, machine, 'fill="#666" font-size="12"'));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${
    y + 26
  }" font-family="sans-serif" font-size="13">
<rect width="100%" height="100%" fill="white"/>
${parts.join("\n")}
</svg>
`;
}

function drawn(panel: Panel, rows: readonly Measurement[], top: number): string {
  const values = rows.flatMap(({ ns, bytes }) =>
    Object.values(ns).map((one) => one === null ? 0 : panel.value(one, bytes))
  );
  const scale = (WIDTH - LABELS - 110) / Math.max(...values, Number.MIN_VALUE);
  const parts = [text(16, top + 20, panel.title, 'font-size="17" font-weight="bold"')];
  for (const [index, { name, ns, bytes }] of rows.entries()) {
    const y = top + HEAD + index * (3 * BAR + GAP);
    parts.push(text(LABELS - 10, y + 1.5 * BAR + 4, name, 'text-anchor="end"'));
    for (const [place, language] of (Object.keys(COLOURS) as Language[]).entries()) {
      const at = y + place * BAR;
      const one = ns[language];
      const value = one === null ? null : panel.value(one, bytes);
      const length = value === null ? 0 : value * scale;
      const label = value === null
        ? "not measured"
        : `${value < 100 ? value.toFixed(1) : value.toFixed(0)} ${panel.unit}`;
      parts.push(
        `<rect x="${LABELS}" y="${at}" width="${length.toFixed(1)}" height="${BAR - 2}" fill="${COLOURS[language]}"/>`,
        text(
          LABELS + length + 6,
          at + BAR - 4,
          label,
          value === null ? 'fill="#aaa" font-size="11"' : 'font-size="11"',
        ),
      );
    }
  }
  return parts.join("\n");
}

function legend(): string {
  return (Object.keys(COLOURS) as Language[]).map((language, place) => {
    const x = LABELS + place * 170;
    return `<rect x="${x}" y="18" width="14" height="14" fill="${COLOURS[language]}"/>${
      text(x + 20, 30, NAMES[language], "")
    }`;
  }).join("\n");
}

function text(x: number, y: number, content: string, attributes: string): string {
  const escaped = content.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${attributes}>${escaped}</text>`;
}
