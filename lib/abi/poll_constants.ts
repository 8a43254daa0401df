/**
 * Constants of poll(2).
 *
 * @module
 */

/** There is something to read, or end of file, or a connection to accept. */
export const POLLIN = 0x1;
/** There is urgent data. */
export const POLLPRI = 0x2;
/** A write will not block, though a large one may still be cut short. */
export const POLLOUT = 0x4;
/** Answer only: an error; for the write end of a pipe, that nobody can read any more. */
export const POLLERR = 0x8;
/** Answer only: the other side hung up. What it wrote before can still be read. */
export const POLLHUP = 0x10;
/** Answer only: not an open descriptor. */
export const POLLNVAL = 0x20;
/** The same as POLLIN. */
export const POLLRDNORM = 0x40;
/** There is priority data to read. */
export const POLLRDBAND = 0x80;
/** The same as POLLOUT. */
export const POLLWRNORM = 0x100;
/** Priority data can be written. */
export const POLLWRBAND = 0x200;
/** The other side of a stream socket closed, or shut down its writing half. */
export const POLLRDHUP = 0x2000;
