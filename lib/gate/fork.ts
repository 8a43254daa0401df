/**
 * fork(2) of a process that runs V8.
 *
 * V8 marks the pages of its heap MADV_DONTFORK, so that a plain fork gives a child without a heap. One madvise over the
 * whole address range below the stack undoes that. The kernel applies it to each part that is mapped and answers ENOMEM for
 * the holes; nothing is allocated between it and the fork, so that no fresh page of the heap can slip in.
 *
 * @module
 */
import { SIG_SETMASK } from "../abi/sigaction.ts";
import { SIGSET, SigSet } from "../abi/sigset.ts";
import { errno } from "../raw/errno.ts";
import { c } from "../raw/process.ts";
import { readProc } from "../raw/runtime.ts";
import { c as signal } from "../raw/signal.ts";
import { forgetRecords } from "./delivery.ts";
import { gate } from "./gate.ts";
import { everySignal, renewRecorder } from "./recorder.ts";
import { threadsAfterFork } from "./threads.ts";

const MADV_DOFORK = 11;
const ENOMEM = 12;
/** Below it nothing may be mapped. */
const LOWEST = 65536n;

const ALL = SigSet.encode(everySignal());

/** Length of the range that is advised; it ends below the stack, which does not move. */
let length: bigint | null = null;

/**
 * Forks. No signal comes in between: the child's records, timer and thread are its own before its first one can.
 *
 * @returns the child's pid, 0 in the child, or a negated errno
 */
export function forkProcess(): number {
  length ??= BigInt(lowestSpecialMapping()) - LOWEST;
  const mask = new Uint8Array(SIGSET.size as number);
  const { fork, madvise } = c;
  signal.pthread_sigmask(SIG_SETMASK, ALL, mask);
  const advised = madvise(LOWEST, length, MADV_DOFORK);
  const pid = advised === 0 || errno() === ENOMEM ? fork() : -1;
  if (pid === 0) {
    threadsAfterFork();
    forgetRecords();
    renewRecorder();
    signal.pthread_sigmask(SIG_SETMASK, mask, null);
    gate.hook?.forked();
    return 0;
  }
  const failure = pid === -1 ? errno() : 0;
  signal.pthread_sigmask(SIG_SETMASK, mask, null);
  return pid === -1 ? -failure : pid;
}

/** Lowest address of [stack], [vvar] and [vdso]: on those the advice would be refused. */
function lowestSpecialMapping(): number {
  let lowest = Number.MAX_SAFE_INTEGER;
  for (const line of readProc("/proc/self/maps").split("\n")) {
    if (/\[(stack|vvar|vdso)/.test(line)) lowest = Math.min(lowest, parseInt(line, 16));
  }
  return lowest;
}
