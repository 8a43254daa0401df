/**
 * fork(2) of a process that runs V8.
 *
 * V8 marks the pages of its heap MADV_DONTFORK, so that a plain fork gives a child without a heap. One madvise over the
 * whole address range below the stack undoes that. The kernel applies it to each part that is mapped and answers ENOMEM for
 * the holes. Advice and fork are one piece of machine code (`fork_code.ts`): a page of the heap that V8 took between them
 * would be missing in the child.
 *
 * @module
 */
import { SIG_SETMASK } from "../abi/sigaction.ts";
import { SIGSET, SigSet } from "../abi/sigset.ts";
import { cString } from "../abi/c_string.ts";
import { SystemError } from "../errors/system_error.ts";
import { errno } from "../raw/errno.ts";
import { executablePage } from "../raw/executable.ts";
import { forkCode } from "../raw/fork_code.ts";
import { MACHINE } from "../raw/machine.ts";
import { addressOf, functionAt } from "../raw/pointer.ts";
import { c } from "../raw/process.ts";
import { readProc } from "../raw/runtime.ts";
import { c as signal } from "../raw/signal.ts";
import { forgetRecords } from "./delivery.ts";
import { gate } from "./gate.ts";
import { everySignal, renewRecorder } from "./recorder.ts";
import { threadsAfterFork } from "./threads.ts";

/** Below it nothing may be mapped. */
const LOWEST = 65536;

const ALL = SigSet.encode(everySignal());

/** Advises and forks; made at the first fork, and inherited by children. */
let adviseAndFork: (() => number) | null = null;

/**
 * Forks. No signal comes in between: the child's records, timer and thread are its own before its first one can.
 *
 * @returns the child's pid, 0 in the child, or a negated errno
 */
export function forkProcess(): number {
  adviseAndFork ??= makeFork();
  const mask = new Uint8Array(SIGSET.size as number);
  signal.pthread_sigmask(SIG_SETMASK, ALL, mask);
  const pid = adviseAndFork();
  if (pid === 0) {
    threadsAfterFork();
    forgetRecords();
    renewRecorder();
    signal.pthread_sigmask(SIG_SETMASK, mask, null);
    gate.hook?.forked();
    return 0;
  }
  const failure = pid === -1 ? errno() : -pid;
  signal.pthread_sigmask(SIG_SETMASK, mask, null);
  return pid < 0 ? -failure : pid;
}

function makeFork(): () => number {
  const address = addressOf(c.dlsym(null, cString("fork")));
  const page = executablePage(forkCode(MACHINE, BigInt(lowestSpecialMapping() - LOWEST), address));
  if (page === null) {
    throw new SystemError("mprotect", errno(), "this system forbids executable memory, which fork needs");
  }
  return functionAt(page);
}

/** Lowest address of [stack], [vvar] and [vdso], which do not move: on those the advice would be refused. */
function lowestSpecialMapping(): number {
  let lowest = Number.MAX_SAFE_INTEGER;
  for (const line of readProc("/proc/self/maps").split("\n")) {
    if (/\[(stack|vvar|vdso)/.test(line)) lowest = Math.min(lowest, parseInt(line, 16));
  }
  return lowest;
}
