import { assert, assertEquals } from "@std/assert";
import { evaluateProgram } from "../../../lab/arena/evaluate.ts";
import { watchBuiltins } from "../../../lab/arena/controlled/builtins.ts";
import { loadProgram, type LoadResult } from "../../../lab/instrument/program.ts";
import { type Recorded, recorder } from "../arena/controlled/recorded_steps.ts";
import { withFolder } from "./student_files.ts";

type Loaded = LoadResult & { ok: true };

/** Both texts of one file. */
function both(code: string): { readonly plain: Loaded; readonly watched: Loaded } {
  return withFolder({ "a.ts": code }, (folder, entry) => {
    const load = (watch: boolean): Loaded => {
      const result = loadProgram(entry, folder, { ipcNames: [], watch });
      assert(result.ok, JSON.stringify(result));
      return result;
    };
    return { plain: load(false), watched: load(true) };
  });
}

/** What `main(view, t)` does: what it returns or throws, how it leaves the elements, and the order in which `t` is called. */
function outcome({ program }: Loaded, view: unknown, recorded?: Recorded): unknown {
  const order: unknown[] = [];
  const t = <T>(name: unknown, value: T): T => {
    order.push(name);
    return value;
  };
  const environment = { ipc: {}, stop: new Int32Array(1), stopped: () => {} };
  const { main } = evaluateProgram(program, recorded ? { ...environment, watch: recorded.memory } : environment);
  let result: unknown;
  try {
    result = (main as (...args: unknown[]) => unknown)(view, t);
  } catch (error) {
    result = (error as Error).name;
  }
  const quiet = recorded?.memory.quietly.bind(recorded.memory) ?? (<T>(run: () => T) => run());
  return quiet(() => ({ result: result === view ? "the view" : result, order, view: Array.from(view as number[]) }));
}

/** Bodies of `main(v, t)`, where v has the four elements 1, 2, 3, 4, and the steps that they make on a watched Int32Array. */
const FORMS: readonly (readonly [name: string, body: string, steps: string])[] = [
  ["a read", "return v[2]", "r8"],
  ["a read of what is not there", "return [v[4], v[-1], v[1.5], v['x'], v[Symbol.iterator] === v.values]", ""],
  ["a read by a text that is a number", "return v['1']", "r4"],
  ["a read by a name", "return v['length']", ""],
  ["a store, whose value is what was given", "return v[1] = 2.75", "w4"],
  ["a store of what is out of reach", "v[9] = 1; v[-1] = 2; return v[9]", ""],
  ["a store of what is no number", "v[0] = '7'; v[1] = null; v[2] = [9]", "w0 w4 w8"],
  ["a store that throws", "v[0] = Symbol.iterator", ""],
  ["the order of a store", "t('o', v)[t('k', 1)] = t('v', 5)", "w4"],
  ["compound assignment", "return [v[0] += 5, v[1] **= 3, v[2] <<= 2, v[3] /= 3]", "r0 w0 r4 w4 r8 w8 r12 w12"],
  ["the order of compound assignment", "t('o', v)[t('k', 1)] += t('v', v[0])", "r4 r0 w4"],
  ["increments", "return [v[0]++, ++v[1], v[2]--, --v[3]]", "r0 w0 r4 w4 r8 w8 r12 w12"],
  ["logical assignment", "return [v[0] &&= 0, v[0] ||= 6, v[1] ??= 7, v[2] ||= t('not', 8)]", "r0 w0 r0 w0 r4 r8"],
  ["a swap", "[v[0], v[3]] = [v[3], v[0]]", "r12 r0 w0 w12"],
  ["array patterns", "const [a, , b = 9, ...c] = v; return [a, b, c]", "r0 r4 r8 r12"],
  ["an array pattern that stops", "const [a] = v; return a", "r0"],
  ["an array pattern in an assignment", "let a, b; return [[a, b] = v, a, b].slice(1)", "r0 r4"],
  ["object patterns", "const { 0: a, [t('k', 2)]: b, length } = v; return [a, b, length]", "r0 r8"],
  ["an object pattern with the rest", "const { 1: a, ...b } = v; return [a, b]", "r4 r0 r8 r12"],
  ["the value of an object pattern", "let a; return ({ 3: a } = v)", "r12"],
  ["elements in object patterns", "({ a: v[0], b: v[1] = 8, ...v[2] } = { a: 5 })", "w0 w4 w8"],
  ["the head of for-of", "for (v[1] of [7, 8]) t(v[1], 0)", "w4 r4 w4 r4"],
  ["the head of for-in", "for (v[1] in [7, 8]) t(v[1], 0)", "w4 r4 w4 r4"],
  ["for-of", "let s = 0; for (const x of v) s += x; return s", "r0 r4 r8 r12"],
  ["for-of that breaks", "for (const x of v) if (x === 2) break", "r0 r4"],
  ["for-in", "const ks = []; for (const k in v) ks.push(k); return ks", ""],
  ["spread", "return [Math.max(...v), [...v].length, { ...v }]", "r0 r4 r8 r12 r0 r4 r8 r12 R0+16"],
  ["delete", "return delete v[0]", ""],
  ["delete of what is not there", "return delete v[7]", ""],
  ["in", "return [0 in v, 4 in v, 'length' in v]", ""],
  ["optional elements", "return [v?.[1], v?.[t('k', 2)], (undefined)?.[t('never', 0)]]", "r4 r8"],
  ["elements behind ?.", "const o = { v }, n = null; return [o?.v[0], n?.v[t('never', 0)], o?.v?.[1]]", "r0 r4"],
  ["elements behind ?. that are not there", "const o = {}; return o?.v[t('k', 0)]", ""],
  ["a long chain", "const o = { f: () => [{ v }] }; return o?.f()[0]?.v[2].toFixed(1)", "r8"],
  ["chains in chains", "const o = { v }; return o?.v[o?.v[0]]", "r0 r4"],
  ["calls by element", "return v['at'](1) + v[t('name', 'indexOf')](3)", "r4 R0+16"],
  ["a call of an element", "v[0]()", "?"],
  ["this of a call by element", "const o = { m() { return this === o; } }; return o['m'](), o[t('k', 'm')]()", ""],
  ["this of a template by element", "const o = { m(s) { return [this === o, s.raw]; } }; return o['m']`a${1}b`", ""],
  [
    "constructors",
    "return [...new Float64Array(v), new (class { constructor(x) { this.x = x; } })(v).x === v]",
    "R0+16",
  ],
  ["constructors by element", "const c = [Map]; return new c[0]([[v[0], 1]]).get(1)", "r0"],
  ["constructors behind elements", "const c = [{ d: Map }]; return new c[0].d().size + new c[0].d([[1, 2]]).size", ""],
  ["yield within", "const g = (function* () { v[yield 1] = yield v[0]; })(); g.next(); g.next(2); g.next(9)", "r0 w8"],
  ["default values and arrows", "const f = (x = v[0], y = () => v[1]) => [x, y()]; return f()", "r0 r4"],
  ["fields and computed names", "class C { [v[0]] = v[1]; static s = v[2]; } return [new C()[1], C.s]", "r0 r8 r4"],
  ["elements of elements", "return v[v[v[0]]]", "r0 r4 r8"],
  ["parentheses", "return (v)[(0)] + ((v))[((1))] + (0, v)[2] + (t, t, v)[(0, 3)]", "r0 r4 r8 r12"],
  ["words without spaces", "if (v) return[v][0][1]; else void[v][0][0]", "r4"],
  ["typeof, void, not and minus", "return [typeof v[0], void v[1], !v[2], -v[3]]", "r0 r4 r8 r12"],
  ["templates and comparisons", "return `${v[0]}${v}` + (v[1] < v[2])", "r0 R0+16 r4 r8"],
  ["switch", "switch (v[1]) { case v[0]: return 'no'; case v[1]: return 'yes' }", "r4 r0 r4"],
  ["no semicolons", "let a = v\nv[0] = 5\n;[v[1]] = [6]\nreturn a[0]", "w0 w4 r0"],
  ["comments in odd places", "return v/* [ */[/* ] */1] + v // x\n[2]", "r4 r8"],
  ["arguments and this", "return (function () { return arguments[0] + this[1] }).call(v, v[2])", "r8 r4"],
  ["properties of a view of one's own", "v['own'] = 3; return v['own']", ""],
];

for (const [name, body, steps] of FORMS) {
  Deno.test(`loadProgram() with watch keeps the meaning of ${name}, and each step is made`, () => {
    const { plain, watched } = both(`export function main(v: any, t: any): any { ${body} }`);
    const array = [1, 2, 3, 4];
    assertEquals(outcome(watched, [...array], recorder()), outcome(plain, [...array]), "ordinary arrays");
    for (const type of [Int32Array, Uint8Array, Float64Array]) {
      const wanted = outcome(plain, type.from(array));
      assertEquals(outcome(watched, type.from(array), recorder()), wanted, `private ${type.name}`);
      const recorded = recorder(watched.program);
      const undo = watchBuiltins(recorded.memory);
      try {
        const view = recorded.view<Int32Array>(type as never, 4);
        recorded.memory.quietly(() => view.set(array));
        assertEquals(outcome(watched, view, recorded), wanted, `shared ${type.name}`);
      } finally {
        undo();
      }
      if (type === Int32Array && steps !== "?") assertEquals(recorded.steps.join(" "), steps);
    }
  });
}

Deno.test("loadProgram() with watch keeps the meaning of 64-bit elements", () => {
  const body =
    "const x = v[0]++; v[1] += 2n; --v[2]; v[3] = BigInt(-1); try { v[0] = 1 } catch (e) { t(e.name, 0) } return x";
  const { plain, watched } = both(`export function main(v: any, t: any): any { ${body} }`);
  for (const type of [BigInt64Array, BigUint64Array]) {
    const recorded = recorder(watched.program);
    const view = recorded.view<BigInt64Array>(type as never, 4);
    assertEquals(outcome(watched, view, recorded), outcome(plain, new type(4)));
    assertEquals(recorded.steps.join(" "), "r0 w0 r8 w8 r16 w16 w24");
  }
});

Deno.test("loadProgram() with watch numbers the places, and says where they are", () => {
  const { watched, plain } = both(
    "export function main(words: Int32Array, i: number) {\n  words[i]++;\n  return words  [\n    i + 1];\n}\n",
  );
  assertEquals(watched.program.sites, [
    { file: "a.ts", line: 2, column: 3, text: "words[i]" },
    { file: "a.ts", line: 3, column: 10, text: "words [ i + 1]" },
  ]);
  assertEquals(plain.program.sites, undefined);
  const recorded = recorder(watched.program);
  const { main } = evaluateProgram(watched.program, {
    ipc: {},
    stop: new Int32Array(1),
    stopped: () => {},
    watch: recorded.memory,
  });
  (main as (words: Int32Array, i: number) => void)(recorded.view(Int32Array, 2), 0);
  assertEquals(recorded.sites, [1, 1, 2]);
});

const LINES = (text: string): number => text.split("\n").length;

Deno.test("loadProgram() with watch moves no line", () => {
  const code = "export function main(v: any) {\n  v[\n0\n]++;\n  v\n  ?.\n  [0];\n  return v?.a\n  .b[\n1];\n}\n";
  const { plain, watched } = both(code);
  const [a, b] = [plain, watched].map(({ program }) => program.modules[0]?.code ?? "");
  assertEquals(LINES(b as string), LINES(a as string));
  for (const [i, line] of (a as string).split("\n").entries()) {
    for (const word of line.match(/\w+/g) ?? []) assert((b as string).split("\n")[i]?.includes(word), `${i}: ${word}`);
  }
});

/** What cannot be seen is said, with its line. */
const NOTED: readonly (readonly [name: string, code: string, lines: readonly number[]])[] = [
  ["nothing where all is seen", "export const main = (v: any, { a, b: { c } }: any) => v[0] + a + c;", []],
  ["parameters that are patterns", "export function main(\n{ 0: a }: any, { b, ...c }: any) { return [a, b, c]; }", [
    2,
    2,
  ]],
  ["patterns in patterns", "export function main(o: any) {\n const { v: { [1]: a } } = o; return a; }", [2]],
  ["patterns in loops", "export function main(o: any) {\n\n for (const { 0: a } of o) void a; }", [3]],
  ["super", "export const main = { m() {\n return super[0 as never]; } };", [2]],
  ["methods that may not be there", "export const main = (o: any) =>\n o.f?.()[0];", [2]],
  ["classes of views", "export const x = 1;\nexport class main extends Int32Array {}", [2]],
  ["compiled text", "export const main = () => [\neval('1'),\nnew Function('')];", [2, 3]],
  ["buffers of Node", "export const main = () =>\nBuffer.from([1]);", [2]],
  ["but not one's own", "class Buffer {}\nexport const main = (Proxy: any) => [new Buffer(), new Proxy()];", []],
  ["but not names that only look so", "export const main = (o: any) => [o.eval, { Function: 1 }.Function];", []],
];

for (const [name, code, lines] of NOTED) {
  Deno.test(`loadProgram() with watch notes ${name}`, () => {
    const { plain, watched } = both(code);
    assertEquals(watched.notes.map(({ file, line }) => [file, line]), lines.map((line) => ["a.ts", line]));
    for (const { message } of watched.notes) assert(/^[A-Z`].*\.$/.test(message), message);
    assertEquals(plain.notes, []);
  });
}
