import { assertEquals } from "@std/assert";
import { judgeMakers } from "../../exercises/08-fifo/grading/checks.ts";
import { explainReader, judgeReaderWaited, judgeReceived, judgeWriterWaited } from "../../exercises/08-fifo/judge.ts";
import type { Value } from "../../lab/course/scenario.ts";
import { Story } from "../support/story.ts";

const SENT = { "writer 1": ["a1", "a2", ""], "writer 2": ["b1", ""] };

function received(lines: readonly Value[]): [kind?: string, message?: string] {
  const story = new Story().call("reader");
  for (const line of lines) story.note("reader", "got", line);
  const finding = judgeReceived(story.returns("reader", undefined).history(), "reader", SENT);
  return finding === null ? [] : [finding.kind, finding.message];
}

Deno.test("judgeReceived() accepts every interleaving of the writers", () => {
  assertEquals(received(["a1", "a2", "", "b1", ""]), []);
  assertEquals(received(["b1", "", "a1", "a2", ""]), []);
  assertEquals(received(["a1", "b1", "", "a2", ""]), []);
});

Deno.test("judgeReceived() finds mixed, cut, broken, lost, doubled and reordered lines", () => {
  assertEquals(received(["a1b1", "a2", "", ""])[1]?.includes("mixed"), true);
  assertEquals(received(["a", "1", "a2", "", "b1", ""])[0], "short-transfer");
  assertEquals(received(["a\ufffd", "a2", "", "b1", ""])[1]?.includes("broken letters"), true);
  assertEquals(received(["a1", "a2", "", ""])[1]?.includes("never arrived"), true);
  assertEquals(received(["a1", "a2", "", "b1"])[0], "wrong-result");
  assertEquals(received(["a1", "a1", "a2", "", "b1", ""])[1]?.includes("arrived 2 times"), true);
  assertEquals(received(["a2", "a1", "", "b1", ""])[0], "order");
  for (const value of [undefined, null, 1, ["a1"]]) assertEquals(received([value])[0], "wrong-result");
});

Deno.test("judgeWriterWaited() and judgeReaderWaited() find who came back before the other one came", () => {
  const met = new Story().call("writer").call("reader").returns("writer", undefined).returns("reader", []).history();
  assertEquals(judgeWriterWaited(met, "writer", "reader"), null);
  assertEquals(judgeReaderWaited(met, "reader", "writer"), null);
  const missed = new Story().makes("writer", undefined).call("reader").history();
  assertEquals(judgeWriterWaited(missed, "writer", "reader")?.kind, "order");
  const alone = new Story().makes("reader", []).history();
  assertEquals(judgeReaderWaited(alone, "reader", "writer")?.kind, "order");
});

Deno.test("explainReader() names a reader that is its own writer", () => {
  const stuck = new Story().call("reader").makes("writer", undefined)
    .ends("reader", "stuck", { blocked: { call: "read" } });
  assertEquals(explainReader(stuck.history(), "reader", ["writer"])?.kind, "deadlock");
  assertEquals(explainReader(stuck.history(), "reader", ["writer", "late writer"]), null);
  const opening = new Story().call("reader").ends("reader", "stuck", { blocked: { call: "open" } });
  assertEquals(explainReader(opening.history(), "reader", []), null);
});

Deno.test("judgeMakers() wants one maker, whichever", () => {
  const made = (values: readonly Value[], late: Value = false): string | undefined => {
    const story = new Story();
    values.forEach((value, index) => story.makes(`creator ${index + 1}`, value));
    return judgeMakers(story.nextStage().makes("late creator", late).history())?.kind;
  };
  assertEquals(made([true, false, false]), undefined);
  assertEquals(made([false, false, true]), undefined);
  assertEquals(made([true, true, false]), "wrong-result");
  assertEquals(made([false, false, false]), "wrong-result");
  assertEquals(made([true, undefined, undefined]), "wrong-result");
  assertEquals(made([true, false, false], true), "wrong-result");
});
