import { assertEquals, assertStringIncludes } from "@std/assert";
import { TokenRefused } from "../../../lab/judge/judge.ts";
import { story } from "../report/timeline/traces.ts";
import { reportOf, World } from "./world.ts";

Deno.test("exercise N refuses values of the schedules' options that mean nothing, before it judges, and exits with 2", async () => {
  await using world = await World.make();
  for (
    const [args, said] of [
      [["--schedules", "0"], '--schedules is "0": give a whole number from 1 to 100000000.'],
      [["--schedules", "many"], '--schedules is "many"'],
      [["--schedules=-5"], '--schedules is "-5"'],
      [["--schedules", "1.5"], '--schedules is "1.5"'],
      [["--schedules", "1e3"], '--schedules is "1e3"'],
      [["--seconds", "0"], '--seconds is "0": give a whole number from 1 to 86400.'],
      [["--seconds", "90000"], '--seconds is "90000"'],
      [["--seed", "4294967296"], '--seed is "4294967296": give a whole number from 0 to 4294967295.'],
      [["--strategy", "ptc"], '--strategy cannot be "ptc". Did you mean pct? Known: all, icb'],
      [["--replay", ""], "--replay needs a value: --replay TOKEN"],
      [["--seeds", "1"], "exercise has no option --seeds. Did you mean --seed?"],
    ] as const
  ) {
    assertEquals(await world.run("exercise", "1", ...args), 2, args.join(" "));
    assertStringIncludes(world.said, said);
  }
  assertEquals(world.judged, []);
});

Deno.test("exercise N refuses options that do not go with --replay, and exits with 2", async () => {
  await using world = await World.make();
  for (
    const [args, said] of [
      [["--watch"], "--replay and --watch do not go together: a token is of one version of the file."],
      [["--seed", "1"], "--replay repeats one schedule"],
      [["--schedules", "1"], "--replay repeats one schedule"],
      [["--seconds", "1"], "--replay repeats one schedule"],
      [["--strategy", "pct"], "--replay repeats one schedule"],
    ] as const
  ) {
    assertEquals(await world.run("exercise", "1", "--replay", "1-1.1-0", ...args), 2, args.join(" "));
    assertStringIncludes(world.said, said);
  }
  assertEquals(world.judged, []);
  assertEquals(await world.run("exercise", "--replay", "1-1.1-0"), 2);
  assertStringIncludes(world.said, "--replay needs an exercise.");
});

Deno.test("exercise N hands on what is to be explored; where only a number is given, time does not end it", async () => {
  await using world = await World.make();
  const asked = async (...args: string[]): Promise<unknown> => {
    await world.run("exercise", "1", ...args);
    return world.judged.at(-1)?.options.explore;
  };
  assertEquals(await asked(), undefined);
  assertEquals(await asked("--schedules", "200"), { seed: 1, seconds: 3600, schedules: 200 });
  assertEquals(await asked("--seconds", "5"), { seed: 1, seconds: 5 });
  assertEquals(await asked("--seed", "0", "--strategy", "pos"), { seed: 0, seconds: 2, strategy: "pos" });
  assertEquals(await asked("--seconds", "5", "--schedules", "7"), { seed: 1, seconds: 5, schedules: 7 });
});

Deno.test("exercise N says what was covered where schedules are asked for, and not otherwise", async () => {
  await using world = await World.make();
  const coverage = "all 80 schedules with at most 1 preemption pass; 200 schedules in all";
  world.judge = (assignment) => Promise.resolve(reportOf(assignment, () => ({ coverage, explored: 18 })));
  await world.run("exercise", "1");
  assertEquals(world.stdout.includes(coverage), false);
  assertStringIncludes(world.stdout, "  36 schedules and 4 runs in 120 ms");
  await world.run("exercise", "1", "--schedules", "200");
  assertStringIncludes(world.stdout, `    ${coverage}\n`);
});

Deno.test("exercise N --replay tells a token that cannot be repeated in one sentence, and exits with 2", async () => {
  await using world = await World.make();
  world.judge = () => Promise.reject(new TokenRefused("Cannot replay the token: a character is wrong."));
  for (const more of [[], ["--json"]]) {
    assertEquals(await world.run("exercise", "1", "--replay", "1-1.1-0", ...more), 2);
    assertEquals(world.stdout.includes("{"), false);
    assertStringIncludes(
      world.said,
      "Cannot replay the token: a character is wrong. Without --replay, the exercise is",
    );
  }
});

Deno.test("exercise N --replay of a schedule that passes now leads to a judgement, and is no progress", async () => {
  await using world = await World.make();
  world.judge = (assignment) =>
    Promise.resolve(reportOf(assignment, () => ({ schedules: 1, explored: 1 }), { replayed: true }));
  assertEquals(await world.run("exercise", "1", "--replay", "1-1.1-0"), 0);
  assertStringIncludes(world.stdout, "  This schedule passes now.\n");
  assertStringIncludes(world.stdout, "  Next  deno task exercise 1  judges all of it\n");
  assertEquals(await world.exists(".ipclab/progress.json"), false);
});

Deno.test("exercise N shows the command that repeats a finding as the user types commands, with --as", async () => {
  await using world = await World.make();
  world.judge = (assignment, { onCheck }) => {
    const trace = story("deadlock");
    const finding = { kind: "deadlock", message: "both wait", replay: trace.token } as const;
    const report = reportOf(assignment, () => ({ status: "failed", finding, trace }));
    report.checks.forEach((check) => onCheck?.(check));
    return Promise.resolve(report);
  };
  const { token } = story("deadlock");
  await world.run("exercise", "1");
  assertStringIncludes(world.stdout, `replay  deno task exercise 1 --replay ${token}\n`);
  world.env = { ...world.env, npm_command: "exec" };
  await world.run("exercise", "1", "--as", "starter");
  assertStringIncludes(world.stdout, `replay  npx --yes deno@2.9.6 task exercise 1 --as starter --replay ${token}\n`);
  await world.run("exercise", "1", "--json");
  const [check] = JSON.parse(world.stdout).checks;
  assertEquals(check.finding.replay, token);
  assertEquals(check.trace.command, `npx --yes deno@2.9.6 task exercise 1 --replay ${token}`);
});
