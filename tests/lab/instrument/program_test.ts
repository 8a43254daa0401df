import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { loadProgram, type Problem } from "../../../lab/instrument/program.ts";
import { type Files, load, problemsOf, withFolder } from "./student_files.ts";

interface Refused {
  readonly name: string;
  readonly files: Files;
  /** Kind, file, line, column and a part of the message of each problem. */
  readonly problems: readonly (readonly [Problem["kind"], string, number, number, string])[];
}

const LOAD = "does-not-load";
const FORBIDDEN = "forbidden-mechanism";

const CASES: readonly Refused[] = [
  // Imports that are not the exercise's.
  ...[
    "node:fs",
    "npm:left-pad",
    "jsr:@std/fs",
    "https://example.com/x.ts",
    "fs",
    "/etc/passwd",
    "file:///etc/passwd",
    "data:text/javascript,1",
    "@std/assert",
    "ipc/",
    ".",
    "..",
  ].map((specifier): Refused => ({
    name: `an import of "${specifier}"`,
    files: { "a.ts": `// First line.\nimport { x } from "${specifier}";\nx;` },
    problems: [[FORBIDDEN, "a.ts", 2, 19, `"${specifier}" may not be imported here.`]],
  })),
  {
    name: "a mistyped ipc",
    files: { "a.ts": `import "ipx";` },
    problems: [[FORBIDDEN, "a.ts", 1, 8, `Did you mean "ipc"?`]],
  },
  {
    name: "a forbidden re-export",
    files: { "a.ts": `export * from "node:fs"; export { y } from "node:os"; export * as z from "node:net";` },
    problems: [[FORBIDDEN, "a.ts", 1, 15, "node:fs"], [FORBIDDEN, "a.ts", 1, 44, "node:os"], [
      FORBIDDEN,
      "a.ts",
      1,
      74,
      "node:net",
    ]],
  },
  {
    name: "a forbidden import in a helper",
    files: { "a.ts": `import "./b.ts";`, "b.ts": `\nimport "node:fs";` },
    problems: [[FORBIDDEN, "b.ts", 2, 8, "node:fs"]],
  },
  {
    name: "an import from outside the folder",
    files: { "a.ts": `import "../../lib/mod.ts";` },
    problems: [[FORBIDDEN, "a.ts", 1, 8, "outside the exercise's folder"]],
  },
  {
    name: "an import of the grading",
    files: { "a.ts": `import "./grading/solution.ts";`, "grading/solution.ts": "" },
    problems: [[FORBIDDEN, "a.ts", 1, 8, "part of the grading"]],
  },
  {
    name: "an import of the grading by another spelling",
    files: { "a.ts": `import "./x/.././grading/solution.ts";`, "grading/solution.ts": "" },
    problems: [[FORBIDDEN, "a.ts", 1, 8, "part of the grading"]],
  },
  // Files that are not there.
  {
    name: "a missing extension",
    files: { "a.ts": `import "./b";`, "b.ts": "" },
    problems: [[LOAD, "a.ts", 1, 8, `Did you mean "./b.ts"?`]],
  },
  {
    name: "a mistyped file",
    files: { "a.ts": `import "./sub/helpr.ts";`, "sub/helper.ts": "" },
    problems: [[LOAD, "a.ts", 1, 8, `Did you mean "./sub/helper.ts"?`]],
  },
  {
    name: "a missing file",
    files: { "a.ts": `import "./nothing/like/it.ts";` },
    problems: [[LOAD, "a.ts", 1, 8, "There is no file"]],
  },
  {
    name: "a folder",
    files: { "a.ts": `import "./sub/";`, "sub/b.ts": "" },
    problems: [[LOAD, "a.ts", 1, 8, "There is no file"]],
  },
  {
    name: "data",
    files: { "a.ts": `import d from "./d.json" with { type: "json" };\nd;`, "d.json": "{}" },
    problems: [[LOAD, "a.ts", 1, 15, "not a TypeScript file"]],
  },
  // Names that are not there.
  {
    name: "a mistyped call",
    files: { "a.ts": `import { answer,\n  shmgte } from "ipc";\nshmgte();` },
    problems: [[LOAD, "a.ts", 2, 3, `"ipc" does not export "shmgte". Did you mean "shmget"?`]],
  },
  {
    name: "a mistyped call that is not even used",
    files: { "a.ts": `import { shmgte } from "ipc";` },
    problems: [[LOAD, "a.ts", 1, 10, `Did you mean "shmget"?`]],
  },
  {
    name: "a call that is nothing like another",
    files: { "a.ts": `export { frobnicate } from "ipc";` },
    problems: [[LOAD, "a.ts", 1, 10, "README"]],
  },
  {
    name: "a default import of ipc",
    files: { "a.ts": `import ipc from "ipc"; ipc;` },
    problems: [[LOAD, "a.ts", 1, 8, "Name the calls"]],
  },
  {
    name: "a mistyped name of a helper",
    files: { "a.ts": `import { helpMe } from "./b.ts"; helpMe();`, "b.ts": `export function helpme() {}` },
    problems: [[LOAD, "a.ts", 1, 10, `"./b.ts" does not export "helpMe". Did you mean "helpme"?`]],
  },
  {
    name: "a name that a helper has nothing like",
    files: { "a.ts": `import { x } from "./b.ts"; x;`, "b.ts": `export const one = 1, two = 2;` },
    problems: [[LOAD, "a.ts", 1, 10, "It exports one, two."]],
  },
  {
    name: "a name of a helper that exports nothing",
    files: { "a.ts": `import { x } from "./b.ts"; x;`, "b.ts": `const x = 1; x;` },
    problems: [[LOAD, "a.ts", 1, 10, "It exports nothing"]],
  },
  {
    name: "a default that a star does not pass on",
    files: { "a.ts": `import d from "./b.ts"; d;`, "b.ts": `export * from "./c.ts";`, "c.ts": `export default 1;` },
    problems: [[LOAD, "a.ts", 1, 8, `"default"`]],
  },
  {
    name: "a re-export that leads back to itself",
    files: { "a.ts": `export { x } from "./b.ts";`, "b.ts": `export { x } from "./a.ts";` },
    problems: [[LOAD, "a.ts", 1, 10, `"x"`], [LOAD, "b.ts", 1, 10, `"x"`]],
  },
  {
    name: "a name that two stars give",
    files: {
      "a.ts": `import { x } from "./b.ts"; x;`,
      "b.ts": `export * from "./c.ts"; export * from "./d.ts";`,
      "c.ts": `export const x = 1;`,
      "d.ts": `export const x = 2;`,
    },
    problems: [[LOAD, "a.ts", 1, 10, "two different things"]],
  },
  {
    name: "an exported type without `type`",
    files: { "a.ts": `interface A {}\nexport { A };` },
    problems: [[LOAD, "a.ts", 2, 10, "export type"]],
  },
  // TypeScript that is more than types.
  {
    name: "an enum",
    files: { "a.ts": `let a = 1;\n  enum Color { Red }` },
    problems: [[LOAD, "a.ts", 2, 3, "constant object"]],
  },
  {
    name: "an exported constant enum",
    files: { "a.ts": `export const enum Color { Red }` },
    problems: [[LOAD, "a.ts", 1, 8, "constant object"]],
  },
  {
    name: "a namespace",
    files: { "a.ts": `\nnamespace N { export const a = 1; }` },
    problems: [[LOAD, "a.ts", 2, 1, "`namespace` is not supported"]],
  },
  {
    name: "a namespace of the old form",
    files: { "a.ts": `module N { export const a = 1; }` },
    problems: [[LOAD, "a.ts", 1, 1, "`namespace` is not supported"]],
  },
  {
    name: "a parameter property",
    files: { "a.ts": `class A {\n  constructor(private x: number) {}\n}` },
    problems: [[LOAD, "a.ts", 2, 23, "Declare the field"]],
  },
  {
    name: "a cast in angle brackets",
    files: { "a.ts": `const a = 1;\nconst b = <number>a;` },
    problems: [[LOAD, "a.ts", 2, 11, "value as T"]],
  },
  {
    name: "import =",
    files: { "a.ts": `import fs = require("fs");` },
    problems: [[LOAD, "a.ts", 1, 1, "import { x }"]],
  },
  { name: "export =", files: { "a.ts": `export = 3;` }, problems: [[LOAD, "a.ts", 1, 1, "export default"]] },
  {
    name: "a decorator",
    files: { "a.ts": `const log = () => {};\n  @log class A {}` },
    problems: [[LOAD, "a.ts", 2, 3, "Decorators"]],
  },
  // Syntax errors.
  {
    name: "an expression that is missing",
    files: { "a.ts": `import "ipc";\r\nexport function f(): void {\r\n  const y: number = ;\r\n}` },
    problems: [[LOAD, "a.ts", 3, 21, "syntax error here: expression expected."]],
  },
  {
    name: "a brace that is missing",
    files: { "a.ts": `export function f() {\n  if (true) {\n}\n` },
    problems: [[LOAD, "a.ts", 4, 1, "ends too early"]],
  },
  {
    name: "a string without an end",
    files: { "a.ts": `let a: number;\nconst s = "abc\n` },
    problems: [[LOAD, "a.ts", 2, 11, "syntax error"]],
  },
  {
    name: "a name declared twice",
    files: { "a.ts": `let a: number = 1;\nlet b = 2, a = 3;` },
    problems: [[LOAD, "a.ts", 2, 12, "already been declared"]],
  },
  {
    name: "a return outside a function",
    files: { "a.ts": `let a: number;\nreturn 1;` },
    problems: [[LOAD, "a.ts", 2, 1, "syntax error"]],
  },
  {
    name: "a syntax error in a helper",
    files: { "a.ts": `import { x } from "./b.ts"; x;`, "b.ts": `\n\nexport const x = (;` },
    problems: [[LOAD, "b.ts", 3, 19, "syntax error"]],
  },
  {
    name: "a syntax error in JavaScript",
    files: { "a.ts": `import "./b.js";`, "b.js": `let a: number;` },
    problems: [[LOAD, "b.js", 1, 6, "syntax error"]],
  },
  {
    name: "a syntax error after a byte order mark",
    files: { "a.ts": `\ufefflet a = ;` },
    problems: [[LOAD, "a.ts", 1, 9, "syntax error"]],
  },
  {
    name: "an apostrophe in a string",
    files: { "a.ts": `let a: number;\nconst s = 'it's';` },
    problems: [[LOAD, "a.ts", 2, 16, "never closed"]],
  },
  {
    name: "a comment without an end",
    files: { "a.ts": `let a: number;\n/* b` },
    problems: [[LOAD, "a.ts", 2, 1, "never closed"]],
  },
  {
    name: "a template without an end",
    files: { "a.ts": "let a: number;\nconst t = `b" },
    problems: [[LOAD, "a.ts", 2, 12, "template string is never closed"]],
  },
  {
    name: "a number of an old form",
    files: { "a.ts": `let a: number = 010;` },
    problems: [[LOAD, "a.ts", 1, 17, "cannot be read"]],
  },
  {
    name: "typographic quotes",
    files: { "a.ts": `const a: string = \u201cb\u201d;` },
    problems: [[LOAD, "a.ts", 1, 19, "syntax error"]],
  },
  {
    name: "a word where another belongs",
    files: { "a.ts": `import { answer } form "ipc";` },
    problems: [[LOAD, "a.ts", 1, 19, "expected 'from', got 'form'"]],
  },
  {
    name: "two expressions side by side",
    files: { "a.ts": `let a: number = 1 2;` },
    problems: [[LOAD, "a.ts", 1, 19, "cannot follow"]],
  },
  {
    name: "a type that is missing",
    files: { "a.ts": `let a: = 1;` },
    problems: [[LOAD, "a.ts", 1, 8, "unexpected `=`."]],
  },
  // What would have to wait.
  {
    name: "await at the top",
    files: { "a.ts": `const a = 1;\nconst b = await a;\nexport const f = async () => await a;` },
    problems: [[LOAD, "a.ts", 2, 11, "cannot `await` while it loads"]],
  },
  {
    name: "for await and await using at the top",
    files: { "a.ts": `for await (const x of []) x;\n{ await using r = null; r; }` },
    problems: [[LOAD, "a.ts", 1, 1, "await"], [LOAD, "a.ts", 2, 3, "await"]],
  },
  {
    name: "a dynamic import",
    files: { "a.ts": `export const f = () => import("node:fs");` },
    problems: [[LOAD, "a.ts", 1, 24, "`import(…)` cannot be used"]],
  },
  {
    name: "import.meta.resolve",
    files: { "a.ts": `export const f = () => import.meta.resolve("./x.ts");\nimport.meta["url"];` },
    problems: [[LOAD, "a.ts", 1, 24, "`import.meta.resolve`"], [LOAD, "a.ts", 2, 1, "`import.meta[…]`"]],
  },
  {
    name: "arguments at the top",
    files: { "a.ts": `const f = () => arguments;\nfunction g() { return () => arguments; }` },
    problems: [[LOAD, "a.ts", 1, 17, "`arguments`"]],
  },
  // Several at once, in the order in which they are read.
  {
    name: "several problems of several files",
    files: {
      "a.ts": `import { nope } from "./b.ts";\nnope; await 1;\nimport "npm:x";`,
      "b.ts": `import "node:fs";\nexport const one = 1;`,
    },
    problems: [[LOAD, "a.ts", 1, 10, "nope"], [LOAD, "a.ts", 2, 7, "await"], [FORBIDDEN, "a.ts", 3, 8, "npm:x"], [
      FORBIDDEN,
      "b.ts",
      1,
      8,
      "node:fs",
    ]],
  },
  // What no parser gets through.
  ...["(", "[", "{", "(function(){", "x=>", "!", "a?b:", "`${", "1+", "if(1);else ", "a."].map((piece): Refused => ({
    name: `thousands of "${piece}"`,
    files: { "a.ts": piece.repeat(Math.floor(200_000 / piece.length)) },
    problems: [[LOAD, "a.ts", 1, 1, ""]],
  })),
  {
    name: "a file that is too large",
    files: { "a.ts": " ".repeat(300_000) },
    problems: [[LOAD, "a.ts", 1, 1, "too much"]],
  },
];

for (const { name, files, problems } of CASES) {
  Deno.test(`loadProgram() refuses ${name}`, () => {
    const seen = problemsOf(files);
    const withoutPlace = problems.some(([, , , , part]) => part === "");
    assertEquals(seen.length, problems.length, JSON.stringify(seen, null, 2));
    seen.forEach((problem, index) => {
      const [kind, file, line, column, part] = problems[index] ?? [LOAD, "", 0, 0, ""];
      assertStringIncludes(problem.message, part);
      // A sentence, without a word of the machinery.
      assertMatch(problem.message, /^[A-Z"`].*[.?]$/);
      if (withoutPlace) return assertEquals([problem.kind, problem.file], [kind, file]);
      assertEquals([problem.kind, problem.file, problem.line, problem.column], [kind, file, line, column]);
      const text = String(files[file]).replace(/^\ufeff/, "");
      assertEquals(problem.sourceLine, part === "too much" ? "" : text.split(/\r?\n/)[line - 1]);
    });
  });
}

Deno.test("loadProgram() refuses an entry that is not there", () => {
  withFolder({ "a.ts": "" }, (folder) => {
    const result = loadProgram(join(folder, "b.ts"), folder, { ipcNames: [] });
    assertEquals(result.ok ? [] : result.problems.map(({ file, message }) => [file, message]), [[
      "b.ts",
      'There is no file "b.ts".',
    ]]);
  });
});

Deno.test("loadProgram() refuses a link that leads out of the folder", () => {
  withFolder({ "exercise/a.ts": `import "./b.ts";`, "secret.ts": "export const x = 1;" }, (folder, entry) => {
    Deno.symlinkSync(join(folder, "secret.ts"), join(folder, "exercise/b.ts"));
    const result = loadProgram(entry, join(folder, "exercise"), { ipcNames: [] });
    assertEquals(result.ok ? [] : result.problems.map(({ kind }) => kind), [FORBIDDEN]);
  });
});

Deno.test("loadProgram() refuses a link into the grading", () => {
  withFolder({ "a.ts": `import "./b.ts";`, "grading/solution.ts": "" }, (folder, entry) => {
    Deno.symlinkSync("grading/solution.ts", join(folder, "b.ts"));
    const result = loadProgram(entry, folder, { ipcNames: [] });
    assertEquals(result.ok ? [] : result.problems.map(({ kind }) => kind), [FORBIDDEN]);
  });
});

Deno.test("loadProgram() does not wait for what is no file", () => {
  withFolder({ "a.ts": `import "./b.ts";` }, (folder, entry) => {
    assertEquals(new Deno.Command("mkfifo", { args: [join(folder, "b.ts")] }).outputSync().success, true);
    const result = loadProgram(entry, folder, { ipcNames: [] });
    assertEquals(result.ok ? [] : result.problems.map(({ line, column }) => [line, column]), [[1, 8]]);
  });
});

Deno.test("loadProgram() lets a solution import from the grading, where it lies", () => {
  const result = load({
    "grading/solution.ts": `export * from "./parts.ts"; export * from "../shared.ts";`,
    "grading/parts.ts": "export const a = 1;",
    "shared.ts": "export const b = 1;",
  });
  assertEquals(result.ok && result.exports, ["a", "b"]);
});

Deno.test("loadProgram() never executes a file", () => {
  const result = load({ "a.ts": `throw new Error("executed"); export const x = globalThis.executed = 1;` });
  assertEquals([result.ok, "executed" in globalThis], [true, false]);
});
