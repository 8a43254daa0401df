/**
 * Releases by SIG_UNBLOCK of exactly what has to go, and lets `waitFor` look at a set of signals that have arrived.
 */
import {
  SIG_BLOCK,
  SIG_UNBLOCK,
  sigaction,
  sigfillset,
  sigismember,
  sigpending,
  sigprocmask,
  SigSet,
  sigsuspend,
} from "ipc";

const arrived = new Set<number>();

export function listen(signals: readonly number[], report: (signal: number) => void): void {
  const all = new SigSet();
  sigfillset(all);
  for (const signal of signals) {
    const handler = (): void => {
      arrived.add(signal);
      report(signal);
    };
    sigaction(signal, { handler, mask: all }); // one handler at a time
  }
}

export function hold(signals: readonly number[]): SigSet {
  const before = sigprocmask(SIG_BLOCK, null);
  for (const signal of signals) sigprocmask(SIG_BLOCK, new SigSet([signal]));
  return before;
}

export function waitFor(signal: number): void {
  arrived.delete(signal);
  do sigsuspend(new SigSet([...current()].filter((held) => held !== signal))); while (!arrived.has(signal));
}

export function pending(): number[] {
  return Array.from(sigpending());
}

export function release(before: SigSet): void {
  const surplus = [...current()].filter((signal) => !sigismember(before, signal));
  sigprocmask(SIG_UNBLOCK, new SigSet(surplus));
}

function current(): SigSet {
  return sigprocmask(SIG_BLOCK, null);
}
