import { assertEquals } from "@std/assert";
import { encode } from "../../../lib/abi/layout.ts";
import {
  allocateSiginfo,
  CLD_KILLED,
  decodeSiginfo,
  SI_KERNEL,
  SI_QUEUE,
  SI_TIMER,
  SI_USER,
  SIGINFO,
} from "../../../lib/abi/siginfo.ts";

const CHILD = { signo: 17, code: CLD_KILLED, pid: 77, uid: 1000, status: 9 };

Deno.test("decodeSiginfo() tells the child and its status for SIGCHLD, and no value", () => {
  const view = allocateSiginfo();
  encode(SIGINFO, view, CHILD);
  assertEquals(decodeSiginfo(view), { ...CHILD, value: 0 });
});

Deno.test("decodeSiginfo() tells a value only where one was sent", () => {
  for (const [code, value] of [[SI_QUEUE, -5], [SI_TIMER, -5], [SI_USER, 0], [SI_KERNEL, 0]] as const) {
    const view = allocateSiginfo();
    encode(SIGINFO, view, { signo: 34, code, value: -5 });
    assertEquals(decodeSiginfo(view).value, value);
  }
});

Deno.test("decodeSiginfo() tells a sender only where there is one", () => {
  for (const [code, pid] of [[SI_USER, 5], [SI_QUEUE, 5], [SI_KERNEL, 0], [SI_TIMER, 0], [1, 0]] as const) {
    const view = allocateSiginfo();
    encode(SIGINFO, view, { signo: 11, code, pid: 5, uid: 6 });
    assertEquals([decodeSiginfo(view).pid, decodeSiginfo(view).uid], [pid, pid === 0 ? 0 : 6]);
  }
});

Deno.test("decodeSiginfo() reads at an offset", () => {
  const view = new DataView(new ArrayBuffer(300));
  encode(SIGINFO, view, CHILD, 100);
  assertEquals(decodeSiginfo(view, 100).pid, 77);
});
