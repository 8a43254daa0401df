import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { CheckReport } from "../../../lab/report/model.ts";
import { story } from "../report/timeline/traces.ts";
import { reportOf, World } from "./world.ts";

const FILE = "exercises/01-greet/greet.ts";

/** The second check fails, with a schedule to draw or without. */
function failing(world: World, change: Partial<CheckReport>): void {
  world.judge = (assignment) =>
    Promise.resolve(
      reportOf(assignment, ({ name }) =>
        name === "it greets"
          ? {}
          : { status: "failed", finding: { kind: "deadlock", message: "both wait" }, points: 0, ...change }),
    );
}

async function isThere(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

Deno.test("exercise N --html and --trace write the schedule of the first finding, and say where", async () => {
  await using world = await World.make();
  failing(world, { trace: story("deadlock") });
  assertEquals(await world.run("exercise", "1", "--html", "page.html", "--trace", world.path("schedule.json")), 1);
  assertEquals(world.stderr, "");
  assertStringIncludes(world.stdout, "\n\n  Drawn  page.html\n  Drawn  schedule.json\n");
  assertStringIncludes(await world.read("page.html"), "<h1>");
  assertStringIncludes(await world.read("page.html"), "producer and consumer wait for each other");
  assertEquals(Object.keys(JSON.parse(await world.read("schedule.json")))[0], "traceEvents");
});

Deno.test("exercise N --html writes from where the student is, and over what it wrote before", async () => {
  await using world = await World.make();
  world.cwd = world.path("exercises");
  failing(world, { trace: story("deadlock") });
  assertEquals(await world.run("exercise", "1", "--html", "page.html"), 1);
  failing(world, { trace: story("lost_wake_up") });
  assertEquals(await world.run("exercise", "1", "--html", "page.html"), 1);
  const page = await world.read("exercises/page.html");
  assert(page.includes("lost-wake-up") && !page.includes("wait for each other"));
});

Deno.test("exercise N --html writes nothing where no finding has a schedule, and says so", async () => {
  await using world = await World.make();
  const sentence = "No finding has a schedule that could be drawn, so nothing was written to page.html.";
  assertEquals(await world.run("exercise", "1", "--html", "page.html"), 0);
  assertStringIncludes(world.stdout.replaceAll(/\s+/g, " "), sentence);
  failing(world, {});
  assertEquals(await world.run("exercise", "1", "--html", "page.html"), 1);
  assertStringIncludes(world.stdout.replaceAll(/\s+/g, " "), sentence);
  assertEquals(await world.run("exercise", "1", "--html", "page.html", "--json"), 1);
  assertStringIncludes(world.said, sentence);
  assertEquals(JSON.parse(world.stdout).verdict, "failed");
  assertEquals(await isThere(world.path("page.html")), false);
});

Deno.test("exercise N --json has the schedule in its document, and writes the files as well", async () => {
  await using world = await World.make();
  failing(world, { trace: story("no_mutex") });
  assertEquals(await world.run("exercise", "1", "--json", "--html", "page.html"), 1);
  const { command, ...trace } = JSON.parse(world.stdout).checks[1].trace;
  assertEquals(trace, story("no_mutex"));
  assertEquals(command, "deno task exercise 1 --replay A14B24A*C*");
  assertEquals("trace" in JSON.parse(world.stdout).checks[0], false);
  assertEquals(world.stderr, "");
  assert(await isThere(world.path("page.html")));
});

Deno.test("exercise N refuses a place where no picture can be before it judges, and exits with 2", async () => {
  await using world = await World.make();
  failing(world, { trace: story("deadlock") });
  await Deno.symlink(world.path(FILE), world.path("link.html"));
  const before = await world.read(FILE);
  for (
    const [args, said] of [
      [["--html", "exercises"], "--html cannot write exercises: that is a folder."],
      [["--html", "nowhere/page.html"], "--html cannot write nowhere/page.html: there is no such folder."],
      [["--trace", `${FILE}/x.json`], `--trace cannot write ${FILE}/x.json: `],
      [["--trace", "/dev/null"], "dev/null: that is no regular file."],
      [["--html", FILE], `--html cannot write ${FILE}: that is the file to be judged.`],
      [["--html", "link.html"], "--html cannot write link.html: that is the file to be judged."],
      [["--html", "one", "--trace", "one"], "--html cannot write one: two pictures do not go into one file."],
      [["--html", ""], "--html needs a value: --html FILE"],
    ] as const
  ) {
    assertEquals(await world.run("exercise", "1", ...args), 2, args.join(" "));
    assertStringIncludes(world.said, said);
    assertEquals(world.stdout, "");
  }
  assertEquals(world.judged, []);
  assertEquals(await world.read(FILE), before);
  assertEquals(await isThere(world.path("one")), false);
});

Deno.test("exercise N exits with 2 when a picture cannot be written after all, once the report is shown", async () => {
  await using world = await World.make();
  failing(world, { trace: story("deadlock") });
  const judge = world.judge;
  world.judge = async (assignment, options) => {
    await Deno.mkdir(world.path("page.html"));
    return await judge(assignment, options);
  };
  assertEquals(await world.run("exercise", "1", "--html", "page.html"), 2);
  assertStringIncludes(world.stdout, "1 of 2 checks passed");
  assertStringIncludes(world.said, "--html cannot write page.html: Is a directory (os error 21)");
});

Deno.test("--html without an exercise is refused", async () => {
  await using world = await World.make();
  assertEquals(await world.run("exercise", "--html", "page.html"), 2);
  assertStringIncludes(world.said, "--html needs an exercise.");
});
