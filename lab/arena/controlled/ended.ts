/**
 * Processes of the template's own that have ended.
 *
 * @module
 */
import { waitpid, type WaitStatus, WNOHANG } from "../../../lib/mod.ts";
import { isSystemError } from "../../../lib/errors/system_error.ts";

/** How one of them ended. */
export type Ended = Extract<WaitStatus, { readonly kind: "exited" | "signaled" }>;

/** Takes up the next one; null where there is none. */
export function nextEnded(): Ended | null {
  try {
    const found = waitpid(-1, WNOHANG);
    return found.kind === "exited" || found.kind === "signaled" ? found : null;
  } catch (error) {
    if (isSystemError(error, "ECHILD")) return null;
    throw error;
  }
}
