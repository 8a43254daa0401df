import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { CommandEntry } from "../../../lab/cli/commands.ts";
import { COMMANDS } from "../../../lab/cli/commands.ts";
import { dispatch } from "../../../lab/cli/dispatch.ts";
import { World } from "./world.ts";

function command(run: () => Promise<0>): CommandEntry {
  const body = { description: [], options: [], run };
  return { name: "try", operands: "", summary: "Tries", load: () => Promise.resolve({ default: body }) };
}

Deno.test("dispatch() answers an unknown command with the nearest", async () => {
  await using world = await World.make();
  assertEquals(await world.run("exercsie"), 2);
  assertEquals(world.stdout, "");
  assertStringIncludes(world.stderr, "There is no command exercsie. Did you mean exercise?\nKnown: exercise, list, ");
});

Deno.test("dispatch() answers an unknown option of every command with the known ones", async () => {
  await using world = await World.make();
  for (const { name } of COMMANDS) {
    assertEquals(await world.run(name, "--hlep"), 2, name);
    assertStringIncludes(world.stderr, `${name} has no option --hlep. Did you mean --help?\nKnown: `);
  }
});

Deno.test("dispatch() shows help for every command, on standard output", async () => {
  await using world = await World.make();
  for (const { name, task, summary } of COMMANDS) {
    assertEquals(await world.run(name, "--help"), 0, name);
    assertStringIncludes(world.stdout, `  deno task ${task ?? name}`);
    assertStringIncludes(world.stdout.replaceAll(/\s+/g, " "), ` ${summary}. `);
    assertEquals(world.stderr, "");
  }
});

Deno.test("dispatch() shows all commands to who names none", async () => {
  await using world = await World.make();
  for (const args of [[], ["help"], ["--help"], ["-h"]]) {
    assertEquals(await world.run(...args), 0);
    for (const { name, task } of COMMANDS) assertStringIncludes(world.stdout, `deno task ${task ?? name}`);
  }
});

Deno.test("help fits a narrow terminal", async () => {
  await using world = await World.make();
  world.env = { COLUMNS: "40", LANG: "C.UTF-8" };
  for (const { name } of COMMANDS) {
    await world.run(name, "--help");
    for (const line of world.stdout.split("\n")) assert(line.length <= 40, line);
  }
});

Deno.test("dispatch() answers every command with one sentence on a platform that is not supported", async () => {
  await using world = await World.make();
  world.platform = { os: "darwin", arch: "aarch64", libc: "" };
  for (
    const args of [[], ["list"], ["exercise", "1"], ["exercise", "1", "--json"], ["nonsense"], ["doctor", "--help"]]
  ) {
    assertEquals(await world.run(...args), 4);
    assertEquals(world.stdout, "");
    assertEquals(world.stderr.trimEnd().split("\n").length, 1);
    assertStringIncludes(world.stderr, "macOS on aarch64");
  }
});

Deno.test("dispatch() turns a failure of the lab into a calm paragraph, and keeps the details in a file", async () => {
  await using world = await World.make();
  const code = await dispatch(["try"], world.context(), [
    command(() => Promise.reject(new TypeError("x is undefined"))),
  ]);
  assertEquals(code, 3);
  assertEquals(
    world.stderr,
    "The lab itself failed. This costs you nothing. Please try once more; if it\n" +
      "happens again, send .ipclab/failure.txt to who runs the course.\n",
  );
  const details = await world.read(".ipclab/failure.txt");
  assertStringIncludes(details, 'command: ["try"]\nmachine: linux 6.1.0 x86_64, 2 cores, deno 2.9.6\n');
  assertStringIncludes(details, "TypeError: x is undefined\n    at ");
});

Deno.test("dispatch() tells the cause itself where it cannot write the details", async () => {
  await using world = await World.make();
  await world.write(".ipclab", "a file stands where the folder should be");
  const code = await dispatch(["try"], world.context(), [
    command(() => Promise.reject(new TypeError("x is undefined"))),
  ]);
  assertEquals(code, 3);
  assertStringIncludes(
    world.said,
    "The cause: TypeError: x is undefined. Please tell it to who runs the course",
  );
  assert(!world.stderr.includes("    at "));
});

Deno.test("dispatch() ends with 130 when a command was interrupted", async () => {
  await using world = await World.make();
  const interrupted = command(() => {
    world.interrupt.abort();
    return Promise.reject(world.interrupt.signal.reason);
  });
  assertEquals(await dispatch(["try"], world.context(), [interrupted]), 130);
  assertEquals(world.stderr, "");
});
