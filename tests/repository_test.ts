/** What holds for the repository as a whole. */
import { assertEquals } from "@std/assert";
import { resolve } from "node:path";

const ROOT = resolve(import.meta.dirname as string, "..");

/** All that the top level holds, besides dotfiles and what `.gitignore` names. */
const TOP_LEVEL = ["LICENSE", "README.md", "deno.json", "deno.lock", "exercises", "lab", "lib", "tests"];
const IGNORED = ["coverage", "node_modules"];

/** A longer file holds more than one idea; these have a reason. A test file is one subject's cases, and may hold more of them. */
const MAX_LINES = 400;
const MAX_TEST_LINES = 500;
const LONG_FILES: { readonly [path: string]: string } = {
  "lib/errors/errno_table.ts": "a row for every errno",
};

/** Marks of unfinished work; spelled so that this file has none. */
const UNFINISHED = new RegExp(`\\b(${["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"].join("|")})\\b`);

/** Paths of all files below `folder`, relative to the project. */
function* filesOf(folder: string): Generator<string> {
  for (const entry of Deno.readDirSync(`${ROOT}/${folder}`)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) yield* filesOf(path);
    else yield path;
  }
}

const SOURCES = ["lib", "lab", "exercises", "tests"].flatMap((folder) => [...filesOf(folder)])
  .filter((path) => path.endsWith(".ts")).sort();

function read(path: string): string {
  return Deno.readTextFileSync(`${ROOT}/${path}`);
}

Deno.test("the top level holds the four folders, and nothing that could be in one of them", () => {
  const names = [...Deno.readDirSync(ROOT)].map((entry) => entry.name)
    .filter((name) => !name.startsWith(".") && !name.endsWith(".log") && !IGNORED.includes(name));
  assertEquals(names.sort(), TOP_LEVEL);
});

Deno.test("a source file is short, unless it is listed with a reason", () => {
  const most = (path: string): number => path.startsWith("tests/") ? MAX_TEST_LINES : MAX_LINES;
  const long = SOURCES.filter((path) => read(path).trimEnd().split("\n").length > most(path));
  assertEquals(long, Object.keys(LONG_FILES).filter((path) => long.includes(path)).sort());
});

Deno.test("nothing is marked as unfinished", () => {
  const marked = SOURCES.flatMap((path) =>
    read(path).split("\n").flatMap((line, index) =>
      UNFINISHED.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : []
    )
  );
  assertEquals(marked, []);
});

Deno.test("no test runs alone", () => {
  const alone = /\bDeno\.test\.only\b|\bonly: true\b/;
  const tests = SOURCES.filter((path) => path.endsWith("_test.ts") && path !== "tests/repository_test.ts");
  assertEquals(tests.filter((path) => alone.test(read(path))), []);
});

Deno.test("every call of the library is called in a test of its own, besides the one with hostile arguments", () => {
  const tests = SOURCES.filter((path) => /^tests\/(lib|fixtures\/signals)\//.test(path) && !path.includes("hostile"))
    .map(read).join("\n");
  const calls = SOURCES.filter((path) => path.startsWith("lib/calls/"))
    .flatMap((path) => [...read(path).matchAll(/^export function (\w+)/gm)].map(([, name]) => name as string));
  assertEquals(calls.filter((name) => !new RegExp(`\\b${name}\\b[(,;)]`).test(tests)), []);
});

Deno.test("every place asks for the same Deno", () => {
  for (const path of ["README.md", ".ci/run", ".devcontainer/devcontainer.json"]) {
    const versions = [...read(path).matchAll(/(?:deno@|DENO_VERSION=)(\d+\.\d+\.\d+)/g)].map(([, version]) => version);
    assertEquals(new Set(versions), new Set(["2.9.6"]), path);
  }
});
