/**
 * How the kernel is to interrupt one thread when a timer runs out: the form of sigevent(3type) that Linux adds.
 *
 * @module
 */
import { layout } from "./layout.ts";

/** `struct sigevent`, with the thread to interrupt. */
export const SIGEVENT_THREAD = layout({
  c: "struct sigevent",
  headers: ["signal.h"],
  size: 64,
  fields: {
    signo: { c: "sigev_signo", type: "i32", offset: 8 },
    notify: { c: "sigev_notify", type: "i32", offset: 12 },
    tid: { c: "_sigev_un._tid", type: "i32", offset: 16 },
  },
});

/** By a signal to one thread of this process. */
export const SIGEV_THREAD_ID = 4;
