/**
 * The system calls that a process can be blocked in, as data: the calls of the manual they stand for, and whether this one
 * ends by itself. Numbers: the kernel's tables for x86_64 and for aarch64 (which has only the newer calls).
 *
 * @module
 */

/** How to read a blocked system call. */
export interface Wait {
  /** The call as the manual names it. */
  readonly name: string;
  /** Place of the descriptor among its arguments, where it has one. */
  readonly descriptor?: number;
  /** When it ends by itself: never, always, when the argument at `pointer` is not NULL, or when that at `count` is not -1. */
  readonly timed: "never" | "always" | { readonly pointer: number } | { readonly count: number };
}

/** `[x86_64, aarch64, wait]`; -1 where an architecture has no such call. Source: asm/unistd.h. */
export const WAITS: readonly (readonly [number, number, Wait])[] = [
  [0, 63, { name: "read", descriptor: 0, timed: "never" }],
  [1, 64, { name: "write", descriptor: 0, timed: "never" }],
  [2, -1, { name: "open", timed: "never" }],
  [257, 56, { name: "open", timed: "never" }],
  [7, -1, { name: "poll", timed: { count: 2 } }],
  [271, 73, { name: "poll", timed: { pointer: 2 } }],
  [270, 72, { name: "select", timed: { pointer: 4 } }],
  [23, -1, { name: "select", timed: { pointer: 4 } }],
  [34, -1, { name: "pause", timed: "never" }],
  [35, 101, { name: "nanosleep", timed: "always" }],
  [230, 115, { name: "nanosleep", timed: "always" }],
  [61, 260, { name: "waitpid", timed: "never" }],
  [247, 95, { name: "waitpid", timed: "never" }],
  [72, 25, { name: "fcntl", descriptor: 0, timed: "never" }],
  [73, 32, { name: "flock", descriptor: 0, timed: "never" }],
  [128, 137, { name: "sigwaitinfo", timed: { pointer: 2 } }],
  [130, 133, { name: "sigsuspend", timed: "never" }],
  [202, 98, { name: "futex", timed: { pointer: 3 } }],
  [242, 182, { name: "mq_send", descriptor: 0, timed: { pointer: 4 } }],
  [243, 183, { name: "mq_receive", descriptor: 0, timed: { pointer: 4 } }],
  [65, 193, { name: "semop", timed: "never" }],
  [220, 192, { name: "semop", timed: { pointer: 3 } }],
  [69, 189, { name: "msgsnd", timed: "never" }],
  [70, 188, { name: "msgrcv", timed: "never" }],
  [43, 202, { name: "accept", descriptor: 0, timed: "never" }],
  [288, 242, { name: "accept", descriptor: 0, timed: "never" }],
  [42, 203, { name: "connect", descriptor: 0, timed: "never" }],
  [44, 206, { name: "send", descriptor: 0, timed: "never" }],
  [45, 207, { name: "recv", descriptor: 0, timed: "never" }],
  [46, 211, { name: "sendmsg", descriptor: 0, timed: "never" }],
  [47, 212, { name: "recvmsg", descriptor: 0, timed: "never" }],
  [232, -1, { name: "epoll_wait", timed: { count: 3 } }],
  [281, 22, { name: "epoll_wait", timed: { count: 3 } }],
  [275, 76, { name: "splice", descriptor: 0, timed: "never" }],
  [276, 77, { name: "tee", descriptor: 0, timed: "never" }],
  [278, 75, { name: "vmsplice", descriptor: 0, timed: "never" }],
  // What is left of a sleep, or of a wait with a time-out, after SIGSTOP and SIGCONT; the kernel does not say of which.
  [219, 128, { name: "nanosleep", timed: "always" }],
];

const COLUMN = Deno.build.arch === "aarch64" ? 1 : 0;
const BY_NUMBER: ReadonlyMap<number, Wait> = new Map(WAITS.map((row) => [row[COLUMN], row[2]]));

/** How to read the system call of this number; null for one that is not known to wait. */
export function waitOf(number: number): Wait | null {
  return number < 0 ? null : BY_NUMBER.get(number) ?? null;
}

/** Whether a wait ends by itself, by its arguments. */
export function isTimed(wait: Wait, callArguments: readonly bigint[]): boolean {
  if (wait.timed === "never") return false;
  if (wait.timed === "always") return true;
  if ("pointer" in wait.timed) return callArguments[wait.timed.pointer] !== 0n;
  return ((callArguments[wait.timed.count] ?? 0n) & 0xffffffffn) !== 0xffffffffn;
}
