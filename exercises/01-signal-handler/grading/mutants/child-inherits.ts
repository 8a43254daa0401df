/** Mistake: installs the handlers before it forks: the child has them too, and does not end. */
import {
  fork,
  kill,
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
  while (end === null) pause();
  cleanUp();
  return { signal: end.signo, from: end.pid, hits };
}

export function poke(pid: number): void {
  kill(pid, SIGUSR1);
}

export function supervise(ready: () => void, tick: () => void): number {
  let child = -1;
  sigaction(SIGUSR1, { handler: tick, flags: SA_RESTART });
  sigaction(SIGTERM, { handler: () => child > 0 && kill(child, SIGTERM), flags: SA_RESTART });
  child = fork(() => {
    while (true) pause();
  });
  ready();
  const ended = waitpid(child);
  return ended.kind === "signaled" ? ended.signal : 0;
}
