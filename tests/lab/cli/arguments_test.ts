import { assertEquals, assertThrows } from "@std/assert";
import { parseArguments, usage } from "../../../lab/cli/arguments.ts";
import { type Command, UsageError } from "../../../lab/cli/command.ts";

const COMMAND: Command = {
  name: "paint",
  operands: "[N]",
  summary: "Paints",
  description: [],
  options: [
    { name: "fast", summary: "hurry" },
    { name: "color", value: "WHICH", choices: ["red", "green"], summary: "which" },
    { name: "as", value: "WHO", summary: "who" },
  ],
  run: () => Promise.resolve(0),
};

function refusal(...args: string[]): string {
  const error = assertThrows(() => parseArguments(COMMAND, args), UsageError);
  return [error.message, ...error.advice].join("\n");
}

Deno.test("parseArguments() refuses an option that the command does not know, and suggests the nearest", () => {
  const known = "Known: --fast, --color WHICH, --as WHO, --help";
  assertEquals(refusal("--fsat"), `paint has no option --fsat. Did you mean --fast?\n${known}`);
  assertEquals(refusal("--colour=red"), `paint has no option --colour. Did you mean --color?\n${known}`);
  for (const odd of ["--replay", "--no-fast", "-x", "-1", "--__proto__", "--constructor", "--toString=1"]) {
    assertEquals(refusal(odd).split("\n")[1], known, odd);
  }
});

Deno.test("parseArguments() shows nothing of a refused option that a terminal would obey", () => {
  assertEquals(refusal("--\x1b[2Jx").split("\n")[0], "paint has no option --x.");
});

Deno.test("parseArguments() refuses an option without its value, and a value that is not known", () => {
  assertEquals(refusal("--color"), "--color needs a value: --color WHICH\nKnown: red, green");
  assertEquals(refusal("--as", "--fast"), "--as needs a value: --as WHO");
  assertEquals(refusal("--color", "gren"), '--color cannot be "gren". Did you mean green?\nKnown: red, green');
});

Deno.test("parseArguments() refuses more operands than the command takes", () => {
  assertEquals(refusal("1", "2"), 'paint does not know what to do with "2".\nUsage: deno task paint [N]');
});

Deno.test("parseArguments() keeps operands as they were typed", () => {
  for (const typed of ["09", "0x10", "1e3", "bounded-buffer", "-"]) {
    assertEquals(parseArguments(COMMAND, [typed]).positionals, [typed]);
  }
});

Deno.test("parseArguments() reads flags and values in any order", () => {
  const args = parseArguments(COMMAND, ["--color=green", "9", "--fast", "--as", "mutant:lost item"]);
  assertEquals(args.positionals, ["9"]);
  assertEquals([args.flag("fast"), args.flag("help")], [true, false]);
  assertEquals([args.value("color"), args.value("as")], ["green", "mutant:lost item"]);
  assertEquals(parseArguments(COMMAND, []).value("color"), undefined);
  assertEquals(parseArguments(COMMAND, ["-h"]).flag("help"), true);
});

Deno.test("usage() is what a student types", () => {
  assertEquals(usage(COMMAND), "deno task paint [N]");
  assertEquals(usage({ ...COMMAND, name: "verify", task: "lab:verify", operands: "" }), "deno task lab:verify");
});
