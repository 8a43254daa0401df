/** Mistake: sleeps for a time, looks, and sleeps again: it takes a while to notice, and is never at rest. */
import {
  fork,
  isSystemError,
  kill,
  nanosleep,
  pause,
  SA_RESTART,
  SIG_IGN,
  sigaction,
  SIGHUP,
  type SigInfo,
  SIGINT,
  SIGTERM,
  SIGUSR1,
  waitpid,
} from "ipc";

export interface Summary {
  readonly signal: number;
  readonly from: number;
  readonly hits: number;
}

export function serve(ready: () => void, hit: (pid: number) => void, cleanUp: () => void): Summary {
  let hits = 0;
  let end = null as SigInfo | null;
  const stop = (info: SigInfo): void => {
    end = info;
  };
  sigaction(SIGINT, { handler: stop });
  sigaction(SIGTERM, { handler: stop });
  sigaction(SIGHUP, { handler: SIG_IGN });
  sigaction(SIGUSR1, {
    handler: (info) => {
      hits++;
      hit(info.pid);
    },
  });
  ready();
  while (end === null) nap();
  cleanUp();
  return { signal: end.signo, from: end.pid, hits };
}

export function poke(pid: number): void {
  kill(pid, SIGUSR1);
}

export function supervise(ready: () => void, tick: () => void): number {
  const child = fork(() => {
    while (true) pause();
  });
  sigaction(SIGUSR1, { handler: tick, flags: SA_RESTART });
  sigaction(SIGTERM, { handler: () => kill(child, SIGTERM), flags: SA_RESTART });
  ready();
  const ended = waitpid(child);
  return ended.kind === "signaled" ? ended.signal : 0;
}

function nap(): void {
  try {
    nanosleep({ sec: 0, nsec: 20_000_000 });
  } catch (error) {
    if (!isSystemError(error, "EINTR")) throw error;
  }
}
