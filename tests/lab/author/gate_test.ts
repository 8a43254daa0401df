import { assertEquals, assertStringIncludes } from "@std/assert";
import { runSteps, type Step } from "../../../lab/author/gate.ts";
import { testFolder } from "../../support/names.ts";

/** Runs the steps; gives the sum, and what was printed. */
async function gate(...steps: Step[]): Promise<[string, string]> {
  let printed = "";
  const { passed, failed } = await runSteps(steps, (text) => printed += text);
  return [`${passed}/${failed}`, printed];
}

/** A step that runs JavaScript. */
function script(title: string, code: string, tests?: "last line"): Step {
  return { title, command: ["eval", code], ...(tests && { tests }) };
}

Deno.test("the gate fails with a step that fails, and goes on behind it", async () => {
  const [sum, printed] = await gate(script("bad", "process.exit(3)"), script("good", ""));
  assertEquals(sum, "1/1");
  assertStringIncludes(printed, "\nNot well: bad.\n1 passed, 1 failed\n");
});

Deno.test("the gate fails with a step that does not say how many tests it ran, whatever its status", async () => {
  const [sum, printed] = await gate(script("tests", "console.log('all fine')", "last line"));
  assertEquals(sum, "0/1");
  assertStringIncludes(printed, "it broke off");
});

Deno.test("the gate fails with a test run that ends itself without a report", async () => {
  using folder = testFolder();
  Deno.writeTextFileSync(
    folder.file("x_test.ts"),
    `Deno.test("x", () => {
       const libc = Deno.dlopen("libc.so.6", { _exit: { parameters: ["i32"], result: "void" } });
       libc.symbols._exit(0);
     });`,
  );
  const command = ["test", "-A", "-q", "--no-config", folder.file("x_test.ts")];
  assertEquals((await gate({ title: "tests", command, tests: "junit" }))[0], "0/1");
});

Deno.test("the gate counts each step, and the tests in it", async () => {
  const [sum, printed] = await gate(
    script("one", ""),
    script("two", "console.log('row\\n5 passed, 2 failed'); process.exit(1)", "last line"),
  );
  assertEquals(sum, "6/3");
  assertStringIncludes(printed, "row\n5 passed, 2 failed\n");
});

Deno.test("the gate is content when all steps are", async () => {
  const [sum, printed] = await gate(script("one", ""), script("two", "console.log('5 passed, 0 failed')", "last line"));
  assertEquals(sum, "7/0");
  assertStringIncludes(printed, "\nAll is well.\n7 passed, 0 failed\n");
});
