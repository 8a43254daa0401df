/** The lab's program as a student starts it, on a copy of the fixture course. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { World } from "../lab/cli/world.ts";

const MAIN = fileURLToPath(new URL("../../lab/main.ts", import.meta.url));
const FILE = "exercises/01-greet/greet.ts";
const SOLUTION = "exercises/01-greet/grading/solution.ts";

function command(world: World, args: readonly string[], env: { [name: string]: string } = {}): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-prompt", "--no-check", MAIN, ...args],
    cwd: world.root,
    env: { IPCLAB_ROOT: world.root, INIT_CWD: world.root, LC_ALL: "C.UTF-8", npm_command: "", COLUMNS: "80", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

async function run(
  world: World,
  ...args: readonly string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await command(world, args).output();
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

/** Reads on until the text so far is as wanted. */
async function until(reader: ReadableStreamDefaultReader<string>, wanted: string): Promise<string> {
  let text = "";
  while (!text.includes(wanted)) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`The program ended without "${wanted}":\n${text}`);
    text += value;
  }
  return text;
}

Deno.test("the lab answers wrong use with status 2 and what would be right", async () => {
  await using world = await World.make();
  for (
    const [args, said] of [
      [["exercise", "99"], "There is no exercise 99. The nearest is 3 (last)."],
      [["exercise", "1", "--jsn"], "exercise has no option --jsn. Did you mean --json?"],
      [["lst"], "There is no command lst. Did you mean list?"],
    ] as const
  ) {
    const { code, stdout, stderr } = await run(world, ...args);
    assertEquals([code, stdout], [2, ""]);
    assertStringIncludes(stderr, said);
  }
});

Deno.test("the lab's list, hint and reset work on the course", async () => {
  await using world = await World.make();
  const list = await run(world, "list");
  assertEquals([list.code, list.stderr], [0, ""]);
  assertStringIncludes(list.stdout, "  · 01 Greet  0/7  saying hello\n");
  assertStringIncludes((await run(world, "hint", "1")).stdout, "Hint 1 of 3");
  assertStringIncludes((await run(world, "hint", "1")).stdout, "Hint 2 of 3");
  await world.write(FILE, "my work");
  assertEquals((await run(world, "reset", "1")).code, 0);
  assertEquals(await world.read(FILE), await world.read("exercises/01-greet/.starter/greet.ts"));
  assertEquals(await world.read(`${FILE}.~1~`), "my work");
});

Deno.test("the lab fails a starter, passes a solution, and remembers what the student reached", async () => {
  await using world = await World.make();
  const starter = await run(world, "exercise", "1");
  assertEquals([starter.code, starter.stderr], [1, ""]);
  assertStringIncludes(starter.stdout, `  at      ${FILE}:3\n`);
  assertStringIncludes(starter.stdout, "Next  exercises/01-greet/README.md  the task, and how it is graded\n");
  await world.write(FILE, await world.read(SOLUTION));
  const solved = await run(world, "exercise", "1", "--json");
  assertEquals([solved.code, solved.stderr], [0, ""]);
  const report = JSON.parse(solved.stdout);
  assertEquals([report.formatVersion, report.verdict, report.points, report.maxPoints], [1, "passed", 7, 7]);
  const list = await run(world, "exercise");
  assertStringIncludes(list.stdout, "  ✔ 01 Greet  7/7  saying hello\n");
  assertStringIncludes(list.stdout, "Next  deno task exercise 2  Count\n");
});

Deno.test("the lab fails a mutant with its finding", async () => {
  await using world = await World.make();
  const { code, stdout } = await run(world, "exercise", "1", "--as", "mutant:silent");
  assertEquals(code, 1);
  assertStringIncludes(
    stdout,
    "    wrong-result: the greeting is another one\n    seen    (nothing)\n    wanted  hello you\n",
  );
});

Deno.test("the lab calls a broken definition its own fault, with status 3 and no stack trace", async () => {
  await using world = await World.make();
  await world.write("exercises/02-count/exercise.ts", "export default (;");
  const { code, stdout, stderr } = await run(world, "exercise", "2");
  assertEquals([code, stderr], [3, ""]);
  assertStringIncludes(stdout, "The lab itself failed. This costs you nothing.");
  assertEquals(/^\s+at .*:\d+:\d+/m.test(stdout), false);
});

Deno.test("the lab stops quietly when its reader has gone", async () => {
  await using world = await World.make();
  await using child = command(world, ["list"]).spawn();
  await child.stdout.cancel();
  assertEquals((await child.status).code, 0);
  assertEquals(await child.stderr.text(), "");
});

Deno.test("--watch judges again after saves of every kind, and Ctrl-C leaves", async () => {
  await using world = await World.make();
  await using child = command(world, ["exercise", "1", "--watch"]).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const waiting = "Waiting for you to save.";
  assertStringIncludes(await until(reader, waiting), "0 of 7 points");
  // Some editors write into the file,
  await world.write(FILE, await world.read(SOLUTION));
  assertStringIncludes(await until(reader, waiting), "Passed: 7 of 7 points.");
  // others write a new one and rename it,
  await world.write(`${FILE}.new`, await world.read("exercises/01-greet/grading/mutants/silent.ts"));
  await Deno.rename(world.path(`${FILE}.new`), world.path(FILE));
  assertStringIncludes(await until(reader, waiting), "wrong-result");
  // and some put the old one away first.
  await Deno.rename(world.path(FILE), world.path(`${FILE}~`));
  await until(reader, "greet.ts is gone.");
  await world.write(FILE, await world.read(SOLUTION));
  assertStringIncludes(await until(reader, waiting), "Passed: 7 of 7 points.");
  child.kill("SIGINT");
  assertEquals((await child.status).code, 0);
  assertEquals(await child.stderr.text(), "");
  await reader.cancel();
});

Deno.test("Ctrl-C ends a judgement with status 130", async () => {
  await using world = await World.make();
  await world.write(FILE, "export function greet(): void {\n  for (;;);\n}\n");
  await using child = command(world, ["exercise", "1"]).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  await until(reader, FILE);
  child.kill("SIGINT");
  assertEquals((await child.status).code, 130);
  assertEquals(await child.stderr.text(), "");
  await reader.cancel();
});

Deno.test("doctor --json tells what this machine can do, as one document", async () => {
  await using world = await World.make();
  const { stdout, stderr } = await run(world, "doctor", "--json");
  assertEquals(stderr, "");
  const { formatVersion, machine } = JSON.parse(stdout);
  assertEquals(formatVersion, 1);
  const facts = new Map(machine.map(({ name, text }: { name: string; text: string }) => [name, text]));
  assertEquals(facts.get("FFI and fork"), "work");
  assertMatch(String(facts.get("System")), /^Linux .+ on (x86_64|aarch64), \d+ cores?$/);
  assert(facts.has("Shared memory"));
});
