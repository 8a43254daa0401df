/**
 * Making an interrupted call again: TEMP_FAILURE_RETRY.
 *
 * @module
 */
import { callable } from "../errors/arguments.ts";
import { isSystemError } from "../errors/system_error.ts";

/**
 * `TEMP_FAILURE_RETRY(expression)`: runs `call` until it does not fail with EINTR, as glibc's macro of that name does.
 *
 * Where a handler sets something that the program must see before it waits again, this is wrong: look at it after each EINTR.
 *
 * @param call makes the call; it is run again after EINTR
 * @returns what `call` returns
 * @throws whatever else `call` throws
 *
 * @example A read that signals do not end
 * ```ts
 * import { close, pipe, read, TEMP_FAILURE_RETRY, write } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const [reading, writing] = pipe();
 * write(writing, new Uint8Array(3));
 * assertEquals(TEMP_FAILURE_RETRY(() => read(reading, new Uint8Array(10))), 3);
 * close(reading);
 * close(writing);
 * ```
 */
export function TEMP_FAILURE_RETRY<T>(call: () => T): T {
  callable(call, "call");
  for (;;) {
    try {
      return call();
    } catch (error) {
      if (!isSystemError(error, "EINTR")) throw error;
    }
  }
}
