import { assert, assertEquals } from "@std/assert";
import { pad, truncate, width, wrap } from "../../../lab/report/width.ts";

Deno.test("width() counts columns, not code units", () => {
  assertEquals(["", "abc", "é", "e\u0301", "日本", "👍", "👩‍👩‍👧", "✔", "\u200b"].map(width), [0, 3, 1, 1, 4, 2, 2, 1, 0]);
});

Deno.test("truncate() never cuts a character in two and marks the cut", () => {
  assertEquals(truncate("日本語", 5, "…"), "日本…");
  assertEquals(truncate("日本語", 4, "…"), "日…");
  assertEquals(truncate("日本語", 6, "…"), "日本語");
  assertEquals(truncate("e\u0301e\u0301e\u0301", 2, "…"), "e\u0301…");
});

Deno.test("pad() fills by columns", () => {
  assertEquals(pad("日", 4), "日  ");
  assertEquals(pad("long", 2), "long");
});

Deno.test("wrap() breaks at spaces, and inside of a word that fits nowhere", () => {
  assertEquals(wrap("the capacity is respected", 12), ["the capacity", "is respected"]);
  assertEquals(wrap("a /dev/shm/ipclab.x y", 8), ["a", "/dev/shm", "/ipclab.", "x y"]);
  assertEquals(wrap("日本語日本語", 5), ["日本", "語日", "本語"]);
});

Deno.test("wrap() keeps line ends and never loses text or gives a line that is too wide", () => {
  assertEquals(wrap("", 10), [""]);
  assertEquals(wrap("one\n\ntwo", 10), ["one", "", "two"]);
  const text = "日本語 and some words of moderate length, repeated ".repeat(10);
  for (const columns of [2, 7, 26, 80]) {
    const lines = wrap(text, columns);
    assert(lines.every((line) => width(line) <= columns));
    assertEquals(lines.join("").replaceAll(" ", ""), text.replaceAll(" ", ""));
  }
});

Deno.test("wrap() ends for a character that is wider than the column", () => {
  assertEquals(wrap("日本", 1), ["日", "本"]);
});
