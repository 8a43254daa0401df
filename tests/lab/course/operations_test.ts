import { assertEquals } from "@std/assert";
import { objectOf, operations } from "../../../lab/course/operations.ts";
import { Marker, type Scenario } from "../../../lab/course/scenario.ts";
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
