/**
 * The interrogation: a run of the lab may ask a role where it is. It sends the reserved signal with sigqueue; the call that
 * the role is in comes back, the run's hook answers, and the call goes on as if nothing had been.
 *
 * @module
 */
import { handlerAddress } from "./recorder.ts";

/** Makes this process answer, also when the program sets no handler of its own. Without it the signal would end the process. */
export function armInterrogation(): void {
  handlerAddress();
}
