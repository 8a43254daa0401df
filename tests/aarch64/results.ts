/**
 * What the emulated process tells, and what the emulator is known not to do.
 *
 * @module
 */

/** One thing that was tried on the emulated machine; an error of null is a success. */
export interface Result {
  readonly name: string;
  readonly error: string | null;
}

/** What the emulated process prints, a line of JSON each. */
export type Line =
  | { readonly kind: "claims"; readonly claims: readonly (readonly [expression: string, value: number])[] }
  | { readonly kind: "result"; readonly result: Result }
  | { readonly kind: "end" };

/** Which part of the whole is run. */
export interface Share {
  /** One of so many scenarios, */
  readonly scenarios: number;
  /** and one of so many conformance rows. */
  readonly rows: number;
}

/** All of it, or what fits into a minute or two of the gate. */
export const SHARES: Readonly<Record<"whole" | "short", Share>> = {
  whole: { scenarios: 1, rows: 1 },
  short: { scenarios: 12, rows: 40 },
};

/**
 * What qemu 7.2 in user mode does otherwise than a kernel, by what the result's name begins with. A result that fails and is listed
 * is skipped; one that succeeds is a success.
 */
const OTHERWISE: readonly (readonly [name: RegExp, reason: string])[] = [
  [/^the library's own signal|^a signal that lands between/, "qemu keeps signal 64, the library's own, for itself"],
  [/^row scm_rights-truncated-control/, "qemu does not tell of control messages that were cut off"],
  [/^execve\(\)/, "qemu would have to be registered for aarch64 programs (binfmt_misc)"],
  [/RLIMIT_|rlimit/, "qemu does not hand resource limits on"],
  [/EFAULT|bad-address/, "qemu looks at addresses before the kernel does"],
];

/** A row that is about a time: an emulated machine is as slow as it is. */
const TOO_SLOW = / after \d+ ms; expected \d+ to \d+ ms$/;

/** Why a result that failed says nothing about the library; null if it does. */
export function excuse({ name, error }: Result): string | null {
  if (error === null) return null;
  if (TOO_SLOW.test(error)) return "the emulated machine is too slow for the time that it names";
  return OTHERWISE.find(([known]) => known.test(name))?.[1] ?? null;
}

/** Whether it is known to fail there: then it is not waited for as long. */
export function isKnown(name: string): boolean {
  return OTHERWISE.some(([known]) => known.test(name));
}
