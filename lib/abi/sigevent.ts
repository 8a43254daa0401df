/**
 * How the kernel is to tell that something happened: sigevent(3type).
 *
 * @module
 */
import { layout } from "./layout.ts";

/** `struct sigevent`, with the integer of its value. */
export const SIGEVENT = layout({
  c: "struct sigevent",
  headers: ["signal.h"],
  size: 64,
  fields: {
    value: { c: "sigev_value.sival_int", type: "i32", offset: 0 },
    signo: { c: "sigev_signo", type: "i32", offset: 8 },
    notify: { c: "sigev_notify", type: "i32", offset: 12 },
  },
});

/** By a signal, with a value. */
export const SIGEV_SIGNAL = 0;
/** Not at all. */
export const SIGEV_NONE = 1;
/** By a function in a new thread, where no JavaScript can run. */
export const SIGEV_THREAD = 2;
