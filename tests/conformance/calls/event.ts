/**
 * Translations: descriptors of events, signals and processes.
 *
 * @module
 */
import * as ipc from "ipc";
import type { Translations } from "./translation.ts";

/** By C's names. */
export const EVENT: Translations = {
  eventfd: (args) => ipc.eventfd(args.number(0), args.number(1)),
  signalfd: (args) => ipc.signalfd(args.number(0), args.set(1), args.number(2)),
  // The first argument is the system call's number.
  pidfd_open: (args) => ipc.pidfd_open(args.number(1), args.number(2)),
};
