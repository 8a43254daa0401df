/**
 * The recorder: the kernel's side of signal handling. Its handler, machine code in a page of its own, puts each signal's
 * siginfo into a ring of records in memory, and this file takes them out again. A ring needs no descriptor, so a program's
 * own begin where C's would, and a fork gives the child a ring of its own without a call.
 *
 * No signal is lost between the look at the ring and a blocking call: the handler also sets a timer, the *nudge*, which
 * interrupts this thread a millisecond later with the reserved signal, and again every few, until the records are taken.
 *
 * @module
 */
import { allocate, encode } from "../abi/layout.ts";
import { MAP_ANONYMOUS, MAP_NORESERVE, MAP_PRIVATE, PROT_READ, PROT_WRITE } from "../abi/mman_constants.ts";
import { SIGEV_THREAD_ID, SIGEVENT } from "../abi/sigevent.ts";
import { decodeSiginfo, type SigInfo } from "../abi/siginfo.ts";
import { encodeAction, SA_SIGINFO } from "../abi/sigaction.ts";
import { RESERVED_SIGNAL, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGSYS, SIGTRAP } from "../abi/signal_numbers.ts";
import { SigSet } from "../abi/sigset.ts";
import { SystemError } from "../errors/system_error.ts";
import { errno } from "../raw/errno.ts";
import { executablePage } from "../raw/executable.ts";
import { FORWARDED, handlerCode, RECORD_SIZE, RECORDS, SEQUENCE, STATE, STATE_SIZE } from "../raw/handler_code.ts";
import { MACHINE } from "../raw/machine.ts";
import { addressOf, memoryAt } from "../raw/pointer.ts";
import { c, SYS } from "../raw/signal.ts";
import { signals } from "./gate.ts";

const CLOCK_MONOTONIC = 1;
const PAGE = 4096;

const FIRST_NUDGE_NS = 1_000_000n;
const NEXT_NUDGES_NS = 5_000_000n;
const NO_TIMER = -1;

/** Faults of the program itself, and glibc's two: the signals that the runtime's other threads go on receiving. */
const STAY_OPEN = new SigSet([SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS, 32, 33]);

/** The recorder of this process, once there is one. */
interface Recorder {
  readonly handler: bigint;
  readonly address: bigint;
  readonly view: DataView;
  readonly words: Int32Array;
  /** `struct itimerspec` of zeros: the timer rests. */
  readonly rest: Uint8Array<ArrayBuffer>;
}

let recorder: Recorder | null = null;

/** The address of the kernel's handler. Makes the recorder at its first use. */
export function handlerAddress(): bigint {
  return (recorder ??= makeRecorder()).handler;
}

/** Whether `handler`, as the kernel reports it, is the recorder's. */
export function isOurs(handler: bigint): boolean {
  return recorder !== null && recorder.handler === handler;
}

/** Where the kernel's handler puts an end to a wait: a `struct timespec` whose seconds become 0. Null without a recorder. */
export function deadlinePlace(): { readonly view: DataView; readonly at: number; readonly address: bigint } | null {
  if (recorder === null) return null;
  return { view: recorder.view, at: STATE.deadline, address: recorder.address + BigInt(STATE.deadline) };
}

/** How many signals found no room for their record since this process began. */
export function lostSignals(): number {
  return recorder === null ? 0 : recorder.view.getUint32(STATE.lost, true);
}

/** How often a thread of the runtime has run the handler, and so blocks all signals now. */
export function quietedThreads(): number {
  return recorder === null ? 0 : recorder.view.getUint32(STATE.quieted, true);
}

/** Takes the records that have come in, in their order, and puts the nudge to rest. */
export function takeRecords(receive: (info: SigInfo) => void): void {
  if (recorder === null) return;
  const { words, view, rest } = recorder;
  for (;;) {
    const arrived = words[STATE.arrived / 4] as number;
    let taken = words[STATE.taken / 4] as number;
    if (taken === arrived) {
      signals.taken = arrived;
      return;
    }
    for (; taken !== arrived; taken = (taken + 1) | 0) {
      const at = STATE.ring + (taken & (RECORDS - 1)) * RECORD_SIZE;
      if (view.getInt32(at + SEQUENCE, true) === ((taken + 1) | 0)) receive(readRecord(view, at));
    }
    words[STATE.taken / 4] = arrived;
    // Only then may the timer rest: a handler that runs from here on sets it anew, and the loop looks again.
    c.timer_settime(SYS.timer_settime, view.getInt32(STATE.timer, true), 0, rest, null);
  }
}

/** In the child, after fork: the ring is empty, and thread, process and timer are its own. Signals are still blocked. */
export function renewRecorder(): void {
  if (recorder === null) return;
  const { words, view } = recorder;
  words[STATE.taken / 4] = words[STATE.arrived / 4] as number;
  signals.taken = words[STATE.arrived / 4] as number;
  view.setUint32(STATE.lost, 0, true);
  identify(view);
}

function readRecord(view: DataView, at: number): SigInfo {
  // Another thread handed it on, and had to change its code for that.
  const code = view.getInt32(at + 8, true);
  if (code < -FORWARDED / 2) view.setInt32(at + 8, code + FORWARDED, true);
  return decodeSiginfo(view, at);
}

function makeRecorder(): Recorder {
  const data = map(STATE_SIZE, MAP_NORESERVE);
  const code = executablePage(handlerCode(MACHINE, addressOf(data)));
  if (code === null) {
    throw new SystemError("mprotect", errno(), "this system forbids executable memory, which signal handlers need");
  }
  const memory = memoryAt(data, STATE_SIZE);
  const view = new DataView(memory);
  const made: Recorder = {
    handler: addressOf(code),
    address: addressOf(data),
    view,
    words: new Int32Array(memory, 0, PAGE / 4),
    rest: new Uint8Array(32),
  };
  view.setBigInt64(STATE.nudge + 8, NEXT_NUDGES_NS, true);
  view.setBigInt64(STATE.nudge + 24, FIRST_NUDGE_NS, true);
  const quiet = SigSet.encode(everySignal().difference(STAY_OPEN));
  new Uint8Array(memory).set(quiet.subarray(0, 8), STATE.quiet);
  identify(view);
  signals.arrived = made.words;
  signals.taken = 0;
  const action = encodeAction({ handler: made.handler, mask: everySignal(), flags: SA_SIGINFO });
  if (c.sigaction(RESERVED_SIGNAL, action, null) === -1) throw new SystemError("sigaction", errno());
  return made;
}

/** Writes down who runs JavaScript here, and makes the timer that nudges that thread. */
function identify(view: DataView): void {
  const tid = c.gettid();
  view.setInt32(STATE.tid, tid, true);
  view.setInt32(STATE.pid, c.getpid(), true);
  const event = allocate(SIGEVENT);
  encode(SIGEVENT, event, { signo: RESERVED_SIGNAL, notify: SIGEV_THREAD_ID, tid });
  const timer = new Int32Array([NO_TIMER]);
  const made = c.timer_create(SYS.timer_create, CLOCK_MONOTONIC, new Uint8Array(event.buffer), timer);
  // Where RLIMIT_SIGPENDING leaves no room for a timer (EAGAIN), handlers still run, at the next safe point.
  view.setInt32(STATE.timer, made === 0 ? timer[0] as number : NO_TIMER, true);
}

function map(length: number, flags: number): Deno.PointerObject {
  const pointer = c.mmap(
    null,
    BigInt(length),
    PROT_READ | PROT_WRITE,
    MAP_PRIVATE | MAP_ANONYMOUS | flags,
    -1,
    0n,
  );
  if (pointer === null || addressOf(pointer) === 0xffff_ffff_ffff_ffffn) throw new SystemError("mmap", errno());
  return pointer;
}

/** All signals from 1 to 64. */
export function everySignal(): SigSet {
  return new SigSet(Array.from({ length: 64 }, (_, index) => index + 1));
}
