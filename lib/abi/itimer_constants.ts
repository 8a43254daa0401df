/**
 * The timers of setitimer(2).
 *
 * @module
 */

/** In real time; sends SIGALRM. It is the timer that `alarm` sets. */
export const ITIMER_REAL = 0;
/** In the time that the process computes; sends SIGVTALRM. */
export const ITIMER_VIRTUAL = 1;
/** In the time that the process computes, or the kernel for it; sends SIGPROF. */
export const ITIMER_PROF = 2;
/** timer_settime: the first expiration is a time, not a duration. */
export const TIMER_ABSTIME = 1;
