/**
 * The runtime's other threads. C programs of one thread know exactly who receives a signal; here the runtime has threads of
 * its own, and the kernel may hand them a signal that this one blocks: with the default action, the process would end.
 * So they are made to block all signals, and what the kernel then has to offer is for this thread alone.
 *
 * No thread can set another's mask. But each can be made to run the recorder's handler, which changes the mask that the
 * kernel puts back when the handler returns.
 *
 * @module
 */
import { RESERVED_SIGNAL } from "../abi/signal_numbers.ts";
import { SigSet } from "../abi/sigset.ts";
import { countInProc, listProc, monotonicMs, readProc } from "../raw/runtime.ts";
import { c } from "../raw/signal.ts";
import { handlerAddress, quietedThreads } from "./recorder.ts";

/** How long to wait for threads to run the handler. One that does not in this time hands its signals on later. */
const PATIENCE_MS = 100;

/** The runtime's workers run JavaScript of their own, and their masks are theirs. */
const WORKER = /^worker-/;
/** Threads of V8: there are none with --single-threaded. */
const V8_THREAD = /^V8 /;

const THREADS = "/proc/self/task";

let alone = false;
let v8Threads: boolean | null = null;
/** The threads that were dealt with: made to block, or found to be none of ours. */
const known = new Set<string>();
/** What this thread has blocked ever since: a thread that it begins inherits that, and need not be looked for. */
let blockedSince = new SigSet();
/** How many threads there were when all of them were. One that has ended made room for one that was begun by a quiet thread. */
let knownCount = 0;

/** In the child, after fork: no other thread has come along. */
export function threadsAfterFork(): void {
  alone = true;
}

/**
 * Whether this is a forked child, where no event loop turns. To start a timer there makes the runtime write to a descriptor
 * that it believes to be its own: by now it may be closed, or one of the program's.
 */
export function isForkedChild(): boolean {
  return alone;
}

/** This thread's mask has become `mask`, with the other threads quiet; or something that nobody followed. */
export function maskBecame(mask: SigSet | null): void {
  if (alone) return;
  blockedSince = mask === null ? new SigSet() : mask.copy();
}

/**
 * Makes the runtime's threads block all signals, or at least those in `concerned`. Costs nothing in a forked child, which has
 * no others, and little where this thread blocks what is concerned.
 */
export function quietOtherThreads(concerned?: SigSet): void {
  if (alone || concerned?.isSubsetOf(blockedSince)) return;
  const pid = c.getpid();
  const self = c.gettid();
  // In a worker, or under `deno test`, JavaScript runs beside the main thread, whose mask is not ours to set.
  if (self !== pid) return;
  // To count them takes a quarter of the time that it takes to list them.
  const count = countInProc(THREADS);
  if (count === knownCount) return;
  knownCount = count;
  const fresh = threadNames(known).filter(([tid, name]) => {
    known.add(tid);
    return Number(tid) !== self && !WORKER.test(name);
  });
  if (fresh.length === 0) return;
  handlerAddress();
  let wanted = quietedThreads();
  for (const [tid] of fresh) {
    if (c.tgkill(pid, Number(tid), RESERVED_SIGNAL) === 0) wanted++;
  }
  const end = monotonicMs() + PATIENCE_MS;
  while (quietedThreads() < wanted && monotonicMs() < end) c.sched_yield();
}

/** Whether V8 has threads of its own here: a forked child would wait for them for ever. */
export function hasV8Threads(): boolean {
  if (alone) return false;
  return v8Threads ??= threadNames(new Set()).some(([, name]) => V8_THREAD.test(name));
}

/** The threads that are not `known`, each with its name. */
function threadNames(known: ReadonlySet<string>): [tid: string, name: string][] {
  const found: [string, string][] = [];
  for (const tid of listProc(THREADS)) {
    if (known.has(tid)) continue;
    try {
      found.push([tid, readProc(`${THREADS}/${tid}/comm`)]);
    } catch {
      // It ended in the meantime.
    }
  }
  return found;
}
