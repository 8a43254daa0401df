/**
 * The clocks of clock_gettime(2).
 *
 * @module
 */

/** The time of day, since the start of 1970: that of `Date.now()`. It jumps when somebody sets it. */
export const CLOCK_REALTIME = 0;
/** Never set, and the same for all processes; it stands while the machine is suspended. */
export const CLOCK_MONOTONIC = 1;
/** The processor time that this process has used. */
export const CLOCK_PROCESS_CPUTIME_ID = 2;
/** The processor time that this thread has used. */
export const CLOCK_THREAD_CPUTIME_ID = 3;
/** As CLOCK_MONOTONIC, but it goes on while the machine is suspended. */
export const CLOCK_BOOTTIME = 7;
