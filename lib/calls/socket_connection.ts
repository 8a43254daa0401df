/**
 * Sockets meet by address: bind, listen, accept, accept4, connect.
 *
 * @module
 */
import { AddressRoom, decodeAddress, type SocketAddress } from "../abi/sockaddr.ts";
import { AF_UNIX, AF_UNSPEC } from "../abi/socket_constants.ts";
import { int } from "../errors/arguments.ts";
import { socketAddress } from "../errors/socket_argument.ts";
import { errnoOf } from "../errors/system_error.ts";
import { callNumber } from "../gate/calls.ts";
import { enter, failed, gate, leave } from "../gate/gate.ts";
import { isInternal } from "../gate/internal.ts";
import { receivingFailed, sendingFailed } from "../gate/socket_failure.ts";
import { errno } from "../raw/errno.ts";
import { c } from "../raw/socket.ts";

const BIND = callNumber("bind");
const LISTEN = callNumber("listen");
const ACCEPT = callNumber("accept");
const ACCEPT4 = callNumber("accept4");
const CONNECT = callNumber("connect");

const EBADF = errnoOf("EBADF");

/** A connection that was accepted. */
export interface Accepted {
  /** The new socket, connected to the peer. Whoever accepted it closes it. */
  fd: number;
  /** The peer's address: `{ family: AF_UNIX }` for one without a name; null for a family that this library does not know. */
  address: SocketAddress | null;
}

/**
 * `int bind(int sockfd, const struct sockaddr *addr, socklen_t addrlen)`: gives a socket its address. It does not block.
 *
 * A path becomes a file, which stays when the socket is closed, until somebody removes it with `unlink`; an abstract name
 * goes with its socket. To bind to `{ family: AF_UNIX }` is to be given a free abstract name, and to bind to port 0 a free port:
 * `getsockname` tells which.
 *
 * @param fd a socket that is not bound
 * @param address what it is to be called
 * @throws {SystemError} EACCES (the folder; a port below 1024), EADDRINUSE (taken, or the file is there), EADDRNOTAVAIL (not
 * of this machine), EAFNOSUPPORT, EBADF, EINVAL (bound already, or of another family), ELOOP, ENOENT, ENOTDIR, ENOTSOCK, EROFS
 * @throws {RangeError} for a path of more than 108 bytes or an abstract name of more than 107, which C could not write
 * down, and for an address or a port that is none
 * @see {@link https://man7.org/linux/man-pages/man2/bind.2.html | bind(2)}, unix(7), ip(7)
 *
 * @example A datagram socket with a path
 * ```ts
 * import { AF_UNIX, bind, close, getsockname, SOCK_DGRAM, socket, unlink } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const path = `${Deno.makeTempDirSync()}/door`;
 * const fd = socket(AF_UNIX, SOCK_DGRAM, 0);
 * bind(fd, { family: AF_UNIX, path });
 * assertEquals(getsockname(fd), { family: AF_UNIX, path });
 * close(fd);
 * unlink(path);
 * ```
 */
export function bind(fd: number, address: SocketAddress): void {
  int(fd, "fd");
  const name = socketAddress(address, "address");
  for (;;) {
    enter(BIND);
    if (isInternal(fd)) failed(BIND, EBADF);
    if (c.bind(fd, name, name.length) !== -1) break;
    failed(BIND, errno(), said(name));
  }
  if (gate.hook !== null) {
    const path = pathOf(name);
    if (path !== undefined) gate.hook.created("socket", path);
  }
  leave(0);
}

/**
 * `int listen(int sockfd, int backlog)`: lets others connect to a socket. It does not block.
 *
 * From here on a connect succeeds, and the connection waits until it is accepted. When so many wait, connecting blocks (an
 * AF_UNIX socket that does not block gives EAGAIN).
 *
 * @param fd a socket of type SOCK_STREAM or SOCK_SEQPACKET, bound to an address
 * @param backlog how many connections may wait; AF_UNIX lets one more
 * @throws {SystemError} EADDRINUSE (its port has a listener), EBADF, EINVAL (an AF_UNIX socket without an address, or one
 * that is connected), ENOTSOCK, EOPNOTSUPP (a type without connections)
 * @see {@link https://man7.org/linux/man-pages/man2/listen.2.html | listen(2)}
 *
 * @example Nobody has to accept for a connect to succeed
 * ```ts
 * import { AF_UNIX, bind, close, connect, getsockname, listen, SOCK_SEQPACKET, socket } from "ipc";
 *
 * const listener = socket(AF_UNIX, SOCK_SEQPACKET, 0);
 * bind(listener, { family: AF_UNIX }); // the kernel chooses a name
 * listen(listener, 5);
 * const client = socket(AF_UNIX, SOCK_SEQPACKET, 0);
 * connect(client, getsockname(listener));
 * close(client);
 * close(listener);
 * ```
 */
export function listen(fd: number, backlog: number): void {
  int(fd, "fd");
  int(backlog, "backlog");
  for (;;) {
    enter(LISTEN);
    if (isInternal(fd)) failed(LISTEN, EBADF);
    if (c.listen(fd, backlog) !== -1) break;
    failed(LISTEN, errno());
  }
  leave(0);
}

/**
 * `int accept(int sockfd, struct sockaddr *addr, socklen_t *addrlen)`: takes the connection that has waited longest.
 *
 * Blocks until there is one, unless SOCK_NONBLOCK. The listening socket goes on listening. Whether the new one blocks, and
 * whether execve closes it, has nothing to do with the listening one: see `accept4`.
 *
 * @param fd a listening socket
 * @returns the new socket, and who is at its other end
 * @throws {SystemError} EAGAIN (nobody there, and it does not block or SO_RCVTIMEO is over), EBADF, ECONNABORTED, EINTR, EINVAL
 * (not listening), EMFILE, ENFILE, ENOTSOCK, EOPNOTSUPP (a type without connections)
 * @see {@link https://man7.org/linux/man-pages/man2/accept.2.html | accept(2)}
 *
 * @example The listener knows its client by the address that this one is bound to
 * ```ts
 * import { accept, AF_UNIX, bind, close, connect, getsockname, listen, SOCK_STREAM, socket } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const listener = socket(AF_UNIX, SOCK_STREAM, 0);
 * bind(listener, { family: AF_UNIX });
 * listen(listener, 1);
 * const client = socket(AF_UNIX, SOCK_STREAM, 0);
 * bind(client, { family: AF_UNIX, abstract: `client.${Deno.pid}` });
 * connect(client, getsockname(listener));
 *
 * const { fd, address } = accept(listener);
 * assertEquals(address, { family: AF_UNIX, abstract: `client.${Deno.pid}` });
 * for (const socket of [fd, client, listener]) close(socket);
 * ```
 */
export function accept(fd: number): Accepted {
  int(fd, "fd");
  return acceptAs(ACCEPT, fd, 0);
}

/**
 * `int accept4(int sockfd, struct sockaddr *addr, socklen_t *addrlen, int flags)`: `accept` that says how the new socket is to be.
 *
 * Blocks as `accept` does; SOCK_NONBLOCK here is for the new socket, not for this call.
 *
 * @param fd a listening socket
 * @param flags SOCK_CLOEXEC, SOCK_NONBLOCK, both, or 0
 * @returns the new socket, and who is at its other end
 * @throws {SystemError} as `accept`; EINVAL also for other flags
 * @see {@link https://man7.org/linux/man-pages/man2/accept.2.html | accept4(2)}
 *
 * @example A socket that execve closes
 * ```ts
 * import { accept4, AF_UNIX, bind, close, connect, F_GETFD, fcntl, FD_CLOEXEC, getsockname, listen } from "ipc";
 * import { SOCK_CLOEXEC, SOCK_STREAM, socket } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
 * bind(listener, { family: AF_UNIX });
 * listen(listener, 1);
 * const client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
 * connect(client, getsockname(listener));
 * const { fd } = accept4(listener, SOCK_CLOEXEC);
 * assertEquals(fcntl(fd, F_GETFD), FD_CLOEXEC);
 * for (const socket of [fd, client, listener]) close(socket);
 * ```
 */
export function accept4(fd: number, flags: number): Accepted {
  int(fd, "fd");
  int(flags, "flags");
  return acceptAs(ACCEPT4, fd, flags);
}

/**
 * `int connect(int sockfd, const struct sockaddr *addr, socklen_t addrlen)`: connects a socket to the one at an address.
 *
 * Blocks until the connection is made; an AF_UNIX socket also while too many wait at the listener. With SOCK_NONBLOCK a TCP
 * connection is under way (EINPROGRESS): `poll` for POLLOUT tells when it is decided, and the option SO_ERROR how. A datagram
 * socket is told to whom `send` sends and from whom it receives, at once and as often as wanted; AF_UNSPEC undoes that.
 *
 * @param fd a socket
 * @param address whom to connect to
 * @throws {SystemError} EACCES, EADDRNOTAVAIL (no free port), EAFNOSUPPORT, EAGAIN (AF_UNIX, and too many wait), EALREADY (one is
 * under way), EBADF, ECONNREFUSED (nobody listens), EINPROGRESS, EINTR, EINVAL, EISCONN, ENETUNREACH, ENOENT (no such path),
 * ENOTSOCK, EPROTOTYPE (the path's socket is of another type), ETIMEDOUT
 * @throws {RangeError} for an address that C could not write down: see `bind`
 * @see {@link https://man7.org/linux/man-pages/man2/connect.2.html | connect(2)}
 *
 * @example Nobody there
 * ```ts
 * import { AF_UNIX, close, connect, isSystemError, SOCK_STREAM, socket } from "ipc";
 * import { assert } from "@std/assert";
 *
 * const fd = socket(AF_UNIX, SOCK_STREAM, 0);
 * try {
 *   connect(fd, { family: AF_UNIX, abstract: `nobody.${Deno.pid}` });
 * } catch (error) {
 *   assert(isSystemError(error, "ECONNREFUSED"));
 * }
 * close(fd);
 * ```
 */
export function connect(fd: number, address: SocketAddress): void {
  int(fd, "fd");
  const name = socketAddress(address, "address");
  for (;;) {
    enter(CONNECT);
    if (isInternal(fd)) failed(CONNECT, EBADF);
    if (c.connect(fd, name, name.length) !== -1) break;
    // Made again, the call waits for the same connection: the kernel has gone on with it.
    sendingFailed(fd, CONNECT, errno(), said(name));
  }
  leave(0);
}

const room = new AddressRoom();

function acceptAs(call: number, fd: number, flags: number): Accepted {
  for (;;) {
    enter(call);
    if (isInternal(fd)) failed(call, EBADF);
    room.clear();
    const accepted = c.accept4(fd, room.bytes, room.length, flags);
    if (accepted !== -1) {
      // Read before the safe point: a signal handler may accept, too.
      const address = room.read();
      return { fd: leave(accepted), address };
    }
    receivingFailed(fd, call, errno());
  }
}

function pathOf(name: Uint8Array<ArrayBuffer>): string | undefined {
  const address = decodeAddress(name, name.length);
  return address?.family === AF_UNIX ? address.path : undefined;
}

/** An address in a message: "/tmp/door", "@abstract", "127.0.0.1:80", "[::1]:80". */
function said(name: Uint8Array<ArrayBuffer>): string | undefined {
  const address = decodeAddress(name, name.length);
  if (address?.family === AF_UNIX) return address.path ?? `@${address.abstract ?? ""}`;
  if (address === null || address.family === AF_UNSPEC) return undefined;
  const host = address.address.includes(":") ? `[${address.address}]` : address.address;
  return `${host}:${address.port}`;
}
