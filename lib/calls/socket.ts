/**
 * Sockets: pairs of connected ones, and messages that carry bytes and descriptors. A descriptor that travels becomes a new
 * descriptor of the receiver for the same open file: how one process hands another a pipe, a queue or shared memory.
 *
 * @module
 */
import { controlLength, decodeDescriptors, encodeDescriptors, SCM_MAX_FD } from "../abi/cmsghdr.ts";
import { encode, get, set, sizeOf } from "../abi/layout.ts";
import { IOVEC, MSGHDR } from "../abi/msghdr.ts";
import { bytes, int, kind, size } from "../errors/arguments.ts";
import { errnoOf } from "../errors/system_error.ts";
import { callNumber } from "../gate/calls.ts";
import { enter, failed, leave } from "../gate/gate.ts";
import { isInternal } from "../gate/internal.ts";
import { errno } from "../raw/errno.ts";
import { addressOfBytes } from "../raw/pointer.ts";
import { c } from "../raw/socket.ts";

/** What `sendmsg` sends. */
export interface Message {
  /** The bytes. On a stream at least one, where descriptors are to arrive: those travel with a byte. */
  readonly data: Uint8Array;
  /** Descriptors to hand over, at most 253. They stay open here, too. */
  readonly descriptors?: readonly number[];
}

/** What `recvmsg` received. */
export interface ReceivedMessage {
  /** Number of bytes in the buffer. 0 at end of file, or for an empty message. */
  length: number;
  /** New descriptors of this process. The receiver closes them. */
  descriptors: number[];
  /** MSG_TRUNC and MSG_CTRUNC where something was lost, MSG_EOR, and MSG_CMSG_CLOEXEC as it was asked for. */
  flags: number;
}

const SOCKETPAIR = callNumber("socketpair");
const SENDMSG = callNumber("sendmsg");
const RECVMSG = callNumber("recvmsg");

/**
 * `int socketpair(int domain, int type, int protocol, int sv[2])`: two sockets, connected to each other.
 *
 * Never blocks. Both descriptors are the caller's to `close`. See socketpair(2), unix(7).
 *
 * @param domain AF_UNIX
 * @param type SOCK_STREAM, SOCK_DGRAM or SOCK_SEQPACKET; with SOCK_CLOEXEC and SOCK_NONBLOCK as wanted
 * @param protocol 0: the family has one protocol a type
 * @returns the two descriptors; what is sent on one is received on the other
 * @throws {SystemError} EAFNOSUPPORT, ESOCKTNOSUPPORT, EPROTONOSUPPORT: no such domain, type or protocol;
 *   EOPNOTSUPP: the domain has no pairs; EMFILE, ENFILE: too many descriptors
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
 * `ssize_t sendmsg(int sockfd, const struct msghdr *msg, int flags)`: sends bytes, and descriptors with them.
 *
 * Blocks while the socket's buffer has no room, unless SOCK_NONBLOCK or MSG_DONTWAIT says otherwise. On a stream fewer bytes
 * may be sent than were given; the descriptors go with the first. See sendmsg(2), cmsg(3), unix(7).
 *
 * @param fd a connected socket
 * @param message the bytes and descriptors
 * @param flags 0, or MSG_NOSIGNAL, MSG_DONTWAIT
 * @returns the number of bytes sent
 * @throws {SystemError} EAGAIN: it would block; EPIPE: the peer has closed (and SIGPIPE comes, but for MSG_NOSIGNAL);
 *   ECONNREFUSED, ECONNRESET: a datagram's peer has; EBADF: `fd` or one of the descriptors is not open; ENOTSOCK; ENOTCONN;
 *   EMSGSIZE: a message too long for its socket; EINVAL: more than 253 descriptors; ETOOMANYREFS: too many are under way;
 *   EINTR: a signal handler ran
 *
 * @example Handing a pipe's read end over
 * ```ts
 * import { AF_UNIX, close, MSG_NOSIGNAL, pipe, read, recvmsg, sendmsg, SOCK_STREAM, socketpair, write } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const [mine, yours] = socketpair(AF_UNIX, SOCK_STREAM, 0);
 * const [readEnd, writeEnd] = pipe();
 * sendmsg(mine, { data: new Uint8Array(1), descriptors: [readEnd] }, MSG_NOSIGNAL);
 * close(readEnd);
 *
 * const [received] = recvmsg(yours, new Uint8Array(1), 0, 1).descriptors as [number];
 * write(writeEnd, new Uint8Array([42]));
 * const buffer = new Uint8Array(1);
 * assertEquals(read(received, buffer), 1);
 * assertEquals(buffer[0], 42);
 * for (const fd of [mine, yours, writeEnd, received]) close(fd);
 * ```
 */
export function sendmsg(fd: number, message: Message, flags = 0): number {
  int(fd, "fd");
  int(flags, "flags");
  if (typeof message !== "object" || message === null) {
    throw new TypeError(`message: expected an object with data, got ${kind(message)}`);
  }
  const data = bytes(message.data, "message.data");
  const descriptors = copyDescriptors(message.descriptors);
  for (;;) {
    enter(SENDMSG);
    if (isInternal(fd) || descriptors.some(isInternal)) failed(SENDMSG, EBADF);
    if (descriptors.length > SCM_MAX_FD) failed(SENDMSG, EINVAL, `more than ${SCM_MAX_FD} descriptors`);
    const block = header ??= new Header();
    block.pointAt(data, encodeDescriptors(block.view, CONTROL, descriptors));
    const n = c.sendmsg(fd, block.bytes, flags);
    if (n !== -1) return leave(n);
    failed(SENDMSG, errno());
  }
}

/**
 * `ssize_t recvmsg(int sockfd, struct msghdr *msg, int flags)`: receives bytes, and descriptors with them.
 *
 * Blocks until something has come, unless SOCK_NONBLOCK or MSG_DONTWAIT says otherwise. Descriptors beyond `maxDescriptors` are
 * closed by the kernel, and the result's flags have MSG_CTRUNC. The receiver closes those it got. See recvmsg(2), cmsg(3), unix(7).
 *
 * @param fd a connected socket
 * @param buffer where the bytes go
 * @param flags 0, or MSG_DONTWAIT, MSG_PEEK, MSG_TRUNC, MSG_WAITALL, MSG_CMSG_CLOEXEC
 * @param maxDescriptors how many descriptors are taken; none unless given
 * @returns the number of bytes, the descriptors, and what was lost
 * @throws {SystemError} EAGAIN: it would block; EBADF; ENOTSOCK; ENOTCONN; ECONNRESET: the peer closed with bytes unread;
 *   EINTR: a signal handler ran
 *
 * @example The end of the conversation
 * ```ts
 * import { AF_UNIX, close, recvmsg, SOCK_SEQPACKET, socketpair } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const [mine, yours] = socketpair(AF_UNIX, SOCK_SEQPACKET, 0);
 * close(yours);
 * assertEquals(recvmsg(mine, new Uint8Array(8)), { length: 0, descriptors: [], flags: 0 });
 * close(mine);
 * ```
 */
export function recvmsg(fd: number, buffer: Uint8Array, flags = 0, maxDescriptors = 0): ReceivedMessage {
  int(fd, "fd");
  const target = bytes(buffer, "buffer");
  int(flags, "flags");
  const room = controlLength(Math.min(size(maxDescriptors, "maxDescriptors"), SCM_MAX_FD));
  for (;;) {
    enter(RECVMSG);
    if (isInternal(fd)) failed(RECVMSG, EBADF);
    const block = header ??= new Header();
    block.pointAt(target, room);
    const n = c.recvmsg(fd, block.bytes, flags);
    if (n !== -1) {
      // Taken out of the block before the safe point: a signal handler may receive, too.
      const descriptors = decodeDescriptors(block.view, CONTROL, get(block.view, MSGHDR.fields.controlLength));
      const result = { length: n, descriptors, flags: get(block.view, MSGHDR.fields.flags) };
      leave(n);
      return result;
    }
    failed(RECVMSG, errno());
  }
}

const EBADF = errnoOf("EBADF");
const EINVAL = errnoOf("EINVAL");

/** Where the parts of a header block lie: the msghdr first, then the one iovec, then the control messages. */
const PIECE = sizeOf(MSGHDR);
const CONTROL = PIECE + sizeOf(IOVEC);

/** One msghdr with all it points at, used for every call. */
class Header {
  readonly bytes: Uint8Array<ArrayBuffer> = new Uint8Array(CONTROL + controlLength(SCM_MAX_FD));
  readonly view: DataView<ArrayBuffer> = new DataView(this.bytes.buffer);
  readonly #control: bigint;

  constructor() {
    const address = addressOfBytes(this.bytes);
    this.#control = address + BigInt(CONTROL);
    encode(MSGHDR, this.view, { pieces: address + BigInt(PIECE), pieceCount: 1 });
  }

  /** Describes a message of `data` and `control` bytes of control messages. */
  pointAt(data: Uint8Array<ArrayBuffer>, control: number): void {
    const { view } = this;
    set(view, IOVEC.fields.base, addressOfBytes(data), PIECE);
    set(view, IOVEC.fields.length, data.length, PIECE);
    set(view, MSGHDR.fields.control, control === 0 ? 0n : this.#control);
    set(view, MSGHDR.fields.controlLength, control);
    set(view, MSGHDR.fields.flags, 0);
  }
}

let header: Header | null = null;

/** The descriptors, each read once and checked. One more than the most is enough to be refused. */
function copyDescriptors(list: readonly number[] | undefined): number[] {
  if (list === undefined) return [];
  if (!Array.isArray(list)) throw new TypeError(`message.descriptors: expected an array, got ${kind(list)}`);
  const count = Math.min(size(list.length, "message.descriptors.length"), SCM_MAX_FD + 1);
  return Array.from({ length: count }, (_, i) => int(list[i] as number, `message.descriptors[${i}]`));
}
