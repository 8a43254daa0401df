/**
 * From TypeScript to JavaScript by blanking the types out, so that every line and column stays. What would need a compiler
 * (enums, namespaces…) is refused with what to write in its place.
 *
 * @module
 */
import { tokenizer, tokTypes } from "acorn";
import { stripTypeScriptTypes } from "node:module";
import type { Problem } from "./model.ts";
import { ProblemFound, type SourceFile } from "./problem.ts";
import { describeSyntaxError } from "./syntax_error.ts";
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
    throw new ProblemFound(
      file.problemAt("does-not-load", describeSyntaxError(syntax.message), syntax.line, syntax.column),
    );
  }
}

/** What Deno's parser can go on after, but taking types out cannot: decorators, and what is wrong within a word. */
function unsupported(file: SourceFile): Problem {
  const decorator = /^[^\S\r\n]*@[\p{ID_Start}$_(]/mu.exec(file.text);
  if (decorator !== null) {
    const message = "Decorators (`@name`) are not supported here. Call the function yourself.";
    return file.problem("does-not-load", message, decorator.index + decorator[0].indexOf("@"));
  }
  const offset = firstBrokenToken(file.text);
  return offset === null
    ? file.problemAt("does-not-load", "This file has syntax that is not supported here. Use plain functions.", 1, 1)
    : file.problem("does-not-load", "There is a syntax error here: this cannot be read, or is never closed.", offset);
}

/** Where an unclosed string, an unclosed comment, a number of no form or a stray character begins. Types are made of the same tokens. */
function firstBrokenToken(text: string): number | null {
  const tokens = tokenizer(text, { ecmaVersion: "latest", sourceType: "module" });
  try {
    while (tokens.getToken().type !== tokTypes.eof);
    return null;
  } catch (error) {
    return error instanceof SyntaxError && "pos" in error ? error.pos as number : null;
  }
}
