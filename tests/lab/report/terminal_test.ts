import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { Finding } from "../../../lab/judge/finding.ts";
import type { CheckReport, Report } from "../../../lab/report/model.ts";
import type { Style } from "../../../lab/report/style.ts";
import { checkLines, type NextStep, progressBar, reportText } from "../../../lab/report/terminal.ts";
import { width } from "../../../lab/report/width.ts";
import { STORIES, story } from "./timeline/traces.ts";
import { check, failing, findSource, PATH, report, style, wrongResult } from "./reports.ts";

const NEXT: NextStep[] = [
  { command: "deno task hint 9", what: "a first hint" },
  { command: "deno task exercise 9 --watch", what: "judges again at every save" },
];

function text(report: Report, how: Style = style(), next: NextStep[] = []): string {
  return reportText(report, how, PATH, findSource, next);
}

const FAILED = report({
  checks: [
    check("every item arrives exactly once"),
    failing("the capacity is respected by all producers and consumers, whatever they do", wrongResult),
    failing("nothing is left behind", wrongResult),
  ],
});

Deno.test("a failed check shows what was seen and wanted, in which role, at which line, and what to read", () => {
  assertEquals(
    text(FAILED, style(), NEXT),
    `  09 Bounded buffer
  exercises/09-bounded-buffer/bounded_buffer.ts

  ✔ every item arrives exactly once                                          3/3
  ✘ the capacity is respected by all producers and consumers, whatever they  0/3
    do
    wrong-result: consumer 2 received item 17 twice
    seen    17, 17
    wanted  17
    role    consumer 2
    at      exercises/09-bounded-buffer/bounded_buffer.ts:5
              4 │   sem_wait(buffer.free);
            ▸ 5 │   buffer.items[buffer.head++] = item; // 日本語 and a long re…
              6 │   sem_post(buffer.used);
    read    sem_post(3)
  ✘ nothing is left behind                                                   0/3
    wrong-result: as above

  1 of 3 checks passed: 3 of 9 points.
  60 runs in 1.8 s, isolated by bubblewrap

  Next  deno task hint 9              a first hint
        deno task exercise 9 --watch  judges again at every save
`,
  );
});

Deno.test("a report fits 40 columns, but for paths, which stay whole", () => {
  const narrow = text(FAILED, style({ columns: 40 }), NEXT);
  assertEquals(
    narrow,
    `  09 Bounded buffer
  exercises/09-bounded-buffer/bounded_buffer.ts

  ✔ every item arrives exactly once  3/3
  ✘ the capacity is respected by     0/3
    all producers and consumers,
    whatever they do
    wrong-result: consumer 2 received
    item 17 twice
    seen    17, 17
    wanted  17
    role    consumer 2
    at      exercises/09-bounded-buffer/bounded_buffer.ts:5
              4 │   sem_wait(buffer.fre…
            ▸ 5 │   buffer.items[buffer…
              6 │   sem_post(buffer.use…
    read    sem_post(3)
  ✘ nothing is left behind           0/3
    wrong-result: as above

  1 of 3 checks passed: 3 of 9 points.
  60 runs in 1.8 s, isolated by
  bubblewrap

  Next  deno task hint 9
          a first hint
        deno task exercise 9 --watch
          judges again at every save
`,
  );
  for (const line of narrow.split("\n")) assert(width(line) <= 40 || line.includes(PATH), line);
});

Deno.test("a report without signs and colours is ASCII, but for what is quoted", () => {
  const plain = text(FAILED, style({ unicode: false }), NEXT).replace("日本語", "");
  assert(/^[\n -~]*$/.test(plain));
  assertStringIncludes(plain, "  ok   every item arrives exactly once   ");
  assertStringIncludes(plain, "  FAIL nothing is left behind   ");
  assertStringIncludes(plain, "> 5 |   buffer.items[buffer.head++] = item;");
});

Deno.test("colour changes nothing but the colour", () => {
  const colored = text(FAILED, style({ color: true }), NEXT);
  assertStringIncludes(colored, "  \x1b[31m✘\x1b[39m nothing is left behind");
  assertStringIncludes(colored, "\x1b[31mwrong-result: consumer 2 received item 17 twice\x1b[39m");
  // deno-lint-ignore no-control-regex
  assertEquals(colored.replaceAll(/\x1b\[\d+m/g, ""), text(FAILED, style(), NEXT));
});

Deno.test("a passed report is short", () => {
  const next = [{ command: "deno task exercise 10", what: "Rendezvous" }];
  assertEquals(
    text(report({ isolation: "none", durationMs: 840 }), style(), next),
    `  09 Bounded buffer
  exercises/09-bounded-buffer/bounded_buffer.ts

  ✔ every item arrives exactly once                                          3/3
  ✔ the capacity is respected                                                3/3

  Passed: 6 of 6 points.
  40 runs in 840 ms, not isolated from this machine

  Next  deno task exercise 10  Rendezvous
`,
  );
});

Deno.test("a broken report says that it costs nothing, and why it is broken", () => {
  const broken = report({
    checks: [
      check("it flows", { status: "broken", points: 0 }),
      check("it ends", { status: "unsupported", points: 0, hidden: true }),
    ],
    verdict: "broken",
    reason: "The arena could not be started.",
  });
  assertEquals(
    text(broken),
    `  09 Bounded buffer
  exercises/09-bounded-buffer/bounded_buffer.ts

  ! it flows                                                                 0/3
    The lab failed here. This costs you nothing.
  – it ends (hidden)                                                         0/3
    This machine cannot run it. This costs you nothing.

  The lab itself failed. This costs you nothing.
  The arena could not be started.
  40 runs in 1.8 s, isolated by bubblewrap
`,
  );
});

Deno.test("a check that has no points to give shows none", () => {
  const lines = text(report({ checks: [check("the file has no type errors", { points: 0, maxPoints: 0 })] })).split(
    "\n",
  );
  assertEquals(lines[3], "  ✔ the file has no type errors");
});

Deno.test("an unsupported report says why", () => {
  const lines = text(report({ checks: [], verdict: "unsupported", reason: "bubblewrap does not work here." })).split(
    "\n",
  );
  assertEquals(lines.slice(3), [
    "",
    "  This machine cannot run it. This costs you nothing.",
    "  bubblewrap does not work here.",
    "",
  ]);
});

Deno.test("a finding without a place, or in a file that is not there, quotes nothing", () => {
  for (const place of [{}, { line: 99 }, { line: 5, file: "missing.ts" }]) {
    const shown = text(
      report({ checks: [failing("it ends", { kind: "timeout", message: "The time was up", ...place })] }),
    );
    assert(!shown.includes("│"), shown);
    assertEquals(shown.includes(`at      ${PATH}:99`), "line" in place && place.line === 99);
  }
});

Deno.test("what is not written yet is told once for each place", () => {
  const finding = (line: number, message: string): Finding => ({ kind: "not-implemented", message, line });
  const checks = [
    failing("a", finding(4, "put(1)")),
    failing("b", finding(4, "put(2)")),
    failing("c", finding(6, "get()")),
  ];
  const lines = text(report({ checks })).split("\n");
  assertEquals(lines.filter((line) => line.startsWith("    not-implemented: ")), [
    "    not-implemented: put(1)",
    "    not-implemented: as above",
    "    not-implemented: get()",
  ]);
});

Deno.test("nothing seen is shown as that", () => {
  const shown = text(
    report({ checks: [failing("a", { kind: "wrong-result", message: "no word", seen: "", wanted: "hello" })] }),
  );
  assertStringIncludes(shown, "    seen    (nothing)\n    wanted  hello\n");
});

Deno.test("a finding with more lines than anybody reads is cut", () => {
  const message = "a long story ".repeat(400);
  const lines = text(report({ checks: [failing("it ends", { kind: "crash", message })] })).split("\n");
  assert(lines.length < 25);
  assert(lines.includes("    …"));
});

Deno.test("nothing that a program printed, threw or named can pass for words of the lab", () => {
  const hostile = "\x1b[2J\x1b[1;1H\n  ✔ every item arrives exactly once   3/3\r  Passed: 9 of 9 points.\x07";
  const shown = text(report({
    checks: [
      failing(hostile, { kind: "uncaught-error", message: hostile, seen: hostile, role: hostile, readNext: hostile }),
    ],
    output: { [hostile]: hostile, "consumer 1": hostile },
  }));
  assert(!/\p{Cc}/u.test(shown.replaceAll("\n", "")));
  assertEquals(shown.split("\n").filter((line) => /^ {0,3}(✔|Passed)/.test(line)), []);
});

Deno.test("printed output keeps its indentation, is folded at the margin and cut at a length", () => {
  const output = { "producer 1": "  one\ttwo\n" + "three ".repeat(20) + "\n", b: "x\n".repeat(30), silent: "" };
  const shown = text(report({ output }), style({ columns: 60 })).split("\n");
  const start = shown.indexOf("  Printed by the processes");
  assertEquals(shown.slice(start + 1, start + 5), [
    "    producer 1 │   one  two",
    "    producer 1 │ three three three three three three three",
    "    producer 1 │ three three three three three three three",
    "    producer 1 │ three three three three three three",
  ]);
  assertEquals(shown.filter((line) => line === "    b          │ x").length, 20);
  assertEquals(shown[start + 25], "    b          │ … 10 lines more");
  assert(!shown.some((line) => line.includes("silent")));
});

Deno.test("progressBar() fills with the runs done, and stays on its line", () => {
  const bar = (done: number, total: number): string =>
    progressBar({ done, total, check: "every item arrives exactly once" }, style());
  assertEquals(bar(0, 8), "  ────────────────────────   0%  every item arrives exactly once");
  assertEquals(bar(4, 8), "  ━━━━━━━━━━━━────────────  50%  every item arrives exactly once");
  assertEquals(bar(9, 8), "  ━━━━━━━━━━━━━━━━━━━━━━━━ 100%  every item arrives exactly once");
  assertEquals(bar(0, 0), bar(0, 8));
  for (const columns of [40, 50, 100]) {
    const line = progressBar({ done: 3, total: 8, check: "日本語 ".repeat(40) }, style({ columns }));
    assert(width(line) < columns, line);
  }
});

Deno.test("a finding with a schedule is followed by its picture in short, and by how to see all of it", () => {
  const drawn = failing("nothing is lost", { kind: "lost-wake-up", message: "visitor waits", replay: "A3B*" });
  const shown = text(report({ checks: [{ ...drawn, trace: story("lost_wake_up") }] }));
  assertStringIncludes(
    shown,
    `    lost-wake-up: visitor waits
    replay  deno task exercise 12 --replay A3B*

    visitor                      keeper
    ───────────────────────────  ───────────────────────────
          starts
`,
  );
  assertStringIncludes(shown, "    the whole picture: --html FILE\n\n");
});

Deno.test("a picture below a finding takes few lines, stays in its columns, and is not drawn twice", () => {
  for (const name of STORIES) {
    const drawn = { ...failing("one", { kind: "deadlock", message: "both wait" }), trace: story(name) };
    for (const columns of [40, 60, 80, 100, 160, 300]) {
      const one = text(report({ checks: [drawn] }), style({ columns })).split("\n");
      const plain = text(
        report({ checks: [failing("one", { kind: "deadlock", message: "both wait" })] }),
        style({ columns }),
      );
      const taken = one.length - plain.split("\n").length;
      assert(taken > 5 && taken <= 34, `${name} takes ${taken} lines in ${columns} columns`);
      for (const line of one.slice(4)) assert(width(line) <= Math.min(columns, 200), line);
      const two = text(report({ checks: [drawn, { ...drawn, name: "two" }] }), style({ columns })).split("\n");
      assertEquals(two.filter((line) => line.includes("--html FILE")).length, 1);
    }
  }
});

Deno.test("schedules are counted apart from runs, and what they covered is told where it is asked for", () => {
  const coverage = "all 1,284 schedules with at most 2 preemptions pass; 4,192 schedules in all";
  const checks = [check("one", { schedules: 4194, explored: 4192, coverage }), check("two")];
  const shown = text(report({ checks }));
  assertStringIncludes(shown, "  4,192 schedules and 22 runs in 1.8 s, isolated by bubblewrap\n");
  assert(!shown.includes("preemptions"));
  const asked = checkLines(checks[0] as CheckReport, [], style(), findSource, true);
  assertEquals(asked[1], "    all 1,284 schedules with at most 2 preemptions pass; 4,192 schedules in all");
});

Deno.test("a check that could not be explored says so unasked", () => {
  const coverage = "not explored: consumer 1 was blocked in a call that the lab does not control";
  assertStringIncludes(text(report({ checks: [check("one", { coverage })] })), `    ${coverage.slice(0, 60)}`);
});

Deno.test("a repeated schedule is no judgement: it passes now, or it fails", () => {
  const once = { schedules: 1, explored: 1, points: 0 };
  const passed = text(report({ replayed: true, checks: [check("one", once)] }));
  assertStringIncludes(passed, "  This schedule passes now.\n  1 schedule in 1.8 s, isolated by bubblewrap\n");
  const failed = text(report({ replayed: true, checks: [{ ...failing("one", wrongResult), ...once }] }));
  assertStringIncludes(failed, "  This schedule fails.\n");
  assert(!failed.includes("points"));
});

Deno.test("what no schedule sees is told with its line, and many such places briefly", () => {
  const notes = Array.from({ length: 5 }, (_, at) => ({
    message: "The bytes that structuredClone() copies are not seen.",
    file: "work.ts",
    line: at + 7,
  }));
  const shown = text(report({ notes }));
  assertStringIncludes(
    shown,
    "  Not watched (work.ts, line 7): The bytes that structuredClone() copies are not\n  seen.\n",
  );
  assertStringIncludes(shown, "  Not watched: 2 more places like these.\n");
});

Deno.test("the command that repeats a schedule is never cut: it is there to be copied", () => {
  const token = `1-9.11-7fd8bae7-1-${"A1B1".repeat(40)}.s-yt`;
  const drawn = { ...failing("one", { ...wrongResult, replay: token }), trace: { ...story("deadlock"), token } };
  assertMatch(
    text(report({ checks: [drawn] }), style({ columns: 40 })),
    new RegExp(`^ +replay .*--replay ${token}$`, "m"),
  );
});
