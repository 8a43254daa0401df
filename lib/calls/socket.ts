/**
 * Sockets: socket, socketpair, shutdown, getsockname, getpeername. A socket is a descriptor at which processes meet, of one
 * machine (AF_UNIX) or of several (AF_INET, AF_INET6); read, write, poll and close work on it, too.
 *
 * @module
 */
import { AddressRoom, type SocketAddress } from "../abi/sockaddr.ts";
import { int } from "../errors/arguments.ts";
import { errnoOf } from "../errors/system_error.ts";
import { callNumber } from "../gate/calls.ts";
import { enter, failed, leave } from "../gate/gate.ts";
import { isInternal } from "../gate/internal.ts";
import { errno } from "../raw/errno.ts";
import { c } from "../raw/socket.ts";

const SOCKET = callNumber("socket");
const SOCKETPAIR = callNumber("socketpair");
const SHUTDOWN = callNumber("shutdown");
const GETSOCKNAME = callNumber("getsockname");
const GETPEERNAME = callNumber("getpeername");

const EBADF = errnoOf("EBADF");
const EAFNOSUPPORT = errnoOf("EAFNOSUPPORT");

/**
 * `int socket(int domain, int type, int protocol)`: a socket that is connected to nothing.
 *
 * Never blocks. The descriptor is the caller's to `close`.
 *
 * @param domain AF_UNIX, AF_INET or AF_INET6
 * @param type SOCK_STREAM, SOCK_DGRAM or SOCK_SEQPACKET; with SOCK_CLOEXEC and SOCK_NONBLOCK as wanted
 * @param protocol 0 for the one that fits; or IPPROTO_TCP, IPPROTO_UDP
 * @returns the lowest free descriptor
 * @throws {SystemError} EACCES, EAFNOSUPPORT, EINVAL, EMFILE, ENFILE, ENOBUFS, ENOMEM, EPROTONOSUPPORT, ESOCKTNOSUPPORT (no
 * such type in this domain)
 * @see {@link https://man7.org/linux/man-pages/man2/socket.2.html | socket(2)}, unix(7), ip(7), ipv6(7)
 *
 * @example A server and its client
 * ```ts
 * import { accept, AF_UNIX, bind, close, connect, listen, recv, send, SOCK_STREAM, socket } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const address = { family: AF_UNIX, abstract: `greeter.${Deno.pid}` } as const;
 * const listener = socket(AF_UNIX, SOCK_STREAM, 0);
 * bind(listener, address);
 * listen(listener, 5);
 *
 * const client = socket(AF_UNIX, SOCK_STREAM, 0);
 * connect(client, address);
 * const { fd: served } = accept(listener);
 * send(served, new TextEncoder().encode("welcome"));
 *
 * const buffer = new Uint8Array(100);
 * assertEquals(new TextDecoder().decode(buffer.subarray(0, recv(client, buffer))), "welcome");
 * for (const fd of [client, served, listener]) close(fd);
 * ```
 */
export function socket(domain: number, type: number, protocol: number): number {
  int(domain, "domain");
  int(type, "type");
  int(protocol, "protocol");
  for (;;) {
    enter(SOCKET);
    const fd = c.socket(domain, type, protocol);
    if (fd !== -1) return leave(fd);
    failed(SOCKET, errno());
  }
}

/**
 * `int socketpair(int domain, int type, int protocol, int sv[2])`: two sockets, connected to each other.
 *
 * Never blocks. Both descriptors are the caller's to `close`.
 *
 * @param domain AF_UNIX
 * @param type SOCK_STREAM, SOCK_DGRAM or SOCK_SEQPACKET; with SOCK_CLOEXEC and SOCK_NONBLOCK as wanted
 * @param protocol 0: the family has one protocol a type
 * @returns the two descriptors; what is sent on one is received on the other
 * @throws {SystemError} EAFNOSUPPORT, ESOCKTNOSUPPORT, EPROTONOSUPPORT: no such domain, type or protocol;
 *   EOPNOTSUPP: the domain has no pairs; EMFILE, ENFILE: too many descriptors
 * @see {@link https://man7.org/linux/man-pages/man2/socketpair.2.html | socketpair(2)}, unix(7)
 *
 * @example Two ends, both ways
 * ```ts
 * import { AF_UNIX, close, recvmsg, sendmsg, SOCK_CLOEXEC, SOCK_SEQPACKET, socketpair } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const [mine, yours] = socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
 * sendmsg(mine, { data: new TextEncoder().encode("ping") });
 * const buffer = new Uint8Array(16);
 * const { length } = recvmsg(yours, buffer);
 * assertEquals(new TextDecoder().decode(buffer.subarray(0, length)), "ping");
 * close(mine);
 * close(yours);
 * ```
 */
export function socketpair(domain: number, type: number, protocol: number): [number, number] {
  int(domain, "domain");
  int(type, "type");
  int(protocol, "protocol");
  const pair = new Int32Array(2);
  enter(SOCKETPAIR);
  if (c.socketpair(domain, type, protocol, pair) === -1) failed(SOCKETPAIR, errno());
  leave(0);
  return [pair[0] as number, pair[1] as number];
}

/**
 * `int shutdown(int sockfd, int how)`: ends one direction of a connection, or both. It does not block.
 *
 * It concerns the connection, whatever processes have descriptors of it; each still closes its own. The peer of one that
 * sends no more reads the rest, and then the end of file.
 *
 * @param fd a connected socket
 * @param how SHUT_RD, SHUT_WR or SHUT_RDWR
 * @throws {SystemError} EBADF, EINVAL (`how`), ENOTCONN, ENOTSOCK
 * @see {@link https://man7.org/linux/man-pages/man2/shutdown.2.html | shutdown(2)}
 *
 * @example That was all; and the answer
 * ```ts
 * import { AF_UNIX, close, recv, send, SHUT_WR, shutdown, SOCK_STREAM, socketpair } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const [asking, answering] = socketpair(AF_UNIX, SOCK_STREAM, 0);
 * shutdown(asking, SHUT_WR);
 * const buffer = new Uint8Array(8);
 * assertEquals(recv(answering, buffer), 0); // end of file
 * send(answering, new Uint8Array(2));
 * assertEquals(recv(asking, buffer), 2); // this direction is open
 * close(asking);
 * close(answering);
 * ```
 */
export function shutdown(fd: number, how: number): void {
  int(fd, "fd");
  int(how, "how");
  enter(SHUTDOWN);
  if (isInternal(fd)) failed(SHUTDOWN, EBADF);
  if (c.shutdown(fd, how) === -1) failed(SHUTDOWN, errno());
  leave(0);
}

/**
 * `int getsockname(int sockfd, struct sockaddr *addr, socklen_t *addrlen)`: the address that a socket is bound to. It does
 * not block.
 *
 * @param fd a socket
 * @returns its address; `{ family: AF_UNIX }` for one without a name, and address and port of zeros for one that is not bound
 * @throws {SystemError} EAFNOSUPPORT (a family whose addresses this library does not know), EBADF, ENOBUFS, ENOTSOCK
 * @see {@link https://man7.org/linux/man-pages/man2/getsockname.2.html | getsockname(2)}
 *
 * @example Which port the kernel has chosen
 * ```ts
 * import { AF_INET, bind, close, getsockname, SOCK_DGRAM, socket } from "ipc";
 * import { assert, assertEquals } from "@std/assert";
 *
 * const fd = socket(AF_INET, SOCK_DGRAM, 0);
 * bind(fd, { family: AF_INET, address: "127.0.0.1", port: 0 });
 * const name = getsockname(fd);
 * assert(name.family === AF_INET);
 * assertEquals(name.address, "127.0.0.1");
 * assert(name.port > 0);
 * close(fd);
 * ```
 */
export function getsockname(fd: number): SocketAddress {
  return nameOf(GETSOCKNAME, c.getsockname, fd);
}

/**
 * `int getpeername(int sockfd, struct sockaddr *addr, socklen_t *addrlen)`: the address of the peer. It does not block.
 *
 * @param fd a connected socket
 * @returns the address that its peer is bound to; `{ family: AF_UNIX }` for one without a name
 * @throws {SystemError} EAFNOSUPPORT (a family whose addresses this library does not know), EBADF, ENOBUFS, ENOTCONN,
 * ENOTSOCK
 * @see {@link https://man7.org/linux/man-pages/man2/getpeername.2.html | getpeername(2)}
 *
 * @example The ends of a pair have no names
 * ```ts
 * import { AF_UNIX, close, getpeername, SOCK_STREAM, socketpair } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const [mine, yours] = socketpair(AF_UNIX, SOCK_STREAM, 0);
 * assertEquals(getpeername(mine), { family: AF_UNIX });
 * close(mine);
 * close(yours);
 * ```
 */
export function getpeername(fd: number): SocketAddress {
  return nameOf(GETPEERNAME, c.getpeername, fd);
}

const room = new AddressRoom();

function nameOf(call: number, get: typeof c.getsockname, fd: number): SocketAddress {
  int(fd, "fd");
  for (;;) {
    enter(call);
    if (isInternal(fd)) failed(call, EBADF);
    room.clear();
    if (get(fd, room.bytes, room.length) !== -1) {
      // Read before the safe point: a signal handler may ask, too.
      const address = room.read();
      if (address === null) failed(call, EAFNOSUPPORT);
      leave(0);
      return address as SocketAddress;
    }
    failed(call, errno());
  }
}
