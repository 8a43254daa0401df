import { assertEquals, assertStringIncludes } from "@std/assert";
import { World } from "./world.ts";

Deno.test("hint gives one hint more each time, then all of them and where to read on", async () => {
  await using world = await World.make();
  assertEquals(await world.run("hint", "1"), 0);
  assertEquals(
    world.stdout,
    `  01 Greet

  Hint 1 of 3
  Say something.

  Next  deno task exercise 1  judges your file
        deno task hint 1      a stronger hint
`,
  );
  await world.run("hint", "greet");
  assertStringIncludes(world.stdout, "  Hint 2 of 3\n  Say *hello*.\n");
  await world.run("hint", "01-greet");
  assertStringIncludes(world.stdout, "  Hint 3 of 3\n    return `hello ${name}`;\n");
  assertStringIncludes(world.stdout, "exercises/01-greet/README.md  the task and what to read\n");
  await world.run("hint", "1");
  for (const text of ["Hint 1 of 3", "Hint 2 of 3", "Hint 3 of 3", "These are all the hints there are."]) {
    assertStringIncludes(world.stdout, text);
  }
});

Deno.test("hint remembers for each exercise on its own, and keeps the points", async () => {
  await using world = await World.make();
  await world.run("exercise", "2");
  await world.run("hint", "2");
  await world.run("hint", "1");
  assertStringIncludes(world.stdout, "Hint 1 of 3");
  const { exercises } = JSON.parse(await world.read(".ipclab/progress.json"));
  assertEquals(exercises, {
    "02-count": { points: 5, passed: true, hints: 1 },
    "01-greet": { points: 0, passed: false, hints: 1 },
  });
});

Deno.test("hint shows the hint even where it cannot remember that", async () => {
  await using world = await World.make();
  await world.write(".ipclab", "a file stands where the folder should be");
  assertEquals(await world.run("hint", "1"), 0);
  assertStringIncludes(world.stdout, "Hint 1 of 3");
  assertStringIncludes(world.stderr, "Note: Progress cannot be saved: ");
});

Deno.test("hint needs an exercise that there is", async () => {
  await using world = await World.make();
  assertEquals(await world.run("hint"), 2);
  assertEquals(world.stderr, "Which exercise?\nKnown: 1 greet, 2 count, 3 last\n");
  assertEquals(await world.run("hint", "99"), 2);
  assertEquals(world.stderr, "There is no exercise 99. The nearest is 3 (last).\nKnown: 1 greet, 2 count, 3 last\n");
  assertEquals(await world.run("hint", "gret"), 2);
  assertStringIncludes(world.stderr, "There is no exercise gret. The nearest is 1 (greet).\n");
  assertEquals(await world.run("hint", "quaternions"), 2);
  assertStringIncludes(world.stderr, "There is no exercise quaternions.\n");
});
