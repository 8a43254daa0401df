/**
 * Delivery: the JavaScript side of signal handling. At each safe point the records that the kernel's handler left are taken
 * up, and the program's handlers run as C's would: with their sa_mask and, but for SA_NODEFER, their own signal blocked;
 * once only with SA_RESETHAND; nested where a handler makes calls while another signal comes in.
 *
 * @module
 */
import { SA_ONSTACK, SA_RESETHAND, SA_RESTART } from "../abi/sigaction.ts";
import { SIG_BLOCK, SIG_SETMASK } from "../abi/sigaction.ts";
import { SI_QUEUE, type SigInfo } from "../abi/siginfo.ts";
import { RESERVED_SIGNAL } from "../abi/signal_numbers.ts";
import { SigSet } from "../abi/sigset.ts";
import { c } from "../raw/signal.ts";
import { type Delivery, gate, type Hook, signals } from "./gate.ts";
import { everySignal, takeRecords } from "./recorder.ts";
import { maskBecame } from "./threads.ts";

/** A signal handler of the program. */
export type SignalHandler = (info: SigInfo) => void;

/** What the program set for a signal: handler, mask and flags. */
export interface CaughtAction {
  readonly handler: SignalHandler;
  readonly mask: SigSet;
  readonly flags: number;
  /** What is blocked while the handler runs: the mask, and the signal itself but for SA_NODEFER. Also as C has it. */
  readonly blocks: SigSet;
  readonly blocksBytes: Uint8Array<ArrayBuffer>;
}

/** The signals that the program catches, and how. `dispositions.ts` keeps it as the kernel has it. */
export const caught: Map<number, CaughtAction> = new Map();

/** A record that waits for its handler, which was settled when the record was taken out. */
interface Waiting {
  readonly info: SigInfo;
  readonly action: CaughtAction | null;
}

const EVERY_SIGNAL = everySignal();

/** The records that wait, from `first` on: a burst is taken from the front without moving the rest. */
const waiting: Waiting[] = [];
let first = 0;

/** Signals that must wait, since a handler that blocks them is running: those of the innermost safe point. */
let held = new SigSet();
/** Whether a handler with SA_ONSTACK is running. */
let onAlternateStack = false;

/** Called before a handler runs, for the signals that the kernel can catch once only. `dispositions.ts` sets it. */
export const beforeHandler: { renew: (signo: number, action: CaughtAction) => void } = { renew: () => {} };

/** Whether a handler with SA_ONSTACK is running. */
export function runsOnAlternateStack(): boolean {
  return onAlternateStack;
}

/** The signals whose records wait until the handler that blocks them returns. They are pending, though the kernel is rid of them. */
export function heldRecords(): SigSet {
  return new SigSet(waiting.slice(first).map(({ info }) => info.signo));
}

/** Runs the handlers of the records that came in, except for signals that a running handler blocks. */
export function deliver(call: number): Delivery {
  let delivery: Delivery = "nothing";
  let finished = false;
  try {
    for (let next = takeNext(); next !== undefined; next = takeNext()) {
      if (next.info.signo === RESERVED_SIGNAL) {
        if (next.info.code === SI_QUEUE && gate.hook !== null) interrogate(gate.hook, call);
      } else if (next.action !== null) {
        if ((next.action.flags & SA_RESTART) === 0) delivery = "interrupt";
        else if (delivery === "nothing") delivery = "restart";
        runHandler(next.info, next.action);
      }
    }
    finished = true;
  } finally {
    // A handler threw: what is left is taken up at the next safe point.
    if (!finished) lookAgain();
  }
  return delivery;
}

/**
 * As `deliver`, for a call that sets the mask to `mask` while it waits: the handlers run under that mask, as in C, and of the
 * records that are held only those in it go on waiting.
 */
export function deliverUnder(mask: SigSet, call: number): Delivery {
  const outerHeld = held;
  const before = new Uint8Array(128);
  held = held.intersection(mask);
  maskBecame(null);
  try {
    c.pthread_sigmask(SIG_SETMASK, SigSet.encode(mask.copy().delete(RESERVED_SIGNAL)), before);
    let delivery: Delivery;
    try {
      delivery = deliver(call);
    } finally {
      c.pthread_sigmask(SIG_SETMASK, before, null);
    }
    // What came in before the mask was back is this call's, too: afterwards it would run where the program has it blocked.
    const late = deliver(call);
    return delivery === "nothing" ? late : delivery;
  } finally {
    held = outerHeld;
    maskBecame(null);
  }
}

/** The mask was set to `mask`: signals that it lets through are held no longer, and their handlers run. */
export function releaseHeld(mask: SigSet): void {
  held = held.intersection(mask);
  if (first < waiting.length) deliver(-1);
}

/** Takes the record of a signal in `set` that a running handler holds up, the lowest first: a wait for it is met by that. */
export function takeHeld(set: SigSet): SigInfo | null {
  let lowest = -1;
  for (let at = first; at < waiting.length; at++) {
    const { signo } = (waiting[at] as Waiting).info;
    if (set.has(signo) && (lowest === -1 || signo < (waiting[lowest] as Waiting).info.signo)) lowest = at;
  }
  return lowest === -1 ? null : (waiting.splice(lowest, 1)[0] as Waiting).info;
}

/** Takes up what came in, under the actions that hold now; then the action of a signal may change. */
export function settleRecords(): void {
  takeRecords(receive);
  lookAgain();
}

/** In the child, after fork, and in a role that begins: nothing is waiting, nothing is running. */
export function forgetRecords(): void {
  waiting.length = first = 0;
  held = new SigSet();
  onAlternateStack = false;
}

function takeNext(): Waiting | undefined {
  takeRecords(receive);
  let at = first;
  while (at < waiting.length && held.has((waiting[at] as Waiting).info.signo)) at++;
  if (at === waiting.length) return undefined;
  const next = waiting[at] as Waiting;
  if (at !== first) waiting.splice(at, 1);
  else if (++first === waiting.length) waiting.length = first = 0;
  return next;
}

/** Where records wait, the next safe point must not pass them by. */
function lookAgain(): void {
  if (first < waiting.length) signals.taken = (signals.arrived[0] as number) - 1;
}

function receive(info: SigInfo): void {
  waiting.push({ info, action: caught.get(info.signo) ?? null });
}

/** Lets the run's hook answer. What comes in meanwhile waits: it belongs to the call that was interrupted, not to the hook's. */
function interrogate(hook: Hook, call: number): void {
  const outerHeld = held;
  held = EVERY_SIGNAL;
  try {
    hook.interrogated(call);
  } finally {
    held = outerHeld;
  }
}

function runHandler(info: SigInfo, action: CaughtAction): void {
  const { signo } = info;
  if ((action.flags & SA_RESETHAND) === 0) beforeHandler.renew(signo, action);
  else if (caught.get(signo) === action) caught.delete(signo);

  const before = new Uint8Array(128);
  const outerHeld = held;
  const outerStack = onAlternateStack;
  c.pthread_sigmask(SIG_BLOCK, action.blocksBytes, before);
  held = held.union(action.blocks);
  onAlternateStack = onAlternateStack || (action.flags & SA_ONSTACK) !== 0;
  try {
    action.handler(info);
  } finally {
    onAlternateStack = outerStack;
    held = outerHeld;
    c.pthread_sigmask(SIG_SETMASK, before, null);
    maskBecame(null);
  }
}

signals.deliver = deliver;
