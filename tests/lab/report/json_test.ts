import { assertEquals } from "@std/assert";
import { reportJson } from "../../../lab/report/json.ts";
import { failing, report, wrongResult } from "./reports.ts";

Deno.test("reportJson() is the report, field for field, with the format's version first", () => {
  const model = report({ checks: [failing("it ends", wrongResult)], output: { "role\n": "\x1b[2J" } });
  const text = reportJson(model);
  assertEquals(JSON.parse(text), model);
  assertEquals(Object.keys(JSON.parse(text))[0], "formatVersion");
  assertEquals(text.at(-1), "\n");
});
