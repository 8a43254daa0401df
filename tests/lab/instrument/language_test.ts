import { assertEquals } from "@std/assert";
import { type Files, resultOf } from "./student_files.ts";

/** Each entry exports `main`; what it returns is compared. */
const CASES: readonly { readonly name: string; readonly files: Files; readonly result: unknown }[] = [
  // Types.
  {
    name: "imports of types vanish, however written",
    files: {
      "a.ts":
        `import type { A } from "./none.ts"; import { type B } from "npm:nothing"; import { type C, n } from "./b.ts"; import { D } from "./b.ts"; export type { E } from "node:fs"; export { type F } from "node:os"; export interface G { d: D; c: C; a: A; b: B } export const main = () => n;`,
      "b.ts": `export interface C {} export type D = number; export const n = 1;`,
    },
    result: 1,
  },
  {
    name: "types of every kind",
    files: {
      "a.ts":
        `abstract class Q<T> { abstract x: T; declare y: number; z?: string; constructor(protected_: T) { void protected_; } }\nfunction over(a: number): number;\nfunction over(a: string): string;\nfunction over(a: unknown): unknown { return a!; }\nexport const main = (): unknown => [over(1 as number satisfies number), Q.length, (<T,>(x: T): T => x)(3)];\ndeclare const nothing: number;\ntype A = { [k in "a" | "b"]: \`\${k}!\` };`,
    },
    result: [1, 1, 3],
  },
  // Resources.
  {
    name: "using at the end of a block",
    files: {
      "a.ts":
        `import { shmat } from "ipc"; export function main() { const log: unknown[] = []; { using segment = shmat(7); log.push(segment.id); using other = { [Symbol.dispose]: () => log.push("other") }; void other; } return log; }`,
    },
    result: [7, "other"],
  },
  {
    name: "using in loops and with types",
    files: {
      "a.ts":
        `export function main() { const log: string[] = []; const make = (n: string): Disposable => ({ [Symbol.dispose]: () => { log.push(n); } }); for (using r of [make("a"), make("b")]) log.push("body"); { using c: Disposable = make("c"); void c; } return log; }`,
    },
    result: ["body", "a", "body", "b", "c"],
  },
  {
    name: "using at the top of a file",
    files: {
      "a.ts":
        `const log: string[] = []; using r = { [Symbol.dispose]() { log.push("disposed"); } }; log.push("loaded"); export const main = () => [...log, typeof r];`,
    },
    result: ["loaded", "disposed", "object"],
  },
  // Syntax that is easily broken.
  {
    name: "generators and spread",
    files: {
      "a.ts":
        `function* numbers(n: number): Generator<number> { for (let i = 0; i < n; i++) yield i; yield* [9]; }\nexport const main = () => [...numbers(3)];`,
    },
    result: [0, 1, 2, 9],
  },
  {
    name: "regular expressions and templates",
    files: {
      "a.ts":
        "export const main = () => [/[/]for(;;){}\\/`/.test('/for(;;){}/`'), `a${`b${1 / 2}`}//${/}/.source}`, 4 / 2 / 1, `\\u{41}`];",
    },
    result: [false, "ab0.5//}", 2, "A"],
  },
  {
    name: "getters, setters and computed methods",
    files: {
      "a.ts":
        `export function main() { const o = { _n: 1, get n() { return this._n; }, set n(v) { this._n = v; }, ["m" + 1]() { return 2; }, async a() {}, *g() { yield 3; } }; o.n = 4; return [o.n, (o as unknown as { m1(): number }).m1(), [...o.g()]]; }`,
    },
    result: [4, 2, [3]],
  },
  {
    name: "loops without a block",
    files: {
      "a.ts":
        `export function main() { let n = 0; for (let i = 0; i < 3; i++) n++; for (const k in { a: 1 }) n += k.length; for (const v of [1, 2]) n += v; while (n < 10) n++; do n++; while (n < 12) for (;;) if (n++ > 20) break; else continue; if (n) while (n > 5) n--; else n = 99; for (; n < 6; n++); return n; }`,
    },
    result: 6,
  },
  {
    name: "loops within loops, all without a block and without semicolons",
    files: {
      "a.ts":
        `export function main() {\n  let n = 0\n  for (const a of [1, 2])\n    for (const b of [1, 2])\n      while (n < a * b)\n        n++\n  do\n    n++\n  while (n < 6)\n  return n\n}`,
    },
    result: 6,
  },
  {
    name: "labels and continue",
    files: {
      "a.ts":
        `export function main() { const out: number[] = []; outer: for (let i = 0; i < 3; i++) { inner: for (let j = 0; ; j++) { if (j === 1) continue; if (j > 2) continue outer; if (i === 2) break outer; out.push(10 * i + j); continue inner; } } block: { break block; } let k = 0; do { if (k === 1) continue; } while (++k < 3); out.push(k); return out; }`,
    },
    result: [0, 2, 10, 12, 3],
  },
  {
    name: "arrow functions that return objects, sequences and arrows",
    files: {
      "a.ts":
        `const o = () => ({ a: 1 }), s = () => (1, 2), c = (a: number) => (b: number) => a + b, p = () => ({}).toString(), y = (n: number) => n ? [n] : (n);\nexport const main = () => [o(), s(), c(1)(2), p(), y(1), y(0)];`,
    },
    result: [{ a: 1 }, 2, 3, "[object Object]", [1], 0],
  },
  {
    name: "a comparison that a script would take for a comment",
    files: {
      "a.js": `export function main() { let a = 3, b = 2; const r = a<!--b; while (a --> 0); return [r, a, b]; }`,
    },
    result: [false, -1, 1],
  },
  {
    name: "letters of other scripts",
    files: {
      "a.ts":
        `const größe = 1, 変数 = "é😀", \\u0061b = 3;\nexport const main = (): unknown => [größe, 変数.length, ab];`,
    },
    result: [1, 3, 3],
  },
  {
    name: "strict mode, and no this at the top",
    files: {
      "a.ts":
        `const top = this; export function main() { let refused = false; try { (Object.freeze([]) as number[]).push(1); } catch { refused = true; } return [top, (function (this: unknown) { return this; })(), refused]; }`,
    },
    result: [undefined, undefined, true],
  },
  {
    name: "no names of CommonJS",
    files: { "a.ts": `export const main = () => [typeof module, typeof exports, typeof __filename];` },
    result: ["undefined", "undefined", "undefined"],
  },
  {
    name: "variables called like those of CommonJS",
    files: {
      "a.ts": `const require = 1, module = 2, exports = 3; export const main = () => [require, module, exports];`,
    },
    result: [1, 2, 3],
  },
  {
    name: "globals of the file stay in the file",
    files: {
      "a.ts":
        `var leaked = 1; function alsoLeaked() {} export const main = () => ["leaked" in globalThis, "alsoLeaked" in globalThis, leaked, typeof alsoLeaked];`,
    },
    result: [false, false, 1, "function"],
  },
  {
    name: "import.meta",
    files: {
      "sub dir/a.ts":
        `export const main = () => [import.meta.main, import.meta.url.endsWith("/sub%20dir/a.ts"), import.meta.filename.endsWith("/sub dir/a.ts"), import.meta.dirname.endsWith("/sub dir"), typeof import.meta];`,
    },
    result: [false, true, true, true, "object"],
  },
  {
    name: "Windows line endings",
    files: { "a.ts": `import {\r\n  answer,\r\n} from "ipc";\r\nexport const main = (): number =>\r\n  answer();\r\n` },
    result: 42,
  },
  {
    name: "a byte order mark",
    files: { "a.ts": `\ufeffimport { answer } from "ipc";\nexport const main = (): number => answer();` },
    result: 42,
  },
  {
    name: "a shebang",
    files: { "a.ts": `#!/usr/bin/env -S deno run -A\nexport const main = (): number => 1;` },
    result: 1,
  },
  {
    name: "a byte order mark before a shebang",
    files: { "a.ts": `\ufeff#!/usr/bin/env deno\nexport const main = (): number => 1;` },
    result: 1,
  },
  { name: "a comment at the very end", files: { "a.ts": `export const main = () => 1; // the end` }, result: 1 },
  {
    name: "async functions are left as they are",
    files: {
      "a.ts":
        `export async function work(): Promise<number> { for await (const x of [1]) { await using r = { async [Symbol.asyncDispose]() {} }; await x; void r; } return await 1; }\nexport const main = () => work.constructor.name;`,
    },
    result: "AsyncFunction",
  },
];

for (const { name, files, result } of CASES) {
  Deno.test(`evaluateProgram() understands ${name}`, () => assertEquals(resultOf(files), result));
}

Deno.test("loadProgram() reads a file of three thousand lines", () => {
  const lines = Array.from(
    { length: 3_000 },
    (_, i) => `const v${i}: number = ${i}; for (const x of [v${i}]) void x;`,
  );
  assertEquals(resultOf({ "a.ts": `${lines.join("\n")}\nexport const main = () => v2999;` }), 2999);
});
