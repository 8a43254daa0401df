/** Mistake: lets the signal in to wait for it, and does not hold it again. */
import {
  SIG_BLOCK,
  SIG_SETMASK,
  SIG_UNBLOCK,
  sigaction,
  sigdelset,
  sigpending,
  sigprocmask,
  SigSet,
  sigsuspend,
} from "ipc";

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
  const before = times(signal);
  const mask = sigprocmask(SIG_UNBLOCK, new SigSet([signal]));
  sigdelset(mask, signal);
  while (times(signal) === before) sigsuspend(mask);
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
