/**
 * Descriptors that are not the program's own. A run of the lab keeps its channel open in each role, at a high number, and a
 * student who closes everything from 3 up must not cut it. And the runtime has descriptors of its own, whose loss makes it
 * panic: those that were open, and closed on exec, when this module was loaded. (What a parent hands down is not closed on
 * exec, or it would not be here.)
 *
 * @module
 */
import { linkInProc, listProc, readProc } from "../raw/runtime.ts";

const O_CLOEXEC = 0o2000000;
const FIRST_BEYOND_STDIO = 3;

/** The lab's descriptors of this process. Whoever opens one adds it, and removes it when it is closed. */
export const internalDescriptors: Set<number> = new Set<number>();

/**
 * Those that were open at load, and what each was: a number that is open as something else was closed, and belongs to the program
 * now. Whether it is the runtime's, or was handed down, is asked when it is used: to ask for all would take a millisecond or two.
 */
const runtimeDescriptors: Map<number, string> = descriptorsAtLoad();

/** Above it, all but the lab's descriptors are the program's: most calls need look no further. */
const highest = Math.max(-1, ...runtimeDescriptors.keys());

/** Whether `fd` is internal: a call on it answers EBADF, as if it were not open. */
export function isInternal(fd: number): boolean {
  if (internalDescriptors.size !== 0 && internalDescriptors.has(fd)) return true;
  return fd <= highest && runtimeDescriptors.has(fd) && isStillTheRuntimes(fd);
}

function isStillTheRuntimes(fd: number): boolean {
  if (linkInProc(`/proc/self/fd/${fd}`) === runtimeDescriptors.get(fd) && closesOnExec(fd)) return true;
  runtimeDescriptors.delete(fd);
  return false;
}

function descriptorsAtLoad(): Map<number, string> {
  const found = new Map<number, string>();
  for (const fd of namesIn("/proc/self/fd").map(Number)) {
    const target = linkInProc(`/proc/self/fd/${fd}`); // null: the one that the folder itself was read by
    if (fd >= FIRST_BEYOND_STDIO && target !== null) found.set(fd, target);
  }
  return found;
}

function closesOnExec(fd: number): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)/m.exec(readProc(`/proc/self/fdinfo/${fd}`))?.[1] ?? "0";
    return (parseInt(flags, 8) & O_CLOEXEC) !== 0;
  } catch {
    return false; // closed meanwhile
  }
}

/** Nothing where there is no /proc, or no permission to read it: then the runtime is on its own. */
function namesIn(folder: string): string[] {
  try {
    return listProc(folder);
  } catch {
    return [];
  }
}
