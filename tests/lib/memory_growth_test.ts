/** A process does not grow by making calls, of whatever kind. */
import { assertEquals, assertGreater } from "@std/assert";
import { KINDS, SLOW } from "../fixtures/memory_growth/kinds.ts";

const PROJECT = new URL("../../", import.meta.url);
const CALLS = 20_000;
/** A page in each round is no leak; the smallest of C's, 32 bytes a call, would be 640,000 bytes. */
const NOISE = 300_000;

async function growth(only: string): Promise<Record<string, number>> {
  const { stdout, stderr, code } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "--quiet", "--no-check", "--v8-flags=--single-threaded,--expose-gc"],
      ...["--config", new URL("deno.json", PROJECT).pathname],
      new URL("tests/fixtures/memory_growth/main.ts", PROJECT).pathname,
      ...[String(CALLS), only],
    ],
    stdin: "null",
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

Deno.test("no kind of call makes the process grow", async () => {
  const grown = await growth("");
  assertEquals(Object.keys(grown).length, Object.keys({ ...KINDS, ...SLOW }).length);
  // Once in a while the engine takes a new piece of memory just then: a leak is there the second time as well.
  for (const [name, bytes] of Object.entries(grown)) {
    if (bytes < NOISE) continue;
    const again = (await growth(`^${name}$`))[name] as number;
    assertGreater(NOISE, again, `${name}: grown by ${again} bytes over ${CALLS} calls, and by ${bytes} before`);
  }
});
