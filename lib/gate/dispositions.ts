/**
 * Dispositions: what the kernel does with each signal, and the program's handlers behind it.
 *
 * @module
 */
import { decodeAction, encodeAction, type KernelAction } from "../abi/sigaction.ts";
import {
  SA_NOCLDSTOP,
  SA_NOCLDWAIT,
  SA_NODEFER,
  SA_ONSTACK,
  SA_RESETHAND,
  SA_RESTART,
  SA_SIGINFO,
  SIG_DFL,
  SIG_IGN,
  SIG_SETMASK,
} from "../abi/sigaction.ts";
import {
  RESERVED_SIGNAL,
  SIGBUS,
  SIGFPE,
  SIGHUP,
  SIGILL,
  SIGINT,
  SIGKILL,
  SIGSEGV,
  SIGSTOP,
  SIGSYS,
  SIGTERM,
  SIGTRAP,
  SIGUSR1,
} from "../abi/signal_numbers.ts";
import { SIGSET, SigSet } from "../abi/sigset.ts";
import { removeStack } from "./alternate_stack.ts";
import { onEventLoop } from "../raw/runtime.ts";
import { c } from "../raw/signal.ts";
import { beforeHandler, caught, type CaughtAction, deliver, forgetRecords, type SignalHandler } from "./delivery.ts";
import { settleRecords } from "./delivery.ts";
import { signals } from "./gate.ts";
import { everySignal, handlerAddress, isOurs } from "./recorder.ts";
import { isForkedChild, maskBecame, quietOtherThreads } from "./threads.ts";

/** A signal's action: what sigaction takes and returns. */
export interface SignalAction {
  /** The function to run, SIG_DFL or SIG_IGN. */
  readonly handler: SignalHandler | typeof SIG_DFL | typeof SIG_IGN;
  /** Signals to block while the handler runs. */
  readonly mask: SigSet;
  /** Any of SA_RESTART, SA_NODEFER, SA_RESETHAND, … */
  readonly flags: number;
}

/** The flags that mean something; the kernel ignores others. */
const KNOWN_FLAGS = SA_NOCLDSTOP | SA_NOCLDWAIT | SA_SIGINFO | SA_ONSTACK | SA_RESTART | SA_NODEFER | SA_RESETHAND;

/**
 * Signals of a fault in the program. If it was a real one, the instruction fails again as soon as the kernel's handler
 * returns; so the kernel catches these once only, and the second time the process ends, as it must.
 */
const FAULTS = new SigSet([SIGILL, SIGTRAP, SIGBUS, SIGFPE, SIGSEGV, SIGSYS]);

/** The signals that the runtime takes for itself about half a second after its start. */
const RETAKEN: readonly number[] = [SIGHUP, SIGINT, SIGUSR1, SIGTERM];

/** Actions that have no handler, where the program gave them a mask or flags that a query must show. */
const plain: Map<number, SignalAction> = new Map();

/** How often an event loop that has nothing else to do looks for signals. */
const TURN_MS = 10;
let stopTurning: (() => void) | null = null;

/** The action of a signal, or null where there is no such signal. */
export function actionOf(signo: number): SignalAction | null {
  const kernel = new Uint8Array(encodeAction(NO_ACTION).length);
  if (signo === RESERVED_SIGNAL || c.sigaction(signo, null, kernel) === -1) return null;
  return translate(signo, decodeAction(kernel));
}

/**
 * Sets the action of a signal. What came in before belongs to the old action, so it is settled first, while nothing more can
 * come in.
 *
 * @returns 0, or -1 with C's errno as sigaction(2) left it
 */
export function setAction(signo: number, action: SignalAction): number {
  const { handler } = action;
  if (typeof handler === "function") quietOtherThreads();
  const encoded = encodeAction(
    typeof handler === "function" ? kernelAction(signo, action) : {
      handler: BigInt(handler),
      mask: action.mask,
      flags: action.flags & KNOWN_FLAGS,
    },
  );
  const before = new Uint8Array(SIGSET.size as number);
  c.pthread_sigmask(SIG_SETMASK, ALL, before);
  settleRecords();
  const result = c.sigaction(signo, encoded, null);
  if (result === 0) {
    plain.delete(signo);
    caught.delete(signo);
    if (typeof handler === "function") caught.set(signo, caughtAction(signo, action, handler));
    else plain.set(signo, { handler, mask: action.mask.copy(), flags: action.flags });
  }
  c.pthread_sigmask(SIG_SETMASK, before, null);
  if (result === 0) keepTurning();
  return result;
}

/**
 * Puts the program's handlers back where the runtime has taken their signals. Called from the event loop, where that
 * happens, and before calls that only a signal ends.
 */
export function keepHandlers(): void {
  if (caught.size === 0) return;
  const kernel = new Uint8Array(encodeAction(NO_ACTION).length);
  for (const signo of RETAKEN) {
    const action = caught.get(signo);
    if (action === undefined || c.sigaction(signo, null, kernel) === -1) continue;
    const { handler } = decodeAction(kernel);
    // SIG_DFL is what SA_RESETHAND left; its record is on the way.
    if (handler !== 0n && !isOurs(handler)) c.sigaction(signo, encodeAction(kernelAction(signo, action)), null);
  }
}

/**
 * Makes this process look as execve(2) leaves one, for a role that begins: every signal has its default action, none is
 * blocked, and no handler of an earlier program is left. The recorder stays.
 */
export function resetSignals(): void {
  const byDefault = encodeAction(NO_ACTION);
  c.pthread_sigmask(SIG_SETMASK, ALL, null);
  for (const signo of everySignal()) {
    const fixed = signo === SIGKILL || signo === SIGSTOP || signo === 32 || signo === 33 || signo === RESERVED_SIGNAL;
    if (!fixed) c.sigaction(signo, byDefault, null);
  }
  settleRecords();
  forgetRecords();
  signals.taken = signals.arrived[0] as number;
  caught.clear();
  plain.clear();
  removeStack();
  c.pthread_sigmask(SIG_SETMASK, NONE, null);
  maskBecame(null);
}

const NO_ACTION: KernelAction = { handler: 0n, mask: new SigSet(), flags: 0 };
/** All signals but the library's own, and none. */
const ALL = SigSet.encode(everySignal().delete(RESERVED_SIGNAL));
const NONE = SigSet.encode(new SigSet());

/** What the kernel is told of an action with a handler. SA_RESTART never: a call must come back for the handler to run. */
function kernelAction(signo: number, action: SignalAction): KernelAction {
  let flags = SA_SIGINFO | (action.flags & (SA_NOCLDSTOP | SA_NOCLDWAIT | SA_ONSTACK | SA_RESETHAND));
  if (FAULTS.has(signo)) flags |= SA_RESETHAND;
  // On an alternate stack one frame at a time, since that stack is small.
  const mask = (flags & SA_ONSTACK) !== 0 ? everySignal() : action.mask;
  return { handler: handlerAddress(), mask, flags };
}

function caughtAction(signo: number, action: SignalAction, handler: SignalHandler): CaughtAction {
  const mask = action.mask.copy();
  const blocks = mask.copy();
  if ((action.flags & SA_NODEFER) === 0) blocks.add(signo);
  return {
    handler,
    mask,
    flags: action.flags,
    blocks,
    blocksBytes: SigSet.encode(blocks.copy().delete(RESERVED_SIGNAL)),
  };
}

function translate(signo: number, kernel: KernelAction): SignalAction {
  const action = isOurs(kernel.handler) ? caught.get(signo) : plain.get(signo);
  const handler = kernel.handler === 1n ? SIG_IGN : SIG_DFL;
  if (action !== undefined && (isOurs(kernel.handler) || action.handler === handler)) {
    return { handler: action.handler, mask: action.mask.copy(), flags: action.flags };
  }
  // A handler of the runtime is none of the program's: to the program the signal has its default action.
  return { handler, mask: new SigSet(), flags: 0 };
}

/** With an event loop, handlers also run when it turns; without a handler nothing is left behind in it. */
function keepTurning(): void {
  if (isForkedChild()) return;
  if (caught.size === 0) {
    stopTurning?.();
    stopTurning = null;
  } else if (stopTurning === null) {
    stopTurning = onEventLoop(() => {
      keepHandlers();
      if (signals.arrived[0] !== signals.taken) deliver(-1);
    }, TURN_MS);
  }
}

beforeHandler.renew = (signo, action) => {
  // The kernel caught it once and has put SIG_DFL in place.
  if (FAULTS.has(signo) && caught.get(signo) === action) {
    c.sigaction(signo, encodeAction(kernelAction(signo, action)), null);
  }
};
