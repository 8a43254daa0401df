/**
 * Whether a process dies of a signal, and until when it is there.
 *
 * @module
 */
import { POLLIN } from "../../../lib/abi/poll_constants.ts";
import { closeOwn, pidDescriptor, pollOwn } from "../system.ts";

const SIGKILL = 9, SIGCHLD = 17, SIGCONT = 18, SIGURG = 23, SIGWINCH = 28;
/** SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU. */
const STOPPING: readonly number[] = [19, 20, 21, 22];
const HARMLESS: readonly number[] = [0, SIGCHLD, SIGCONT, SIGURG, SIGWINCH, ...STOPPING];

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
