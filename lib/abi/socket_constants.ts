/**
 * The constants of socket(2), send(2) and recv(2), the same on both machines.
 *
 * @module
 */

/** Address family: sockets of one machine. See unix(7). */
export const AF_UNIX = 1;

/** A stream of bytes, without message boundaries. */
export const SOCK_STREAM = 1;
/** Messages; one too long for the receiver's buffer is cut. Between AF_UNIX sockets none is lost or reordered. */
export const SOCK_DGRAM = 2;
/** Messages, in order, with an end of file when the peer closes. */
export const SOCK_SEQPACKET = 5;
/** Added to a socket's type: its descriptors are closed by execve. */
export const SOCK_CLOEXEC = 0o2000000;
/** Added to a socket's type: calls on it that would block fail with EAGAIN. */
export const SOCK_NONBLOCK = 0o4000;

/** Leave what was received in the socket, to be received again. */
export const MSG_PEEK = 0x2;
/** In a result: descriptors were lost, there being no room for them. */
export const MSG_CTRUNC = 0x8;
/** In a result: the message was longer than the buffer and its rest is lost. As a flag: count what is lost, too. */
export const MSG_TRUNC = 0x20;
/** Fail with EAGAIN where the call would block. */
export const MSG_DONTWAIT = 0x40;
/** In a result: a record ends here. */
export const MSG_EOR = 0x80;
/** Wait until the whole buffer is full (streams only). */
export const MSG_WAITALL = 0x100;
/** A peer that has closed is EPIPE alone, without the signal SIGPIPE. */
export const MSG_NOSIGNAL = 0x4000;
/** The descriptors received are closed by execve. */
export const MSG_CMSG_CLOEXEC = 0x40000000;
