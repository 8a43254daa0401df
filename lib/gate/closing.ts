/**
 * Who must hear that a descriptor is about to mean something else: epoll(7) forgets a descriptor that is closed, and says nothing.
 *
 * @module
 */

/** What to do when a descriptor closes, by its number. Whoever waits at one enters itself here, and takes itself out. */
export const whenClosed: Map<number, () => void> = new Map();

/** For close(2) and its kin: the program gives `fd` back now. */
export function descriptorCloses(fd: number): void {
  if (whenClosed.size !== 0) whenClosed.get(fd)?.();
}
