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

/** A planned death, in the middle of a step. The template sees that whoever has the turn is gone. */
export function die(): never {
  sendSignal(ownPid(), SIGKILL);
  for (;;) pauseFor(1000);
}
