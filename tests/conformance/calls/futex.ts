/**
 * Translations: the operations of futex(2), each of which is a function here.
 *
 * @module
 */
import * as ipc from "ipc";
import { notExpressible } from "../verdict.ts";
import { done } from "./descriptor.ts";
import type { Arguments, Translations } from "./translation.ts";

const FUTEX_WAIT = 0;
const FUTEX_WAKE = 1;

/** By C's names. The first argument is the system call's number. */
export const FUTEX: Translations = {
  futex: (args) => {
    const memory = args.memory(1);
    switch (args.number(2)) {
      case FUTEX_WAIT:
        return done(ipc.futex_wait(memory, 0, args.number(3), timeoutOf(args)));
      case FUTEX_WAKE:
        return ipc.futex_wake(memory, 0, args.number(3));
      default:
        return notExpressible("an operation by its number");
    }
  },
};

function timeoutOf(args: Arguments): ipc.Timespec | undefined {
  return args.isNull(4) ? undefined : args.time(4);
}
