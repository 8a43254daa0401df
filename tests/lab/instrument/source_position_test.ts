import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { positionIn, type SourcePosition } from "../../../lab/instrument/source_position.ts";
import { evaluate, type Files, programOf } from "./student_files.ts";

/** Where the error of `files` is said to be: thrown by `main`, or while the files are evaluated. */
function thrownIn(files: Files): SourcePosition | null {
  const program = programOf(files);
  try {
    const { main } = evaluate(program);
    assert(typeof main === "function");
    main();
  } catch (error) {
    assertInstanceOf(error, Error);
    return positionIn(error.stack ?? "", program.modules);
  }
  return null;
}

const MODULE = { path: "a.ts", url: "file:///home/x/a.ts" };

const STACKS: readonly (readonly [string, string, SourcePosition | null])[] = [
  ["a frame", "Error: no\n    at f (file:///home/x/a.ts:3:7)", { file: "a.ts", line: 3, column: 7 }],
  ["a frame as the runtime names evaluated text", "Error\n    at f (file:///home/x/a.ts, <anonymous>:3:7)", {
    file: "a.ts",
    line: 3,
    column: 7,
  }],
  ["a frame without a function", "Error\n    at file:///home/x/a.ts:3:7", { file: "a.ts", line: 3, column: 7 }],
  [
    "the topmost of several",
    "Error\n    at g (ext:core/01.js:1:1)\n    at f (file:///home/x/a.ts:5:2)\n    at h (file:///home/x/a.ts:9:9)",
    { file: "a.ts", line: 5, column: 2 },
  ],
  ["other files only", "Error\n    at f (file:///home/x/a.tsx:3:7)\n    at g (file:///home/x/b.ts:1:1)", null],
  ["a message that looks like a frame", "Error: see file:///home/x/a.ts:1:1\n    at g (file:///home/x/b.ts:1:1)", null],
  ["no stack", "", null],
];

for (const [what, stack, position] of STACKS) {
  Deno.test(`positionIn() reads ${what}`, () => assertEquals(positionIn(stack, [MODULE]), position));
}

const THROWN: readonly (readonly [string, Files, SourcePosition])[] = [
  ["the top of a file", { "a.ts": `import { answer } from "ipc";\n\nanswer();\nthrow new Error();` }, {
    file: "a.ts",
    line: 4,
    column: 7,
  }],
  ["the first line", { "a.ts": `throw new Error();` }, { file: "a.ts", line: 1, column: 7 }],
  ["a function's body, after types and checks", {
    "a.ts":
      `interface A {\n  b: number;\n}\nexport function main(this: void, a?: A): void {\n  for (const x of [1]) { const e: Error = new Error(String(x)); throw e; }\n  void a;\n}`,
  }, { file: "a.ts", line: 5, column: 43 }],
  ["the line of a function's head", { "a.ts": `export const main = (): void => { throw new Error(); };` }, {
    file: "a.ts",
    line: 1,
    column: 41,
  }],
  ["an arrow function without a block", {
    "a.ts": `import {\n  answer,\n} from "ipc";\nexport const main = () => answer().nothing.more;`,
  }, { file: "a.ts", line: 4, column: 43 }],
  ["a helper with a space in its path", {
    "a.ts": `import { f } from "./my files/b.ts";\nexport const main = () => f();`,
    "my files/b.ts": `\nexport function f(): never {\n  throw new Error();\n}`,
  }, { file: "my files/b.ts", line: 3, column: 9 }],
  [
    "a callback of the runtime's",
    { "a.ts": `export function main() {\n  [1].forEach(() => {\n    null!.x;\n  });\n}` },
    { file: "a.ts", line: 3, column: 11 },
  ],
  ["text after an imported name", {
    "a.ts": `import { f } from "./b.ts";\nexport function main() {\n  f(1); f(2); throw new Error();\n}`,
    "b.ts": `export const f = (n: number) => n;`,
  }, { file: "a.ts", line: 3, column: 21 }],
  ["a file with Windows line endings", {
    "a.ts":
      `import {\r\n  answer\r\n} from "ipc";\r\nexport const main = () => {\r\n  answer();\r\n  throw new Error();\r\n};`,
  }, { file: "a.ts", line: 6, column: 9 }],
  ["a file with a shebang", { "a.ts": `#!/usr/bin/env deno\nthrow new Error();` }, {
    file: "a.ts",
    line: 2,
    column: 7,
  }],
  ["a file that claims another name", {
    "a.ts": `export function main() {\n  throw new Error();\n}\n//# sourceURL=file:///other.ts`,
  }, { file: "a.ts", line: 2, column: 9 }],
  ["a method of a class", {
    "a.ts":
      `class A {\n  #n = 1;\n  get n(): number {\n    return (undefined as unknown as { n: number }).n + this.#n;\n  }\n}\nexport const main = () => new A().n;`,
  }, { file: "a.ts", line: 4, column: 52 }],
  ["a default export on two lines", {
    "a.ts": `import f from "./b.ts";\nexport const main = () => f();`,
    "b.ts": `export\ndefault function () {\n  throw new Error();\n}`,
  }, { file: "b.ts", line: 3, column: 9 }],
];

for (const [what, files, position] of THROWN) {
  Deno.test(`positionIn() finds an error thrown in ${what}`, () => assertEquals(thrownIn(files), position));
}
