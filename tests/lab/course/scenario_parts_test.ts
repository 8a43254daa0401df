import { assert, assertEquals } from "@std/assert";
import { dealt, numbers, oneCallEach, openAndClose } from "../../../lab/course/scenario_parts.ts";
import { countingRandom } from "../../support/story.ts";

Deno.test("numbers() are different, of 32 bits, never 0, and some of them negative", () => {
  const drawn = numbers(countingRandom(), 50);
  assertEquals(new Set(drawn).size, 50);
  assert(drawn.every((number) => number === (number | 0) && number !== 0));
  assert(drawn.some((number) => number < 0));
});

Deno.test("numbers() gives as few as it is asked for", () => {
  assertEquals([0, 1, 3].map((count) => numbers(countingRandom(), count).length), [0, 1, 3]);
});

Deno.test("dealt() gives everyone the same number, and leaves out what does not go round", () => {
  assertEquals(dealt([1, 2, 3, 4, 5, 6, 7], 3), [[1, 2], [3, 4], [5, 6]]);
});

Deno.test("oneCallEach() gives each process a name of its own", () => {
  const { roles } = oneCallEach("creator", ["/a", "/b"], (name) => ({ function: "create", arguments: [name] }));
  assertEquals(roles.map((role) => role.name), ["creator", "creator 2"]);
  assertEquals(roles.map((role) => role.calls[0]?.arguments), [["/a"], ["/b"]]);
});

Deno.test("openAndClose() closes what it has just opened", () => {
  const { calls } = openAndClose("visitor", "/a", 2);
  assertEquals(calls.map((call) => call.function), ["open", "close", "open", "close"]);
  assertEquals(calls[3]?.arguments, [calls[3]?.arguments[0]]);
});
