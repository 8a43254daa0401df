import { assertEquals } from "@std/assert";
import { mediumOf, Style } from "../../../lab/report/style.ts";

function medium(env: Record<string, string>, isTerminal = true, columns?: number): ReturnType<typeof mediumOf> {
  return mediumOf({ isTerminal, columns, env: (name) => env[name] });
}

Deno.test("mediumOf() gives colour to a terminal alone", () => {
  assertEquals(medium({ TERM: "xterm-256color" }).color, true);
  assertEquals(medium({ TERM: "xterm-256color" }, false).color, false);
  assertEquals(medium({ TERM: "xterm-256color", NO_COLOR: "1" }).color, false);
  assertEquals(medium({ TERM: "xterm-256color", NO_COLOR: "" }).color, true);
  assertEquals(medium({ TERM: "dumb" }).color, false);
});

Deno.test("mediumOf() takes the locale's character set from the variable that counts", () => {
  assertEquals(medium({ LANG: "C.UTF-8" }).unicode, true);
  assertEquals(medium({ LANG: "C" }).unicode, false);
  assertEquals(medium({ LANG: "C", LC_ALL: "en_US.utf8" }).unicode, true);
  assertEquals(medium({ LANG: "en_US.UTF-8", LC_ALL: "POSIX" }).unicode, false);
  assertEquals(medium({}).unicode, true);
});

Deno.test("mediumOf() shows no signs on a dumb terminal nor on the console of Linux", () => {
  assertEquals(medium({ TERM: "dumb", LANG: "C.UTF-8" }).unicode, false);
  assertEquals(medium({ TERM: "linux", LANG: "C.UTF-8" }).unicode, false);
});

Deno.test("mediumOf() takes the columns of the terminal, then COLUMNS, then 80", () => {
  assertEquals(medium({ COLUMNS: "50" }, true, 60).columns, 60);
  assertEquals(medium({ COLUMNS: "50" }, false).columns, 50);
  assertEquals(medium({ COLUMNS: "x" }, false).columns, 80);
});

Deno.test("Style keeps lines between 40 and 100 columns", () => {
  const columns = (columns: number): number => new Style({ columns, color: false, unicode: true }).columns;
  assertEquals([0, 12, 40, 79.5, 1000].map(columns), [40, 40, 40, 79, 100]);
});

Deno.test("Style paints only in colour, and never nothing", () => {
  assertEquals(new Style({ columns: 80, color: false, unicode: true }).bad("x"), "x");
  const style = new Style({ columns: 80, color: true, unicode: true });
  assertEquals(style.bad("x"), "\x1b[31mx\x1b[39m");
  assertEquals(style.bad(""), "");
});
