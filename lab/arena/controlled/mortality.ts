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

/** Looks at a process, one after another, at which it does not die of a signal: then it lives. */
const LOOKS = 5;
/** Between two of them. */
const LOOK_MS = 10;
/** A process that is about to exit, among the flags of /proc/PID/stat: see include/linux/sched.h. */
const PF_EXITING = 0x4;

/**
 * Whether process `pid`, to which `signo` was just sent, ends of it, or has ended; comes back when it has. A handler that is good
 * for one signal (SA_RESETHAND) may have taken it already: what is installed now then says nothing.
 */
export function endsOf(pid: number, signo: number): boolean {
  if (signo !== SIGKILL && HARMLESS.includes(signo)) return false;
  const fd = pidDescriptor(pid);
  if (fd === -1) return true; // it is gone
  try {
    for (let look = 0; look < LOOKS; look++) {
      const fate = fateOf(pid, signo);
      if (fate === "spared") return false;
      if (fate === "dies") {
        pollOwn(fd, POLLIN);
        return true;
      }
      if (pollOwn(fd, POLLIN, LOOK_MS)) return true;
    }
    return false;
  } finally {
    closeOwn(fd);
  }
}

/** What the kernel says of a signal that was sent: it kills, it is held, ignored or caught, or it is not to be seen any more. */
function fateOf(pid: number, signo: number): "dies" | "spared" | "gone" {
  let status: string;
  let stat: string;
  try {
    status = readTextFileSync(`/proc/${pid}/status`);
    stat = readTextFileSync(`/proc/${pid}/stat`);
  } catch {
    return "dies";
  }
  const has = (sets: readonly string[], number: number): boolean =>
    sets.some((set) => {
      const mask = new RegExp(`^${set}:\\s+([0-9a-f]+)`, "m").exec(status)?.[1] ?? "0";
      return (BigInt(`0x${mask}`) & 1n << BigInt(number - 1)) !== 0n;
    });
  const exiting = (Number(stat.replace(/^.*\) /s, "").split(" ")[6]) & PF_EXITING) !== 0;
  // What kills by default is SIGKILL to each thread as soon as it is sent, but for signals that dump core.
  if (exiting || /^State:\s+[ZX]/m.test(status) || has(PENDING, SIGKILL)) return "dies";
  if (has(["SigBlk", "SigIgn", "SigCgt"], signo)) return "spared";
  return has(PENDING, signo) ? "dies" : "gone";
}

const PENDING = ["SigPnd", "ShdPnd"];

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
