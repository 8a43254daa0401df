import { assert, assertEquals } from "@std/assert";
import * as ipc from "ipc";
import { CALLS } from "../../../../lib/gate/calls.ts";
import { EVENT_LOOP, PLAIN, table } from "../../../../lab/arena/controlled/calls/namespace.ts";
import type { Context } from "../../../../lab/arena/controlled/calls/call.ts";
import { inChild } from "../../../support/child.ts";

/** The rows do not use what they are given before they are called. */
const NOTHING = { original: ipc, belongings: {} } as unknown as Context;

Deno.test("table() has a row for every call of the library, and no other", () => {
  const exported = Object.keys(ipc);
  const rows = Object.keys(table(NOTHING));
  assertEquals(CALLS.filter((name) => exported.includes(name) && !rows.includes(name)), []);
  assertEquals(rows.filter((name) => !(CALLS as readonly string[]).includes(name)), []);
});

Deno.test("every function of the library is a call, or makes none", () => {
  const functions = Object.entries(ipc).filter(([, value]) => typeof value === "function").map(([name]) => name);
  const others = functions.filter((name) => !(CALLS as readonly string[]).includes(name));
  // Classes, functions that only compute, and those of the event loop. A new one is to be put into CALLS, or here.
  assertEquals(
    others.sort(),
    // deno-fmt-ignore
    ["Barrier", "Condition", "Mapping", "Mutex", "RwLock", "Segment", "Semaphore", "SigSet", "SleepInterrupted", "SystemError",
      "TEMP_FAILURE_RETRY", "Timer", ...EVENT_LOOP, "errnoOf", "inotifyEvents", "isSystemError", "sigaddset", "sigdelset",
      "sigemptyset", "sigfillset", "sigismember", "signalName", "signalfdInfo", "timespecOf"].sort(),
  );
});

Deno.test("a call that waits for nobody says so: it is on the list, or its row has an object", () => {
  const rows = table(NOTHING);
  const bare = CALLS.filter((name) => {
    const row = rows[name];
    return row !== undefined && Object.keys(row).length === 0 && !PLAIN.includes(name);
  });
  assertEquals(bare.sort(), []);
});

Deno.test("controlledIpc() has the names, constants and classes of the library, and functions that look alike", async () => {
  const stage = new URL("./calls_turnstile.ts", import.meta.url);
  const differences = await inChild(`
    import { stage } from "${stage}";
    const { ipc, original } = stage();
    const differ = [];
    for (const [name, value] of Object.entries(original)) {
      const mine = ipc[name];
      const alike = typeof value === "function"
        ? typeof mine === "function" && mine.name === value.name && mine.length === value.length
        : mine === value;
      if (!alike) differ.push(name);
    }
    console.log(JSON.stringify({ differ, more: Object.keys(ipc).length - Object.keys(original).length,
      same: ipc.SigSet === original.SigSet && ipc.timespecOf === original.timespecOf }));
  `);
  assertEquals(differences, { differ: [], more: 0, same: true });
});

Deno.test("controlled calls refuse wrong arguments with the errors of the library", async () => {
  const stage = new URL("./calls_turnstile.ts", import.meta.url);
  const seen = await inChild(`
    import { stage } from "${stage}";
    import { CALLS } from "${new URL("../../../../lib/gate/calls.ts", import.meta.url)}";
    const { ipc, original } = stage();
    const SELF_ENDING = ["_exit", "pause", "execve", "fork", "setsid", "nanosleep", "raise", "alarm", "posix_spawn", "posix_spawnp"];
    const outcome = (act) => {
      try { return "result " + typeof act(); } catch (error) { return error.name + ": " + error.message; }
    };
    const odd = [[{}, {}, {}, {}], ["no", "no", "no", "no"], [-1, -1, -1, -1], [1.5, 1.5, 1.5], [-1, new Uint8Array(4), {}, 0]];
    const differ = [];
    let compared = 0;
    for (const name of CALLS) {
      if (!(name in original) || SELF_ENDING.includes(name) || name === "waitpid" || name === "umask") continue;
      for (const args of odd) {
        if (name.endsWith("get") && typeof args[0] === "number") continue; // -1 is a key, and flags that make an object
        const mine = outcome(() => ipc[name](...args));
        const theirs = outcome(() => original[name](...args));
        compared++;
        if (mine !== theirs) differ.push([name, JSON.stringify(args), mine, theirs]);
      }
    }
    console.log(JSON.stringify({ differ, compared }));
  `) as { differ: unknown[]; compared: number };
  assertEquals(seen.differ, []);
  assert(seen.compared > 400);
});
