/**
 * What all System V calls are given: keys, and whom an object shall belong to.
 *
 * @module
 */
import { int, kind, unsigned } from "./arguments.ts";

/** Owner and permissions, as IPC_SET changes them; what is left out stays as it is. */
export interface Ownership {
  /** New owner. */
  readonly uid?: number;
  /** New group. */
  readonly gid?: number;
  /** New permissions, the lowest nine bits. */
  readonly mode?: number;
}

/** A key as C has it: 32 bits with a sign, so that 0xc0ffee01 may be written as it is. */
export function ipcKey(value: number): number {
  return typeof value === "number" && (value >>> 0) === value ? value | 0 : int(value, "key");
}

/** Those parts of an Ownership that are there. */
export function ownership(value: Ownership | undefined): { uid?: number; gid?: number; mode?: number } {
  if (typeof value !== "object" || value === null) {
    throw new TypeError(`settings: expected { uid?, gid?, mode? }, got ${kind(value)}`);
  }
  const { uid, gid, mode } = value;
  return {
    ...(uid === undefined ? {} : { uid: unsigned(uid, "uid") }),
    ...(gid === undefined ? {} : { gid: unsigned(gid, "gid") }),
    ...(mode === undefined ? {} : { mode: unsigned(mode, "mode") }),
  };
}
