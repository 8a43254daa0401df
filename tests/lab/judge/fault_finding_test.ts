/** Findings on schedules in which a call met a fault: told by the fault, where that is the cause. */
import { assertEquals, assertMatch } from "@std/assert";
import { faultFinding } from "../../../lab/judge/fault_finding.ts";
import type { Finding } from "../../../lab/judge/finding.ts";

const WRONG: Finding = { kind: "wrong-result", message: "reader returned [7,0]." };
const fault = (kind: Parameters<typeof faultFinding>[1]["kind"]) => ({ party: 2, call: 1, kind });

Deno.test("faultFinding() leaves what was thrown, or ended a process, as it is", () => {
  const crash: Finding = { kind: "crash", message: "writer was ended by SIGPIPE." };
  assertEquals(faultFinding(crash, fault("short"), "reader"), crash);
  const thrown: Finding = { kind: "unhandled-eintr", message: "read() threw EINTR.", readNext: "signal(7)" };
  assertEquals(faultFinding(thrown, fault("eintr"), "reader"), thrown);
});

Deno.test("faultFinding() calls a consequence by its cause, and says both", () => {
  const short = faultFinding(WRONG, fault("short"), "reader");
  assertEquals(short.kind, "short-transfer");
  assertMatch(short.message, /of reader moved only a part.*What came of it: reader returned \[7,0\]/);
  assertMatch(short.readNext ?? "", /read\(2\)/);
  assertEquals(faultFinding({ ...WRONG, kind: "deadlock" }, fault("eintr"), "reader").kind, "unhandled-eintr");
  assertMatch(
    faultFinding({ ...WRONG, kind: "unhandled-eintr" }, fault("eintr"), "reader").message,
    /EINTR. What came/,
  );
});

Deno.test("faultFinding() keeps the kind where the fault has none of its own", () => {
  const killed = faultFinding({ ...WRONG, kind: "torn-read" }, fault("kill"), "writer");
  assertEquals(killed.kind, "torn-read");
  assertMatch(killed.message, /^writer was killed, as any process may be/);
});
