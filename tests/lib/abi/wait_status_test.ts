import { assertEquals } from "@std/assert";
import { decodeWaitStatus, type WaitStatus } from "../../../lib/abi/wait_status.ts";

const pid = 7;
const CASES: readonly (readonly [number, WaitStatus])[] = [
  [0x0000, { pid, kind: "exited", status: 0 }],
  [0xff00, { pid, kind: "exited", status: 255 }],
  [0x0009, { pid, kind: "signaled", signal: 9, coreDumped: false }],
  [0x008b, { pid, kind: "signaled", signal: 11, coreDumped: true }],
  [0x0040, { pid, kind: "signaled", signal: 64, coreDumped: false }],
  [0x137f, { pid, kind: "stopped", signal: 19 }],
  [0xffff, { pid, kind: "continued" }],
];

for (const [word, status] of CASES) {
  Deno.test(`the status word 0x${word.toString(16).padStart(4, "0")} is ${JSON.stringify(status)}`, () => {
    assertEquals(decodeWaitStatus(pid, word), status);
  });
}
