/**
 * Translations: signals.
 *
 * @module
 */
import * as ipc from "ipc";
import { isCell } from "../cells.ts";
import { done } from "./descriptor.ts";
import type { Arguments, Translations } from "./translation.ts";

/** By C's names. */
export const SIGNAL: Translations = {
  sigaction: (args) => {
    const wanted = args.any(1);
    const action = isCell(wanted, "action") ? wanted.action : null;
    const before = ipc.sigaction(args.number(0), action ?? undefined);
    const old = args.any(2);
    if (isCell(old, "action")) old.action = before;
    return 0;
  },
  // The rows only set SIG_DFL or SIG_IGN by it.
  signal: (args) => {
    const before = ipc.signal(args.number(0), args.number(1) as typeof ipc.SIG_IGN);
    return typeof before === "number" ? before : 0;
  },
  sigprocmask: (args) => masked(args, ipc.sigprocmask),
  // The error is the result.
  pthread_sigmask: (args) => {
    try {
      return masked(args, ipc.pthread_sigmask);
    } catch (error) {
      if (error instanceof ipc.SystemError) return error.errno;
      throw error;
    }
  },
  sigpending: (args) => done(args.fillSet(0, ipc.sigpending())),
  // The library's returns, where C's has no other end than EINTR.
  sigsuspend: (args) => {
    ipc.sigsuspend(args.set(0));
    throw new ipc.SystemError("sigsuspend", ipc.errnoOf("EINTR"));
  },
  sigwait: (args) => done(args.fill(1, { value: ipc.sigwait(args.set(0)) })),
  sigwaitinfo: (args) => waited(args, ipc.sigwaitinfo(args.set(0))),
  sigtimedwait: (args) => waited(args, ipc.sigtimedwait(args.set(0), args.time(2))),
  sigqueue: (args) => done(ipc.sigqueue(args.number(0), args.number(1), args.number(2))),
  kill: (args) => done(ipc.kill(args.number(0), args.number(1))),
  raise: (args) => done(ipc.raise(args.number(0))),
  sigemptyset: (args) => done(ipc.sigemptyset(args.set(0))),
  sigfillset: (args) => done(ipc.sigfillset(args.set(0))),
  sigaddset: (args) => done(ipc.sigaddset(args.set(0), args.number(1))),
  sigdelset: (args) => done(ipc.sigdelset(args.set(0), args.number(1))),
};

function masked(args: Arguments, call: typeof ipc.sigprocmask): number {
  args.fillSet(2, call(args.number(0), args.isNull(1) ? null : args.set(1)));
  return 0;
}

function waited(args: Arguments, info: ipc.SigInfo): number {
  args.fill(1, info);
  return info.signo;
}
