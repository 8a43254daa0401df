/**
 * Constants of the System V calls, for shared memory, messages and semaphores.
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

/** msgrcv: a message that is too long is cut to the buffer; the rest of it is lost. */
export const MSG_NOERROR = 0o10000;
/** msgrcv, with a type above 0: the first message of any other type. */
export const MSG_EXCEPT = 0o20000;

/** semop, in an operation's flags: what it did is undone when the process ends. */
export const SEM_UNDO = 0x1000;
/** semctl: which process made the last operation on the semaphore, or set it. */
export const GETPID = 11;
/** semctl: the semaphore's value. */
export const GETVAL = 12;
/** semctl: the values of all semaphores of the set. */
export const GETALL = 13;
/** semctl: how many processes wait for the value to rise. */
export const GETNCNT = 14;
/** semctl: how many processes wait for the value to be 0. */
export const GETZCNT = 15;
/** semctl: set the semaphore's value. */
export const SETVAL = 16;
/** semctl: set the values of all semaphores of the set. */
export const SETALL = 17;
