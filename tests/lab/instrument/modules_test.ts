import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { type Files, load, resultOf, run } from "./student_files.ts";

/** Each entry exports `main`; what it returns is compared. */
const CASES: readonly { readonly name: string; readonly files: Files; readonly result: unknown }[] = [
  // Imports from "ipc".
  {
    name: "a named import",
    files: { "a.ts": `import { answer } from "ipc"; export const main = () => answer();` },
    result: 42,
  },
  {
    name: "a renamed import",
    files: { "a.ts": `import { answer as a } from "ipc"; export const main = () => a();` },
    result: 42,
  },
  {
    name: "a namespace import",
    files: { "a.ts": `import * as c from "ipc"; export const main = () => c.answer();` },
    result: 42,
  },
  {
    name: "an import named by a string",
    files: { "a.ts": `import { "answer" as a } from "ipc"; export const main = () => a();` },
    result: 42,
  },
  { name: "an import for its effect", files: { "a.ts": `import "ipc"; export const main = () => 1;` }, result: 1 },
  {
    name: "an import below its use",
    files: { "a.ts": `export const main = () => answer();\nimport { answer } from "ipc";` },
    result: 42,
  },
  {
    name: "a call passes no this",
    files: { "a.ts": `import { self } from "ipc"; export const main = () => self();` },
    result: undefined,
  },
  { name: "a re-export of a call", files: { "a.ts": `export { answer as main } from "ipc";` }, result: 42 },
  {
    name: "an exported import of a call",
    files: { "a.ts": `import { answer } from "ipc"; export { answer as main };` },
    result: 42,
  },
  {
    name: "calls by way of a helper",
    files: {
      "a.ts": `import { answer, sys } from "./b.ts"; export const main = () => [answer(), sys.answer()];`,
      "b.ts": `export * from "ipc"; export * as sys from "ipc";`,
    },
    result: [42, 42],
  },
  // Imports from helpers.
  {
    name: "a helper's function",
    files: {
      "a.ts": `import { twice } from "./b.ts"; export const main = () => twice(4);`,
      "b.ts": `export function twice(n: number): number { return 2 * n; }`,
    },
    result: 8,
  },
  {
    name: "a helper in a folder, which imports from the folder above",
    files: {
      "a.ts": `import { b } from "./sub/b.ts"; export const main = () => b();`,
      "sub/b.ts": `import { c } from "../c.ts"; export const b = () => c + 1;`,
      "c.ts": `export const c = 1;`,
    },
    result: 2,
  },
  {
    name: "a helper in JavaScript",
    files: { "a.ts": `import { b } from "./b.js"; export const main = () => b;`, "b.js": `export const b = 1 < 2;` },
    result: true,
  },
  {
    name: "default and named and namespace at once",
    files: {
      "a.ts":
        `import d, { n } from "./b.ts"; import e, * as all from "./b.ts"; export const main = () => [d, n, e, all.n, all.default];`,
      "b.ts": `export default 1; export const n = 2;`,
    },
    result: [1, 2, 1, 2, 1],
  },
  {
    name: "a helper imported twice is evaluated once",
    files: {
      "a.ts": `import { b } from "./b.ts"; import { c } from "./c.ts"; export const main = () => [b, c];`,
      "b.ts": `import { n } from "./n.ts"; export const b = n();`,
      "c.ts": `import { n } from "./n.ts"; export const c = n();`,
      "n.ts": `let i = 0; export const n = () => ++i;`,
    },
    result: [1, 2],
  },
  {
    name: "modules are evaluated in the order of their imports",
    files: {
      "a.ts":
        `import "./b.ts"; import { order } from "./log.ts"; import "./c.ts"; order.push("a"); export const main = () => order;`,
      "b.ts": `import { order } from "./log.ts"; order.push("b");`,
      "c.ts": `import { order } from "./log.ts"; order.push("c");`,
      "log.ts": `export const order: string[] = [];`,
    },
    result: ["b", "c", "a"],
  },
  {
    name: "a call of a helper's function passes no this",
    files: {
      "a.ts": "import { self } from './b.ts'; export const main = () => [self(), self``, self?.()];",
      "b.ts": "export function self(this: unknown, ..._: unknown[]) { return this; }",
    },
    result: [undefined, undefined, undefined],
  },
  {
    name: "a call by two stars",
    files: {
      "a.ts": `import { answer } from "./b.ts"; export const main = () => answer();`,
      "b.ts": `export * from "./c.ts"; export * from "./d.ts";`,
      "c.ts": `export * from "ipc";`,
      "d.ts": `export * from "ipc";`,
    },
    result: 42,
  },
  // Exports.
  { name: "an exported function", files: { "a.ts": `export function main() { return 1; }` }, result: 1 },
  {
    name: "an export list with renaming",
    files: { "a.ts": `const f = () => 1; export { f as main, f as "other name" };` },
    result: 1,
  },
  {
    name: "an export list above what it lists",
    files: { "a.ts": `export { f as main };\nfunction f() { return 1; }` },
    result: 1,
  },
  {
    name: "exported patterns",
    files: {
      "a.ts":
        `export const { a, b: [c = 5, ...d], ...e } = { a: 1, b: [undefined, 3, 4], f: 6 }; export const main = () => [a, c, d, e];`,
    },
    result: [1, 5, [3, 4], { f: 6 }],
  },
  {
    name: "several variables in one export",
    files: { "a.ts": `export let x = 1, y = 2, main = () => x + y;` },
    result: 3,
  },
  {
    name: "an exported class with private fields and a static block",
    files: {
      "a.ts":
        `export class Box { #n = 1; static #made = 0; static { Box.#made = 5; } get n(): number { return this.#n + Box.#made; } set n(v) { this.#n = v; } has(o: object) { return #n in o; } }\nexport function main() { const b = new Box(); b.n = 7; return [b.n, b.has({})]; }`,
    },
    result: [12, false],
  },
  {
    name: "a star export",
    files: { "a.ts": `export * from "./b.ts";`, "b.ts": `export const main = () => 1; export default 3;` },
    result: 1,
  },
  {
    name: "a star export as a namespace",
    files: {
      "a.ts": `import { ns } from "./b.ts"; export const main = () => ns.x;`,
      "b.ts": `export * as ns from "./c.ts";`,
      "c.ts": `export const x = 1;`,
    },
    result: 1,
  },
  {
    name: "a module's own export wins over a star's",
    files: { "a.ts": `export * from "./b.ts"; export const main = () => 2;`, "b.ts": `export const main = () => 1;` },
    result: 2,
  },
  {
    name: "one thing by two stars",
    files: {
      "a.ts": `import { x } from "./b.ts"; export const main = () => x;`,
      "b.ts": `export * from "./c.ts"; export * from "./d.ts";`,
      "c.ts": `export * from "./d.ts";`,
      "d.ts": `export const x = 1;`,
    },
    result: 1,
  },
  {
    name: "stars in a cycle",
    files: {
      "a.ts": `import { y } from "./b.ts"; export const main = () => y;`,
      "b.ts": `export * from "./c.ts"; export * from "./d.ts";`,
      "c.ts": `export * from "./b.ts";`,
      "d.ts": `export const y = 3;`,
    },
    result: 3,
  },
  {
    name: "re-exports with renaming",
    files: {
      "a.ts": `export { inner as main } from "./b.ts";`,
      "b.ts": `export { deep as inner, default as other } from "./c.ts";`,
      "c.ts": `export const deep = () => 1; export default 2;`,
    },
    result: 1,
  },
  {
    name: "a default re-exported as default",
    files: {
      "a.ts": `import d from "./b.ts"; export const main = () => d();`,
      "b.ts": `export { default } from "./c.ts";`,
      "c.ts": `export default () => 9;`,
    },
    result: 9,
  },
  // Default exports.
  ...[
    ["an expression", `export default 1 + 2;`, 3],
    ["an expression in parentheses", `export default (1, 4)`, 4],
    [
      "an expression without semicolon, a parenthesis below",
      `export default () => { return 1; }\n(() => {})()`,
      "function",
    ],
    ["an arrow function", `export default () => 1;`, "function"],
    ["an anonymous function", `export default function () { return 1; }`, "function"],
    ["an anonymous generator", `export default function /* * */ * () { yield 1; }`, "function"],
    ["an anonymous async function", `export default async function () {}`, "function"],
    ["an anonymous class", `export default class { n = 1 }`, "function"],
    ["a named function", `export default function named() {}`, "function"],
    ["a named class", `export /* x */ default\n  class Named {}`, "function"],
    ["a value with a type", `export default { n: 1 } as const satisfies { n: number };`, { n: 1 }],
  ].map(([name, source, value]) => ({
    name: `default export of ${name}`,
    files: {
      "a.ts": `import d from "./b.ts"; export const main = () => typeof d === "function" ? "function" : d;`,
      "b.ts": String(source),
    },
    result: value,
  })),
  {
    name: "names of default exports",
    files: {
      "a.ts":
        `import f from "./f.ts"; import g from "./g.ts"; import h from "./h.ts"; import c from "./c.ts"; import n from "./n.ts"; export const main = () => [f.name, g.name, h.name, c.name, n.name];`,
      "f.ts": `export default function () {}`,
      "g.ts": `export default () => {};`,
      "h.ts": `export default (function () {});`,
      "c.ts": `export default class {}`,
      "n.ts": `export default function n() {}`,
    },
    result: ["default", "default", "default", "default", "n"],
  },
  {
    name: "an anonymous default function exists before the body",
    files: {
      "a.ts":
        `import d from "./a.ts"; const early = d(); export default function () { return 7; } export const main = () => early;`,
    },
    result: 7,
  },
  // Live bindings.
  {
    name: "a changed variable is seen changed",
    files: {
      "a.ts":
        `import { count, next } from "./b.ts"; export function main() { const before = count; next(); return [before, count]; }`,
      "b.ts": `export let count = 0; export function next() { count++; }`,
    },
    result: [0, 1],
  },
  {
    name: "a changed variable is seen changed by way of a re-export and a namespace",
    files: {
      "a.ts":
        `import { count } from "./r.ts"; import * as b from "./b.ts"; export function main() { b.next(); return [count, b.count]; }`,
      "r.ts": `export { count } from "./b.ts";`,
      "b.ts": `export let count = 0; export function next() { count = 5; }`,
    },
    result: [5, 5],
  },
  {
    name: "a reassigned default function is seen changed, a default expression is not",
    files: {
      "a.ts":
        `import f from "./f.ts"; import v, { set } from "./v.ts"; export function main() { set(); return [f(), v]; }`,
      "f.ts": `export default function f(): number { return 1; }\n(f as unknown) = () => 2;`,
      "v.ts": `let v = 1; export default v; export const set = () => { v = 2; };`,
    },
    result: [2, 1],
  },
  // Cycles.
  {
    name: "functions of a cycle are there before any body runs",
    files: {
      "a.ts": `import { fromB } from "./b.ts"; export function fa() { return "a"; } export const main = () => fromB;`,
      "b.ts": `import { fa } from "./a.ts"; import { fc } from "./c.ts"; export const fromB = fa() + fc();`,
      "c.ts": `import "./b.ts"; export function fc() { return "c"; }`,
    },
    result: "ac",
  },
  {
    name: "functions of a module that comes later in a cycle",
    files: {
      "a.ts":
        `import "./b.ts"; import { late } from "./c.ts"; export function viaA() { return late(); } export { seen as main } from "./b.ts";`,
      "b.ts": `import { viaA } from "./a.ts"; const value = viaA(); export const seen = () => value;`,
      "c.ts": `export function late() { return "late"; }`,
    },
    result: "late",
  },
  {
    name: "even and odd, each in its file",
    files: {
      "a.ts":
        `import { odd } from "./b.ts"; export const even = (n: number): boolean => n === 0 || odd(n - 1); export const main = () => even(10);`,
      "b.ts": `import { even } from "./a.ts"; export const odd = (n: number): boolean => n !== 0 && even(n - 1);`,
    },
    result: true,
  },
  // Uses of imported variables.
  {
    name: "imported names in every position",
    files: {
      "a.ts": [
        `import { f, g, Base, tag, k, obj } from "./b.ts"`,
        `class Derived extends Base { [k] = f; m() { return this[k](1) } }`,
        `export function main() {`,
        `  const out: unknown[] = []`,
        `  const o = { f, g: g, [k]: f(2), k }`,
        `  out.push(o.f(1), o.k, o[k])`,
        "  out.push(tag`x${f(1)}y`)",
        `  out.push(new Base().n, new Derived().m(), typeof f, obj.inner.f, obj?.inner?.["f"], f?.(4))`,
        `  const { a = f(5), ...rest } = { b: k } as { a?: number, b: string }`,
        `  out.push(a, rest.b)`,
        `  let v = 1`,
        `  f(v)`,
        `  g(v)`,
        `  switch (v) { case f(0): f(1); default: g(2) }`,
        `  if (v) f(1); else g(1)`,
        `  for (const x of [1, 2]) f(x)`,
        `  while (v--) g(v)`,
        `  return out`,
        `}`,
      ].join("\n"),
      "b.ts":
        "export const f = function (this: unknown, n: number) { return this === undefined || true ? n + 1 : 0; }; export const g = (n: number) => n; export class Base { n = 7 } export const tag = (s: TemplateStringsArray, n: number) => s.join('|') + n; export const k = 'key'; export const obj = { inner: { f: 3 } };",
    },
    result: [2, "key", 3, "x|y2", 7, 2, "function", 3, 3, 5, 6, "key"],
  },
  {
    name: "names that hide an imported one",
    files: {
      "a.ts": [
        `import { x, f } from "./b.ts";`,
        `export function main() {`,
        `  const out: unknown[] = [x];`,
        `  { const x = 2; out.push(x); }`,
        `  out.push(((x: number) => x)(3), (({ x }: { x: number }) => x)({ x: 4 }), (([x] = [5]) => x)());`,
        `  try { throw 6; } catch (x) { out.push(x); }`,
        `  for (let x = 7; x < 8; x++) out.push(x);`,
        `  for (const x of [8]) out.push(x);`,
        `  out.push((function x(n: number): unknown { return n ? typeof x : 0; })(1));`,
        `  out.push((class x { static n = typeof x; }).n);`,
        `  function inner(a = x) { var x = 9; return [a, x]; }`,
        `  out.push(...inner());`,
        `  x: for (;;) break x;`,
        `  out.push({ x: 10 }.x, { x }.x);`,
        `  function hoisted() { return f(); function f() { return "own"; } }`,
        `  out.push(hoisted(), f());`,
        `  { class f { static n = 11 } out.push(f.n); }`,
        `  switch (1) { case 1: let x = 12; out.push(x); }`,
        `  return out;`,
        `}`,
      ].join("\n"),
      "b.ts": `export const x = 1; export const f = () => "theirs";`,
    },
    result: [1, 2, 3, 4, 5, 6, 7, 8, "function", "function", 1, 9, 10, 1, "own", "theirs", 11, 12],
  },
  {
    name: "lines without semicolons keep apart",
    files: {
      "a.ts":
        `import { f } from "./b.ts"\nlet seen = 0\nconst g = f\nf()\nseen = 1\nimport "./b.ts"\n;[seen].map(f)\nexport { seen }\nfunction h() { f() }\nexport const main = () => (h(), seen)`,
      "b.ts": `export function f() {}`,
    },
    result: 1,
  },
  {
    name: "names that begin with dollars",
    files: {
      "a.ts":
        `import { answer } from "ipc"; const $stop = 1, $ipc = 2, $$stopped = 3, $default = 4; export default 5; export const main = () => { for (let $module0 = 0; $module0 < 1; $module0++); return [$stop, $ipc, $$stopped, $default, answer()]; };`,
    },
    result: [1, 2, 3, 4, 42],
  },
];

for (const { name, files, result } of CASES) {
  Deno.test(`evaluateProgram() understands ${name}`, () => assertEquals(resultOf(files), result));
}

Deno.test("evaluateProgram() lets an error at the top of a file out", () => {
  assertThrows(
    () => run({ "a.ts": `export const main = 1;\nthrow new TypeError("at the top");` }),
    TypeError,
    "at the top",
  );
});

Deno.test("evaluateProgram() refuses the use of a variable before its declaration has run", () => {
  const files = {
    "a.ts": `import "./b.ts"; export const value = 1;`,
    "b.ts": `import { value } from "./a.ts"; export const b = value;`,
  };
  assertThrows(() => run(files), ReferenceError, "before initialization");
});

Deno.test("evaluateProgram() refuses to assign to an imported variable", () => {
  const files = {
    "a.ts": `import { n } from "./b.ts"; export const main = () => { n = 2; };`,
    "b.ts": `export let n = 1;`,
  };
  assertThrows(() => resultOf(files), TypeError);
});

Deno.test("evaluateProgram() returns a namespace of the shape that ECMAScript gives one", () => {
  const namespace = run({ "a.ts": `export const b = 1; export let a = 2; export default 3;` });
  assertEquals(Object.keys(namespace), ["a", "b", "default"]);
  assertMatch(String(Object.prototype.toString.call(namespace)), /Module/);
  assertEquals(Object.getPrototypeOf(namespace), null);
  assertEquals(Object.isExtensible(namespace), false);
});

Deno.test("evaluateProgram() gives each evaluation variables of its own", () => {
  const files = {
    "a.ts": `import { next } from "./b.ts"; export const main = () => next();`,
    "b.ts": `let n = 0; export const next = () => ++n;`,
  };
  assertEquals([resultOf(files), resultOf(files)], [1, 1]);
});

Deno.test("loadProgram() names the exports of the entry, sorted, and quotes the files as they were read", () => {
  const files = {
    "a.ts": `export * from "./b.ts"; export function z() {} export default 1;\r\n`,
    "b.ts": `export let y = 1; export interface T {}`,
  };
  const result = load(files);
  assertEquals(result.ok && result.exports, ["default", "y", "z"]);
  assertEquals(result.ok && result.sources, files);
});

Deno.test("loadProgram() leaves out a name that two star exports give different meanings", () => {
  const result = load({
    "a.ts": `export * from "./b.ts"; export * from "./c.ts";`,
    "b.ts": `export const x = 1, y = 1;`,
    "c.ts": `export const x = 2;`,
  });
  assertEquals(result.ok && result.exports, ["y"]);
});
