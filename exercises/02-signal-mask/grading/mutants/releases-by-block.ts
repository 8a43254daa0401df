/** Mistake: release() adds the old mask: nothing is ever let in. */
import { SIG_BLOCK, sigaction, sigdelset, sigpending, sigprocmask, SigSet, sigsuspend } from "ipc";

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
  const mask = sigprocmask(SIG_BLOCK, new SigSet());
  sigdelset(mask, signal);
  const before = times(signal);
  while (times(signal) === before) sigsuspend(mask);
}

export function pending(): number[] {
  return [...sigpending()];
}

export function release(before: SigSet): void {
  sigprocmask(SIG_BLOCK, before);
}

function times(signal: number): number {
  return seen.get(signal) ?? 0;
}
