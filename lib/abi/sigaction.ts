/**
 * What sigaction(2) is given: handler, mask and flags.
 *
 * @module
 */
import { allocate, get, layout, offsetOf, set } from "./layout.ts";
import { SigSet } from "./sigset.ts";

/** `struct sigaction` of glibc. */
export const SIGACTION = layout({
  c: "struct sigaction",
  headers: ["signal.h"],
  size: 152,
  fields: {
    handler: { c: "sa_handler", type: "address", offset: 0 },
    mask: { c: "sa_mask.__val[0]", type: "u64", offset: 8 },
    flags: { c: "sa_flags", type: "i32", offset: 136 },
  },
});

/** A signal's action as the kernel knows it. */
export interface KernelAction {
  /** Address of the handler; 0n for SIG_DFL, 1n for SIG_IGN. */
  handler: bigint;
  /** Signals that are blocked while the handler runs. */
  mask: SigSet;
  /** SA_… */
  flags: number;
}

/** An action as C's `struct sigaction`. */
export function encodeAction(action: KernelAction): Uint8Array<ArrayBuffer> {
  const view = allocate(SIGACTION);
  const bytes = new Uint8Array(view.buffer);
  set(view, SIGACTION.fields.handler, action.handler);
  bytes.set(SigSet.encode(action.mask), offsetOf(SIGACTION.fields.mask));
  set(view, SIGACTION.fields.flags, action.flags);
  return bytes;
}

/** The action in C's `struct sigaction`. */
export function decodeAction(bytes: Uint8Array): KernelAction {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    handler: get(view, SIGACTION.fields.handler),
    mask: SigSet.decode(bytes, offsetOf(SIGACTION.fields.mask)),
    flags: get(view, SIGACTION.fields.flags),
  };
}

/** The signal's default action. */
export const SIG_DFL = 0;
/** The signal is ignored. */
export const SIG_IGN = 1;

/** For SIGCHLD: no signal when a child stops or goes on. */
export const SA_NOCLDSTOP = 1;
/** For SIGCHLD: children leave no zombie, and waitpid has nothing to wait for. */
export const SA_NOCLDWAIT = 2;
/** The handler receives a siginfo. Here it always does. */
export const SA_SIGINFO = 4;
/** The handler runs on the stack that sigaltstack set. */
export const SA_ONSTACK = 0x0800_0000;
/** A call that the handler interrupted is made again, if signal(7) lists it as restartable. */
export const SA_RESTART = 0x1000_0000;
/** The signal is not blocked while its own handler runs. */
export const SA_NODEFER = 0x4000_0000;
/** The action goes back to SIG_DFL when the handler is called. */
export const SA_RESETHAND: number = -0x8000_0000;

/** For sigprocmask: block these signals, too. */
export const SIG_BLOCK = 0;
/** For sigprocmask: block these signals no longer. */
export const SIG_UNBLOCK = 1;
/** For sigprocmask: block these signals and no others. */
export const SIG_SETMASK = 2;
