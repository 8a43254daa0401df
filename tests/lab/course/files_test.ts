import { assertEquals, assertRejects } from "@std/assert";
import { backUp, reasonOf, replaceFile } from "../../../lab/course/files.ts";

async function folder(): Promise<{ path: string; names(): Promise<string[]> } & AsyncDisposable> {
  const path = await Deno.makeTempDir({ prefix: "ipclab-test-" });
  return {
    path,
    names: async () => (await Array.fromAsync(Deno.readDir(path), ({ name }) => name)).sort(),
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

Deno.test("replaceFile() leaves nothing behind when it fails", async () => {
  await using here = await folder();
  await Deno.mkdir(`${here.path}/file`);
  await assertRejects(() => replaceFile(`${here.path}/file`, "text"), Error);
  assertEquals(await here.names(), ["file"]);
  await assertRejects(() => replaceFile(`${here.path}/no/file`, "text"), Deno.errors.NotFound);
});

Deno.test("replaceFile() makes a file, or a new one in its place", async () => {
  await using here = await folder();
  const path = `${here.path}/file`;
  await replaceFile(path, "one");
  const { ino } = await Deno.stat(path);
  // Whoever is reading goes on with the old text.
  using reader = await Deno.open(path);
  await replaceFile(path, "other".repeat(50_000));
  assertEquals(await Deno.readTextFile(path), "other".repeat(50_000));
  assertEquals((await reader.stat()).ino, ino);
  assertEquals(await here.names(), ["file"]);
});

Deno.test("backUp() takes the first free number, and never another file's name", async () => {
  await using here = await folder();
  const path = `${here.path}/file`;
  await Deno.writeTextFile(path, "text");
  await Deno.writeTextFile(`${path}.~1~`, "older");
  assertEquals(await backUp(path), `${path}.~2~`);
  assertEquals(await backUp(path), `${path}.~3~`);
  assertEquals(await Deno.readTextFile(`${path}.~1~`), "older");
  assertEquals(await Deno.readTextFile(`${path}.~3~`), "text");
});

Deno.test("reasonOf() says what the system said", async () => {
  const error = await assertRejects(() => Deno.readTextFile("/no/such"));
  assertEquals(reasonOf(error), "No such file or directory");
  assertEquals(reasonOf("text"), "text");
});
