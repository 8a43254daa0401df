import { assertEquals } from "@std/assert";
import { decodeAction, encodeAction, SA_RESETHAND, SA_RESTART } from "../../../lib/abi/sigaction.ts";
import { SigSet } from "../../../lib/abi/sigset.ts";

Deno.test("an action is the same after it was stored as C has it and read back", () => {
  const action = { handler: 0xffff_1234_5678_9abcn, mask: new SigSet([1, 64]), flags: SA_RESTART | SA_RESETHAND };
  const bytes = encodeAction(action);
  assertEquals(bytes.length, 152);
  const { handler, mask, flags } = decodeAction(bytes);
  assertEquals([handler, [...mask], flags], [action.handler, [1, 64], action.flags]);
});
