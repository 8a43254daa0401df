/**
 * Trying a call on a descriptor without blocking.
 *
 * @module
 */
import { F_GETFL, F_SETFL, O_NONBLOCK } from "../../../../lib/abi/fcntl_constants.ts";
import { isInternal } from "../../../../lib/gate/internal.ts";
import { isSystemError } from "../../../../lib/errors/system_error.ts";
import { c } from "../../../../lib/raw/descriptor.ts";
import { WOULD_BLOCK } from "./call.ts";

const entry = new DataView(new ArrayBuffer(8));

/** Any of `events`, or of those that are told without being asked for, that `fd` is ready for now. */
export function pollNow(fd: number, events: number): number {
  entry.setInt32(0, fd, true);
  entry.setInt32(4, events, true);
  return c.poll(entry, 1, 0) > 0 ? entry.getInt16(6, true) : 0;
}

/** Whether a descriptor may be looked at here: what is none, or is the lab's, is for the original to refuse. */
export function isDescriptor(fd: unknown): fd is number {
  return typeof fd === "number" && (fd | 0) === fd && !isInternal(fd);
}

/** Flags and one more; what are no flags is for the original to refuse. */
export function withFlag<T>(flags: T, flag: number): T {
  if (flags === undefined) return flag as T;
  return (typeof flags === "number" && (flags | 0) === flags ? flags | flag : flags) as T;
}

/** Whether these are flags, and have that one. */
export function hasFlag(flags: unknown, flag: number): boolean {
  return typeof flags === "number" && (flags & flag) !== 0;
}

/** The flags of an open file; -1 where there is none that is the program's. */
export function flagsOf(fd: unknown): number {
  return isDescriptor(fd) ? c.fcntl(fd, F_GETFL, 0) : -1;
}

/** Whether calls on this descriptor say EAGAIN by themselves. */
export function isNonblocking(fd: unknown): boolean {
  const flags = flagsOf(fd);
  return flags !== -1 && (flags & O_NONBLOCK) !== 0;
}

/** Sets the flags of an open file. */
export function setFlags(fd: number, flags: number): void {
  c.fcntl(fd, F_SETFL, flags);
}

/**
 * Makes a call on `fd` that might block, or does not make it. Where a look does not settle it, the open file has O_NONBLOCK for
 * as long as the call takes; other processes that have it open do not run meanwhile.
 */
export function attemptOn<R>(fd: unknown, events: number, act: () => R): R | typeof WOULD_BLOCK {
  if (!isDescriptor(fd) || pollNow(fd, events) !== 0) return act();
  return withoutBlocking(fd, act);
}

/** As `attemptOn`, where even a descriptor that is ready may block. */
export function withoutBlocking<R>(fd: unknown, act: () => R): R | typeof WOULD_BLOCK {
  const flags = flagsOf(fd);
  if (flags === -1 || (flags & O_NONBLOCK) !== 0) return act();
  setFlags(fd as number, flags | O_NONBLOCK);
  try {
    return act();
  } catch (error) {
    if (isSystemError(error, "EAGAIN")) return WOULD_BLOCK;
    throw error;
  } finally {
    setFlags(fd as number, flags);
  }
}
