import { assert, assertEquals } from "@std/assert";
import { markdownLines } from "../../../lab/report/markdown.ts";
import { style } from "./reports.ts";

const HINT = `Three questions, **three** semaphores:

      - Is there a free slot? That is a number, and somebody has to count it
      - Is there an item?

      1. Wait.
      2. Post.

      \`\`\`ts
      sem_wait(buffer.free); // a line of code that is longer than the terminal is wide
        sem_post(buffer.used);
      \`\`\`

      The end.
    `;

Deno.test("markdownLines() wraps paragraphs and lists, and leaves code as it is", () => {
  assertEquals(markdownLines(HINT, style({ columns: 44 })), [
    "  Three questions, **three** semaphores:",
    "",
    "  - Is there a free slot? That is a number,",
    "    and somebody has to count it",
    "  - Is there an item?",
    "",
    "  1. Wait.",
    "  2. Post.",
    "",
    "    sem_wait(buffer.free); // a line of code that is longer than the terminal is wide",
    "      sem_post(buffer.used);",
    "",
    "  The end.",
  ]);
});

Deno.test("markdownLines() joins the lines of a paragraph", () => {
  assertEquals(markdownLines("one\ntwo\n\n\n\nthree\n", style()), ["  one two", "", "  three"]);
  assertEquals(markdownLines("", style()), []);
});

Deno.test("markdownLines() shows a block that is never closed", () => {
  assertEquals(markdownLines("```\ncode", style()), ["    code"]);
});

Deno.test("markdownLines() colours code", () => {
  assert(markdownLines("```\ncode\n```", style({ color: true }))[0]?.includes("\x1b[36m"));
});
