import { assertEquals, assertThrows } from "@std/assert";
import { sigaddset, sigdelset, sigemptyset, sigfillset, sigismember, SigSet, SystemError } from "ipc";

Deno.test("sigaddset(), sigdelset() and sigismember() give EINVAL for signals that are not a program's", () => {
  for (const signo of [0, -1, 32, 33, 64, 65, 1000]) {
    for (const call of [sigaddset, sigdelset, sigismember]) {
      assertEquals(assertThrows(() => call(new SigSet(), signo), SystemError).code, "EINVAL", `${call.name}(${signo})`);
    }
  }
});

Deno.test("the set functions refuse what is no set and no number", () => {
  for (const set of [null, undefined, 5, [], new Set([2]), {}]) {
    assertThrows(() => sigemptyset(set as unknown as SigSet), TypeError);
    assertThrows(() => sigfillset(set as unknown as SigSet), TypeError);
    assertThrows(() => sigaddset(set as unknown as SigSet, 2), TypeError);
  }
  assertThrows(() => sigaddset(new SigSet(), "2" as unknown as number), TypeError);
  assertThrows(() => sigaddset(new SigSet(), 2.5), RangeError);
});

Deno.test("sigfillset() puts every signal in but the three that are reserved", () => {
  const set = new SigSet();
  sigfillset(set);
  assertEquals([...set].length, 61);
  assertEquals([32, 33, 64].some((signo) => set.has(signo)), false);
  sigemptyset(set);
  assertEquals(set.isEmpty(), true);
});
