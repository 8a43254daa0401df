/**
 * Expecting a call to fail.
 *
 * @module
 */
import { SystemError } from "ipc";
import type { ErrnoName } from "../../lib/errors/errno_table.ts";
import { assertEquals, assertThrows } from "./assert.ts";

/**
 * Runs `act`, which has to throw a SystemError with this code, and returns the error.
 *
 * @example
 * ```ts
 * import { assertErrno } from "./errno.ts";
 * import { close } from "ipc";
 *
 * assertErrno("EBADF", () => close(-1));
 * ```
 */
export function assertErrno(code: ErrnoName, act: () => unknown): SystemError {
  const error = assertThrows(act, SystemError);
  assertEquals(error.code, code, error.message);
  return error;
}
