/**
 * What a failed call throws.
 *
 * @module
 */
import { ERRNO_TABLE, type ErrnoName } from "./errno_table.ts";

const BY_NUMBER: ReadonlyMap<number, readonly [number, ErrnoName, string]> = new Map(
  ERRNO_TABLE.map((row) => [row[0], row]),
);
const BY_NAME: ReadonlyMap<string, number> = new Map(ERRNO_TABLE.map((row) => [row[1], row[0]]));

/** The number of an errno name: `errnoOf("EAGAIN")` is 11. */
export function errnoOf(name: ErrnoName): number {
  return BY_NAME.get(name) as number;
}

/** Section of the manual that documents a call, where it is not 2. */
const LIBRARY_CALLS =
  /^(mq_|sem_(open|close|unlink|init|destroy|wait|trywait|timedwait|post|getvalue)|shm_|ftok|mkfifo|sig(queue|wait|emptyset|fillset|addset|delset|ismember)$|raise|pthread_|posix_|tc)/;

/**
 * A call of the C library failed. Its shape is Node's: test `error.code === "EAGAIN"`, never the message.
 *
 * @example Telling one failure from another
 * ```ts
 * import { close, SystemError } from "ipc";
 *
 * try {
 *   close(9999);
 * } catch (error) {
 *   if (!(error instanceof SystemError) || error.code !== "EBADF") throw error;
 * }
 * ```
 */
export class SystemError extends Error {
  /** "SystemError". */
  override readonly name = "SystemError";
  /** The errno's name, "EAGAIN"; "E?4095" for a number that this table does not know. */
  readonly code: string;
  /** The errno's number, positive as in C. */
  readonly errno: number;
  /** The call that failed, "mq_receive". */
  readonly syscall: string;

  /** An error of `syscall` with `errno`; `detail` is added to the message in parentheses. */
  constructor(syscall: string, errno: number, detail?: string) {
    const row = BY_NUMBER.get(errno);
    const code = row?.[1] ?? `E?${errno}`;
    const section = LIBRARY_CALLS.test(syscall) ? 3 : 2;
    super(
      `${syscall}(${section}): ${code}: ${row?.[2] ?? "Unknown error"}${detail === undefined ? "" : ` (${detail})`}`,
    );
    this.code = code;
    this.errno = errno;
    this.syscall = syscall;
  }
}

/** Whether `error` is a SystemError, and of this code where one is given. */
export function isSystemError(error: unknown, code?: ErrnoName): error is SystemError {
  return error instanceof SystemError && (code === undefined || error.code === code);
}
