/**
 * Descriptors that are not the program's own: a run of the lab keeps its channels and shared memory open in each role, at
 * high numbers, and a student who closes everything from 3 up must not cut them.
 *
 * @module
 */

/** The internal descriptors of this process. Whoever opens one adds it, and removes it when it is closed. */
export const internalDescriptors: Set<number> = new Set<number>();

/** Whether `fd` is internal: a call on it answers EBADF, as if it were not open. */
export function isInternal(fd: number): boolean {
  return internalDescriptors.size !== 0 && internalDescriptors.has(fd);
}
