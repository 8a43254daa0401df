/**
 * What a role may use of the machine.
 *
 * @module
 */
import { prlimit, RLIMIT_CORE, RLIMIT_CPU, RLIMIT_DATA, RLIMIT_FSIZE, RLIMIT_NOFILE } from "../../lib/mod.ts";
import { SystemError } from "../../lib/errors/system_error.ts";

const MIB = 1024 * 1024;

/** Seconds of processor time: far more than any solution needs, and an end for what the controller does not see. */
const CPU_SECONDS = 60;
/** Private memory that a role may have beyond what it inherited. */
const DATA_BYTES = 1024 * MIB;
/** Largest file. */
const FILE_BYTES = 64 * MIB;
/** Descriptors: the usual limit of a login. */
const DESCRIPTORS = 1024;

/** Processes that the students' code of one stage may make by fork(2). */
export const FORK_LIMIT = 64;

/** Sets the limits of this process; its children inherit them. Where the machine's own limits are lower, those hold. */
export function applyLimits(): void {
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_CPU, CPU_SECONDS);
  limit(RLIMIT_DATA, DATA_BYTES);
  limit(RLIMIT_FSIZE, FILE_BYTES);
  limit(RLIMIT_NOFILE, DESCRIPTORS);
}

function limit(resource: number, value: number): void {
  try {
    prlimit(0, resource, { soft: value, hard: value });
  } catch (error) {
    if (!(error instanceof SystemError)) throw error; // EPERM: the hard limit was lower already
  }
}
