/**
 * Waiting on descriptors without an event loop's help, and without stopping it: all waits of the controller are put into one
 * poll(2), which never lasts longer than a moment, and the event loop turns between two of them. So several arenas can be
 * served side by side.
 *
 * @module
 */
import { isSystemError, poll, POLLIN } from "../../lib/mod.ts";

/** Longest time that the event loop is kept from turning. */
const MOMENT_MS = 10;

interface Wait {
  readonly fds: readonly number[];
  readonly deadline: number;
  readonly resolve: (ready: boolean[]) => void;
}

let waits: Wait[] = [];
let scheduled = false;

/** Which of the descriptors are readable: as soon as one is, or after so long none. */
export function readable(fds: readonly number[], timeoutMs: number): Promise<boolean[]> {
  return new Promise((resolve) => {
    waits.push({ fds, deadline: performance.now() + timeoutMs, resolve });
    schedule();
  });
}

/** Which of the descriptors are readable now. */
export function readableNow(fds: readonly number[]): boolean[] {
  return pollAll(fds, 0);
}

function schedule(): void {
  if (scheduled) return;
  scheduled = true;
  setImmediate(round);
}

function round(): void {
  scheduled = false;
  const now = performance.now();
  const first = waits.reduce((least, wait) => Math.min(least, wait.deadline), now + MOMENT_MS);
  const ready = pollAll(waits.flatMap((wait) => wait.fds), Math.ceil(Math.max(0, first - now)));
  const after = performance.now();
  const still: Wait[] = [];
  let at = 0;
  for (const wait of waits) {
    const own = ready.slice(at, at += wait.fds.length);
    if (own.includes(true) || after >= wait.deadline) wait.resolve(own);
    else still.push(wait);
  }
  waits = still;
  if (waits.length > 0) schedule();
}

function pollAll(fds: readonly number[], timeoutMs: number): boolean[] {
  try {
    return poll(fds.map((fd) => ({ fd, events: POLLIN })), timeoutMs).map((revents) => revents !== 0);
  } catch (error) {
    // A signal of the lab's own (a child has ended, Ctrl-C): the event loop sees to it.
    if (isSystemError(error, "EINTR")) return fds.map(() => false);
    throw error;
  }
}
