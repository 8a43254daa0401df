/**
 * The alternate stack that sigaltstack(2) sets.
 *
 * @module
 */
import { MACHINE } from "../raw/machine.ts";
import { layout } from "./layout.ts";

/** `stack_t`. */
export const STACK = layout({
  c: "stack_t",
  headers: ["signal.h"],
  size: 24,
  fields: {
    sp: { c: "ss_sp", type: "address", offset: 0 },
    flags: { c: "ss_flags", type: "i32", offset: 8 },
    size: { c: "ss_size", type: "u64", offset: 16 },
  },
});

/** The stack is in use: told, not set. */
export const SS_ONSTACK = 1;
/** There is no alternate stack. */
export const SS_DISABLE = 2;
/** The kernel forgets the stack while a handler runs on it. */
export const SS_AUTODISARM: number = -0x8000_0000;

/** Bytes that an alternate stack must have at least. A processor with large registers needs more. */
export const MINSIGSTKSZ: number = MACHINE === "aarch64" ? 5120 : 2048;
/** Bytes of an alternate stack that will do. */
export const SIGSTKSZ = 16384;
