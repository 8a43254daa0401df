/**
 * Takes the signal synchronously, by sigwaitinfo, and calls what the handler would have called.
 */
import {
  pthread_sigmask,
  SIG_BLOCK,
  SIG_SETMASK,
  sigaction,
  sigaddset,
  sigemptyset,
  sigismember,
  sigpending,
  SigSet,
  sigwaitinfo,
  SystemError,
} from "ipc";

let reporter: (signal: number) => void = () => {};

export function listen(signals: readonly number[], report: (signal: number) => void): void {
  reporter = report;
  for (const signal of signals) sigaction(signal, { handler: (info) => report(info.signo) });
}

export function hold(signals: readonly number[]): SigSet {
  const set = new SigSet();
  sigemptyset(set);
  for (const signal of signals) sigaddset(set, signal);
  return pthread_sigmask(SIG_BLOCK, set);
}

export function waitFor(signal: number): void {
  for (;;) {
    try {
      reporter(sigwaitinfo(new SigSet([signal])).signo);
      return;
    } catch (error) {
      if (!(error instanceof SystemError) || error.code !== "EINTR") throw error; // another signal's handler ran
    }
  }
}

export function pending(): number[] {
  const set = sigpending();
  return Array.from({ length: 31 }, (_, index) => index + 1).filter((signal) => sigismember(set, signal));
}

export function release(before: SigSet): void {
  pthread_sigmask(SIG_SETMASK, before);
}
