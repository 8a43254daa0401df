/**
 * All translations, and which calls of the rows have none.
 *
 * @module
 */
import * as ipc from "ipc";
import { type CallStep, isCall, type Row, stepsOf } from "../rows.ts";
import { Ended } from "../verdict.ts";
import { DESCRIPTOR } from "./descriptor.ts";
import { EVENT } from "./event.ts";
import { FUTEX } from "./futex.ts";
import { POSIX } from "./posix.ts";
import { SIGNAL } from "./signal.ts";
import { SOCKET } from "./socket.ts";
import { SYSV } from "./sysv.ts";
import type { Translations } from "./translation.ts";

/** By C's names. A new file of translations is added here. */
export const TRANSLATIONS: Translations = {
  ...DESCRIPTOR,
  ...EVENT,
  ...FUTEX,
  ...POSIX,
  ...SIGNAL,
  ...SOCKET,
  ...SYSV,
};

/** The call that a step makes: where it is `syscall`, the system call that its first argument names. */
export function callOf({ call, args }: CallStep): string {
  return call === "syscall" ? String(args?.[0]).replace(/^=SYS_/, "") : call;
}

/** Why a row cannot be run, from its calls alone; null if it can. */
export function obstacle(row: Row): Ended | null {
  if (row.manual !== undefined) return new Ended("not expressible", `to be done by hand: ${row.manual}`);
  for (const step of stepsOf(row)) {
    if (!isCall(step)) continue;
    const call = callOf(step);
    if (call === "rt_sigprocmask") return new Ended("not expressible", "the raw system call rt_sigprocmask");
    if (TRANSLATIONS[call] !== undefined) continue;
    if (!(call in ipc)) return new Ended("not yet in lib", call);
    return new Ended("different", `the library has ${call} now: translate it in tests/conformance/calls`);
  }
  return null;
}
