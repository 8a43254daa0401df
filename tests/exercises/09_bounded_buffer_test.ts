import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { CHECKS, openTogether } from "../../exercises/09-bounded-buffer/checks.ts";
import {
  entangled,
  judgeUse,
  notBlocked,
  stuckAt,
  tookFromEmpty,
  underused,
  untilFirstGet,
  useOf,
} from "../../exercises/09-bounded-buffer/judge.ts";
import { consumer, producer } from "../../exercises/09-bounded-buffer/scenario.ts";
import HIDDEN from "../../exercises/09-bounded-buffer/grading/checks.ts";
import type { History } from "../../lab/course/history.ts";
import type { Scenario } from "../../lab/course/scenario.ts";
import { together } from "../../lab/course/scenario_parts.ts";
import type { Finding } from "../../lab/judge/finding.ts";
import { countingRandom, Story } from "../support/story.ts";

const NAME = "/buffer";

/** Two producers, who put 1, 2, 3 and 11, 12, 13, and two consumers. */
const scenario: Scenario = {
  stages: [
    together(
      producer("P", NAME, [1, 2, 3]),
      producer("Q", NAME, [11, 12, 13]),
      consumer("C", NAME, 3),
      consumer("D", NAME, 3),
    ),
  ],
};

/**
 * A history in short: "P1(" is P's first put being called, "P1)" its return; "C1(" the first get, "C1)7" its return with 7;
 * "P1" and "C1=7" stand for both events at once.
 */
function told(text: string): History {
  const story = new Story();
  for (const [, role = "", call = "", what, value] of text.matchAll(/([A-Z])(\d)(\(|\)|=)?(-?\d+)?/g)) {
    const name = "PQ".includes(role) ? "put" : "get";
    const result = name === "put" ? undefined : Number(value);
    if (what !== ")") story.call(role, Number(call), name);
    if (what !== "(") story.returns(role, result, Number(call), name);
  }
  return story.history();
}

function judged(text: string, capacity: number): Finding | null {
  return judgeUse(useOf(scenario, told(text), NAME), capacity);
}

Deno.test("capacity: a put that comes back to a full buffer is found", () => {
  assertEquals(judged("P1 P2 P3", 2)?.kind, "capacity");
  assertEquals(judged("P1 P2 P3", 2)?.role, "P");
  assertEquals(judged("P1 C1=1 P2 P3", 1)?.kind, "capacity");
});

Deno.test("capacity: a get that has begun may have made room", () => {
  assertEquals(judged("P1 P2 C1( P3", 2), null);
  assertEquals(judged("P1 P2 P3( C1( P3) C1)1", 2), null);
});

Deno.test("capacity: two puts that return late may still be too many", () => {
  assertEquals(judged("P1( Q1( P1) Q1)", 1)?.kind, "capacity");
});

Deno.test("a value that nobody put is found, and 0 is explained", () => {
  const finding = judged("P1 C1=0", 3);
  assertEquals(finding?.kind, "wrong-result");
  assertStringIncludes(finding?.message ?? "", "never written");
  assertEquals(judged("P1 C1=77", 3)?.kind, "wrong-result");
});

Deno.test("a result that is no number is found", () => {
  const story = new Story().call("C", 1, "get").returns("C", "1", 1, "get");
  assertEquals(judgeUse(useOf(scenario, story.history(), NAME), 3)?.wanted, "a number");
});

Deno.test("an item that comes out twice is found, and the lost one is named", () => {
  const finding = judged("P1 P2 C1=2 D1=2", 3);
  assertEquals(finding?.kind, "wrong-result");
  assertStringIncludes(finding?.message ?? "", "at C and at D, and item 1 of P never came out");
});

Deno.test("order: what one producer put first comes out first", () => {
  assertEquals(judged("P1 P2 C1=2 C2=1", 3)?.kind, "order");
  assertEquals(judged("P1 P2 C1=2 D1=1", 3)?.kind, "order");
  assertEquals(judged("P1 P2 P3 C1=1 C2=3 C3=2", 3)?.kind, "order");
});

Deno.test("order: gets that overlap may have taken effect in either order", () => {
  assertEquals(judged("P1 P2 D1( C1=2 D1)1", 3), null);
  assertEquals(judged("P1 P2 D1( C1( C1)2 D1)1", 3), null);
});

Deno.test("order: items of different producers may come in any order", () => {
  assertEquals(judged("P1 Q1 C1=11 C2=1", 3), null);
});

Deno.test("a run in which everything arrives has no finding", () => {
  assertEquals(judged("C1( P1( P1) C1)1 P2 Q1 C2=2 D1=11 Q2 P3 C3=12 D2=3 Q3 D3=13", 2), null);
});

Deno.test("calls of other functions and other buffers are not looked at", () => {
  const story = new Story().makes("P", {}, 0, "open").makes("P", undefined, 4, "close");
  assertEquals(useOf(scenario, story.history(), NAME), { puts: [], gets: [] });
  assertEquals(useOf(scenario, told("P1 C1=1"), "/other"), { puts: [], gets: [] });
});

Deno.test("underused() counts the puts that came back while nobody was getting", () => {
  const use = (text: string): Finding | null => underused(untilFirstGet(useOf(scenario, told(text), NAME)), 2);
  assertEquals(use("P1 P2( C1=1 P2)")?.kind, "capacity");
  assertEquals(use("P1 P2( C1=1 P2)")?.role, "P");
  assertEquals(use("P1 P2 P3( C1=1 P3)"), null);
  assertEquals(use("P1 P2 P3("), null);
});

Deno.test("tookFromEmpty() finds a get that came back", () => {
  assertEquals(tookFromEmpty(useOf(scenario, told("C1=0"), NAME))?.kind, "wrong-result");
  assertEquals(tookFromEmpty(useOf(scenario, told("C1("), NAME)), null);
});

Deno.test("notBlocked() tells a process that computes from one that is blocked", () => {
  const spinning = new Story().ends("C", "killed", { blocked: { call: "computing", line: 12 } }).history();
  assertEquals(notBlocked(spinning, 0, "C", "an item")?.kind, "busy-waiting");
  assertEquals(notBlocked(spinning, 0, "C", "an item")?.line, 12);
  const blocked = new Story().ends("C", "stuck", { blocked: { call: "sem_wait" } }).history();
  assertEquals(notBlocked(blocked, 0, "C", "an item"), null);
});

Deno.test("stuckAt() says what is in the buffer when nobody can go on", () => {
  const story = new Story().call("P", 1, "put").returns("P", undefined, 1, "put").call("C", 1, "get")
    .ends("C", "stuck", { blocked: { call: "sem_wait", line: 30 } }).ends("P").ends("Q").ends("D");
  const finding = stuckAt(scenario, story.history(), NAME, 2);
  assertEquals([finding?.kind, finding?.role, finding?.line], ["deadlock", "C", 30]);
  assertStringIncludes(finding?.message ?? "", "There are items, and yet get() waits");
  assertEquals(stuckAt(scenario, story.history(), "/other", 2), null);
});

Deno.test("stuckAt() says that there is room when a put waits", () => {
  const story = new Story().call("P", 1, "put").ends("P", "stuck").ends("C").ends("Q").ends("D");
  assertStringIncludes(
    stuckAt(scenario, story.history(), NAME, 1)?.message ?? "",
    "There is room, and yet put() waits",
  );
});

Deno.test("entangled() finds that a buffer fills up when another one is filled", () => {
  assertEquals(entangled(scenario, told("P1 P2("), [NAME, "/other"], 0)?.kind, "capacity");
  assertEquals(entangled(scenario, told("P1 P2"), [NAME, "/other"], 0), null);
});

Deno.test("README.md promises the points that the checks give", async () => {
  const readme = (await Deno.readTextFile("exercises/09-bounded-buffer/README.md")).replaceAll("`", "");
  for (const { name, points } of CHECKS) {
    assertMatch(readme, new RegExp(`\\| ${name.replace(/[()]/g, "\\$&")} +\\| ${points} +\\|`));
  }
  const hidden = HIDDEN.reduce((sum, check) => sum + check.points, 0);
  assertMatch(readme, new RegExp(`\\| hidden: .*\\| ${hidden} +\\|`));
});

for (const check of [...CHECKS, ...HIDDEN]) {
  Deno.test(`check "${check.name}": a run in which nothing happened is no wrong result`, () => {
    const prepared = check.prepare(countingRandom());
    assertEquals(prepared.explain?.(new Story().history()) ?? null, null);
  });

  Deno.test(`check "${check.name}": as many items go in as come out, and roles have names of their own`, () => {
    const { stages } = check.prepare(countingRandom()).scenario;
    const ended = stages.filter((stage) => stage.end !== "stuck");
    const calls = ended.flatMap((stage) => stage.roles.flatMap((role) => role.calls));
    const count = (name: string): number => calls.filter((call) => call.function === name).length;
    // What was put before the buffer was destroyed with items in it.
    const thrownAway = check.name.startsWith("after destroy()") ? 2 : 0;
    assertEquals(count("put"), count("get") + thrownAway);
    assertEquals(count("create"), count("destroy"));
    for (const { roles } of stages) assertEquals(new Set(roles.map((role) => role.name)).size, roles.length);
  });
}

Deno.test("openTogether() sees two between open() and close(), not two who call open()", () => {
  const told = (text: string): boolean => {
    const story = new Story();
    for (const [, role = "", what] of text.matchAll(/([A-Z])([([)])/g)) {
      if (what === "(") story.call(role, 0, "open");
      else if (what === "[") story.returns(role, undefined, 0, "open");
      else story.call(role, 1, "close");
    }
    return openTogether(story.history());
  };
  assertEquals([told("A( A[ B( B[ A) B)"), told("A( B( B[ A[")], [true, true]);
  assertEquals([told("A( B( A[ A) B["), told("A( A["), told("")], [false, false, false]);
});
