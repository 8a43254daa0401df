import { assertEquals, AssertionError, assertRejects } from "@std/assert";
import { added, expectNothingLeft, kernelObjects } from "./kernel_objects.ts";
import { objectName, sysvKey, testFolder } from "./names.ts";

Deno.test("expectNothingLeft() names a file left in /dev/shm", async () => {
  const name = objectName();
  try {
    await assertRejects(
      () => expectNothingLeft(() => Deno.writeTextFileSync(`/dev/shm${name}`, ""), 0),
      AssertionError,
      `posix_shm ${name}`,
    );
  } finally {
    Deno.removeSync(`/dev/shm${name}`);
  }
});

Deno.test("added() names an open descriptor and a child process", async () => {
  const before = kernelObjects();
  using folder = testFolder();
  const path = folder.file("open");
  using _file = Deno.openSync(path, { write: true, create: true });
  await using child = new Deno.Command("cat", { stdin: "piped", stdout: "null" }).spawn();
  const after = added(before, kernelObjects());
  assertEquals(after.filter((line) => line.startsWith("descriptor") && line.endsWith(path)).length, 1);
  assertEquals(after.filter((line) => line === `child ${child.pid} (cat)`).length, 1);
  await child.stdin.close();
});

Deno.test("expectNothingLeft() is content with what a test cleans up", async () => {
  await expectNothingLeft(async () => {
    using folder = testFolder();
    Deno.writeTextFileSync(folder.file("x"), "x");
    await new Deno.Command("true").output();
  });
});

Deno.test("objectName() and sysvKey() give something new each time", () => {
  const names = new Set(Array.from({ length: 100 }, objectName));
  assertEquals(names.size, 100);
  for (const name of names) assertEquals(name.lastIndexOf("/"), 0);
  const keys = Array.from({ length: 100 }, sysvKey);
  assertEquals(keys.every((key) => key >>> 20 === 0x1bc), true);
});
