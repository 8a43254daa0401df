/**
 * Programs under a scripted turnstile, each in a process of its own: they block, fork and change signals.
 *
 * @module
 */
import { inChild } from "../../../support/child.ts";
import { NAME_PREFIX } from "../../../support/names.ts";

const TURNSTILE = new URL("./calls_turnstile.ts", import.meta.url);
const CALLS = new URL("../../../../lib/gate/calls.ts", import.meta.url);
const GATE = new URL("../../../../lib/gate/gate.ts", import.meta.url);

/** Runs `body` under a scripted turnstile, in a process of its own; what it returns. */
export async function staged(body: string): Promise<unknown> {
  return await inChild(`
    import { stage } from "${TURNSTILE}";
    import { callNumber } from "${CALLS}";
    import { gate } from "${GATE}";
    const { turnstile, controlled, ipc, aside: original, touched } = stage();
    const { script } = turnstile;
    const name = "/${NAME_PREFIX}" + Deno.pid;
    const counted = (call) => gate.counts[callNumber(call)];
    const bytes = (text) => new TextEncoder().encode(text);
    const textOf = (data) => new TextDecoder().decode(data);
    const thrown = (act) => { try { act(); return "nothing"; } catch (error) { return error.syscall + " " + error.code; } };
    const result = (() => { ${body} })();
    console.log(JSON.stringify(result));
  `);
}
