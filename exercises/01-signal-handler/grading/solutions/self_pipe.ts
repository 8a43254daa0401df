/**
 * The self-pipe: a handler writes a byte, and the main line sleeps in a read. Whatever comes in between waits in the pipe.
 */
import {
  close,
  fork,
  pipe,
  read,
  SA_RESTART,
  SIG_DFL,
  SIG_IGN,
  sigaction,
  SIGHUP,
  type SigInfo,
  SIGINT,
  sigqueue,
  SIGTERM,
  SIGUSR1,
  TEMP_FAILURE_RETRY,
  waitpid,
  write,
} from "ipc";

export function serve(
  ready: () => void,
  hit: (pid: number) => void,
  cleanUp: () => void,
): { signal: number; from: number; hits: number } {
  const [wake, tell] = pipe();
  let hits = 0;
  const ends: SigInfo[] = [];
  const onEnd = (info: SigInfo): void => {
    ends.push(info);
    write(tell, new Uint8Array(1));
  };
  const onHit = (info: SigInfo): void => {
    hits++;
    hit(info.pid);
  };
  for (const signal of [SIGINT, SIGTERM]) sigaction(signal, { handler: onEnd, flags: SA_RESTART });
  sigaction(SIGUSR1, { handler: onHit, flags: SA_RESTART });
  sigaction(SIGHUP, { handler: SIG_IGN });
  ready();
  read(wake, new Uint8Array(1));
  for (const signal of [SIGINT, SIGTERM]) sigaction(signal, { handler: SIG_DFL });
  close(wake);
  close(tell);
  cleanUp();
  const [end] = ends;
  return { signal: end?.signo ?? 0, from: end?.pid ?? 0, hits };
}

export function poke(pid: number): void {
  sigqueue(pid, SIGUSR1, 0);
}

export function supervise(ready: () => void, tick: () => void): number {
  const [never, keep] = pipe();
  const child = fork();
  if (child === 0) {
    close(keep);
    for (;;) read(never, new Uint8Array(1)); // nobody writes, and the parent does not close before this has ended
  }
  close(never);
  sigaction(SIGUSR1, { handler: () => tick() });
  sigaction(SIGTERM, { handler: () => kill15(child) });
  ready();
  const status = TEMP_FAILURE_RETRY(() => waitpid(child));
  close(keep);
  return status.kind === "signaled" ? status.signal : -1;
}

function kill15(pid: number): void {
  sigqueue(pid, SIGTERM, 0);
}
