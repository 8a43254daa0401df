import { assert, assertEquals } from "@std/assert";
import { cleanLine, cleanLines } from "../../../lab/report/clean.ts";

Deno.test("cleanLine() drops escape sequences and keeps the words", () => {
  assertEquals(cleanLine("\x1b[31mred\x1b[0m"), "red");
  assertEquals(cleanLine("\x9b2Jgone"), "gone");
  assertEquals(cleanLine("\x1b]0;a title\x07text"), "text");
  assertEquals(cleanLine("\x1b]8;;http://example.org\x1b\\link\x1b]8;;\x1b\\"), "link");
  assertEquals(cleanLine("\x1b(0lqk"), "lqk");
  assertEquals(cleanLine("\x1bPdevice control\x9ctext"), "text");
});

Deno.test("cleanLines() lets a control string that never ends hide no more than its own line", () => {
  assertEquals(cleanLines("\x1b]0;no end\nvisible"), ["", "visible"]);
});

Deno.test("cleanLine() shows other control characters and changes of direction as ?", () => {
  assertEquals(cleanLine("a\0b\x07c\bd\x7fe"), "a?b?c?d?e");
  assertEquals(cleanLine("\u202egnp.exe\u2066"), "?gnp.exe?");
});

Deno.test("cleanLine() makes tabs and line ends spaces", () => {
  assertEquals(cleanLine("a\tb\nc"), "a  b c");
});

Deno.test("cleanLines() takes every line end for one, so that nothing can write over what stands there", () => {
  assertEquals(cleanLines("50%\r100%\ndone\u2028more\x0bend\r\n"), ["50%", "100%", "done", "more", "end"]);
});

Deno.test("cleanLines() keeps an empty text and empty lines in between", () => {
  assertEquals(cleanLines(""), [""]);
  assertEquals(cleanLines("a\n\nb\n"), ["a", "", "b"]);
});

Deno.test("cleanLines() leaves nothing that a terminal would obey, whatever comes in", () => {
  const pieces = [
    "\x1b",
    "[",
    "]",
    "0;",
    "31",
    "m",
    "\x07",
    "\x9b",
    "\x9d",
    "\n",
    "\r",
    "ok",
    "P",
    "\\",
    "\ud800",
    "\u202e",
  ];
  let seed = 7;
  for (let round = 0; round < 2000; round++) {
    let text = "";
    for (let i = 0; i < 12; i++) {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      text += pieces[(seed >>> 16) % pieces.length];
    }
    for (const line of cleanLines(text)) {
      assert(/^[\x20-\x7e]*\ufffd*[\x20-\x7e\ufffd]*$/.test(line), JSON.stringify(text));
    }
  }
});

Deno.test("cleanLines() cuts a line that nobody could read", () => {
  assertEquals(cleanLines("x".repeat(1_000_000))[0]?.length, 4000);
});
