/** Mistake: asks for pending signals again and again instead of sleeping. */
import { SIG_BLOCK, SIG_SETMASK, SIG_UNBLOCK, sigaction, sigismember, sigpending, sigprocmask, SigSet } from "ipc";

/** How often the handler of each signal has run. */
const seen = new Map<number, number>();

export function listen(signals: readonly number[], report: (signal: number) => void): void {
  for (const signal of signals) {
    sigaction(signal, {
      handler: () => {
        seen.set(signal, times(signal) + 1);
        report(signal);
      },
    });
  }
}

export function hold(signals: readonly number[]): SigSet {
  return sigprocmask(SIG_BLOCK, new SigSet(signals));
}

export function waitFor(signal: number): void {
  while (!sigismember(sigpending(), signal));
  const mask = sigprocmask(SIG_UNBLOCK, new SigSet([signal]));
  sigprocmask(SIG_SETMASK, mask);
}

export function pending(): number[] {
  return [...sigpending()];
}

export function release(before: SigSet): void {
  sigprocmask(SIG_SETMASK, before);
}

function times(signal: number): number {
  return seen.get(signal) ?? 0;
}
