/**
 * What select is given.
 *
 * @module
 */

/** How many descriptors a `fd_set` has room for: those from 0 up to one less. */
export const FD_SETSIZE = 1024;

/** Bytes of a `fd_set`: a bit for each descriptor. */
const SIZE = FD_SETSIZE / 8;

/** A `fd_set` of these descriptors, each of which is below FD_SETSIZE. */
export function encodeFdSet(fds: readonly number[]): Uint8Array<ArrayBuffer> {
  const set = new Uint8Array(SIZE);
  for (const fd of fds) set[fd >> 3] = (set[fd >> 3] as number) | (1 << (fd & 7));
  return set;
}

/** Whether a descriptor is in a `fd_set`. */
export function isInFdSet(set: Uint8Array, fd: number): boolean {
  return ((set[fd >> 3] as number) & (1 << (fd & 7))) !== 0;
}
