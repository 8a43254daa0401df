import { assert, assertEquals } from "@std/assert";
import { Saves } from "../../../lab/cli/saves.ts";
import { World } from "./world.ts";

/** Whether a promise has been resolved, once all that is ready has run. */
async function isSettled(promise: Promise<void>): Promise<boolean> {
  let settled = false;
  void promise.then(() => settled = true);
  await new Promise((resolve) => setTimeout(resolve, 0));
  return settled;
}

Deno.test("Saves waits until it has been quiet for 100 ms", async () => {
  await using world = await World.make();
  using saves = new Saves(world.context(), ["folder"]);
  const saved = saves.next();
  world.change("greet.ts");
  world.pass(60);
  world.change("greet.ts");
  world.pass(99);
  assertEquals(await isSettled(saved), false);
  world.pass(1);
  assertEquals(await isSettled(saved), true);
  assertEquals(await isSettled(saves.next()), false);
});

Deno.test("Saves takes no notice of what an editor puts beside a program", async () => {
  await using world = await World.make();
  using saves = new Saves(world.context(), ["folder"]);
  const saved = saves.next();
  for (
    const name of ["4913", ".#greet.ts", "greet.ts~", ".greet.ts.swp", "greet.ts.0c1.tmp", "greet.ts.~1~", "README.md"]
  ) {
    world.change(name);
    world.pass(1000);
    assertEquals(await isSettled(saved), false, name);
  }
  // An editor that writes a new file and renames it names both.
  world.change("greet.ts.tmp", "greet.ts");
  world.pass(100);
  assertEquals(await isSettled(saved), true);
});

Deno.test("Saves remembers a save that nobody waited for", async () => {
  await using world = await World.make();
  using saves = new Saves(world.context(), ["folder"]);
  world.change("greet.ts");
  world.pass(100);
  assertEquals(await isSettled(saves.next()), true);
  assertEquals(await isSettled(saves.next()), false);
});

Deno.test("Saves ends all its watches and its timer", async () => {
  await using world = await World.make();
  {
    using _saves = new Saves(world.context(), ["one", "other"]);
    world.change("greet.ts");
    assert(!world.isQuiet);
  }
  assert(world.isQuiet);
});
