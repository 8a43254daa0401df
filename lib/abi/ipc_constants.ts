/**
 * Constants of the System V calls: shmget, shmat, shmctl.
 *
 * @module
 */

/** A key that no other caller gets the object of: always a new one. */
export const IPC_PRIVATE = 0;
/** Create the object if there is none with this key. */
export const IPC_CREAT = 0o1000;
/** With IPC_CREAT: fail with EEXIST if there is one. */
export const IPC_EXCL = 0o2000;
/** Fail with EAGAIN or ENOMSG in place of blocking. */
export const IPC_NOWAIT = 0o4000;
/** Control command: remove the object. */
export const IPC_RMID = 0;
/** Control command: set owner and permissions. */
export const IPC_SET = 1;
/** Control command: read what the kernel knows about the object. */
export const IPC_STAT = 2;

/** shmget: huge pages. */
export const SHM_HUGETLB = 0o4000;
/** shmget: do not set swap space aside. */
export const SHM_NORESERVE = 0o10000;
/** shmat: for reading only. A store into the memory then ends the process with SIGSEGV. */
export const SHM_RDONLY = 0o10000;
/** shmat: execution is allowed. */
export const SHM_EXEC = 0o100000;
/** In a segment's mode: it is gone when the last process has detached it. */
export const SHM_DEST = 0o1000;
/** In a segment's mode: it is never swapped out. */
export const SHM_LOCKED = 0o2000;
