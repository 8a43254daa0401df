/**
 * How the kernel is to tell that something happened: sigevent(3type).
 *
 * @module
 */
import { layout } from "./layout.ts";

/** `struct sigevent`, with the integer of its value, and Linux's thread. */
export const SIGEVENT = layout({
  c: "struct sigevent",
  headers: ["signal.h"],
  size: 64,
  fields: {
    value: { c: "sigev_value.sival_int", type: "i32", offset: 0 },
    signo: { c: "sigev_signo", type: "i32", offset: 8 },
    notify: { c: "sigev_notify", type: "i32", offset: 12 },
    tid: { c: "_sigev_un._tid", type: "i32", offset: 16 },
  },
});

/** By a signal, with a value. */
export const SIGEV_SIGNAL = 0;
/** Not at all. */
export const SIGEV_NONE = 1;
/** By a function in a new thread, where no JavaScript can run. */
export const SIGEV_THREAD = 2;
/** By a signal to one thread of this process: Linux's own. */
export const SIGEV_THREAD_ID = 4;
