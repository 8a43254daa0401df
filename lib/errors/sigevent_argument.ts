/**
 * How a call is to tell of something, checked and in C's form.
 *
 * @module
 */
import { allocate, encode } from "../abi/layout.ts";
import { RESERVED_SIGNAL } from "../abi/signal_numbers.ts";
import { type SIGEV_NONE, SIGEV_SIGNAL, SIGEV_THREAD, SIGEVENT } from "../abi/sigevent.ts";
import { int, kind } from "./arguments.ts";

/** How to tell of a message or an expiration: by a signal, or not at all. */
export type SigEvent =
  | { readonly notify: typeof SIGEV_SIGNAL; readonly signo: number; readonly value?: number }
  | { readonly notify: typeof SIGEV_NONE };

/** The event as C has it; or why it must not reach C, which is EINVAL. */
export function sigevent(value: SigEvent, name: string): DataView<ArrayBuffer> | string {
  if (typeof value !== "object" || value === null) {
    throw new TypeError(`${name}: expected an object, got ${kind(value)}`);
  }
  const event: { notify: number; signo?: number; value?: number } = value;
  const notify = int(event.notify, `${name}.notify`);
  if (notify === SIGEV_THREAD) return "SIGEV_THREAD: JavaScript cannot run in a thread that C starts";
  const view = allocate(SIGEVENT);
  encode(SIGEVENT, view, { notify });
  if (notify === SIGEV_SIGNAL) {
    const { signo, value: sent } = event;
    encode(SIGEVENT, view, { signo: int(signo as number, `${name}.signo`), value: int(sent ?? 0, `${name}.value`) });
    if (signo === RESERVED_SIGNAL) return "this signal is the library's own";
  }
  return view;
}
