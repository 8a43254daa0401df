/**
 * Bytes over sockets: send, recv, sendto, recvfrom.
 *
 * @module
 */
import { AddressRoom, type SocketAddress } from "../abi/sockaddr.ts";
import { bytes, int, lengthOf } from "../errors/arguments.ts";
import { socketAddress } from "../errors/socket_argument.ts";
import { errnoOf } from "../errors/system_error.ts";
import { callNumber } from "../gate/calls.ts";
import { enter, failed, leave } from "../gate/gate.ts";
import { isInternal } from "../gate/internal.ts";
import { receivingFailed, sendingFailed } from "../gate/socket_failure.ts";
import { errno } from "../raw/errno.ts";
import { c } from "../raw/socket.ts";

const SEND = callNumber("send");
const RECV = callNumber("recv");
const SENDTO = callNumber("sendto");
const RECVFROM = callNumber("recvfrom");

const EBADF = errnoOf("EBADF");

/** What `recvfrom` received. */
export interface ReceivedFrom {
  /** Number of bytes in the buffer; 0 for an empty message, and at the end of a connection. */
  length: number;
  /** The sender's address; null where it has none, and on a connection. */
  address: SocketAddress | null;
}

/**
 * `ssize_t send(int sockfd, const void *buf, size_t len, int flags)`: sends bytes to the peer of a connected socket.
 *
 * Blocks while the socket's buffer has no room, unless SOCK_NONBLOCK or MSG_DONTWAIT. On a stream fewer bytes may be sent
 * than were given: go on with the rest. A message is sent as a whole or not at all; an empty one is one, too. A peer that has
 * closed raises SIGPIPE, except with MSG_NOSIGNAL.
 *
 * @param fd a connected socket
 * @param data the bytes
 * @param flags 0, or any of MSG_NOSIGNAL, MSG_DONTWAIT, MSG_EOR, MSG_MORE, MSG_OOB
 * @returns the number of bytes sent
 * @throws {SystemError} EAGAIN (it would block, or SO_SNDTIMEO is over), EBADF, ECONNREFUSED (a datagram's receiver is gone),
 * ECONNRESET, EDESTADDRREQ (UDP without a peer), EINTR, EMSGSIZE, ENOBUFS, ENOTCONN, ENOTSOCK, EOPNOTSUPP (a flag that does not
 * fit), EPIPE
 * @see {@link https://man7.org/linux/man-pages/man2/send.2.html | send(2)}
 *
 * @example Messages keep their bounds
 * ```ts
 * import { AF_UNIX, close, recv, send, SOCK_SEQPACKET, socketpair } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const [mine, yours] = socketpair(AF_UNIX, SOCK_SEQPACKET, 0);
 * send(mine, new Uint8Array(3));
 * send(mine, new Uint8Array(5));
 * const buffer = new Uint8Array(100);
 * assertEquals([recv(yours, buffer), recv(yours, buffer)], [3, 5]);
 * close(mine);
 * close(yours);
 * ```
 */
export function send(fd: number, data: Uint8Array, flags = 0): number {
  int(fd, "fd");
  const source = bytes(data, "data");
  int(flags, "flags");
  const length = lengthOf(source);
  for (;;) {
    enter(SEND);
    if (isInternal(fd)) failed(SEND, EBADF);
    const n = c.send(fd, source, length, flags);
    if (n !== -1) return leave(n);
    sendingFailed(fd, SEND, errno());
  }
}

/**
 * `ssize_t recv(int sockfd, void *buf, size_t len, int flags)`: receives bytes.
 *
 * Blocks until something has come, unless SOCK_NONBLOCK or MSG_DONTWAIT. From a stream it takes what is there, all of the
 * buffer only with MSG_WAITALL; of messages it takes one, and what does not fit into the buffer is lost.
 *
 * @param fd a socket
 * @param buffer where the bytes go
 * @param flags 0, or any of MSG_DONTWAIT, MSG_PEEK, MSG_TRUNC, MSG_WAITALL, MSG_OOB
 * @returns the number of bytes in the buffer, with MSG_TRUNC the length of the whole message; 0 at the end of a connection,
 * and for an empty message
 * @throws {SystemError} EAGAIN (it would block, or SO_RCVTIMEO is over), EBADF, ECONNREFUSED, ECONNRESET (the peer closed with
 * bytes unread), EINTR, EINVAL, ENOTCONN, ENOTSOCK
 * @see {@link https://man7.org/linux/man-pages/man2/recv.2.html | recv(2)}
 *
 * @example How long is it?
 * ```ts
 * import { AF_UNIX, close, MSG_PEEK, MSG_TRUNC, recv, send, SOCK_DGRAM, socketpair } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const [mine, yours] = socketpair(AF_UNIX, SOCK_DGRAM, 0);
 * send(mine, new Uint8Array(300));
 * const length = recv(yours, new Uint8Array(0), MSG_PEEK | MSG_TRUNC); // leaves it there
 * assertEquals(length, 300);
 * assertEquals(recv(yours, new Uint8Array(length)), 300);
 * close(mine);
 * close(yours);
 * ```
 */
export function recv(fd: number, buffer: Uint8Array, flags = 0): number {
  int(fd, "fd");
  const target = bytes(buffer, "buffer");
  int(flags, "flags");
  const length = lengthOf(target);
  for (;;) {
    enter(RECV);
    if (isInternal(fd)) failed(RECV, EBADF);
    const n = c.recv(fd, target, length, flags);
    if (n !== -1) return leave(n);
    receivingFailed(fd, RECV, errno());
  }
}

/**
 * `ssize_t sendto(int sockfd, const void *buf, size_t len, int flags, const struct sockaddr *dest_addr, socklen_t addrlen)`:
 * sends a datagram to an address.
 *
 * Blocks while the receiver's buffer has no room (AF_UNIX) or the own one (UDP), unless SOCK_NONBLOCK or MSG_DONTWAIT.
 *
 * @param fd a datagram socket; on a connected one the address may be left out, and then this is `send`
 * @param data the bytes, sent as a whole or not at all
 * @param flags as for `send`
 * @param address the receiver's
 * @returns the number of bytes sent
 * @throws {SystemError} as `send`; EACCES (a broadcast address without SO_BROADCAST), EAFNOSUPPORT, EINVAL, EISCONN (a
 * connected stream), ENOENT (no such path), ENOTCONN (AF_UNIX without an address), EPROTOTYPE (the path's socket is of another type)
 * @throws {RangeError} for an address that C could not write down: see `bind`
 * @see {@link https://man7.org/linux/man-pages/man2/send.2.html | sendto(2)}
 *
 * @example Two letters without a connection
 * ```ts
 * import { AF_INET, bind, close, getsockname, recvfrom, sendto, SOCK_DGRAM, socket } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const [alice, bob] = [socket(AF_INET, SOCK_DGRAM, 0), socket(AF_INET, SOCK_DGRAM, 0)];
 * for (const fd of [alice, bob]) bind(fd, { family: AF_INET, address: "127.0.0.1", port: 0 });
 *
 * sendto(alice, new TextEncoder().encode("hello"), 0, getsockname(bob));
 * const buffer = new Uint8Array(100);
 * const { length, address } = recvfrom(bob, buffer);
 * assertEquals(new TextDecoder().decode(buffer.subarray(0, length)), "hello");
 * assertEquals(address, getsockname(alice));
 * close(alice);
 * close(bob);
 * ```
 */
export function sendto(fd: number, data: Uint8Array, flags: number, address?: SocketAddress): number {
  int(fd, "fd");
  const source = bytes(data, "data");
  int(flags, "flags");
  const name = address === undefined ? null : socketAddress(address, "address");
  const length = lengthOf(source);
  for (;;) {
    enter(SENDTO);
    if (isInternal(fd)) failed(SENDTO, EBADF);
    const n = c.sendto(fd, source, length, flags, name, name === null ? 0 : name.length);
    if (n !== -1) return leave(n);
    sendingFailed(fd, SENDTO, errno());
  }
}

/**
 * `ssize_t recvfrom(int sockfd, void *buf, size_t len, int flags, struct sockaddr *src_addr, socklen_t *addrlen)`: receives
 * bytes, and learns from whom.
 *
 * Blocks until something has come, unless SOCK_NONBLOCK or MSG_DONTWAIT. What does not fit into the buffer is lost.
 *
 * @param fd a socket
 * @param buffer where the bytes go
 * @param flags as for `recv`
 * @returns the number of bytes, as from `recv`, and the sender's address, which `sendto` takes for the answer
 * @throws {SystemError} as `recv`
 * @see {@link https://man7.org/linux/man-pages/man2/recv.2.html | recvfrom(2)}
 *
 * @example An answer goes to where the question came from
 * ```ts
 * import { AF_UNIX, bind, close, getsockname, recv, recvfrom, sendto, SOCK_DGRAM, socket } from "ipc";
 * import { assert, assertEquals } from "@std/assert";
 *
 * const [asking, answering] = [socket(AF_UNIX, SOCK_DGRAM, 0), socket(AF_UNIX, SOCK_DGRAM, 0)];
 * for (const fd of [asking, answering]) bind(fd, { family: AF_UNIX }); // names to answer to
 *
 * sendto(asking, new Uint8Array([20, 22]), 0, getsockname(answering));
 * const question = new Uint8Array(2);
 * const { address } = recvfrom(answering, question);
 * assert(address !== null);
 * sendto(answering, new Uint8Array([question[0]! + question[1]!]), 0, address);
 *
 * const answer = new Uint8Array(1);
 * recv(asking, answer);
 * assertEquals(answer[0], 42);
 * close(asking);
 * close(answering);
 * ```
 */
export function recvfrom(fd: number, buffer: Uint8Array, flags = 0): ReceivedFrom {
  int(fd, "fd");
  const target = bytes(buffer, "buffer");
  int(flags, "flags");
  const length = lengthOf(target);
  for (;;) {
    enter(RECVFROM);
    if (isInternal(fd)) failed(RECVFROM, EBADF);
    room.clear();
    const n = c.recvfrom(fd, target, length, flags, room.bytes, room.length);
    if (n !== -1) {
      // Read before the safe point: a signal handler may receive, too.
      const address = room.read();
      return { length: leave(n), address };
    }
    receivingFailed(fd, RECVFROM, errno());
  }
}

const room = new AddressRoom();
