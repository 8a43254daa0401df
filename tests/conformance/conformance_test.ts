/** Every conformance row, through the library: what can be run comes out as the row says. */
import { assert, assertEquals } from "@std/assert";
import { expectNothingLeft } from "../support/kernel_objects.ts";
import { readRows } from "./rows.ts";
import { runApart } from "./support.ts";
import { count } from "./table.ts";

/** How many rows there are; and how many came out as expected when this was last changed, by root and by another user. */
const ROWS = 415;
const RUN_AT_LEAST = Deno.uid() === 0 ? 391 : 368;

Deno.test("the rows come out as they say, and as many are run as ever were", async () => {
  await expectNothingLeft(async () => {
    const outcomes = await runApart([]);
    const counts = count(outcomes);
    const differences = outcomes.filter(({ verdict }) => verdict === "different");
    assertEquals(differences.map(({ id, reason }) => `${id}: ${reason}`), []);
    assert(counts["as expected"] >= RUN_AT_LEAST, `only ${counts["as expected"]} rows were run, of ${RUN_AT_LEAST}`);
    assertEquals(outcomes.length, ROWS);
  });
});

Deno.test("no row is there twice", () => {
  const ids = readRows().map(({ id }) => id);
  assertEquals(ids.filter((id, i) => ids.indexOf(id) !== i), []);
});
