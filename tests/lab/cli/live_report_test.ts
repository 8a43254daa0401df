import { assert, assertEquals } from "@std/assert";
import { LiveReport } from "../../../lab/cli/live_report.ts";
import { reportText } from "../../../lab/report/terminal.ts";
import { check, failing, findSource, PATH, report, style, wrongResult } from "../report/reports.ts";
import { World } from "./world.ts";

const REPORT = report({ checks: [check("one"), failing("two", wrongResult), check("three")] });

/** What a terminal of endless height shows in the end. */
function screen(text: string): string {
  const lines = text.split("\n").map((line) => line.slice(line.lastIndexOf("\r\x1b[K") + 1).replace("\x1b[K", ""));
  // deno-lint-ignore no-control-regex
  return lines.join("\n").replaceAll(/\x1b\[\d+m/g, "");
}

function show(world: World): string {
  const live = new LiveReport(world.context(), findSource);
  live.start(REPORT.exercise, PATH);
  REPORT.checks.forEach((each, index) => {
    for (const done of [0, 1, 2]) {
      live.progress({ done: index * 3 + done, total: 9, check: each.name });
      world.pass(30);
    }
    // The last one is left to the end.
    if (index < 2) live.check(each);
  });
  live.finish(REPORT, []);
  return world.stdout;
}

Deno.test("LiveReport has no bar where it could not be taken away: in a pipe, a log, a dumb or a tiny terminal", async () => {
  const wanted = reportText(REPORT, style(), PATH, findSource);
  const cases: ((world: World) => void)[] = [
    () => {},
    (world) => {
      world.terminal = { columns: 80 };
      world.env = { CI: "true", NO_COLOR: "1" };
    },
  ];
  for (const prepare of cases) {
    await using world = await World.make();
    prepare(world);
    assertEquals(show(world), wanted);
  }
  await using world = await World.make();
  world.env = { TERM: "dumb" };
  world.terminal = { columns: 80 };
  assert(!show(world).includes("\x1b"));
  await using tiny = await World.make();
  tiny.terminal = { columns: 30 };
  assert(!show(tiny).includes("\r"));
});

Deno.test("LiveReport leaves on a terminal what a pipe gets, and no rest of the bar", async () => {
  await using world = await World.make();
  world.terminal = { columns: 80 };
  const shown = show(world);
  assert(shown.includes("━"));
  assertEquals(screen(shown), reportText(REPORT, style(), PATH, findSource));
});

Deno.test("LiveReport draws the bar at once after a line, and otherwise at most every 50 ms", async () => {
  await using world = await World.make();
  world.terminal = { columns: 80 };
  // Of three steps 30 ms apart the first and the third are drawn.
  assertEquals(show(world).match(/%/g)?.length, 6);
});

Deno.test("LiveReport.stop() takes the bar away, if there is one", async () => {
  await using world = await World.make();
  world.terminal = { columns: 80 };
  const live = new LiveReport(world.context(), findSource);
  live.stop();
  assertEquals(world.stdout, "");
  live.progress({ done: 1, total: 2, check: "one" });
  live.stop();
  assertEquals(screen(world.stdout), "");
});
