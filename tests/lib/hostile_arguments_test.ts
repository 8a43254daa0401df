/** No argument of any type ends the process: every function of "ipc" returns or throws an Error. */
import { assertEquals, assertGreater, fail } from "@std/assert";
import * as ipc from "ipc";
import { expectNothingLeft } from "../support/kernel_objects.ts";
import { testFolder } from "../support/names.ts";

const PROJECT = new URL("../../", import.meta.url);
const SEED = 20_251_122;
/** Far more than it takes: a call that waits for ever is a failure, too. */
const PATIENCE_MS = 300_000;

interface Report {
  readonly calls: number;
  readonly returned: number;
  readonly lost: readonly string[];
  readonly names: readonly string[];
}

Deno.test(`no argument ends the process: thousands of calls with hostile ones (seed ${SEED})`, async () => {
  await expectNothingLeft(async () => {
    using folder = testFolder();
    const log = folder.file("call");
    const { stdout, stderr, code, signal } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "-A", "--quiet", "--no-check", "--v8-flags=--single-threaded"],
        ...["--config", new URL("deno.json", PROJECT).pathname],
        new URL("tests/fixtures/hostile_arguments/main.ts", PROJECT).pathname,
        ...[String(SEED), log],
      ],
      cwd: folder.path,
      // A session of its own: whatever a call may do to its process group, this one is not in it.
      detached: true,
      stdin: "null",
      signal: AbortSignal.timeout(PATIENCE_MS),
    }).output();
    if (code !== 0) {
      const error = new TextDecoder().decode(stderr);
      fail(`Ended with ${signal ?? code} in ${Deno.readTextFileSync(log).trim()}\n${error}`);
    }
    const { calls, returned, lost, names } = JSON.parse(new TextDecoder().decode(stdout)) as Report;
    assertEquals(lost, [], "descriptors of the runtime were closed or replaced");
    assertGreater(calls, 5000);
    assertGreater(returned, 1000);
    for (const [name, exported] of Object.entries(ipc)) {
      const called = names.includes(name) || names.includes(`new ${name}`);
      if (typeof exported === "function" && !called) fail(`${name} was not called`);
    }
  });
});
