import { assertEquals } from "@std/assert";
import { addTallies, tallyOfJUnit, tallyOfText, tallyText } from "../../../lab/author/tally.ts";

const JUNIT = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="deno test" tests="8" failures="3" errors="0" time="0.018">
    <testsuite name="./a_test.ts" tests="7" disabled="1" errors="0" failures="3">
        <testcase name="&lt;testsuite tests=&quot;5&quot;>" classname="./a_test.ts" time="0.005" line="1" col="6">
        </testcase>
    </testsuite>
    <testsuite name="./b_test.ts" tests="1" disabled="0" errors="0" failures="0">
    </testsuite>
</testsuites>
`;

Deno.test("tallyOfJUnit() gives null for a report that is missing, cut off or empty", () => {
  assertEquals(tallyOfJUnit(""), null);
  assertEquals(tallyOfJUnit(JUNIT.slice(0, -20)), null);
  assertEquals(tallyOfJUnit('<testsuites name="deno test" tests="0"></testsuites>'), null);
  assertEquals(tallyOfJUnit('<testsuites><testsuite tests="2" disabled="2"></testsuite></testsuites>'), null);
});

Deno.test("tallyOfJUnit() sums the suites, each test once", () => {
  assertEquals(tallyOfJUnit(JUNIT), { passed: 4, failed: 3, skipped: 1 });
});

Deno.test("tallyOfJUnit() reads what deno test writes", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    Deno.writeTextFileSync(
      `${folder}/x_test.js`,
      `Deno.test("good", () => {});
       Deno.test("bad", () => { throw new Error("no"); });
       Deno.test({ name: "not here", ignore: true, fn() {} });`,
    );
    const report = `${folder}/report.xml`;
    await new Deno.Command(Deno.execPath(), {
      args: ["test", "--no-config", `--junit-path=${report}`, `${folder}/x_test.js`],
      stdout: "null",
      stderr: "null",
    }).output();
    assertEquals(tallyOfJUnit(Deno.readTextFileSync(report)), { passed: 1, failed: 1, skipped: 1 });
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("tallyOfText() gives null unless the last line counts something", () => {
  assertEquals(tallyOfText(""), null);
  assertEquals(tallyOfText("3 passed, 0 failed\nerror: broken\n"), null);
  assertEquals(tallyOfText("I say 3 passed, 0 failed\n"), null);
  assertEquals(tallyOfText("0 passed, 0 failed\n"), null);
  assertEquals(tallyOfText("0 passed, 0 failed, 1 skipped\n"), { passed: 0, failed: 0, skipped: 1 });
});

Deno.test("tallyText() and tallyOfText() are each other's inverse", () => {
  for (const skipped of [0, 2]) {
    const tally = { passed: 7, failed: 1, skipped };
    assertEquals(tallyOfText(`rows\n\n${tallyText(tally)}\n`), tally);
  }
});

Deno.test("addTallies() adds each count", () => {
  const one = { passed: 1, failed: 2, skipped: 3 };
  assertEquals(addTallies(one, { passed: 10, failed: 20, skipped: 30 }), { passed: 11, failed: 22, skipped: 33 });
});
