/**
 * The little Markdown that hints are written in: paragraphs, lists, `code` and fenced blocks.
 *
 * @module
 */
import { cleanLine } from "./clean.ts";
import type { Style } from "./style.ts";
import { wrap } from "./width.ts";

const LIST_ITEM = /^(\s*(?:[-*]|\d+\.)\s+)(.*)$/;

/** Lines for the terminal, each indented by two columns. */
export function markdownLines(text: string, style: Style): string[] {
  const lines: string[] = [];
  const room = style.columns - 2;
  let paragraph = "";
  let hang = "";
  const flush = (): void => {
    if (paragraph === "") return;
    const [first = "", ...more] = wrap(paragraph, room - hang.length);
    lines.push(hang + first, ...more.map((line) => " ".repeat(hang.length) + line));
    paragraph = hang = "";
  };
  let fenced = false;
  for (const raw of outdent(text)) {
    const line = cleanLine(raw);
    if (line.trimStart().startsWith("```")) {
      flush();
      fenced = !fenced;
    } else if (fenced) {
      // Code is never cut: a narrow terminal may fold it.
      lines.push(style.link(`  ${line}`.trimEnd()));
    } else if (line.trim() === "") {
      flush();
      if (lines.at(-1) !== "") lines.push("");
    } else {
      const [, marker, rest] = LIST_ITEM.exec(line) ?? [];
      if (marker !== undefined) flush();
      hang = marker ?? hang;
      paragraph += (paragraph === "" ? "" : " ") + (rest ?? line.trim());
    }
  }
  flush();
  while (lines.at(-1) === "") lines.pop();
  while (lines[0] === "") lines.shift();
  return lines.map((line) => (line === "" ? "" : `  ${line}`));
}

/** The lines without the indentation that all of them share: hints stand inside of a program. */
function outdent(text: string): string[] {
  const lines = text.split("\n");
  const depths = lines.filter((line) => line.trim() !== "").map((line) => line.length - line.trimStart().length);
  // The first line of a template string stands behind the quote.
  const first = lines[0]?.trim() === "" ? 0 : 1;
  const depth = Math.min(...depths.slice(first), Infinity);
  return lines.map((line, index) => (index < first || depth === Infinity ? line.trimStart() : line.slice(depth)));
}
