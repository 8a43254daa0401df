/**
 * Text that a student's program had a say in: it goes to the terminal as letters and nothing else. No escape sequence, no
 * control character and no change of writing direction gets through, so nothing printed can look like the lab's own words.
 *
 * @module
 */

/** ECMA-48: control sequences, control strings (a title, a link), and every other escape. None of them goes over a line end. */
const ESCAPE_SEQUENCE = new RegExp(
  [
    String.raw`(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]`,
    String.raw`(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\n\r]*(?:\x07|\x1b\\|\x9c)?`,
    String.raw`\x1b[ -/]*[0-~]?`,
  ].join("|"),
  "g",
);
const LINE_END = /\r\n|[\n\r\v\f\x85\u2028\u2029]/;
const UNPRINTABLE = /\p{Cc}|\p{Bidi_Control}|\p{Noncharacter_Code_Point}/gu;

/** Longest line that is looked at; what comes behind it cannot be read by anybody. */
const LINE_LIMIT = 4000;

/** One line, made harmless. Tabs become spaces, line ends become one space, anything else unprintable becomes "?". */
export function cleanLine(text: string): string {
  return cleanLines(text).join(" ");
}

/** The lines of a text, each made harmless. The empty line behind a final line end is left out. */
export function cleanLines(text: string): string[] {
  const lines = text.toWellFormed().replace(ESCAPE_SEQUENCE, "").split(LINE_END);
  if (lines.length > 1 && lines.at(-1) === "") lines.pop();
  return lines.map((line) => line.slice(0, LINE_LIMIT).toWellFormed().replaceAll("\t", "  ").replace(UNPRINTABLE, "?"));
}
