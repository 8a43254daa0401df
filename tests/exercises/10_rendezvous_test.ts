import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { CHECKS } from "../../exercises/10-rendezvous/checks.ts";
import { judgeMeetings, meetingsAt, spins, stuckAt } from "../../exercises/10-rendezvous/judge.ts";
import { visitor } from "../../exercises/10-rendezvous/scenario.ts";
import HIDDEN from "../../exercises/10-rendezvous/grading/checks.ts";
import type { History } from "../../lab/course/history.ts";
import type { Scenario } from "../../lab/course/scenario.ts";
import { together } from "../../lab/course/scenario_parts.ts";
import type { Finding } from "../../lab/judge/finding.ts";
import { countingRandom, Story } from "../support/story.ts";

const NAME = "/rendezvous";

/** Two at each side: L gives 1, 2, 3 and M 11, 12, 13 at the left; R gives 21, 22, 23 and S 31, 32, 33 at the right. */
const scenario: Scenario = {
  stages: [
    together(
      visitor("L", NAME, "left", [1, 2, 3]),
      visitor("M", NAME, "left", [11, 12, 13]),
      visitor("R", NAME, "right", [21, 22, 23]),
      visitor("S", NAME, "right", [31, 32, 33]),
    ),
  ],
};

/** A history in short: "L1(" is L's first exchange being called, "L1)21" its return with 21. */
function told(text: string): History {
  const story = new Story();
  for (const [, role = "", call = "", what, value] of text.matchAll(/([A-Z])(\d)(\(|\))(-?\d+)?/g)) {
    if (what === "(") story.call(role, Number(call), "exchange");
    else story.returns(role, Number(value), Number(call), "exchange");
  }
  return story.history();
}

function judged(text: string): Finding | null {
  return judgeMeetings(meetingsAt(scenario, told(text), NAME));
}

Deno.test("order: who comes back before anyone has come to the other side is found", () => {
  assertEquals(judged("L1( L1)0")?.kind, "order");
  assertEquals(judged("R1( R1)0 L1(")?.role, "R");
  assertStringIncludes(judged("L1( L1)0")?.message ?? "", "nobody had come to the right side yet");
});

Deno.test("order: one arrival lets only one leave", () => {
  assertEquals(judged("L1( R1( L1)21 L2( L2)21")?.kind, "order");
  assertEquals(judged("L1( M1( R1( L1)21 M1)21")?.kind, "order");
});

Deno.test("order: an arrival counts from its call on, before it comes back", () => {
  assertEquals(judged("L1( R1( L1)21"), null);
  assertEquals(judged("L1( R1( L1)21 L2("), null);
});

Deno.test("its own value, and one of the same side, are wrong", () => {
  assertStringIncludes(judged("L1( R1( L1)1")?.message ?? "", "its own value");
  assertStringIncludes(judged("L1( M1( R1( L1)11")?.message ?? "", "M gave at the same side");
});

Deno.test("a value that nobody gave is wrong, and 0 is explained", () => {
  assertEquals(judged("L1( R1( L1)77")?.kind, "wrong-result");
  assertStringIncludes(judged("L1( R1( L1)0")?.message ?? "", "never written");
});

Deno.test("a result that is no number is wrong", () => {
  const story = new Story().call("L", 1).call("R", 1).returns("L", undefined, 1);
  assertStringIncludes(judgeMeetings(meetingsAt(scenario, story.history(), NAME))?.message ?? "", "no number");
});

Deno.test("a value that is received twice is wrong", () => {
  const finding = judged("L1( R1( L1)21 R1)1 L2( R2( L2)21 R2)2");
  assertEquals(finding?.kind, "wrong-result");
  assertStringIncludes(finding?.message ?? "", "it had already got in another meeting");
});

Deno.test("two who do not get each other's value were not in the same meeting", () => {
  const finding = judged("L1( R1( M1( S1( L1)21 R1)11 M1)31 S1)1");
  assertEquals(finding?.kind, "wrong-result");
  assertStringIncludes(finding?.message ?? "", "mixed");
});

Deno.test("a partner that has not come back yet may still get the right value", () => {
  assertEquals(judged("L1( M1( R1( S1( L1)31 M1)21"), null);
});

Deno.test("a run of many meetings has no finding", () => {
  assertEquals(judged("L1( R1( L1)21 R1)1 R2( L2( R2)2 R3( L2)22 M1( R3)11 M1)23 L3( S1( S1)3 L3)31"), null);
});

Deno.test("spins() tells a process that computes from one that is blocked", () => {
  const spinning = new Story().ends("L", "killed", { blocked: { call: "computing", line: 12 } }).history();
  assertEquals([spins(spinning, 0)?.kind, spins(spinning, 0)?.line], ["busy-waiting", 12]);
  assertEquals(spins(spinning, 1), null);
  assertEquals(spins(new Story().ends("L", "stuck", { blocked: { call: "sem_wait" } }).history(), 0), null);
});

Deno.test("stuckAt() tells two who do not meet from one who is left over", () => {
  const both = new Story().call("L", 1, "exchange").call("R", 1, "exchange").ends("L", "stuck").ends("R", "stuck");
  assertStringIncludes(stuckAt(scenario, both.history())?.message ?? "", "Both sides are there");
  const one = new Story().call("L", 1, "exchange").ends("L", "stuck").ends("R");
  assertStringIncludes(stuckAt(scenario, one.history())?.message ?? "", "Everyone else has left");
  assertEquals(stuckAt(scenario, new Story().ends("L").history()), null);
});

Deno.test("README.md promises the points that the checks give", async () => {
  const readme = (await Deno.readTextFile("exercises/10-rendezvous/README.md")).replaceAll("`", "");
  for (const { name, points } of CHECKS) {
    assertMatch(readme, new RegExp(`\\| ${name.replace(/[()]/g, "\\$&")} +\\| ${points} +\\|`));
  }
  const hidden = HIDDEN.reduce((sum, check) => sum + check.points, 0);
  assertMatch(readme, new RegExp(`\\| hidden: .*\\| ${hidden} +\\|`));
});

for (const check of [...CHECKS, ...HIDDEN]) {
  Deno.test(`check "${check.name}": a run in which nothing happened is no wrong result`, () => {
    assertEquals(check.prepare(countingRandom()).explain?.(new Story().history()) ?? null, null);
  });

  Deno.test(`check "${check.name}": both sides come equally often, and roles have names of their own`, () => {
    const { stages } = check.prepare(countingRandom()).scenario;
    for (const { roles, end } of stages) {
      assertEquals(new Set(roles.map((role) => role.name)).size, roles.length);
      const sides = roles.flatMap((role) => role.calls).map((call) => call.arguments[1]);
      const count = (side: string): number => sides.filter((one) => one === side).length;
      if (end !== "stuck") assertEquals(count("left"), count("right"));
    }
  });
}
