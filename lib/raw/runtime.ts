/**
 * What this library needs of the runtime besides foreign functions, captured at load: the lab takes `Deno` away from student
 * code, and may put clocks and timers of its own in place of the global ones.
 *
 * @module
 */
const { readDirSync, readLinkSync, readTextFileSync, statSync, unrefTimer } = Deno;
const [setInterval, clearInterval] = [lazy("setInterval"), lazy("clearInterval")];
const now = performance.now.bind(performance);

/**
 * A global function as it is now, to be asked for later: at the first look at its timers the runtime loads them, which takes longer
 * than to load all of this library.
 */
function lazy<K extends "setInterval" | "clearInterval">(name: K): () => typeof globalThis[K] {
  const { get, value } = Object.getOwnPropertyDescriptor(globalThis, name) as PropertyDescriptor;
  return () => get === undefined ? value : get.call(globalThis);
}

/** Milliseconds that only ever grow, with fractions. */
export function monotonicMs(): number {
  return now();
}

/** The text of a file in /proc. */
export function readProc(path: string): string {
  return readTextFileSync(path);
}

/** The names in a folder of /proc. */
export function listProc(path: string): string[] {
  return Array.from(readDirSync(path), (entry) => entry.name);
}

/** How many folders there are in a folder of /proc: its links, less those from above and from itself. */
export function countInProc(path: string): number {
  return (statSync(path).nlink ?? 2) - 2;
}

/** What a link in /proc leads to; null where there is none. */
export function linkInProc(path: string): string | null {
  try {
    return readLinkSync(path);
  } catch {
    return null;
  }
}

/** Calls `turn` from the event loop every `ms` milliseconds, without keeping the process alive for it. Returns how to stop. */
export function onEventLoop(turn: () => void, ms: number): () => void {
  const timer = setInterval()(turn, ms);
  unrefTimer(timer);
  return () => clearInterval()(timer);
}
