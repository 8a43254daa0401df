/**
 * The constants of socket(2), send(2), recv(2) and getsockopt(2), the same on both machines.
 *
 * @module
 */

/** Address family: none. To connect a datagram socket to it is to take its peer away. */
export const AF_UNSPEC = 0;
/** Address family: sockets of one machine. See unix(7). */
export const AF_UNIX = 1;
/** Address family: IPv4. See ip(7). */
export const AF_INET = 2;
/** Address family: IPv6. See ipv6(7). */
export const AF_INET6 = 10;

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

/** The most connections that listen(2) is usually asked to keep waiting; /proc/sys/net/core/somaxconn limits it. */
export const SOMAXCONN = 4096;

/** For shutdown: nothing more is received. */
export const SHUT_RD = 0;
/** For shutdown: nothing more is sent; the peer sees the end of file. */
export const SHUT_WR = 1;
/** For shutdown: neither. */
export const SHUT_RDWR = 2;

/** Urgent data, of one byte, where the protocol has such (TCP). */
export const MSG_OOB = 0x1;
/** Leave what was received in the socket, to be received again. */
export const MSG_PEEK = 0x2;
/** Send only to peers of the local network. */
export const MSG_DONTROUTE = 0x4;
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
/** More is to come: TCP waits for it before it sends, UDP adds it to the same datagram. */
export const MSG_MORE = 0x8000;
/** A peer that has closed is EPIPE alone, without the signal SIGPIPE. */
export const MSG_NOSIGNAL = 0x4000;
/** The descriptors received are closed by execve. */
export const MSG_CMSG_CLOEXEC = 0x40000000;

/** Level of control messages and options that concern the socket itself. */
export const SOL_SOCKET = 1;
/** Type of a control message that carries descriptors. */
export const SCM_RIGHTS = 1;
/** Type of a control message that says who the sender is. */
export const SCM_CREDENTIALS = 2;

/** Option: bind to an address although closed connections still linger on it. */
export const SO_REUSEADDR = 2;
/** Option, only to get: the socket's type, SOCK_STREAM or another. */
export const SO_TYPE = 3;
/** Option, only to get: the errno of what failed meanwhile, such as a connection under way; it is 0 afterwards. */
export const SO_ERROR = 4;
/** Option: send to peers of the local network only. */
export const SO_DONTROUTE = 5;
/** Option: datagrams may be sent to broadcast addresses. */
export const SO_BROADCAST = 6;
/** Option: bytes in the send buffer. The kernel doubles what it is told. */
export const SO_SNDBUF = 7;
/** Option: bytes in the receive buffer. The kernel doubles what it is told. */
export const SO_RCVBUF = 8;
/** Option: ask a silent peer whether it is still there. */
export const SO_KEEPALIVE = 9;
/** Option: urgent data arrive among the others. */
export const SO_OOBINLINE = 10;
/** Option: priority of what is sent. */
export const SO_PRIORITY = 12;
/** Option, a {@linkcode Linger}: whether close waits for what is still to be sent. */
export const SO_LINGER = 13;
/** Option: several sockets share one address, and the kernel spreads what comes. */
export const SO_REUSEPORT = 15;
/** Option: each message received says who sent it (AF_UNIX). */
export const SO_PASSCRED = 16;
/** Option, {@linkcode Credentials}, only to get: who the peer of a connected AF_UNIX socket is. */
export const SO_PEERCRED = 17;
/** Option: receive only when so many bytes are there. */
export const SO_RCVLOWAT = 18;
/** Option, a {@linkcode Timespec}: after it, receiving and accepting fail with EAGAIN; 0 waits for ever. */
export const SO_RCVTIMEO = 20;
/** Option, a {@linkcode Timespec}: after it, sending fails with EAGAIN, connecting with EINPROGRESS or EAGAIN; 0 waits for ever. */
export const SO_SNDTIMEO = 21;
/** Option, only to get: 1 if the socket listens. */
export const SO_ACCEPTCONN = 30;
/** Option, only to get: the socket's protocol. */
export const SO_PROTOCOL = 38;
/** Option, only to get: the socket's address family. */
export const SO_DOMAIN = 39;
/** Option: where MSG_PEEK begins, in bytes; -1 is always at the front. */
export const SO_PEEK_OFF = 42;
