import { assertEquals, assertRejects } from "@std/assert";
import { DefinitionError, discover, loadExercise, loadHiddenChecks, loadProof } from "../../../lab/course/discovery.ts";
import { COURSE } from "../cli/world.ts";

async function folder(files: { [path: string]: string }): Promise<{ path: string } & AsyncDisposable> {
  const parent = await Deno.makeTempDir({ prefix: "ipclab-test-" });
  // What a URL would be split at, or would decode, is part of the path.
  const path = `${parent}/a %20#b?c`;
  await Deno.mkdir(path);
  for (const [name, text] of Object.entries(files)) {
    await Deno.mkdir(`${path}/${name.slice(0, name.lastIndexOf("/"))}`, { recursive: true });
    await Deno.writeTextFile(`${path}/${name}`, text);
  }
  return { path, [Symbol.asyncDispose]: () => Deno.remove(parent, { recursive: true }) };
}

Deno.test("discover() finds folders called NN-name, by number", async () => {
  await using course = await folder({
    "10-ten/exercise.ts": "",
    "02-two-words/exercise.ts": "",
    "100-many/exercise.ts": "",
    "99-nearly/exercise.ts": "",
    "notes/readme.md": "",
    "3-short/exercise.ts": "",
    "04_wrong/exercise.ts": "",
    ".05-hidden/exercise.ts": "",
  });
  await Deno.writeTextFile(`${course.path}/06-file`, "");
  assertEquals(await discover(course.path), [
    { number: 2, name: "two-words", slug: "02-two-words", folder: `${course.path}/02-two-words` },
    { number: 10, name: "ten", slug: "10-ten", folder: `${course.path}/10-ten` },
    { number: 99, name: "nearly", slug: "99-nearly", folder: `${course.path}/99-nearly` },
    { number: 100, name: "many", slug: "100-many", folder: `${course.path}/100-many` },
  ]);
});

Deno.test("discover() rejects when two exercises have one number", async () => {
  await using course = await folder({ "01-one/x": "", "01-other/x": "" });
  const message = `${course.path}: two exercises have the number 1: 01-one and 01-other`;
  await assertRejects(() => discover(course.path), DefinitionError, message);
});

Deno.test("discover() rejects when there is no such folder", async () => {
  await assertRejects(
    () => discover("/no/such"),
    DefinitionError,
    "/no/such: cannot be read: No such file or directory",
  );
});

Deno.test("loadExercise() names the file that cannot be loaded, and why", async () => {
  await using course = await folder({
    "01-missing/README.md": "",
    "02-syntax/exercise.ts": "export default {",
    "03-throws/exercise.ts": 'throw new Error("no luck")',
    "04-empty/exercise.ts": "export const exercise = {};",
    "05-wrong/exercise.ts": "export default { number: 5, name: 'wrong', title: 7 };",
  });
  const [missing, syntax, throws, empty, wrong] = await discover(course.path);
  const cases = [
    [missing, "01-missing/exercise.ts: cannot be loaded: "],
    [syntax, "02-syntax/exercise.ts: cannot be loaded: "],
    [throws, "03-throws/exercise.ts: cannot be loaded: no luck"],
    [empty, "04-empty/exercise.ts: has no default export"],
    [wrong, "05-wrong/exercise.ts: title: expected a text, got 7"],
  ] as const;
  for (const [entry, message] of cases) {
    if (entry === undefined) throw new Error("not found");
    await assertRejects(() => loadExercise(entry), DefinitionError, message);
  }
});

Deno.test("loadExercise() loads from a folder of any name", async () => {
  const text = await Deno.readTextFile(`${COURSE}/exercises/02-count/exercise.ts`);
  await using course = await folder({ "02-count/exercise.ts": text });
  const [entry] = await discover(course.path);
  if (entry === undefined) throw new Error("not found");
  assertEquals((await loadExercise(entry)).title, "Count");
});

Deno.test("loadHiddenChecks() and loadProof() give what is there, and null in a student's copy", async () => {
  const [greet, count] = await discover(`${COURSE}/exercises`);
  if (greet === undefined || count === undefined) throw new Error("not found");
  const hidden = await loadHiddenChecks(greet, await loadExercise(greet));
  assertEquals(hidden?.map(({ name }) => name), ["it greets strangers"]);
  assertEquals((await loadProof(greet))?.mutants.map(({ name }) => name), ["silent"]);
  assertEquals(await loadHiddenChecks(count, await loadExercise(count)), null);
  assertEquals(await loadProof(count), null);
});
