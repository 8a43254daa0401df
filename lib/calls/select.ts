/**
 * Waiting for one of several descriptors, the oldest way: select.
 *
 * @module
 */
import { encodeFdSet, FD_SETSIZE, isInFdSet } from "../abi/fd_set.ts";
import type { Timespec } from "../abi/timespec.ts";
import { int, kind, offset } from "../errors/arguments.ts";
import { errnoOf } from "../errors/system_error.ts";
import { timeLeft } from "../errors/timespec_argument.ts";
import { callNumber } from "../gate/calls.ts";
import { enter, failed, leave } from "../gate/gate.ts";
import { isInternal } from "../gate/internal.ts";
import { c } from "../raw/epoll.ts";
import { errno } from "../raw/errno.ts";
import { monotonicMs } from "../raw/runtime.ts";

const SELECT = callNumber("select");
const EBADF = errnoOf("EBADF");

/** Descriptors, by what they are watched for: C's three sets, as lists. */
export interface SelectSets {
  /** A read would not block. */
  readonly read?: readonly number[];
  /** A write would not block. */
  readonly write?: readonly number[];
  /** Something exceptional, such as urgent data. */
  readonly except?: readonly number[];
}

/**
 * `int select(int nfds, fd_set *readfds, fd_set *writefds, fd_set *exceptfds, struct timeval *timeout)`: waits until one of the
 * descriptors is ready.
 *
 * Blocks until something is ready, the timeout is over, or a signal handler runs; select is never restarted after a handler.
 * Descriptors from FD_SETSIZE (1024) on cannot be watched: {@linkcode poll} can do that.
 *
 * @param sets what to watch; what is left out is empty
 * @param timeout how long to wait, to the microsecond; zeros not at all, null for ever
 * @returns those that are ready, in their order; all lists are empty when the timeout is over
 * @throws {SystemError} EBADF, EINTR, EINVAL (a time below 0), ENOMEM
 * @throws {RangeError} for a descriptor that a set has no room for
 * @see {@link https://man7.org/linux/man-pages/man2/select.2.html | select(2)}
 *
 * @example A pipe that can be written, not read
 * ```ts
 * import { close, pipe, select } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const [reading, writing] = pipe();
 * const ready = select({ read: [reading], write: [writing] }, null);
 * assertEquals(ready, { read: [], write: [writing], except: [] });
 * close(reading);
 * close(writing);
 * ```
 */
export function select(
  sets: SelectSets,
  timeout: Timespec | null,
): { read: number[]; write: number[]; except: number[] } {
  if (typeof sets !== "object" || sets === null) {
    throw new TypeError(`sets: expected { read?, write?, except? }, got ${kind(sets)}`);
  }
  const lists = [sets.read, sets.write, sets.except].map((list, i) => descriptors(list, `sets.${NAMES[i]}`));
  const [read, write, except] = lists as [number[], number[], number[]];
  const [readSet, writeSet, exceptSet] = [encodeFdSet(read), encodeFdSet(write), encodeFdSet(except)];
  const all = [...read, ...write, ...except];
  const count = Math.max(-1, ...all) + 1;
  let limit = timeval(timeout);
  const start = monotonicMs();
  for (;;) {
    enter(SELECT);
    if (all.some(isInternal)) failed(SELECT, EBADF);
    if (c.select(count, readSet, writeSet, exceptSet, limit) !== -1) break;
    failed(SELECT, errno());
    if (timeout !== null) limit = timeval(timeLeft(timeout, start));
  }
  leave(0);
  return {
    read: read.filter((fd) => isInFdSet(readSet, fd)),
    write: write.filter((fd) => isInFdSet(writeSet, fd)),
    except: except.filter((fd) => isInFdSet(exceptSet, fd)),
  };
}

const NAMES = ["read", "write", "except"];

/** The descriptors of a list, each read once. */
function descriptors(list: readonly number[] | undefined, name: string): number[] {
  if (list === undefined) return [];
  if (!Array.isArray(list)) throw new TypeError(`${name}: expected an array of descriptors, got ${kind(list)}`);
  const found: number[] = [];
  const length = list.length;
  for (let i = 0; i < length; i++) {
    const fd = int(list[i] as number, `${name}[${i}]`);
    if (fd < 0 || fd >= FD_SETSIZE) {
      throw new RangeError(`${name}[${i}]: expected a descriptor from 0 to ${FD_SETSIZE - 1}, got ${fd}`);
    }
    found.push(fd);
  }
  return found;
}

/** A timeout as a `struct timeval`: seconds and microseconds, rounded up so that the wait is not too short. */
function timeval(timeout: Timespec | null): BigInt64Array<ArrayBuffer> | null {
  if (timeout === null) return null;
  if (typeof timeout !== "object") throw new TypeError(`timeout: expected { sec, nsec } or null, got ${kind(timeout)}`);
  const sec = offset(timeout.sec, "timeout.sec");
  const nsec = offset(timeout.nsec, "timeout.nsec");
  // Any nanosecond below 0 is one too few, also where rounding would hide it.
  const usec = nsec < 0 ? Math.floor(nsec / 1000) : Math.ceil(nsec / 1000);
  return new BigInt64Array([BigInt(sec), BigInt(usec)]);
}
