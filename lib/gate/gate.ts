/**
 * The gate: every call of `lib/calls` passes here, before and after. It counts the call, lets whoever controls the run have
 * a say, and is where pending JavaScript signal handlers run (the *safe points*).
 *
 * The shape of a call:
 *
 *     for (;;) {
 *       enter(READ);
 *       const n = c.read(fd, buffer, length);
 *       if (n !== -1) return leave(n);
 *       failed(READ, errno());          // throws, or returns when the call is to be made again
 *     }
 *
 * A call that blocks needs nothing more. A signal may land after the look in `enter` and before the kernel puts the call to
 * sleep: then the kernel's handler has already set a timer, which interrupts the call a millisecond later, and goes on until
 * the record is taken up (`recorder.ts`). So every call of every kind, pollable or not, comes back with EINTR for a signal
 * that arrived, and a call that no signal concerns pays nothing and is never woken.
 *
 * @module
 */
import { neededKernel, neededLibrary } from "../errors/needed_version.ts";
import { SystemError } from "../errors/system_error.ts";
import { lacking } from "../raw/library.ts";
import { CALLS } from "./calls.ts";

/** What a run of the lab attaches to the gate of a role; a program that runs by itself has none. */
export interface Hook {
  /** Before each call. May throw a SystemError to refuse it. */
  enter(call: number): void;
  /** A kernel object that outlives its process was made: its kind, and its name or identifier. */
  created(kind: ObjectKind, name: string): void;
  /** Whether a signal may be sent to `pid` (as in kill(2): 0, negative and all). */
  maySignal(pid: number): boolean;
  /** Called in the child after each fork. */
  forked(): void;
  /** The reserved signal asked where this process is: called at a safe point, with the call it interrupted. */
  interrogated(call: number): void;
}

/** Kernel objects that stay when their makers are gone. */
export type ObjectKind =
  | "sysv_shm"
  | "sysv_sem"
  | "sysv_msg"
  | "posix_shm"
  | "posix_sem"
  | "posix_mq"
  | "fifo"
  | "socket";

/** The gate's changeable state, in one object so that every module sees a change. */
export const gate: {
  /** Number of calls made so far, by call number. A run replaces it with shared memory. */
  counts: Int32Array;
  /** The run's hook, or null outside one. */
  hook: Hook | null;
} = { counts: new Int32Array(CALLS.length), hook: null };

/** What a round of delivery amounted to, for the call that it interrupted. */
export type Delivery = "nothing" | "restart" | "interrupt";

/** What the signal layer attaches (`delivery.ts`): how many records came in and what to do about them. */
export const signals: {
  /** Word 0 counts the signals that the kernel's handler recorded; it changes under our feet. */
  arrived: Int32Array;
  /** How many of those have been taken up. */
  taken: number;
  /**
   * Runs the pending handlers. "nothing": no JavaScript handler ran; "restart": each that ran asked for SA_RESTART;
   * "interrupt": one did not. What a handler throws comes through.
   */
  deliver: (call: number) => Delivery;
} = { arrived: new Int32Array(1), taken: 0, deliver: () => "nothing" };

/** The call that is to be made again although no handler of the program ran: it was woken, but not interrupted. */
let resumed = -1;
/** Whether SA_RESTART restarts that call. */
let resumedRestarts = false;

/** Before a call: counts it, lets the run's hook refuse it, and runs the handlers of signals that are pending. */
export function enter(call: number): void {
  const again = resumed === call;
  resumed = -1;
  (gate.counts[call] as number)++;
  if (gate.hook !== null) gate.hook.enter(call);
  if (signals.arrived[0] !== signals.taken) {
    const delivery = signals.deliver(call);
    // To the program it has been one call all along, and these handlers ran in the middle of it.
    if (again && !goesOn(delivery, resumedRestarts)) throw new SystemError(CALLS[call] as string, EINTR);
  }
}

/** After a call that succeeded: a safe point. Hands `result` through. */
export function leave(result: number): number {
  if (signals.arrived[0] !== signals.taken) signals.deliver(-1);
  return result;
}

const EINTR = 4;
const ENOSYS = 38;

/**
 * After a call that failed with `errno`. Throws the SystemError, except where a signal interrupted a call that is to go on:
 * signal(7) lists it as restartable and every handler that ran asked for SA_RESTART, or no handler of the program ran at
 * all. Then it returns, and the caller makes the call again (with what is left of a relative timeout). Where it depends on
 * more than the call whether SA_RESTART restarts it, the caller says so with `restarts`.
 */
export function failed(
  call: number,
  errno: number,
  detail?: string,
  restarts: boolean = RESTARTS[call] === true,
): void {
  if (signals.arrived[0] !== signals.taken) {
    const delivery = signals.deliver(call);
    if (errno === EINTR && goesOn(delivery, restarts)) {
      if (delivery === "nothing") {
        resumed = call;
        resumedRestarts = restarts;
      }
      return;
    }
  }
  const name = CALLS[call] as string;
  throw new SystemError(name, errno, detail ?? (errno === ENOSYS ? neededKernel(name) : undefined));
}

lacking.answer = (symbol) => {
  throw new SystemError(symbol, ENOSYS, neededLibrary(symbol));
};

/** The calls that SA_RESTART restarts. Source: signal(7), "Interruption of system calls and library functions". */
const RESTARTABLE: ReadonlySet<string> = new Set(
  // deno-fmt-ignore
  ["open", "read", "write", "waitpid", "fcntl", "sendmsg", "recvmsg", "mq_send", "mq_receive", "mq_timedsend",
    "mq_timedreceive", "sem_wait", "sem_timedwait", "futex_wait", "futex_wait_bitset",
    "eventfd_read", "eventfd_write", "flock",
    "accept", "accept4", "connect", "send", "recv", "sendto", "recvfrom",
    // It leaves these out; Linux restarts them as it does read and write on a pipe.
    "splice", "tee", "vmsplice"],
);
const RESTARTS: readonly boolean[] = CALLS.map((name) => RESTARTABLE.has(name));

/** Whether a call goes on after what was delivered in the middle of it. */
function goesOn(delivery: Delivery, restarts: boolean): boolean {
  return delivery === "nothing" || (delivery === "restart" && restarts);
}
