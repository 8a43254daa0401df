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
    assertEquals(lint("lib/raw/library.ts", source), []);
  });
}

Deno.test("ipclab/reserved keeps Deno.exit and Deno.args to the programs", () => {
  const source = "Deno.exit(Deno.args.length);";
  const places = "lab/main.ts, lab/arena/main.ts, tests/fixtures/";
  assertEquals(lint("lab/cli/list.ts", source), [
    `ipclab/reserved: Deno.exit is for ${places} only`,
    `ipclab/reserved: Deno.args is for ${places} only`,
  ]);
  for (const path of ["lab/main.ts", "lab/arena/main.ts", "tests/fixtures/exits.ts"]) {
    assertEquals(lint(path, source), []);
  }
});

Deno.test("ipclab/reserved leaves the rest of Deno alone", () => {
  assertEquals(lint("lab/cli/list.ts", "Deno.readTextFile(path); process.exit(1); const { pid, ...rest } = Deno;"), []);
});
