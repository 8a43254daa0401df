/**
 * Exercise 1: signals and their handlers. README.md says what each function does; `deno task exercise 1` judges this file,
 * and `deno task hint 1` helps. Import from "ipc" only.
 */

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
 * Serves until SIGINT or SIGTERM asks for the end.
 *
 * Calls `ready` once, when every handler is in place; `hit` for each SIGUSR1, with the sender's process id; `cleanUp` once,
 * after the end was asked for.
 */
export function serve(ready: () => void, hit: (pid: number) => void, cleanUp: () => void): Summary {
  // Install handlers: SIGUSR1 is a hit, SIGINT and SIGTERM ask for the end, SIGHUP is ignored.
  // Say that you are ready.
  // Sleep until the end was asked for. Each signal interrupts the sleep.
  // Clean up, and return the summary.
  throw new Error(`not implemented: serve(${[ready, hit, cleanUp].length} callbacks)`);
}

/** Sends SIGUSR1 to the process `pid`. */
export function poke(pid: number): void {
  // One call.
  throw new Error(`not implemented: poke(${pid})`);
}

/**
 * Makes a child that sleeps until SIGTERM ends it, and waits for its end. Meanwhile, in this process, SIGUSR1 is a `tick`, and
 * SIGTERM is handed on to the child. Calls `ready` once, when all of that works. Returns the signal that ended the child.
 */
export function supervise(ready: () => void, tick: () => void): number {
  // What does a child inherit? What becomes of a waitpid() when a handler runs?
  throw new Error(`not implemented: supervise(${[ready, tick].length} callbacks)`);
}
