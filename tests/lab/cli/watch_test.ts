import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Report } from "../../../lab/report/model.ts";
import { reportOf, settled, World } from "./world.ts";

const FILE = "exercises/01-greet/greet.ts";
const WAITING = "  Waiting for you to save. Ctrl-C ends.\n";

/** Begins to watch, and waits for the first judgement's end. */
async function watching(world: World, ...args: string[]): Promise<{ ended: Promise<number> }> {
  const ended = world.run("exercise", "1", "--watch", ...args);
  await settled(() => world.stdout.endsWith(WAITING));
  return { ended };
}

async function leave(world: World, ended: Promise<number>): Promise<void> {
  world.interrupt.abort();
  assertEquals(await ended, 0);
  assert(world.isQuiet);
  assertEquals(world.stderr, "");
}

Deno.test("--watch judges again after a save", async () => {
  await using world = await World.make();
  const { ended } = await watching(world);
  assertEquals(world.judged.length, 1);
  assertStringIncludes(world.stdout, `Next  deno task exercise 2  Count\n\n${WAITING}`);
  world.stdout = "";
  world.change("greet.ts");
  world.pass(100);
  await settled(() => world.stdout.endsWith(WAITING));
  assertEquals(world.judged.length, 2);
  await leave(world, ended);
});

Deno.test("--watch stops a judgement when the file is saved meanwhile, and begins anew once it has stopped", async () => {
  await using world = await World.make();
  const { ended } = await watching(world);
  const stopping = Promise.withResolvers<Report>();
  let signal: AbortSignal | undefined;
  world.judge = (_, options) => {
    signal = options.signal;
    return stopping.promise;
  };
  world.change("greet.ts");
  world.pass(100);
  await settled(() => world.judged.length === 2);
  assertEquals(signal?.aborted, false);
  world.judge = (assignment) => Promise.resolve(reportOf(assignment));
  world.stdout = "";
  world.change("greet.ts");
  world.pass(100);
  await settled(() => signal?.aborted === true);
  assertEquals(world.judged.length, 2);
  stopping.reject(signal?.reason);
  await settled(() => world.stdout.endsWith(WAITING));
  assertEquals(world.judged.length, 3);
  assertEquals(world.stdout.split(WAITING).length, 2);
  await leave(world, ended);
});

Deno.test("--watch waits for a file that is gone, and judges it when it is back", async () => {
  await using world = await World.make();
  const { ended } = await watching(world);
  const text = await world.read(FILE);
  await Deno.remove(world.path(FILE));
  world.change("greet.ts");
  world.pass(100);
  await settled(() => world.stdout.includes("greet.ts is gone."));
  assertStringIncludes(
    world.stdout,
    "\n  greet.ts is gone. Waiting for it to come back; deno task reset 1 puts the\n  starter back. Ctrl-C ends.\n",
  );
  assertEquals(world.judged.length, 1);
  await world.write(FILE, text);
  world.change("greet.ts");
  world.pass(100);
  await settled(() => world.judged.length === 2 && world.stdout.endsWith(WAITING));
  await leave(world, ended);
});

Deno.test("--watch clears a terminal before each judgement, and nothing else", async () => {
  for (const [terminal, cleared] of [[{ columns: 80 }, true], [null, false]] as const) {
    await using world = await World.make();
    world.terminal = terminal;
    world.env = { NO_COLOR: "1", LANG: "C.UTF-8" };
    const { ended } = await watching(world);
    assertEquals(world.stdout.startsWith("\x1b[2J\x1b[H  01 Greet\n"), cleared);
    await leave(world, ended);
  }
});

Deno.test("--watch ends on Ctrl-C in the middle of a judgement", async () => {
  await using world = await World.make();
  world.judge = (_, { signal }) => {
    const stopped = Promise.withResolvers<Report>();
    signal?.addEventListener("abort", () => stopped.reject(signal.reason));
    return stopped.promise;
  };
  const ended = world.run("exercise", "1", "--watch");
  await settled(() => world.judged.length === 1);
  await leave(world, ended);
});

Deno.test("--watch goes on after the lab has failed", async () => {
  await using world = await World.make();
  world.judge = () => Promise.reject(new Error("no luck"));
  const { ended } = await watching(world);
  assertStringIncludes(world.stdout, "The lab itself failed. This costs you nothing.");
  world.judge = (assignment) => Promise.resolve(reportOf(assignment));
  world.change("greet.ts");
  world.pass(100);
  await settled(() => world.stdout.includes("Passed: 7 of 7 points."));
  await leave(world, ended);
});

Deno.test("--watch watches the file that is judged, with --as too", async () => {
  await using world = await World.make();
  const { ended } = await watching(world, "--as", "mutant:silent");
  world.change("silent.ts");
  world.pass(100);
  await settled(() => world.judged.length === 2);
  await leave(world, ended);
});
