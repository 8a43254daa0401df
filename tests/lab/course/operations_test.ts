import { assertEquals } from "@std/assert";
import { notGivenBack, objectOf, operations, stuckIn } from "../../../lab/course/operations.ts";
import { Marker, type Scenario } from "../../../lab/course/scenario.ts";
import type { Finding } from "../../../lab/judge/finding.ts";
import { openAndClose, together } from "../../../lab/course/scenario_parts.ts";
import { Story } from "../../support/story.ts";

const scenario: Scenario = {
  stages: [
    { roles: [{ name: "writer", calls: [{ function: "open", arguments: ["/a"] }] }] },
    {
      roles: [
        {
          name: "writer",
          calls: [
            { function: "open", arguments: ["/b"] },
            { function: "put", arguments: [Marker.result(0), 17] },
          ],
        },
        { name: "reader", calls: [{ function: "get", arguments: ["/b"] }] },
      ],
    },
  ],
};

Deno.test("operations() gives a call that never came back no end", () => {
  const [only] = operations(scenario, new Story().call("writer", 0, "open").history());
  assertEquals([only?.ended, only?.value], [Infinity, undefined]);
});

Deno.test("operations() tells roles of the same name in different stages apart", () => {
  const story = new Story().makes("writer", 1, 0, "open").nextStage().makes("writer", 2, 0, "open");
  const all = operations(scenario, story.history());
  assertEquals(all.map((one) => [one.arguments[0], one.stage, one.value]), [["/a", 0, 1], ["/b", 1, 2]]);
});

Deno.test("operations() ignores a call that the scenario does not have", () => {
  assertEquals(operations(scenario, new Story().call("stranger").call("writer", 7).history()), []);
});

Deno.test("operations() ignores a return in a process that did not make the call", () => {
  const history = new Story().call("writer", 0, "open").returns("writer", 1, 0, "open").history();
  const [call, back] = history.events;
  const forked = { ...history, events: [call, { ...back, pid: 99 }] as typeof history.events };
  assertEquals(operations(scenario, forked)[0]?.ended, Infinity);
});

Deno.test("operations() keeps the order of beginnings, and pairs calls that overlap", () => {
  const story = new Story().nextStage()
    .call("reader", 0, "get").call("writer", 1, "put").returns("writer", undefined, 1).returns("reader", 17, 0);
  const all = operations(scenario, story.history());
  assertEquals(all.map((one) => [one.function, one.began, one.ended, one.value]), [
    ["get", 0, 3, 17],
    ["put", 1, 2, undefined],
  ]);
});

Deno.test("objectOf() follows a handle to what it was opened from", () => {
  const story = new Story().nextStage().call("writer", 0).call("writer", 1).call("reader", 0);
  assertEquals(operations(scenario, story.history()).map(objectOf), ["/b", "/b", "/b"]);
});

Deno.test("stuckIn() says who waits in which call, with its arguments and where", () => {
  const story = new Story().makes("writer", 1, 0, "open").nextStage().call("writer", 1, "put").call("reader", 0, "get")
    .ends("writer", "stuck", { blocked: { call: "sem_wait", line: 12 } }).ends("reader", "stuck");
  const words = stuckIn(scenario, story.history()).map((waiting) => waiting.words);
  assertEquals(words, ["writer waits in put(17), there in sem_wait() at line 12", "reader waits in get(/b)"]);
});

Deno.test("stuckIn() has nothing to say where a process crashed, spins, or was meant to stay blocked", () => {
  const told = (how: "signaled" | "killed"): Story =>
    new Story().nextStage().call("writer", 1, "put").ends("writer", how);
  assertEquals(stuckIn(scenario, told("signaled").history()), []);
  assertEquals(stuckIn(scenario, told("killed").history()), []);
  const waiting = new Story().call("writer", 0, "open").ends("writer", "stuck").history();
  assertEquals(stuckIn(scenario, waiting).length, 1);
  assertEquals(stuckIn({ stages: [{ ...scenario.stages[0], roles: [], end: "stuck" }] }, waiting), []);
});

/** A visitor who opens and closes so many times, and is in the next open() when it ends. */
function visits(count: number, how: "threw" | "exited" | "stuck"): Finding | null {
  const story = new Story();
  for (let turn = 0; turn < count; turn++) {
    story.makes("visitor", {}, 2 * turn).makes("visitor", undefined, 2 * turn + 1);
  }
  story.call("visitor", 2 * count).ends("visitor", how);
  return notGivenBack({ stages: [together(openAndClose("visitor", "/a", 1100))] }, story.history());
}

Deno.test("notGivenBack() finds that descriptors ran out, however the process ended of it", () => {
  assertEquals(visits(1019, "threw")?.kind, "leak");
  assertEquals(visits(1019, "exited")?.kind, "leak");
});

Deno.test("notGivenBack() leaves other failures to others", () => {
  assertEquals(visits(3, "threw"), null);
  assertEquals(visits(1019, "stuck"), null);
  assertEquals(notGivenBack(scenario, new Story().history()), null);
});
