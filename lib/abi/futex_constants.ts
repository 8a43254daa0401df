/**
 * Constants of futex(2). A program needs the last one only: each operation is a function of its own.
 *
 * @module
 */

/** Waits. */
export const FUTEX_WAIT = 0;
/** Wakes. */
export const FUTEX_WAKE = 1;
/** Wakes some, and lets others wait elsewhere. */
export const FUTEX_REQUEUE = 3;
/** The same, if the word has the value that was expected. */
export const FUTEX_CMP_REQUEUE = 4;
/** Waits to be woken for one of some reasons. */
export const FUTEX_WAIT_BITSET = 9;
/** Wakes those that wait for one of some reasons. */
export const FUTEX_WAKE_BITSET = 10;
/** The deadline is by CLOCK_REALTIME. */
export const FUTEX_CLOCK_REALTIME = 256;

/** Every bit: wakes whoever waits, and is woken by whoever wakes. */
export const FUTEX_BITSET_MATCH_ANY = 0xffffffff;
