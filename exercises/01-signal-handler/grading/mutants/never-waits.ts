/** Mistake: sends the child SIGTERM and believes that this was the end of it. */
import { fork, kill, pause, SA_RESTART, SIG_IGN, sigaction, SIGHUP, type SigInfo, SIGINT, SIGTERM, SIGUSR1 } from "ipc";

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
  const child = fork(() => {
    while (true) pause();
  });
  sigaction(SIGUSR1, { handler: tick, flags: SA_RESTART });
  let over = false;
  sigaction(SIGTERM, {
    handler: () => {
      kill(child, SIGTERM);
      over = true;
    },
  });
  ready();
  while (!over) pause();
  return SIGTERM;
}
