/**
 * Syntax errors in words that a student knows: what the parsers say names tokens of theirs.
 *
 * @module
 */

const ENDS_TOO_EARLY = "The file ends too early: a bracket or brace that was opened above is never closed.";

/** What a parser says, and what is said instead. The first that matches counts. */
const PLAINLY: readonly (readonly [RegExp, string])[] = [
  [
    /^Export '(.*)' is not defined$/,
    "This file exports `$1` but has no function, class or variable of that name. For a type, write `export type { … }`.",
  ],
  [/got '<eof>'/, ENDS_TOO_EARLY],
  [/UnterminatedTpl/, "There is a syntax error here: a template string is never closed."],
  [
    /^Expected ';', '}' or <eof>|^Unexpected token$/,
    "There is a syntax error here: this cannot follow what stands before it.",
  ],
  [/^Expected (.*), got 'string literal \((".*"), .*\)'$/, "There is a syntax error here: expected $1, got $2."],
  [/^Unexpected token `(.*)`\. Expected .*/, "There is a syntax error here: unexpected `$1`."],
];

/** The message for what a parser says of a file, at a place that may be the file's end. */
export function describeSyntaxError(said: string, atEnd = false): string {
  if (atEnd && /^Unexpected token$/.test(said)) return ENDS_TOO_EARLY;
  for (const [pattern, plainly] of PLAINLY) {
    const found = pattern.exec(said);
    if (found !== null) return plainly.replace(/\$(\d)/g, (_, group) => found[Number(group)] ?? "");
  }
  const text = /^[A-Z][a-z]/.test(said) ? said.charAt(0).toLowerCase() + said.slice(1) : said;
  return `There is a syntax error here: ${text}.`;
}
