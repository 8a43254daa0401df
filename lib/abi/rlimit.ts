/**
 * Limits of a process's resources, for prlimit(2).
 *
 * @module
 */
import { layout } from "./layout.ts";

/** `struct rlimit`. Its numbers use all 64 bits: RLIM_INFINITY is the highest. */
export const RLIMIT = layout({
  c: "struct rlimit",
  headers: ["sys/resource.h"],
  size: 16,
  fields: {
    soft: { c: "rlim_cur", type: "address", offset: 0 },
    hard: { c: "rlim_max", type: "address", offset: 8 },
  },
});

const C_INFINITY = 0xffff_ffff_ffff_ffffn;

/** A pair of limits, as in `struct rlimit`. */
export interface ResourceLimit {
  /** `rlim_cur`: what the kernel enforces. */
  readonly soft: number;
  /** `rlim_max`: how far the soft limit may be raised. */
  readonly hard: number;
}

/** No limit. */
export const RLIM_INFINITY: number = Infinity;

/** One limit as C stores it. */
export function encodeLimit(limit: number): bigint {
  return limit === RLIM_INFINITY ? C_INFINITY : BigInt(limit);
}

/** One limit as a number: exact below 2^53. */
export function decodeLimit(limit: bigint): number {
  return limit === C_INFINITY ? RLIM_INFINITY : Number(limit);
}
