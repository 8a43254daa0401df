import { assertEquals, assertStringIncludes } from "@std/assert";
import { World } from "./world.ts";

const FILE = "exercises/01-greet/greet.ts";

Deno.test("reset puts the starter back, and keeps every version that there was", async () => {
  await using world = await World.make();
  const starter = await world.read(FILE);
  await world.write(FILE, "my first try");
  assertEquals(await world.run("reset", "1"), 0);
  assertEquals(
    world.stdout,
    `  ${FILE} is the starter again.
  Your version is kept in ${FILE}.~1~.

  Next  deno task exercise 1
          judges your file
        cp ${FILE}.~1~ ${FILE}
          brings your version back
`,
  );
  assertEquals(await world.read(FILE), starter);
  await world.write(FILE, "my second try");
  await world.run("reset", "greet");
  assertStringIncludes(world.stdout, `Your version is kept in ${FILE}.~2~.`);
  assertEquals([await world.read(`${FILE}.~1~`), await world.read(`${FILE}.~2~`)], ["my first try", "my second try"]);
});

Deno.test("reset has nothing to do where the file is as shipped", async () => {
  await using world = await World.make();
  assertEquals(await world.run("reset", "1"), 0);
  assertStringIncludes(world.stdout, `${FILE} is as shipped already: nothing to do.`);
  assertEquals(await world.exists(`${FILE}.~1~`), false);
});

Deno.test("reset brings a missing file back", async () => {
  await using world = await World.make();
  const starter = await world.read(FILE);
  await Deno.remove(world.path(FILE));
  assertEquals(await world.run("reset", "1"), 0);
  assertStringIncludes(world.stdout, `${FILE} was missing: it is the starter again.`);
  assertEquals(await world.read(FILE), starter);
});

Deno.test("reset leaves the student's file alone when the starter is missing", async () => {
  await using world = await World.make();
  await world.write(FILE, "my work");
  await Deno.remove(world.path("exercises/01-greet/.starter/greet.ts"));
  assertEquals(await world.run("reset", "1"), 3);
  assertStringIncludes(
    world.said,
    "the starter is missing: this copy of the lab is incomplete.",
  );
  assertEquals(await world.read(FILE), "my work");
});

Deno.test("reset shows paths from where the student is, ready for a shell", async () => {
  await using world = await World.make();
  world.cwd = world.path("exercises/01-greet");
  await world.write(FILE, "my work");
  await world.run("reset", "1");
  assertStringIncludes(world.stdout, "cp greet.ts.~1~ greet.ts  brings your version back\n");
});
