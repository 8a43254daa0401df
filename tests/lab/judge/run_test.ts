import { assertEquals } from "@std/assert";
import { whereabouts } from "../../../lab/judge/run.ts";

const PLACE = { line: 4, file: "work.ts" };

Deno.test("whereabouts() names a wait as the process does, whose call the kernel knows by another name", () => {
  const state = { pid: 7, what: "blocked", call: "futex", processorMs: 1 } as const;
  assertEquals(whereabouts(state, { call: "sem_wait", ...PLACE }), { call: "sem_wait", ...PLACE });
  assertEquals(whereabouts(state, { call: null, ...PLACE }), { call: "futex", ...PLACE });
  assertEquals(whereabouts(state, undefined), { call: "futex" });
});

Deno.test("whereabouts() takes no process for one that waits that runs, though it was asked on its way into a call", () => {
  const state = { pid: 7, what: "computing", processorMs: 1500 } as const;
  assertEquals(whereabouts(state, { call: "write", ...PLACE }), { call: "computing", ...PLACE });
});

Deno.test("whereabouts() says of a process that was stopped that it was, whatever it had been doing", () => {
  const state = { pid: 7, what: "stopped", processorMs: 1 } as const;
  assertEquals(whereabouts(state, { call: "read" }), { call: "stopped" });
});

Deno.test("whereabouts() believes a process of which the kernel says nothing, and knows nothing where nobody says anything", () => {
  assertEquals(whereabouts(undefined, { call: "read" }), { call: "read" });
  assertEquals(whereabouts(undefined, undefined), null);
});
