import { assert, assertEquals } from "@std/assert";
import { type ListRow, listText } from "../../../lab/report/list.ts";
import { width } from "../../../lab/report/width.ts";
import { style } from "./reports.ts";

const ROWS: ListRow[] = [
  {
    number: 1,
    title: "Signal handler",
    topic: "sigaction: count what you are sent",
    state: "passed",
    points: 12,
    maxPoints: 12,
  },
  {
    number: 5,
    title: "System V shared memory",
    topic: "the lecture's program",
    state: "partly",
    points: 3,
    maxPoints: 10,
  },
  {
    number: 10,
    title: "Rendezvous",
    topic: "a link of capacity zero: each side waits for the other",
    state: "todo",
    points: 0,
    maxPoints: 8,
  },
  {
    number: 11,
    title: "mailbox",
    topic: "cannot be loaded: the lab's fault",
    state: "broken",
    points: 0,
    maxPoints: 0,
  },
];

const NEXT = [{ command: "deno task exercise 5", what: "System V shared memory" }];

Deno.test("listText() shows state, number, title, points and topic in columns", () => {
  assertEquals(
    listText(ROWS, style(), NEXT),
    `  1 of 4 exercises passed, 15 of 30 points

  ✔ 01 Signal handler          12/12  sigaction: count what you are sent
  ◐ 05 System V shared memory   3/10  the lecture's program
  · 10 Rendezvous                0/8  a link of capacity zero: each side waits…
  ! 11 mailbox                   0/0  cannot be loaded: the lab's fault

  Next  deno task exercise 5  System V shared memory
`,
  );
});

Deno.test("listText() leaves the topic out and cuts titles where it is narrow", () => {
  const rows = ROWS.map((row) => ({ ...row, title: `${row.title} 日本語 and more` }));
  const lines = listText(rows, style({ columns: 40 }), NEXT).split("\n");
  assertEquals(lines[3], "  ✔ 01 Signal handler 日本語 and…  12/12");
  for (const line of lines) assert(width(line) <= 40, line);
});

Deno.test("listText() does without signs", () => {
  const lines = listText(ROWS, style({ unicode: false }), []).split("\n");
  assertEquals(lines.slice(2, 6).map((line) => line.slice(0, 12)), [
    "  ok   01 Si",
    "  part 05 Sy",
    "  -    10 Re",
    "  LAB  11 ma",
  ]);
});
