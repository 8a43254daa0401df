/**
 * Runs on the emulated machine: prints what the library claims about C there, the scenarios of signals and processes, and the
 * conformance rows, each in a forked child with a deadline.
 *
 * Arguments: one of so many scenarios, one of so many rows.
 *
 * @module
 */
import * as ipc from "ipc";
import { resetSignals } from "../../lib/gate/dispositions.ts";
import { SYS as SIGNAL_SYS } from "../../lib/raw/signal.ts";
import { SYS } from "../../lib/raw/system_call.ts";
import { readRows } from "../conformance/rows.ts";
import { runRows } from "../conformance/runner.ts";
import gate from "../fixtures/signals/gate.ts";
import handlers from "../fixtures/signals/handlers.ts";
import processes from "../fixtures/signals/processes.ts";
import waits from "../fixtures/signals/waits.ts";
import { constantClaims, layoutClaims } from "../support/c_claims.ts";
import { isKnown, type Line } from "./results.ts";

/** An emulated machine is slow, and what waits for ever must not. */
const SCENARIO_MS = 60_000;
const KNOWN_MS = 5_000;
const ROW_MS = 120_000;

const [everyScenario, everyRow] = Deno.args.map(Number) as [number, number];
const encoder = new TextEncoder();

function say(line: Line): void {
  let rest = encoder.encode(`${JSON.stringify(line)}\n`);
  while (rest.length > 0) rest = rest.subarray(ipc.write(1, rest));
}

function tell(name: string, error: string | null): void {
  say({ kind: "result", result: { name, error } });
}

/** Runs one scenario in a child. What it says by the pipe is the error; nothing but "ok" is a success. */
function runScenario(scenario: () => void, patienceMs: number): string | null {
  const [reading, writing] = ipc.pipe();
  const child = ipc.fork(() => {
    let said = "ok";
    try {
      ipc.setsid();
      resetSignals();
      scenario();
    } catch (error) {
      said = error instanceof Error ? error.message : String(error);
    }
    ipc.write(writing, encoder.encode(said.slice(0, 4000)));
  });
  ipc.close(writing);
  const [ready] = ipc.poll([{ fd: reading, events: ipc.POLLIN }], patienceMs);
  const buffer = new Uint8Array(4096);
  const said = ready === 0 ? "it never ended" : new TextDecoder().decode(buffer.subarray(0, ipc.read(reading, buffer)));
  ipc.close(reading);
  try {
    ipc.kill(-child, ipc.SIGKILL);
  } catch {
    // It never got so far as to have a group, or has left it.
  }
  ipc.kill(child, ipc.SIGKILL);
  const status = ipc.waitpid(child);
  return said === "ok" ? null : said || `the child said nothing: ${JSON.stringify(status)}`;
}

const systemCalls = Object.entries({ ...SYS, ...SIGNAL_SYS }).map(([name, number]) =>
  [`__NR_${name}`, number] as const
);
say({ kind: "claims", claims: [...layoutClaims("aarch64"), ...constantClaims(), ...systemCalls] });

let place = 0;
for (const [name, scenario] of [gate, handlers, waits, processes].flatMap((module) => Object.entries(module))) {
  if (place++ % everyScenario === 0) tell(name, runScenario(scenario, isKnown(name) ? KNOWN_MS : SCENARIO_MS));
}

const rows = readRows().filter((_, i) => i % everyRow === 0);
runRows(rows, ROW_MS).forEach(({ verdict, reason }, i) => {
  // What cannot be run here could not be elsewhere.
  if (verdict === "as expected" || verdict === "different") {
    tell(`row ${rows[i]?.id}`, verdict === "different" ? reason : null);
  }
});
say({ kind: "end" });
