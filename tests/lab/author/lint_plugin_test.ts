import { assertEquals } from "@std/assert";
import { resolve } from "node:path";
import plugin from "../../../lab/author/lint_plugin.ts";

const ROOT = resolve(import.meta.dirname as string, "../../..");

/** What the rules say about `source`, were it the file `path`: "rule: message". */
function lint(path: string, source: string): string[] {
  return Deno.lint.runPlugin(plugin, resolve(ROOT, path), source).map(({ id, message }) => `${id}: ${message}`);
}

Deno.test("ipclab/layers sees every way to import", () => {
  for (
    const source of [
      'import { f } from "../calls/pipe.ts";',
      'import type { T } from "../calls/pipe.ts";',
      'import "../calls/pipe.ts";',
      'export { f } from "../calls/pipe.ts";',
      'export * from "../calls/pipe.ts";',
      'export * as pipe from "../calls/pipe.ts";',
      'await import("../calls/pipe.ts");',
    ]
  ) {
    assertEquals(lint("lib/raw/x.ts", source), ["ipclab/layers: lib/raw must not import lib/calls/pipe.ts"], source);
  }
});

Deno.test("ipclab/layers lets imports go downward", () => {
  assertEquals(lint("lib/calls/x.ts", 'import { c } from "../raw/x.ts"; export const y = c; export { c };'), []);
  assertEquals(lint("lab/cli/x.ts", 'const name = "./y.ts"; await import(name);'), []);
});

for (
  const source of [
    "Deno.dlopen(path, {});",
    'Deno["dlopen"](path, {});',
    "globalThis.Deno.dlopen(path, {});",
    "const { dlopen } = Deno;",
    "const { pid, dlopen: open } = globalThis.Deno;",
  ]
) {
  Deno.test(`ipclab/reserved keeps \`${source}\` in lib/raw/library.ts`, () => {
    const message = "ipclab/reserved: Deno.dlopen is for lib/raw/library.ts, tests/fixtures/ only";
    assertEquals(lint("lib/raw/pipe.ts", source), [message]);
    assertEquals(lint("lab/judge/judge.ts", source), [message]);
    assertEquals(lint("lib/raw/library.ts", source), []);
  });
}

Deno.test("ipclab/reserved keeps Deno.exit and Deno.args to the programs", () => {
  const source = "Deno.exit(Deno.args.length);";
  const places = "lab/main.ts, lab/arena/main.ts, tests/conformance/main.ts, tests/fixtures/";
  assertEquals(lint("lab/cli/list.ts", source), [
    `ipclab/reserved: Deno.exit is for ${places} only`,
    `ipclab/reserved: Deno.args is for ${places}, tests/bench/, tests/aarch64/ only`,
  ]);
  for (const path of ["lab/main.ts", "lab/arena/main.ts", "tests/fixtures/exits.ts"]) {
    assertEquals(lint(path, source), []);
  }
});

Deno.test("ipclab/reserved leaves the rest of Deno alone", () => {
  assertEquals(lint("lab/cli/list.ts", "Deno.readTextFile(path); process.exit(1); const { pid, ...rest } = Deno;"), []);
});

Deno.test("ipclab/captured keeps Deno out of the library, except in lib/raw", () => {
  const message = "ipclab/captured: Deno is for lib/raw: take it from there";
  assertEquals(lint("lib/calls/x.ts", "export const pid = Deno.pid;"), [message]);
  assertEquals(lint("lib/calls/x.ts", "const { pid } = globalThis.Deno;"), [message]);
  assertEquals(lint("lib/calls/x.ts", "export function f(): number { return Deno.pid; }"), [message]);
});

for (
  const source of [
    "export function f(): number { return Deno.pid; }",
    "export const f = (): number => Deno.pid;",
    "export class C { get pid(): number { return Deno.pid; } }",
  ]
) {
  Deno.test(`ipclab/captured sees in lib/raw: ${source}`, () => {
    const message = "ipclab/captured: Take it from Deno when the module loads, not later";
    assertEquals(lint("lib/raw/x.ts", source), [message]);
  });
}

Deno.test("ipclab/captured lets lib/raw take from Deno as it loads, everyone use its types, and the lab use all of it", () => {
  assertEquals(lint("lib/raw/x.ts", "const { UnsafePointer } = Deno; export const arch = Deno.build.arch;"), []);
  assertEquals(lint("lib/calls/x.ts", "export type P = Deno.PointerValue; type F = typeof Deno.pid;"), []);
  assertEquals(lint("lab/judge/judge.ts", "export const f = (): number => Deno.pid;"), []);
});
