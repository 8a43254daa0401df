import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Finding } from "../../../lab/judge/finding.ts";
import { reportOf, World } from "./world.ts";

const FILE = "exercises/01-greet/greet.ts";

function failing(world: World, finding: Finding): void {
  world.judge = (assignment, { onCheck }) => {
    const report = reportOf(assignment, ({ name }) => name === "it greets" ? {} : { status: "failed", finding });
    report.checks.forEach((check) => onCheck?.(check));
    return Promise.resolve(report);
  };
}

Deno.test("exercise N shows each check, the points and the next exercise, and exits with 0", async () => {
  await using world = await World.make();
  assertEquals(await world.run("exercise", "1"), 0);
  assertEquals(world.stderr, "");
  assertEquals(
    world.stdout,
    `  01 Greet
  ${FILE}

  ✔ it greets                                                                3/3
  ✔ it greets by name                                                        4/4

  Passed: 7 of 7 points.
  40 runs in 120 ms, not isolated from this machine

  Next  deno task exercise 2  Count
`,
  );
});

Deno.test("exercise N finds an exercise by number, name, folder and path", async () => {
  await using world = await World.make();
  for (const name of ["1", "01", "001", "greet", "01-greet", "exercises/01-greet/", "./exercises/01-greet"]) {
    assertEquals(await world.run("exercise", name), 0, name);
    assertEquals(world.judged.at(-1)?.assignment.file, world.path(FILE));
  }
});

Deno.test("exercise N answers an unknown exercise with the nearest, and exits with 2", async () => {
  await using world = await World.make();
  for (
    const [name, nearest] of [["99", "3 (last)"], ["0", "1 (greet)"], ["coutn", "2 (count)"], ["02-conut", "2 (count)"]]
  ) {
    assertEquals(await world.run("exercise", name as string), 2);
    assertStringIncludes(
      world.stderr,
      `There is no exercise ${name}. The nearest is ${nearest}.\nKnown: 1 greet, 2 count`,
    );
  }
  assertEquals(world.judged, []);
});

Deno.test("exercise N quotes the line of a failure and offers a hint, and exits with 1", async () => {
  await using world = await World.make();
  failing(world, {
    kind: "wrong-result",
    message: "nobody was greeted",
    role: "greeter",
    line: 3,
    readNext: "greet(2)",
  });
  assertEquals(await world.run("exercise", "1"), 1);
  assertStringIncludes(
    world.stdout,
    `  ✔ it greets                                                                3/3
  ✘ it greets by name                                                        0/4
    wrong-result: nobody was greeted
    role    greeter
    at      ${FILE}:3
              2 │ export function greet(name: string): string {
            ▸ 3 │   throw new Error(\`not implemented: greet("\${name}")\`);
              4 │ }
    read    greet(2)

  1 of 2 checks passed: 3 of 7 points.
  40 runs in 120 ms, not isolated from this machine

  Next  deno task hint 1              a first hint
        deno task exercise 1 --watch  judges again at every save
`,
  );
  await world.run("hint", "1");
  await world.run("exercise", "1");
  assertStringIncludes(world.stdout, "Next  deno task hint 1              a stronger hint\n");
});

Deno.test("exercise N shows paths from where the student is", async () => {
  await using world = await World.make();
  world.cwd = world.path("exercises");
  failing(world, { kind: "wrong-result", message: "nobody was greeted", line: 3, file: "greet.ts" });
  await world.run("exercise", "1");
  assertStringIncludes(world.stdout, "  at      01-greet/greet.ts:3\n".replace("  at", "    at"));
});

Deno.test("exercise N quotes another file of the exercise, by its own name", async () => {
  await using world = await World.make();
  await world.write("exercises/01-greet/names.ts", "export const NAME = 7;");
  failing(world, { kind: "wrong-result", message: "no name", line: 1, file: "names.ts" });
  await world.run("exercise", "1");
  assertStringIncludes(
    world.stdout,
    "at      exercises/01-greet/names.ts:1\n            ▸ 1 │ export const NAME = 7;\n",
  );
});

Deno.test("exercise N --as quotes the file that is judged, not the student's of the same name", async () => {
  await using world = await World.make();
  await world.write(FILE, "// the student's");
  failing(world, { kind: "not-implemented", message: "greet is still as shipped", line: 1, file: "greet.ts" });
  await world.run("exercise", "1", "--as", "starter");
  assertStringIncludes(
    world.stdout,
    "at      exercises/01-greet/.starter/greet.ts:1\n            ▸ 1 │ /** Says hello",
  );
});

Deno.test("exercise N quotes the file as it was when the judgement began", async () => {
  await using world = await World.make();
  const finding: Finding = { kind: "wrong-result", message: "nobody was greeted", line: 1 };
  world.judge = async (assignment) => {
    await world.write(FILE, "// saved in the meantime");
    return reportOf(assignment, () => ({ status: "failed", finding }));
  };
  await world.run("exercise", "1");
  assertStringIncludes(world.stdout, "▸ 1 │ /** Says hello to somebody. */\n");
});

Deno.test("exercise N points to the task when nothing is written yet", async () => {
  await using world = await World.make();
  const finding: Finding = { kind: "not-implemented", message: "greet is still as shipped" };
  world.judge = (assignment) => Promise.resolve(reportOf(assignment, () => ({ status: "failed", finding })));
  assertEquals(await world.run("exercise", "1"), 1);
  assertStringIncludes(world.stdout, "not-implemented: as above\n");
  assertStringIncludes(world.stdout, "Next  exercises/01-greet/README.md  the task, and how it is graded\n");
});

Deno.test("exercise N says how to get a missing file back", async () => {
  await using world = await World.make();
  await Deno.remove(world.path(FILE));
  assertEquals(await world.run("exercise", "1"), 1);
  assertEquals(world.judged, []);
  assertStringIncludes(world.stdout, "does-not-load: greet.ts is not there\n");
  assertStringIncludes(world.stdout, "Next  deno task reset 1  puts the starter back\n");
});

Deno.test("exercise N remembers the best result, and a pass for ever", async () => {
  await using world = await World.make();
  const remembered = async (): Promise<unknown> =>
    JSON.parse(await world.read(".ipclab/progress.json")).exercises["01-greet"];
  failing(world, { kind: "deadlock", message: "all wait" });
  await world.run("exercise", "1");
  assertEquals(await remembered(), { points: 3, passed: false, hints: 0 });
  world.judge = (assignment) => Promise.resolve(reportOf(assignment));
  await world.run("exercise", "1", "--json");
  assertEquals(await remembered(), { points: 7, passed: true, hints: 0 });
  failing(world, { kind: "deadlock", message: "all wait" });
  await world.run("exercise", "1");
  assertEquals(await remembered(), { points: 7, passed: true, hints: 0 });
});

Deno.test("exercise N judges all the same where progress cannot be saved", async () => {
  await using world = await World.make();
  await world.write(".ipclab", "a file stands where the folder should be");
  assertEquals(await world.run("exercise", "1", "--json"), 0);
  assertEquals(JSON.parse(world.stdout).verdict, "passed");
  assertStringIncludes(world.said, "Note: Progress cannot be saved: ");
});

Deno.test("exercise N --json prints the report and nothing else", async () => {
  await using world = await World.make();
  world.terminal = { columns: 80 };
  failing(world, { kind: "wrong-result", message: "nobody was greeted", line: 3 });
  assertEquals(await world.run("exercise", "1", "--json"), 1);
  const { assignment, options } = world.judged[0] ?? {};
  assert(assignment !== undefined && options !== undefined);
  assertEquals(JSON.parse(world.stdout), await world.judge(assignment, {}));
  assertEquals(options.onProgress, undefined);
  assertEquals(world.stderr, "");
});

Deno.test("exercise N --as judges a file of the course by the hidden checks too, and remembers nothing", async () => {
  await using world = await World.make();
  const files = {
    starter: ".starter/greet.ts",
    solution: "grading/solution.ts",
    "solution:joined": "grading/solutions/joined.ts",
    "mutant:silent": "grading/mutants/silent.ts",
  };
  for (const [as, file] of Object.entries(files)) {
    assertEquals(await world.run("exercise", "1", "--as", as), 0, as);
    const { assignment } = world.judged.at(-1) ?? {};
    assertEquals(assignment?.file, world.path(`exercises/01-greet/${file}`));
    assertEquals(assignment?.checks.map(({ hidden }) => hidden), [false, false, true]);
    assertStringIncludes(world.stdout, "  ✔ it greets strangers (hidden)  ");
    assert(!world.stdout.includes("Next"));
  }
  assertEquals(await world.exists(".ipclab"), false);
  await world.run("exercise", "1");
  assertEquals(world.judged.at(-1)?.assignment.checks.length, 2);
});

Deno.test("exercise N --as answers an unknown name with the nearest, and exits with 2", async () => {
  await using world = await World.make();
  const known = "Known: starter, solution, solution:joined, mutant:silent\n";
  for (
    const [as, message] of [
      ["mutant:silnt", '01-greet has no "mutant:silnt". Did you mean mutant:silent?'],
      ["mutant:../../greet", '01-greet has no "mutant:../../greet".'],
      ["me", '01-greet has no "me".'],
    ]
  ) {
    assertEquals(await world.run("exercise", "1", "--as", as as string), 2);
    assertEquals(world.stderr, `${message}\n${known}`);
  }
});

Deno.test("exercise N --as says when this copy of the lab has no solutions", async () => {
  await using world = await World.make();
  assertEquals(await world.run("exercise", "2", "--as", "solution"), 2);
  assertEquals(world.stderr, "This copy of the lab has no solutions for 02-count.\nKnown: starter\n");
});

Deno.test("exercise N --isolation is passed on; auto unless given", async () => {
  await using world = await World.make();
  await world.run("exercise", "1");
  await world.run("exercise", "1", "--isolation", "none");
  assertEquals(world.judged.map(({ options }) => options.isolation), ["auto", "none"]);
  assertEquals(await world.run("exercise", "1", "--isolation", "nnoe"), 2);
  assertStringIncludes(
    world.stderr,
    '--isolation cannot be "nnoe". Did you mean none?\nKnown: auto, none, bubblewrap\n',
  );
});

Deno.test("exercise refuses options that make no sense together", async () => {
  await using world = await World.make();
  assertEquals(await world.run("exercise", "1", "--json", "--watch"), 2);
  assertEquals(await world.run("exercise", "--json"), 2);
  assertStringIncludes(world.stderr, "--json needs an exercise.\n");
  assertEquals(await world.run("exercise", "--as", "solution"), 2);
  assertEquals(world.stdout, "");
});

Deno.test("exercise N reports a broken definition as the lab's fault, with its file and field", async () => {
  await using world = await World.make();
  await world.write("exercises/02-count/exercise.ts", "export default { number: 2, name: 'count', title: 7 };");
  assertEquals(await world.run("exercise", "2"), 3);
  assertStringIncludes(world.stdout, "  The lab itself failed. This costs you nothing.\n");
  assertStringIncludes(world.stdout.replaceAll(/\s+/g, ""), "02-count/exercise.ts:title:expectedatext,got7.");
  assertEquals(await world.run("exercise", "2", "--json"), 3);
  const { verdict, reason, exercise } = JSON.parse(world.stdout);
  assertEquals([verdict, exercise], ["broken", { number: 2, name: "count", title: "count" }]);
  assertStringIncludes(reason, "exercise.ts: title: expected a text, got 7.");
});

Deno.test("exercise N reports a judge that fails as the lab's fault, without a stack trace", async () => {
  await using world = await World.make();
  world.judge = () => Promise.reject(new TypeError("x is undefined"));
  assertEquals(await world.run("exercise", "1"), 3);
  assertStringIncludes(world.stdout, "  The lab itself failed. This costs you nothing.\n");
  assertStringIncludes(world.stdout, "send .ipclab/failure.txt to who");
  assertStringIncludes(world.stdout, "Next  deno task doctor  tells what this machine can do\n");
  assert(!`${world.stdout}${world.stderr}`.includes("TypeError"));
  assertStringIncludes(await world.read(".ipclab/failure.txt"), "TypeError: x is undefined");
  assertEquals(await world.run("exercise", "1", "--json"), 3);
  assertEquals(JSON.parse(world.stdout).verdict, "broken");
});

Deno.test("exercise N exits with 4 where the machine cannot run it", async () => {
  await using world = await World.make();
  world.judge = (assignment) =>
    Promise.resolve(
      reportOf(assignment, () => ({}), { verdict: "unsupported", reason: "bubblewrap does not work here" }),
    );
  assertEquals(await world.run("exercise", "1", "--isolation", "bubblewrap"), 4);
  assertStringIncludes(world.stdout, "bubblewrap does not work here");
});

Deno.test("exercise N ends with 130 on Ctrl-C, and leaves the terminal clean", async () => {
  await using world = await World.make();
  world.terminal = { columns: 80 };
  world.judge = (_, { onProgress, signal }) => {
    onProgress?.({ done: 1, total: 4, check: "it greets" });
    world.interrupt.abort();
    return Promise.reject(signal?.reason);
  };
  assertEquals(await world.run("exercise", "1"), 130);
  assertEquals(world.stdout.endsWith("\r\x1b[K"), true);
  assertEquals(world.stderr, "");
});
