/**
 * Exercise 1: a server that is spoken to by signals alone. README.md has the task.
 */
// import { ... } from "ipc";

/** What `serve` reports when it is over. */
export interface Summary {
  /** Number of the signal that ended it: SIGINT or SIGTERM. */
  readonly signal: number;
  /** Process id of who sent that signal. */
  readonly from: number;
  /** How many SIGUSR1 there were during this call. */
  readonly hits: number;
}

/**
 * Serves until SIGINT or SIGTERM ends it.
 *
 * @param _ready to be called once, when every handler is in place
 * @param _hit to be called for each SIGUSR1, with the sender's process id
 * @param _cleanUp to be called once, after the end was asked for and before this returns
 */
export function serve(_ready: () => void, _hit: (pid: number) => void, _cleanUp: () => void): Summary {
  // 1. Install handlers: SIGUSR1 is a hit; SIGINT and SIGTERM ask for the end; SIGHUP is ignored.
  // 2. Say that you are ready.
  // 3. Sleep until the end was asked for. Each signal interrupts the sleep: look why, and go on.
  // 4. Clean up, and return the summary.
  throw new Error("not implemented: serve()");
}

/** Sends SIGUSR1 to the process `_pid`. */
export function poke(_pid: number): void {
  // One call.
  throw new Error("not implemented: poke()");
}
