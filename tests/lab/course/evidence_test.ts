import { assertEquals } from "@std/assert";
import * as evidence from "../../../lab/course/evidence.ts";
import { Story } from "../../support/story.ts";

Deno.test("field() of what is no object, or has it only by inheritance, is undefined", () => {
  assertEquals(evidence.field(null, "hits"), undefined);
  assertEquals(evidence.field([1], "length"), undefined);
  assertEquals(evidence.field({ hits: 2 }, "toString"), undefined);
  assertEquals(evidence.field({ hits: 2 }, "hits"), 2);
});

Deno.test("same() tells kinds of values apart", () => {
  assertEquals(evidence.same([1, { a: new Uint8Array([1]) }], [1, { a: new Uint8Array([1]) }]), true);
  assertEquals(evidence.same(NaN, NaN), true);
  assertEquals(evidence.same([], {}), false);
  assertEquals(evidence.same(new Uint8Array(2), [0, 0]), false);
  assertEquals(evidence.same({ a: undefined }, { b: undefined }), false);
  assertEquals(evidence.same(1, 1n), false);
});

Deno.test("show() is short, whatever the value", () => {
  assertEquals(evidence.show({ hits: [1, "x"], raw: new Uint8Array([255]) }), '{ hits: [1, "x"], raw: 1 byte (ff) }');
  assertEquals(evidence.show(Array.from({ length: 14 }, (_, i) => i)).endsWith("11, … 2 more]"), true);
  assertEquals(evidence.show("x".repeat(5000)).length < 70, true);
  assertEquals(evidence.show(undefined), "undefined");
});

Deno.test("pidOf() is the role's own process, notesOf() counts its children's notes too", () => {
  const story = new Story().start("parent").call("parent").noteOfChild("parent", "sent", 1).note("parent", "sent", 2);
  const history = story.returns("parent", 3).ends("parent").history();
  assertEquals(evidence.pidOf(history, "parent"), story.pid("parent"));
  assertEquals(evidence.notesOf(history, "parent", "sent").length, 2);
  assertEquals(evidence.valueOf(history, "parent"), 3);
  assertEquals(evidence.returnOf(history, "parent", 1), undefined);
  assertEquals(evidence.callOf(history, "child"), undefined);
});

Deno.test("callCount() sums a role's calls, 0 for one that made none", () => {
  const history = new Story().counts("reader", { read: 3, close: 1 }).history();
  assertEquals(evidence.callCount(history, "reader"), 4);
  assertEquals(evidence.callCount(history, "writer"), 0);
});
