/**
 * How wide text is on a terminal, and how to fit it: East Asian and emoji characters take two columns, combining marks none.
 * Text is only ever cut between what a reader sees as characters.
 *
 * @module
 */

const WIDE = new RegExp(
  "\\p{Emoji_Presentation}|\\uFE0F|[\\u1100-\\u115F\\u2E80-\\u303E\\u3041-\\u33FF\\u3400-\\u4DBF\\u4E00-\\uA4CF\\uA960-\\uA97F" +
    "\\uAC00-\\uD7A3\\uF900-\\uFAFF\\uFE30-\\uFE6F\\uFF00-\\uFF60\\uFFE0-\\uFFE6\\u{1F300}-\\u{1F64F}\\u{1F900}-\\u{1F9FF}\\u{20000}-\\u{3FFFD}]",
  "u",
);
const INVISIBLE = /^[\p{Mark}\p{Default_Ignorable_Code_Point}]+$/u;
const NOT_ASCII = /[^ -~]/;

let segmenter: Intl.Segmenter | undefined;

/** What a reader sees as single characters. */
export function characters(text: string): string[] {
  if (!NOT_ASCII.test(text)) return text.split("");
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

function characterWidth(character: string): number {
  if (!NOT_ASCII.test(character)) return 1;
  if (WIDE.test(character)) return 2;
  return INVISIBLE.test(character) ? 0 : 1;
}

/** Columns that a line takes. Control characters must be gone already: see `cleanLine`. */
export function width(text: string): number {
  if (!NOT_ASCII.test(text)) return text.length;
  return characters(text).reduce((sum, character) => sum + characterWidth(character), 0);
}

/** The beginning that fits in `columns`, and the rest. At least one character is taken, or nothing would ever fit. */
function split(text: string, columns: number): [string, string] {
  let used = 0;
  let taken = 0;
  for (const character of characters(text)) {
    used += characterWidth(character);
    if (used > columns && taken > 0) break;
    taken += character.length;
  }
  return [text.slice(0, taken), text.slice(taken)];
}

/** Cuts a line that is too long, and marks the cut with `mark`. */
export function truncate(text: string, columns: number, mark: string): string {
  return width(text) <= columns ? text : split(text, Math.max(1, columns - width(mark)))[0].trimEnd() + mark;
}

/** Fills up with spaces to `columns`. */
export function pad(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - width(text)));
}

/** Breaks text into lines of at most `columns`, at spaces where possible. Line ends in the text are kept. */
export function wrap(text: string, columns: number): string[] {
  return text.split("\n").flatMap((line) => wrapLine(line, columns));
}

function wrapLine(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (let word of text.split(" ").filter((word) => word !== "")) {
    if (line !== "" && width(line) + 1 + width(word) <= columns) {
      line += ` ${word}`;
      continue;
    }
    if (line !== "") lines.push(line);
    while (width(word) > columns && characters(word).length > 1) {
      const [head, rest] = split(word, columns);
      lines.push(head);
      word = rest;
    }
    line = word;
  }
  return line !== "" || lines.length === 0 ? [...lines, line] : lines;
}
