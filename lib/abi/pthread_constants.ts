/**
 * Constants of pthread.h, of which this library has what lives in memory that processes share.
 *
 * @module
 */

/** A mutex that looks at nothing: to lock it twice waits for ever. */
export const PTHREAD_MUTEX_NORMAL = 0;
/** A mutex that its owner may lock again, and unlocks as often. */
export const PTHREAD_MUTEX_RECURSIVE = 1;
/** A mutex that answers EDEADLK to its owner. */
export const PTHREAD_MUTEX_ERRORCHECK = 2;
/** The type unless another is given: PTHREAD_MUTEX_NORMAL. */
export const PTHREAD_MUTEX_DEFAULT = 0;
/** Who dies with the mutex locked leaves it locked. */
export const PTHREAD_MUTEX_STALLED = 0;
/** Who locks a mutex whose owner has died is told so: EOWNERDEAD. */
export const PTHREAD_MUTEX_ROBUST = 1;
/** The owner's priority does not change. */
export const PTHREAD_PRIO_NONE = 0;
/** The owner runs with the highest priority of those that wait for it. */
export const PTHREAD_PRIO_INHERIT = 1;
/** What `pthread_barrier_wait` returns to one of those that it lets through. */
export const PTHREAD_BARRIER_SERIAL_THREAD: number = -1;
