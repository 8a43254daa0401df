/**
 * Limits of resources: prlimit.
 *
 * @module
 */
import { allocate, encode, get } from "../abi/layout.ts";
import { decodeLimit, encodeLimit, type ResourceLimit, RLIM_INFINITY, RLIMIT } from "../abi/rlimit.ts";
import { int, kind, size } from "../errors/arguments.ts";
import { callNumber } from "../gate/calls.ts";
import { enter, failed, leave } from "../gate/gate.ts";
import { errno } from "../raw/errno.ts";
import { c } from "../raw/process.ts";

const PRLIMIT = callNumber("prlimit");

/**
 * `int prlimit(pid_t pid, int resource, const struct rlimit *new_limit, struct rlimit *old_limit)`: tells a limit, and sets it.
 *
 * Never blocks. The soft limit is what the kernel enforces; it may be moved up to the hard limit. The hard limit may be
 * lowered, and raised by a privileged process only. A child of fork has its parent's.
 *
 * @param pid a process; 0 for this one
 * @param resource RLIMIT_NOFILE, RLIMIT_NPROC, RLIMIT_CPU, …
 * @param limit the new limits, each a whole number or RLIM_INFINITY; without it nothing is changed
 * @returns the limits as they were before
 * @throws {SystemError} EINVAL: no such resource, or soft above hard; EPERM: to raise a hard limit, or another user's process;
 *   ESRCH: no such process
 * @see {@link https://man7.org/linux/man-pages/man2/prlimit.2.html | prlimit(2)}
 *
 * @example How many descriptors may be open
 * ```ts
 * import { prlimit, RLIMIT_NOFILE } from "ipc";
 * import { assert } from "@std/assert";
 *
 * const { soft, hard } = prlimit(0, RLIMIT_NOFILE);
 * assert(soft <= hard);
 * ```
 */
export function prlimit(pid: number, resource: number, limit?: ResourceLimit): ResourceLimit {
  int(pid, "pid");
  int(resource, "resource");
  const wanted = limit === undefined ? null : encodeLimits(limit);
  const before = allocate(RLIMIT);
  enter(PRLIMIT);
  if (c.prlimit(pid, resource, wanted, new Uint8Array(before.buffer)) === -1) failed(PRLIMIT, errno());
  leave(0);
  return {
    soft: decodeLimit(get(before, RLIMIT.fields.soft)),
    hard: decodeLimit(get(before, RLIMIT.fields.hard)),
  };
}

function encodeLimits(limit: ResourceLimit): Uint8Array<ArrayBuffer> {
  if (typeof limit !== "object" || limit === null) {
    throw new TypeError(`limit: expected { soft, hard }, got ${kind(limit)}`);
  }
  const view = allocate(RLIMIT);
  encode(RLIMIT, view, {
    soft: encodeLimit(checkLimit(limit.soft, "limit.soft")),
    hard: encodeLimit(checkLimit(limit.hard, "limit.hard")),
  });
  return new Uint8Array(view.buffer);
}

function checkLimit(value: number, name: string): number {
  return value === RLIM_INFINITY ? value : size(value, name);
}
