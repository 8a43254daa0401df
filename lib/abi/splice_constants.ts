/**
 * Flags of splice(2), tee(2) and vmsplice(2).
 *
 * @module
 */

/** Move pages rather than copy them; a hint that Linux ignores. */
export const SPLICE_F_MOVE = 1;
/** Fail with EAGAIN rather than wait. */
export const SPLICE_F_NONBLOCK = 2;
/** More is to come: a socket may wait for it before it sends. */
export const SPLICE_F_MORE = 4;
/** vmsplice: the pages are not used by this process any more. */
export const SPLICE_F_GIFT = 8;
