/**
 * From TypeScript to JavaScript by blanking the types out, so that every line and column stays. What would need a compiler
 * (enums, namespaces…) is refused with what to write in its place.
 *
 * @module
 */
import { stripTypeScriptTypes } from "node:module";
import type { Problem } from "./model.ts";
import { ProblemFound, type SourceFile } from "./problem.ts";
import { mayBeTooComplex, probeSyntax } from "./syntax_probe.ts";

/** What the runtime's message says is unsupported, and what to tell a student. */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [
    /\benum\b/,
    "`enum` is not supported here, for it is more than a type. Use a constant object: `const Color = { Red: 0, Green: 1 } as const;`.",
  ],
  [
    /\bnamespace\b|`module`/,
    "`namespace` is not supported here, for it is more than a type. Put its contents in a file of its own, or in an object.",
  ],
  [
    /parameter property/,
    "A parameter of a constructor cannot be `private`, `public`, `protected` or `readonly` here. " +
    "Declare the field in the class and assign it in the constructor.",
  ],
  [/angle-bracket/, "`<T>value` is not supported here. Write `value as T`."],
  [/import equals/, '`import x = …` is not supported here. Write `import { x } from "…"`, or `const x = …`.'],
  [/export assignment/, "`export = …` is not supported here. Write `export default …`."],
];

/** The JavaScript of `file`, as long as its TypeScript. Throws `ProblemFound`. */
export function stripTypes(file: SourceFile): string {
  if (mayBeTooComplex(file.text)) requireValid(file);
  try {
    return stripTypeScriptTypes(file.text);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    const place = /:(\d+):(\d+)\s*$/.exec(said);
    if (place === null) {
      requireValid(file);
      throw new ProblemFound(unsupported(file));
    }
    const advice = ADVICE.find(([pattern]) => pattern.test(said))?.[1] ??
      `${said.replace(/\s*at file:\S*\s*$/, "").replace(/\.?$/, ".")} Write it in another way.`;
    throw new ProblemFound(file.problemAt("does-not-load", advice, Number(place[1]), Number(place[2])));
  }
}

function requireValid(file: SourceFile): void {
  const syntax = probeSyntax(file.text);
  if (syntax.kind === "too-complex") throw new ProblemFound(file.tooComplex());
  if (syntax.kind === "error") {
    const message = `There is a syntax error here: ${lowerFirst(syntax.message)}.`;
    throw new ProblemFound(file.problemAt("does-not-load", message, syntax.line, syntax.column));
  }
}

/** Syntax that Deno's parser knows and plain JavaScript does not have, other than types: decorators. */
function unsupported(file: SourceFile): Problem {
  const decorator = /^[^\S\r\n]*@[\p{ID_Start}$_(]/mu.exec(file.text);
  if (decorator === null) {
    return file.problemAt(
      "does-not-load",
      "This file uses syntax that is not supported here. Use plain functions and types.",
      1,
      1,
    );
  }
  const message = "Decorators (`@name`) are not supported here. Call the function yourself.";
  return file.problem("does-not-load", message, decorator.index + decorator[0].indexOf("@"));
}

function lowerFirst(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}
