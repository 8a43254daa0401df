/**
 * Closes the hole between the look and the sleep: the signals are blocked except while sigsuspend sleeps. EINTR is dealt with by
 * hand.
 */
import {
  fork,
  kill,
  SIG_BLOCK,
  SIG_SETMASK,
  sigaction,
  SIGHUP,
  type SigInfo,
  SIGINT,
  sigprocmask,
  SigSet,
  sigsuspend,
  SIGTERM,
  SIGUSR1,
  SystemError,
  waitpid,
} from "ipc";

export function serve(
  ready: () => void,
  hit: (pid: number) => void,
  cleanUp: () => void,
): { signal: number; from: number; hits: number } {
  const before = sigprocmask(SIG_BLOCK, new SigSet([SIGUSR1, SIGINT, SIGTERM]));
  const result = { signal: 0, from: 0, hits: 0 };
  const ends = [SIGINT, SIGTERM].map((signal) => {
    const handler = ({ signo, pid }: SigInfo): void => {
      result.signal = signo;
      result.from = pid;
    };
    return { signal, action: sigaction(signal, { handler }) };
  });
  const usual = sigaction(SIGUSR1, {
    handler: ({ pid }) => {
      result.hits += 1;
      hit(pid);
    },
  });
  const hangUp = sigaction(SIGHUP, { handler: () => {} });
  ready();
  do sigsuspend(before); while (result.signal === 0);
  for (const { signal, action } of ends) sigaction(signal, action);
  sigaction(SIGUSR1, usual);
  sigaction(SIGHUP, hangUp);
  sigprocmask(SIG_SETMASK, before);
  cleanUp();
  return result;
}

export function poke(pid: number): void {
  kill(pid, SIGUSR1);
}

export function supervise(ready: () => void, tick: () => void): number {
  const nothingBlocked = new SigSet();
  const child = fork(() => {
    for (;;) sigsuspend(nothingBlocked);
  });
  sigaction(SIGUSR1, { handler: () => tick() });
  sigaction(SIGTERM, { handler: () => kill(child, SIGTERM) });
  ready();
  for (;;) {
    try {
      const status = waitpid(child);
      if (status.kind === "signaled") return status.signal;
    } catch (error) {
      if (!(error instanceof SystemError) || error.code !== "EINTR") throw error;
    }
  }
}
