import { assertEquals, assertStringIncludes } from "@std/assert";
import { filesWithExamples, runExamples } from "../../../lab/author/examples.ts";
import { testFolder } from "../../support/names.ts";

const FENCE = "```";

/** A file whose only export has this code as its example. */
function documented(code: string): string {
  return `/**\n * Nothing.\n *\n * @example\n * ${FENCE}ts\n * ${code}\n * ${FENCE}\n */\nexport const x = 1;\n`;
}

Deno.test("filesWithExamples() finds TypeScript and Markdown at any depth, and passes over what has no example", () => {
  using folder = testFolder();
  Deno.mkdirSync(folder.file("inner"));
  Deno.writeTextFileSync(folder.file("inner/a.ts"), documented("console.log(1);"));
  Deno.writeTextFileSync(folder.file("b.md"), `Text\n\n${FENCE}ts\n1;\n${FENCE}\n`);
  Deno.writeTextFileSync(folder.file("none.ts"), "export const x = 1;\n");
  Deno.writeTextFileSync(folder.file("c.txt"), `${FENCE}ts\n1;\n${FENCE}\n`);
  const found = filesWithExamples([folder.path]).map((file) => file.slice(folder.path.length));
  assertEquals(found, ["/b.md", "/inner/a.ts"]);
});

Deno.test("runExamples() runs each file in a process of its own", async () => {
  using folder = testFolder();
  const once = "if (Deno.env.get('IPCLAB_SEEN')) throw new Error('shared'); Deno.env.set('IPCLAB_SEEN', 'yes');";
  for (const name of ["a.ts", "b.ts"]) Deno.writeTextFileSync(folder.file(name), documented(once));
  assertEquals(await run(folder.file("a.ts"), folder.file("b.ts")), ["2/0", ""]);
});

Deno.test("runExamples() counts an example that fails, and shows why", async () => {
  using folder = testFolder();
  Deno.writeTextFileSync(folder.file("a.ts"), documented("throw new Error('the reason');"));
  const [sum, printed] = await run(folder.file("a.ts"));
  assertEquals(sum, "0/1");
  assertStringIncludes(printed, "the reason");
});

Deno.test("runExamples() fails a file that ends its process, and one without an example that runs", async () => {
  using folder = testFolder();
  const exits = `const libc = Deno.dlopen("libc.so.6", { _exit: { parameters: ["i32"], result: "void" } }); ` +
    "libc.symbols._exit(0);";
  Deno.writeTextFileSync(folder.file("exits.ts"), documented(exits));
  Deno.writeTextFileSync(folder.file("empty.ts"), "export const x = 1;\n");
  assertEquals((await run(folder.file("exits.ts"), folder.file("empty.ts")))[0], "0/2");
});

/** The sum, and what was printed of failures. */
async function run(...files: string[]): Promise<[string, string]> {
  let printed = "";
  const { passed, failed } = await runExamples(files, (text) => printed += text);
  return [`${passed}/${failed}`, failed === 0 ? "" : printed];
}
