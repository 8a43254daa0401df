/**
 * What a process is doing: asked of the kernel, not of the process.
 *
 * @module
 */
import { descriptorAccess, descriptorTarget, processorTime, threadsOf, type ThreadState } from "./processes.ts";
import { isTimed, waitOf } from "./waits.ts";

/** What one process was doing when the stage was ended. */
export interface ProcessState {
  readonly pid: number;
  /** "blocked" for good unless another process wakes it, "waiting" for a time, "computing", "stopped" by a signal, or "ended". */
  readonly what: "blocked" | "waiting" | "computing" | "stopped" | "ended";
  /** The call it is in, by its manual page's name. */
  readonly call?: string;
  /** What it waits on. */
  readonly object?: string;
  readonly processorMs: number;
}

/** The state of a process. */
export function stateOf(pid: number): ProcessState {
  const threads = threadsOf(pid);
  const processorMs = processorTime(pid);
  const main = threads[0];
  if (main === undefined) return { pid, what: "ended", processorMs };
  if (main.letter === "T") return { pid, what: "stopped", processorMs };
  const wait = main.letter === "R" || main.call === null ? null : waitOf(main.call.number);
  if (wait === null || main.call === null) return { pid, what: "computing", processorMs };
  const descriptor = wait.descriptor === undefined ? undefined : main.call.arguments[wait.descriptor];
  const object = descriptor === undefined ? undefined : describe(pid, descriptor);
  return {
    pid,
    what: isTimed(wait, main.call.arguments) ? "waiting" : "blocked",
    call: wait.name,
    processorMs,
    ...(object === undefined ? {} : { object }),
  };
}

function describe(pid: number, fd: bigint): string | undefined {
  const target = descriptorTarget(pid, fd);
  if (target === null) return undefined;
  if (target.startsWith("pipe:")) {
    const end = descriptorAccess(pid, fd) === "write" ? "write end" : "read end";
    return `${end} of a pipe, descriptor ${fd}`;
  }
  if (target.startsWith("socket:")) return `a socket, descriptor ${fd}`;
  return `${target}, descriptor ${fd}`;
}

/** Descriptors from this number on are the lab's and the library's own: a process in a call on one of them will go on. */
const FIRST_INTERNAL = 900n;

function waitsForGood(pid: number, thread: ThreadState, outputs: ReadonlySet<string>): boolean {
  if (thread.letter !== "S" || thread.call === null) return false;
  const wait = waitOf(thread.call.number);
  if (wait === null || isTimed(wait, thread.call.arguments)) return false;
  const descriptor = wait.descriptor === undefined ? undefined : thread.call.arguments[wait.descriptor];
  if (descriptor === undefined) return true;
  if (descriptor >= FIRST_INTERNAL) return false;
  return wait.name !== "write" || !outputs.has(descriptorTarget(pid, descriptor) ?? "");
}

/**
 * One look at a process: a text that says how it waits, or null when it may go on by itself. The text holds the number of
 * context switches: where two looks give the same text, the process was blocked all the time between them. `outputs` are
 * pipes that the lab reads, as /proc names them.
 */
export function lookAt(pid: number, outputs: ReadonlySet<string>): string | null {
  const threads = threadsOf(pid);
  if (!threads.every((thread) => waitsForGood(pid, thread, outputs))) return null;
  return `${pid}:${threads.map((thread) => `${thread.call?.number}/${thread.switches}`).join()}`;
}
