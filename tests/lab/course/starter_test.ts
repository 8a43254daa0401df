import { assertEquals, assertRejects } from "@std/assert";
import { discover, loadExercise } from "../../../lab/course/discovery.ts";
import { isPristine, resetFile } from "../../../lab/course/starter.ts";
import { DefinitionError } from "../../../lab/course/validation.ts";
import { World } from "../cli/world.ts";

const FILE = "exercises/01-greet/greet.ts";

async function greet(world: World): Promise<[Parameters<typeof resetFile>[0], Parameters<typeof resetFile>[1]]> {
  const [entry] = await discover(world.path("exercises"));
  if (entry === undefined) throw new Error("not found");
  return [entry, await loadExercise(entry)];
}

Deno.test("resetFile() writes through a link, to where the student keeps the file", async () => {
  await using world = await World.make();
  await Deno.remove(world.path(FILE));
  await world.write("mine.ts", "my work");
  await Deno.symlink(world.path("mine.ts"), world.path(FILE));
  assertEquals(await resetFile(...await greet(world)), { changed: true, copy: world.path(`${FILE}.~1~`) });
  assertEquals(await world.read("mine.ts"), await world.read("exercises/01-greet/.starter/greet.ts"));
  assertEquals(await world.read(`${FILE}.~1~`), "my work");
  assertEquals((await Deno.lstat(world.path(FILE))).isSymlink, true);
});

Deno.test("resetFile() keeps a file that is no text, byte by byte", async () => {
  await using world = await World.make();
  const bytes = new Uint8Array([0xff, 0xfe, 0, 10]);
  await Deno.writeFile(world.path(FILE), bytes);
  await resetFile(...await greet(world));
  assertEquals(await Deno.readFile(world.path(`${FILE}.~1~`)), bytes);
});

Deno.test("isPristine() compares with the untouched starter, and needs one", async () => {
  await using world = await World.make();
  const [entry, exercise] = await greet(world);
  assertEquals(await isPristine(entry, exercise), true);
  await world.write(FILE, "my work");
  assertEquals(await isPristine(entry, exercise), false);
  await Deno.remove(world.path("exercises/01-greet/.starter"), { recursive: true });
  await assertRejects(() => isPristine(entry, exercise), DefinitionError, ".starter/greet.ts: the starter is missing");
});
