/**
 * Constants of epoll(7).
 *
 * @module
 */

/** epoll_create1: the descriptor is closed by execve(2). */
export const EPOLL_CLOEXEC = 0o2000000;

/** epoll_ctl: watch this descriptor, too. */
export const EPOLL_CTL_ADD = 1;
/** epoll_ctl: watch this descriptor no more. */
export const EPOLL_CTL_DEL = 2;
/** epoll_ctl: watch this descriptor for something else. */
export const EPOLL_CTL_MOD = 3;

/** There is something to read, or end of file, or a connection to accept. */
export const EPOLLIN = 0x1;
/** There is urgent data. */
export const EPOLLPRI = 0x2;
/** A write will not block. */
export const EPOLLOUT = 0x4;
/** An error; answered without being asked for. */
export const EPOLLERR = 0x8;
/** The other side hung up; answered without being asked for. */
export const EPOLLHUP = 0x10;
/** The other side of a stream socket closed, or shut down its writing half. */
export const EPOLLRDHUP = 0x2000;
/** Of several processes that wait for the same descriptor, wake one at least, not all. Only with EPOLL_CTL_ADD. */
export const EPOLLEXCLUSIVE = 0x10000000;
/** Tell once; then not again before EPOLL_CTL_MOD. */
export const EPOLLONESHOT = 0x40000000;
/** Tell of changes only (edge-triggered): read or write until EAGAIN before the next wait. */
export const EPOLLET = 0x80000000;
