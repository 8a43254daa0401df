import { assert, assertEquals, assertThrows } from "@std/assert";
import { evaluate, programOf } from "./student_files.ts";

/** Endless functions: their body from line 2 on, and the line at which they are stopped. */
const ENDLESS: readonly (readonly [string, string, number])[] = [
  ["a for loop", "for (;;) {}", 2],
  ["a for loop without a block", "for (;;);", 2],
  ["a while loop", "while (true) {}", 2],
  ["a while loop without a block", "let n = 0;\n  while (true) n++;", 3],
  ["a do loop", "do {\n  } while (true);", 2],
  ["a do loop without a block", "let n = 0; do n++; while (true);", 2],
  ["a loop whose body only continues", "while (true) { continue; }", 2],
  ["a labelled loop", "outer:\n  for (;;) for (;;) continue outer;", 3],
  ["a loop over a generator", "function* g() { while (true) yield 1; }\n  for (const x of g()) x;", 2],
  [
    "a loop over an iterator of the runtime's",
    "const n = { *[Symbol.iterator]() { yield* this; } }; void n;\n  for (const x of { [Symbol.iterator]: () => ({ next: () => ({ done: false, value: 1 }) }) }) x;",
    3,
  ],
  [
    "mutual recursion of functions",
    "function f(n: number): number { return n > 1e9 ? n : g(n); }\n  function g(n: number): number { try { f(n + 1); } catch { /* goes on */ } return f(n); }\n  f(1);",
    2,
  ],
  ["recursion of arrow functions", "const f = (n: number): number => n <= 0 ? 0 : f(n - 1) + f(n - 1);\n  f(1000);", 2],
  ["a getter in a loop of a method", "class A { get n() { return 1; }\n  m() { while (this.n); } }\n  new A().m();", 3],
];

for (const [what, body, line] of ENDLESS) {
  Deno.test(`evaluateProgram() lets ${what} be stopped, and tells the line`, () => {
    const program = programOf({ "a.ts": `export function main(): void {\n  ${body}\n}` });
    const stop = new Int32Array(1);
    const seen: [number, string][] = [];
    const { main } = evaluate(program, stop, (line, file) => {
      seen.push([line, file]);
      // The first is the call of main itself.
      if (seen.length > 1 && line >= 2) throw new Error("stopped");
    });
    assert(typeof main === "function");
    stop[0] = 1;
    assertThrows(() => main(), Error, "stopped");
    assertEquals(seen[0], [1, "a.ts"]);
    assertEquals(seen.at(-1)?.[1], "a.ts");
    assertEquals(seen.slice(1).some(([seenLine]) => seenLine === line), true, JSON.stringify(seen));
  });
}

Deno.test("evaluateProgram() goes on when being stopped only meant to be asked", () => {
  const program = programOf({
    "a.ts": `export function main() {\n  let n = 0;\n  for (let i = 0; i < 3; i++) n += i;\n  return n;\n}`,
  });
  const lines: number[] = [];
  const { main } = evaluate(program, new Int32Array([1]), (line) => lines.push(line));
  assert(typeof main === "function");
  assertEquals([main(), lines], [3, [1, 3, 3, 3]]);
});

Deno.test("evaluateProgram() lets a loop at the top of a file be stopped", () => {
  const program = programOf({ "a.ts": `export const main = 1;\nfor (;;);` });
  const stopped = (line: number): never => {
    throw new Error(`stopped in ${line}`);
  };
  assertThrows(() => evaluate(program, new Int32Array([1]), stopped), Error, "stopped in 2");
});

Deno.test("evaluateProgram() sees the word change under a hot loop", async () => {
  // Another thread sets the word in memory that the compiler believes to be private, as another process does in a run.
  const program = programOf({ "a.ts": `export function main() {\n  let n = 1;\n  for (;;) n = (n * 31 + 7) | 0;\n}` });
  const memory = new Int32Array(1);
  const address = Deno.UnsafePointer.value(Deno.UnsafePointer.of(memory));
  const source = `
    import { evaluateProgram } from ${JSON.stringify(import.meta.resolve("../../../lab/arena/evaluate.ts"))};
    self.onmessage = ({ data: { address, program } }) => {
      const memory = new Int32Array(Deno.UnsafePointerView.getArrayBuffer(Deno.UnsafePointer.create(address), 4));
      const { main } = evaluateProgram(program, { ipc: {}, stop: memory, stopped: (line) => { throw new Error("line " + line); } });
      self.postMessage("running");
      try { main(); } catch (error) { self.postMessage(error.message); }
    };`;
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const worker = new Worker(url, { type: "module" });
  try {
    const messages: string[] = [];
    const next = (): Promise<string> =>
      new Promise((resolve, reject) => {
        worker.onmessage = ({ data }) => resolve(String(data));
        worker.onerror = (event) => {
          event.preventDefault();
          reject(new Error(event.message));
        };
      });
    worker.postMessage({ address, program });
    messages.push(await next());
    // Time for the loop to be compiled for good: with less of it the test only becomes easier to pass.
    await new Promise((resolve) => setTimeout(resolve, 300));
    const answer = next();
    memory[0] = 1;
    messages.push(await answer);
    assertEquals(messages, ["running", "line 3"]);
  } finally {
    worker.terminate();
    URL.revokeObjectURL(url);
  }
});
