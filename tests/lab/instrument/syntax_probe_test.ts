import { assertEquals } from "@std/assert";
import { mayBeTooComplex, probeSyntax } from "../../../lab/instrument/syntax_probe.ts";

Deno.test("probeSyntax() survives what overruns the parser's stack", () => {
  assertEquals(probeSyntax("(".repeat(100_000)), { kind: "too-complex" });
});

Deno.test("probeSyntax() says what is wrong, and where", () => {
  assertEquals(probeSyntax("let a: number;\nlet b = a +* 3;"), {
    kind: "error",
    message: "Expression expected",
    line: 2,
    column: 12,
  });
});

Deno.test("probeSyntax() has nothing against code that only lint rules dislike", () => {
  assertEquals(probeSyntax("var a: any = 1; enum Empty {} debugger;"), { kind: "valid" });
});

Deno.test("mayBeTooComplex() lets a student's usual file pass", () => {
  assertEquals(
    mayBeTooComplex("export function f(a: number[]) {\n  for (const x of a) g(h(x), [1, { a: x }]);\n}\n".repeat(80)),
    false,
  );
});

Deno.test("mayBeTooComplex() asks for a second opinion on long and on deep text", () => {
  assertEquals(mayBeTooComplex("a;".repeat(5_000)), true);
  assertEquals(mayBeTooComplex("(".repeat(300)), true);
  assertEquals(mayBeTooComplex("{[(<".repeat(60)), true);
});
