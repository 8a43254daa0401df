/** Mistake: hold() returns the signals it was given; release() unblocks those, also the ones that an outer section holds. */
import { SIG_BLOCK, SIG_UNBLOCK, sigaction, sigdelset, sigpending, sigprocmask, SigSet, sigsuspend } from "ipc";

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
  const set = new SigSet(signals);
  sigprocmask(SIG_BLOCK, set);
  return set;
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
  sigprocmask(SIG_UNBLOCK, before);
}

function times(signal: number): number {
  return seen.get(signal) ?? 0;
}
