/** The explorer on the catalogue: it finds every mistake within its limit, and nothing where nothing is wrong. */
import { assertEquals } from "@std/assert";
import { CATALOGUE, type CatalogueEntry } from "../../fixtures/catalogue/catalogue.ts";
import { makeTrials } from "../../fixtures/catalogue/exploring.ts";
import { expectNothingLeft } from "../../support/kernel_objects.ts";

const SEED = 1;
/** Of a right program; `deno task test:catalogue` runs as many as its limit says. */
const SILENT_SCHEDULES = 200;

async function missesAmong(entries: readonly CatalogueEntry[], most: number): Promise<string[]> {
  const trials = entries.map((entry) => ({ entry, seed: SEED, schedules: Math.min(entry.limit, most) }));
  const misses: string[] = [];
  await expectNothingLeft(() =>
    makeTrials(trials, ({ entry, miss }) => {
      if (miss !== null) misses.push(`${entry.file}: ${miss}`);
    })
  );
  return misses;
}

Deno.test("the explorer finds the mistake of every wrong program of the catalogue, and calls it by its name", async () => {
  assertEquals(await missesAmong(CATALOGUE.filter(({ expect }) => expect.length > 0), Infinity), []);
});

Deno.test("the explorer finds nothing in the right programs of the catalogue", async () => {
  assertEquals(await missesAmong(CATALOGUE.filter(({ expect }) => expect.length === 0), SILENT_SCHEDULES), []);
});
