import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { evaluateProgram } from "../../../lab/arena/evaluate.ts";
import { loadProgram, type Program } from "../../../lab/instrument/program.ts";
import { recorder } from "../arena/controlled/recorded_steps.ts";
import { withFolder } from "./student_files.ts";

/** Indices: in the view, out of it, and what is no index. */
const key = fc.constantFrom("0", "1", "2", "3", "7", "-1", "'1'", "'length'", "i", "i + 1", "t(2)", "o.k");
const object = fc.constantFrom("v", "(v)", "o.v", "o?.v", "o['v']", "t(v)", "m[0]");
/** What can be assigned to. */
const target = fc.tuple(
  fc.constantFrom("v", "(v)", "o.v", "m[0]", "t(v)"),
  fc.constantFrom("0", "1", "i", "t(3)", "v[1]"),
)
  .map(([o, k]) => `${o}[${k}]`);

const { expression } = fc.letrec<{ expression: string }>((tie) => {
  const inner = tie("expression");
  return {
    expression: fc.oneof(
      { maxDepth: 3, depthSize: "small", withCrossShrink: true },
      fc.constantFrom("1", "-2", "3.5", "i", "t(5)"),
      fc.tuple(object, key).map(([o, k]) => `${o}[${k}]`),
      fc.tuple(object, key).map(([o, k]) => `${o}?.[${k}]`),
      fc.tuple(object, inner).map(([o, k]) => `${o}[(${k}) & 3]`),
      fc.tuple(fc.constantFrom("o?.v", "n?.v", "o?.o?.v", "o.o?.m[0]", "n?.o.m[0]"), inner).map(([o, k]) =>
        `${o}[(${k}) & 3]`
      ),
      fc.tuple(target, fc.constantFrom("=", "+=", "-=", "*=", "&=", "??=", "||=", "&&=", ">>>="), inner).map((part) =>
        `(${part.join(" ")})`
      ),
      fc.tuple(target, fc.boolean(), fc.constantFrom("++", "--")).map(([at, first, by]) =>
        first ? `(${by}${at})` : `(${at}${by})`
      ),
      fc.tuple(inner, fc.constantFrom("+", "*", "<", "&&", "||", ","), inner).map((part) => `(${part.join(" ")})`),
      fc.tuple(inner, inner, inner).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
      inner.map((a) => `\`\${${a}}\``),
      inner.map((a) => `((x = ${a}) => x)()`),
      inner.map((a) => `new Number(${a}).valueOf()`),
    ),
  };
});

const statement = fc.oneof(
  expression.map((e) => `t(${e});`),
  fc.tuple(target, target, expression, expression).map(([a, b, c, d]) => `[${a}, ${b} = ${d}] = [${c}];`),
  fc.tuple(target, expression).map(([a, b]) => `({ a: ${a}, ...o.rest } = { a: ${b} });`),
  fc.tuple(target, expression).map(([a, b]) => `for (${a} of [${b}, 2]) t(i++);`),
  expression.map((e) => `{ const { 0: a, [(${e}) & 3]: b, length: c } = v; t(a); t(b); t(c); }`),
  expression.map((e) => `yield ${e}; i = (yield ${e}) & 3;`),
);

const program = fc.array(statement, { minLength: 1, maxLength: 8 }).map((statements) =>
  `export function* main(v: any, t: any): any { let i = 0; const m = [v], n: any = null; ` +
  `const o: any = { v, m, k: 2, o: { v, m } };\n${statements.join("\n")}\nreturn i; }`
);

function load(code: string, watch: boolean): Program {
  return withFolder({ "a.ts": code }, (folder, entry) => {
    const result = loadProgram(entry, folder, { ipcNames: [], watch });
    assert(result.ok, JSON.stringify(result));
    return result.program;
  });
}

/** Everything that can be seen of a program. */
function course(program: Program, view: unknown, watch?: ReturnType<typeof recorder>["memory"]): unknown {
  const seen: unknown[] = [];
  const t = <T>(value: T): T => {
    seen.push(value === view ? "v" : value);
    return value;
  };
  const environment = { ipc: {}, stop: new Int32Array(1), stopped: () => {}, ...(watch ? { watch } : {}) };
  const run = (evaluateProgram(program, environment).main as (...given: unknown[]) => Generator)(view, t);
  try {
    for (let next = run.next(); !next.done; next = run.next(seen.length)) {
      seen.push(next.value === view ? "v" : next.value);
    }
  } catch (error) {
    seen.push((error as Error).name);
  }
  return [seen, Array.from(view as number[])];
}

Deno.test("loadProgram() with watch keeps the meaning of any program", () => {
  fc.assert(
    fc.property(program, (code) => {
      const [plain, watched] = [load(code, false), load(code, true)];
      const elements = [1, 0, 2, 3];
      assertEquals(course(watched, [...elements], recorder().memory), course(plain, [...elements]));
      for (const type of [Uint8Array, Float64Array]) {
        const recorded = recorder(watched);
        const view = recorded.view<Uint8Array>(type as never, 4);
        view.set(elements);
        assertEquals(course(watched, view, recorded.memory), course(plain, type.from(elements)));
      }
    }),
    { numRuns: 60, endOnFailure: true },
  );
});
