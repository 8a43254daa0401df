/**
 * A POSIX semaphore in memory, as glibc lays it out. (C keeps `sem_t` opaque; this library looks at one word of it, so that
 * no memory that never was a semaphore can bring the process down.)
 *
 * @module
 */
import { layout } from "./layout.ts";

/** `sem_t`. */
export const SEM = layout({
  c: "sem_t",
  headers: ["semaphore.h"],
  size: 32,
  fields: {},
});

/** What an address of a `sem_t` is a multiple of. */
export const SEM_ALIGNMENT = 8;

/** Which word (of 32 bits) of a `sem_t` says who may share it. Source: glibc, sysdeps/nptl/internaltypes.h, struct new_sem. */
export const SEM_SHARING_WORD = 2;

/** Whether that word is one that glibc writes: of one process (0), or shared (FUTEX_PRIVATE_FLAG). It aborts on others. */
export function isSharing(word: number | undefined): boolean {
  return word === 0 || word === 128;
}
