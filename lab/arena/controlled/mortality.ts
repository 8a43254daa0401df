/**
 * Whether a process dies of a signal, and until when it is there.
 *
 * @module
 */
import {
  SIGCHLD,
  SIGCONT,
  SIGKILL,
  SIGSTOP,
  SIGTSTP,
  SIGTTIN,
  SIGTTOU,
  SIGURG,
  SIGWINCH,
} from "../../../lib/abi/signal_numbers.ts";
import { POLLIN } from "../../../lib/abi/poll_constants.ts";
import { decodeWaitStatus, type WaitStatus, WNOHANG } from "../../../lib/abi/wait_status.ts";
import { c } from "../../../lib/raw/process.ts";
import { closeOwn, ownPid, pauseFor, pidDescriptor, pollOwn, sendSignal } from "../system.ts";

/** Signals whose default action is no death: to ignore them, or to stop. */
const HARMLESS: readonly number[] = [
  0,
  SIGCHLD,
  SIGCONT,
  SIGURG,
  SIGWINCH,
  SIGSTOP,
  SIGTSTP,
  SIGTTIN,
  SIGTTOU,
];

// Captured at load: the lab takes `Deno` away from student code.
const { readTextFileSync } = Deno;

/** Whether process `pid`, to which `signo` was just sent, ends of it, or has ended. */
export function diesOf(pid: number, signo: number): boolean {
  if (signo === SIGKILL) return true;
  if (HARMLESS.includes(signo)) return false;
  let status: string;
  try {
    status = readTextFileSync(`/proc/${pid}/status`);
  } catch {
    return true; // it is gone
  }
  if (/^State:\s+[ZX]/m.test(status)) return true;
  const bit = 1n << BigInt(signo - 1);
  return !["SigBlk", "SigIgn", "SigCgt"].some((set) => {
    const mask = new RegExp(`^${set}:\\s+([0-9a-f]+)`, "m").exec(status)?.[1] ?? "0";
    return (BigInt(`0x${mask}`) & bit) !== 0n;
  });
}

/** Waits until a process has ended: a zombie, or gone. */
export function waitUntilGone(pid: number): void {
  const fd = pidDescriptor(pid);
  if (fd === -1) return;
  pollOwn(fd, POLLIN);
  closeOwn(fd);
}

/** How a child has ended. */
export type Ended = Extract<WaitStatus, { readonly kind: "exited" | "signaled" }>;

const status = new Int32Array(1);

/** A child that has ended and was not taken up before; null where there is none. Asked in every schedule, so past the gate. */
export function nextEnded(): Ended | null {
  const pid = c.waitpid(-1, status, WNOHANG);
  if (pid <= 0) return null;
  const found = decodeWaitStatus(pid, status[0] as number);
  return found.kind === "exited" || found.kind === "signaled" ? found : null;
}

/** A planned death, in the middle of a step. The template sees that whoever has the turn is gone. */
export function die(): never {
  sendSignal(ownPid(), SIGKILL);
  for (;;) pauseFor(1000);
}
