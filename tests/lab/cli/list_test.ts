import { assertEquals, assertStringIncludes } from "@std/assert";
import { reportOf, World } from "./world.ts";

Deno.test("list shows every exercise with its best result, and what is next", async () => {
  await using world = await World.make();
  await world.run("exercise", "1");
  world.judge = (assignment) => Promise.resolve(reportOf(assignment, () => ({ status: "failed" }), { points: 2 }));
  await world.run("exercise", "2");
  assertEquals(await world.run("list"), 0);
  assertEquals(world.stderr, "");
  assertEquals(
    world.stdout,
    `  1 of 3 exercises passed, 9 of 17 points

  ✔ 01 Greet  7/7  saying hello
  ◐ 02 Count  2/5  counting items
  · 03 Last   0/5  the end

  Next  deno task exercise 2  Count
`,
  );
});

Deno.test("exercise without a number is the list", async () => {
  await using world = await World.make();
  await world.run("list");
  const list = world.stdout;
  assertEquals(await world.run("exercise"), 0);
  assertEquals(world.stdout, list);
});

Deno.test("list says so when everything is passed", async () => {
  await using world = await World.make();
  for (const number of ["1", "2", "3"]) await world.run("exercise", number);
  assertStringIncludes(world.stdout, "Next  deno task list  you have passed every exercise\n");
  await world.run("list");
  assertStringIncludes(world.stdout, "3 of 3 exercises passed, 17 of 17 points");
  assertStringIncludes(world.stdout, "Next  deno task exercise N  runs any of them again\n");
});

Deno.test("list goes on past an exercise whose definition is broken", async () => {
  await using world = await World.make();
  await world.write("exercises/02-count/exercise.ts", "export default {};");
  assertEquals(await world.run("list"), 0);
  assertStringIncludes(world.stdout, "! 02 count  0/0  cannot be loaded: the lab's fault\n");
  assertStringIncludes(world.stdout, "· 03 Last   0/5  the end\n");
});

Deno.test("list shows what it can when progress cannot be understood, and says so", async () => {
  await using world = await World.make();
  await Deno.mkdir(world.path(".ipclab"));
  await world.write(".ipclab/progress.json", "{ half of");
  assertEquals(await world.run("list"), 0);
  assertStringIncludes(world.stdout, "0 of 3 exercises passed");
  assertStringIncludes(world.said, "is not valid JSON. The file is kept.");
  assertEquals(await world.read(".ipclab/progress.json"), "{ half of");
});

Deno.test("list says that the lab failed where there are no exercises", async () => {
  await using world = await World.make();
  await Deno.remove(world.path("exercises"), { recursive: true });
  assertEquals(await world.run("list"), 3);
  assertEquals(
    world.said,
    `The lab itself failed. This costs you nothing. ${
      world.path("exercises")
    }: cannot be read: No such file or directory.`,
  );
});

Deno.test("list gives npx to type to who came by npx", async () => {
  await using world = await World.make();
  world.env = { npm_command: "exec" };
  await world.run("list");
  assertStringIncludes(world.stdout, "Next  npx --yes deno@2.9.6 task exercise 1  Greet\n");
});
