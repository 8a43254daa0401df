import { assertEquals } from "@std/assert";
import { judgeNew } from "../../exercises/05-sysv-shared-memory/checks.ts";
import {
  judgeAttached,
  judgeDescribed,
  judgeGone,
  judgeHeard,
  judgeValue,
} from "../../exercises/05-sysv-shared-memory/judge.ts";
import type { Role, Scenario, Value } from "../../lab/course/scenario.ts";
import { Story } from "../support/story.ts";

Deno.test("judgeHeard() is content with the text, and with nothing else", () => {
  const heard = (value: Value, text: string): string | undefined =>
    judgeHeard(new Story().makes("reader", value).history(), "reader", text)?.kind;
  assertEquals(heard("hi", "hi"), undefined);
  assertEquals(heard("", ""), undefined);
  for (const value of [null, undefined, "", "h", "hi\0", "hi there", 7, ["hi"], new Uint8Array([104, 105])]) {
    assertEquals(heard(value, "hi"), "wrong-result");
  }
});

Deno.test("judgeHeard() says why, where it can", () => {
  const why = (value: Value, text: string): string =>
    judgeHeard(new Story().makes("reader", value).history(), "reader", text)?.message ?? "";
  assertEquals(why("hi, old rest", "hi").includes("byte 0"), true);
  assertEquals(why("gr\u00c3\u00bc\u00df", "gr\u00fc\u00df").includes("more than one byte"), true);
  assertEquals(why(null, "hi").includes("no such segment"), true);
});

Deno.test("judgeDescribed() tells a wrong size, wrong permissions and a segment that is still attached", () => {
  const wanted = { size: 100, mode: 0o600, attached: 0 };
  const described = (value: Value): string | undefined =>
    judgeDescribed(new Story().makes("writer", value, 2).history(), "writer", wanted, 2)?.kind;
  assertEquals(described(wanted), undefined);
  assertEquals(described({ ...wanted, size: 4096 }), "wrong-result");
  assertEquals(described({ ...wanted, mode: 0o100600 }), "wrong-result");
  assertEquals(described({ ...wanted, attached: 1 }), "leak");
  assertEquals(described({ ...wanted, attached: "none" }), "wrong-result");
  assertEquals(described(undefined), "wrong-result");
});

Deno.test("judgeDescribed() looks only at what it is asked to look at", () => {
  const history = new Story().makes("writer", { size: 1, mode: 2, attached: 0 }).history();
  assertEquals(judgeDescribed(history, "writer", { attached: 0 }, 0), null);
});

Deno.test("judgeNew() finds two segments that are one, and nothing before there are two", () => {
  assertEquals(judgeNew(new Story().makes("writer", 7, 0).makes("writer", 8, 1).history()), null);
  assertEquals(judgeNew(new Story().makes("writer", 7, 0).makes("writer", 7, 1).history())?.kind, "wrong-result");
  assertEquals(judgeNew(new Story().makes("writer", 7, 0).history()), null);
  assertEquals(judgeNew(new Story().history()), null);
});

Deno.test("judgeValue() compares exactly", () => {
  const judged = (value: Value, wanted: Value): string | undefined =>
    judgeValue(new Story().makes("it", value).history(), "it", 0, wanted, "why")?.kind;
  assertEquals(judged(true, true), undefined);
  assertEquals(judged(1, true), "wrong-result");
  assertEquals(judged(undefined, null), "wrong-result");
});

/** One stage of these roles, each with the functions that it calls. */
function scenario(roles: { readonly [role: string]: readonly string[] }): Scenario {
  const calls = (names: readonly string[]): Role["calls"] => names.map((name) => ({ function: name, arguments: [] }));
  return { stages: [{ roles: Object.entries(roles).map(([name, names]) => ({ name, calls: calls(names) })) }] };
}

Deno.test("judgeAttached() counts who is in hear() just then", () => {
  const two = scenario({ one: ["hear", "describe"], two: ["hear", "describe"] });
  const seen = (story: Story): string | undefined => judgeAttached(two, story.history())?.kind;
  const heard = (): Story => new Story().call("two", 0, "hear").makes("one", "x", 0, "hear");
  const described = (attached: Value) => (story: Story): Story => story.makes("one", { attached }, 1, "describe");
  assertEquals(seen(described(1)(heard())), undefined);
  assertEquals(seen(described(2)(heard())), "leak");
  assertEquals(seen(described(1)(heard().returns("two", "x", 0, "hear"))), "leak");
  assertEquals(seen(described(0)(heard().returns("two", "x", 0, "hear"))), undefined);
  assertEquals(seen(described("none")(heard())), "wrong-result");
});

Deno.test("judgeGone() wants the message before remove(), null after it, and either in between", () => {
  const gone = scenario({ reader: ["hear"], remover: ["remove"] });
  const seen = (tell: (story: Story) => Story): string | undefined =>
    judgeGone(gone, tell(new Story()).history(), "reader", "x")?.kind;
  const removes = (story: Story): Story => story.makes("remover", undefined, 0, "remove");
  const hears = (value: Value) => (story: Story): Story => story.makes("reader", value, 0, "hear");
  const meanwhile = (value: Value) => (story: Story): Story =>
    removes(story.call("reader", 0, "hear")).returns("reader", value, 0, "hear");
  assertEquals(seen((story) => removes(hears("x")(story))), undefined);
  assertEquals(seen((story) => removes(hears(null)(story))), "wrong-result");
  for (const value of ["x", null]) assertEquals(seen(meanwhile(value)), undefined);
  assertEquals(seen(meanwhile("y")), "wrong-result");
  assertEquals(seen((story) => hears(null)(removes(story))), undefined);
  assertEquals(seen((story) => hears("x")(removes(story))), "leak");
});
