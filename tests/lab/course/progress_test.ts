import { assertEquals, assertStringIncludes } from "@std/assert";
import { loadProgress, updateProgress } from "../../../lab/course/progress.ts";

async function state(text?: string): Promise<{ path: string } & AsyncDisposable> {
  const path = await Deno.makeTempDir({ prefix: "ipclab-test-" });
  if (text !== undefined) await Deno.writeTextFile(`${path}/progress.json`, text);
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

async function names(path: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(path), ({ name }) => name)).sort();
}

const ONE = { points: 3, passed: false, hints: 1 };

Deno.test("loadProgress() takes what it cannot understand for nothing, says why, and leaves it alone", async () => {
  const cases = [
    ["", "is not valid JSON"],
    ["{", "is not valid JSON"],
    ["[]", "is not an object"],
    ['{"formatVersion":2,"exercises":{}}', "was written by another version of the lab"],
    ['{"formatVersion":1}', "has no exercises"],
    ['{"formatVersion":1,"exercises":{"01-a":{"points":-1,"passed":true,"hints":0}}}', 'makes no sense at "01-a"'],
    ['{"formatVersion":1,"exercises":{"01-a":{"points":1,"passed":"yes","hints":0}}}', 'makes no sense at "01-a"'],
    ['{"formatVersion":1,"exercises":{"01-a":null}}', 'makes no sense at "01-a"'],
  ] as const;
  for (const [text, problem] of cases) {
    await using folder = await state(text);
    const { progress, warning } = await loadProgress(folder.path);
    assertEquals(progress, {});
    assertEquals(warning, `Progress in ${folder.path}/progress.json ${problem}. The file is kept.`);
    assertEquals(await names(folder.path), ["progress.json"]);
  }
});

Deno.test("updateProgress() keeps a copy of a file that it cannot understand, and never over another copy", async () => {
  await using folder = await state("{");
  const copy = `${folder.path}/progress.json.~1~`;
  const { progress, warning } = await updateProgress(folder.path, "01-a", () => ONE);
  assertEquals(progress, { "01-a": ONE });
  assertStringIncludes(warning ?? "", `is not valid JSON. The file is kept. A copy is in ${copy}.`);
  assertEquals(await Deno.readTextFile(copy), "{");
  assertEquals(await loadProgress(folder.path), { progress: { "01-a": ONE } });
  await Deno.writeTextFile(`${folder.path}/progress.json`, "[");
  await updateProgress(folder.path, "01-a", () => ONE);
  assertEquals([await Deno.readTextFile(copy), await Deno.readTextFile(`${folder.path}/progress.json.~2~`)], [
    "{",
    "[",
  ]);
});

Deno.test("updateProgress() warns and goes on where nothing can be written", async () => {
  await using folder = await state();
  await Deno.writeTextFile(`${folder.path}/file`, "");
  const { progress, warning } = await updateProgress(`${folder.path}/file`, "01-a", () => ONE);
  assertEquals(progress, { "01-a": ONE });
  assertStringIncludes(warning ?? "", "Progress cannot be saved: ");
});

Deno.test("updateProgress() warns and leaves nothing half written when the file cannot be replaced", async () => {
  await using folder = await state();
  await Deno.mkdir(`${folder.path}/progress.json`);
  const { warning } = await updateProgress(folder.path, "01-a", () => ONE);
  assertStringIncludes(warning ?? "", "Progress cannot be saved: ");
  assertEquals(await names(folder.path), ["lock", "progress.json"]);
});

Deno.test("updateProgress() changes one exercise and keeps the others", async () => {
  await using folder = await state();
  await updateProgress(`${folder.path}/new`, "01-a", (before) => ({ ...before, points: 3 }));
  await updateProgress(`${folder.path}/new`, "02-b", (before) => ({ ...before, hints: before.hints + 1 }));
  assertEquals(await loadProgress(`${folder.path}/new`), {
    progress: { "01-a": { points: 3, passed: false, hints: 0 }, "02-b": { points: 0, passed: false, hints: 1 } },
  });
  assertEquals(await names(`${folder.path}/new`), ["lock", "progress.json"]);
});

Deno.test("updateProgress() loses no change of another command that runs at the same time", async () => {
  await using folder = await state();
  const change = () => updateProgress(folder.path, "01-a", (before) => ({ ...before, hints: before.hints + 1 }));
  await Promise.all(Array.from({ length: 20 }, change));
  assertEquals((await loadProgress(folder.path)).progress["01-a"]?.hints, 20);
});
