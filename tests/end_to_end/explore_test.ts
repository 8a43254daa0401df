/** A schedule from its finding to its repetition, as a student meets it: on the real exercises, whose files are only read. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import type { Report } from "../../lab/report/model.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url)).replace(/\/$/, "");
const MUTANT = ["exercise", "9", "--as", "mutant:no-mutex"];

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function lab(args: readonly string[], env: Record<string, string> = {}): Promise<Outcome> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "-q", "--no-prompt", "--no-check", "lab/main.ts", ...args],
    cwd: ROOT,
    env: { LC_ALL: "C.UTF-8", npm_command: "", COLUMNS: "80", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

Deno.test("a schedule that fails is told with its command, its story and its token, and comes out alike each time", async () => {
  const found = await lab([...MUTANT, "--json", "--schedules", "300"]);
  assertEquals(found.code, 1, found.stderr);
  const report: Report = JSON.parse(found.stdout);
  const failed = report.checks.find(({ trace }) => trace !== undefined);
  assert(failed?.trace !== undefined, "no check failed with a schedule");
  const { token, command } = failed.trace;
  assertEquals(command, `deno task exercise 9 --as mutant:no-mutex --replay ${token}`);
  assertEquals(failed.finding?.replay, token);

  const texts = await Promise.all(["60", "100"].map((COLUMNS) => lab([...MUTANT, "--replay", token], { COLUMNS })));
  for (const { code, stdout, stderr } of texts) {
    assertEquals([code, stderr], [1, ""]);
    assertStringIncludes(stdout, `replay  ${command}\n`);
    assertStringIncludes(stdout, "This schedule fails.\n");
    assertStringIncludes(stdout, "the whole picture: --html FILE\n");
    assert(!stdout.includes("\x1b"), "colours in a pipe");
  }

  const replays: string[] = [];
  for (let time = 0; time < 4; time++) {
    const { code, stdout } = await lab([...MUTANT, "--replay", token, "--json"]);
    assertEquals(code, 1);
    const [check] = (JSON.parse(stdout) as Report).checks;
    replays.push(JSON.stringify([check?.finding, check?.trace]));
  }
  assertEquals(new Set(replays).size, 1);
  // And it is what was told when it was found, but for how it was.
  assertEquals(replays[0], JSON.stringify([failed.finding, { ...failed.trace, foundBy: "" }]));

  // Another file, a slip of the finger, and a check that a student's own file does not have.
  const other = await lab(["exercise", "9", "--as", "solution", "--replay", token]);
  assertEquals([other.code, other.stdout.includes("points")], [2, false]);
  assertMatch(other.stderr, /the file has changed since/);
  const slip = await lab([...MUTANT, "--replay", `${token.slice(0, -1)}${token.endsWith("0") ? "1" : "0"}`]);
  assertEquals(slip.code, 2);
  assertMatch(slip.stderr, /a character is wrong or missing/);
  const another = await lab(["exercise", "10", "--as", "solution", "--replay", token]);
  assertEquals(another.code, 2);
  assertMatch(another.stderr, /it is for exercise 9, not 10/);
});
