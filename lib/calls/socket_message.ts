/**
 * Messages over sockets: sendmsg, recvmsg. They carry bytes, descriptors, and who the sender is. A descriptor that travels
 * becomes a new descriptor of the receiver for the same open file: how one process hands another a pipe, a queue or shared
 * memory.
 *
 * @module
 */
import { controlLength, decodeControl, encodeControl, MOST_CONTROL, SCM_MAX_FD } from "../abi/cmsghdr.ts";
import { encode, get, set, sizeOf } from "../abi/layout.ts";
import { IOVEC, MSGHDR } from "../abi/msghdr.ts";
import { decodeAddress, ROOM, type SocketAddress } from "../abi/sockaddr.ts";
import { SO_PASSCRED, SOL_SOCKET } from "../abi/socket_constants.ts";
import type { Credentials } from "../abi/socket_option.ts";
import { bytes, int, kind, lengthOf, size } from "../errors/arguments.ts";
import { credentials as checkedCredentials, socketAddress } from "../errors/socket_argument.ts";
import { errnoOf } from "../errors/system_error.ts";
import { callNumber } from "../gate/calls.ts";
import { enter, failed, leave } from "../gate/gate.ts";
import { isInternal } from "../gate/internal.ts";
import { receivingFailed, sendingFailed } from "../gate/socket_failure.ts";
import { errno } from "../raw/errno.ts";
import { addressOfBytes } from "../raw/pointer.ts";
import { c } from "../raw/socket.ts";

/** What `sendmsg` sends. */
export interface Message {
  /** The bytes. On a stream at least one, where descriptors are to arrive: those travel with a byte. */
  readonly data: Uint8Array;
  /** Descriptors to hand over, at most 253. They stay open here, too. */
  readonly descriptors?: readonly number[];
  /** Who the sender says it is (AF_UNIX). Only a privileged process may say anything but the truth. */
  readonly credentials?: Credentials;
  /** To whom: for a datagram socket that is not connected. */
  readonly address?: SocketAddress;
}

/** What `recvmsg` takes besides bytes. */
export interface ControlRoom {
  /** How many descriptors; none unless given. */
  readonly descriptors?: number;
  /** Whether the sender's credentials are taken: with the option SO_PASSCRED every message of an AF_UNIX socket has them. */
  readonly credentials?: boolean;
}

/** What `recvmsg` received. */
export interface ReceivedMessage {
  /** Number of bytes in the buffer. 0 at end of file, or for an empty message. */
  length: number;
  /** New descriptors of this process. The receiver closes them. */
  descriptors: number[];
  /** MSG_TRUNC and MSG_CTRUNC where something was lost, MSG_EOR, and MSG_CMSG_CLOEXEC as it was asked for. */
  flags: number;
  /** Who sent it, as the kernel vouches; only where they were asked for. */
  credentials?: Credentials;
  /** The sender's address; only where it has one. */
  address?: SocketAddress;
}

const SENDMSG = callNumber("sendmsg");
const RECVMSG = callNumber("recvmsg");

const EBADF = errnoOf("EBADF");
const EINVAL = errnoOf("EINVAL");

/**
 * `ssize_t sendmsg(int sockfd, const struct msghdr *msg, int flags)`: sends bytes, and with them descriptors, and who sends.
 *
 * Blocks while the socket's buffer has no room, unless SOCK_NONBLOCK or MSG_DONTWAIT says otherwise. On a stream fewer bytes
 * may be sent than were given; the descriptors go with the first.
 *
 * @param fd a socket, connected unless the message has an address
 * @param message the bytes; descriptors, credentials and an address where wanted
 * @param flags 0, or MSG_NOSIGNAL, MSG_DONTWAIT
 * @returns the number of bytes sent
 * @throws {SystemError} EAGAIN: it would block; EPIPE: the peer has closed (and SIGPIPE comes, but for MSG_NOSIGNAL);
 *   ECONNREFUSED, ECONNRESET: a datagram's peer has; EBADF: `fd` or one of the descriptors is not open; ENOTSOCK; ENOTCONN;
 *   EISCONN: an address on a connected stream; EMSGSIZE: a message too long for its socket; EINVAL: more than 253 descriptors;
 *   EPERM, ESRCH: credentials that are not one's own; ETOOMANYREFS: too many descriptors are under way; EINTR: a handler ran
 * @see {@link https://man7.org/linux/man-pages/man2/sendmsg.2.html | sendmsg(2)}, cmsg(3), unix(7)
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
  const { credentials: sender, address } = message;
  const credentials = sender === undefined ? undefined : checkedCredentials(sender, "message.credentials");
  const name = address === undefined ? null : socketAddress(address, "message.address");
  for (;;) {
    enter(SENDMSG);
    if (isInternal(fd) || descriptors.some(isInternal)) failed(SENDMSG, EBADF);
    if (descriptors.length > SCM_MAX_FD) failed(SENDMSG, EINVAL, `more than ${SCM_MAX_FD} descriptors`);
    const block = header ??= new Header();
    if (name !== null) block.bytes.set(name, NAME);
    const control = encodeControl(block.view, CONTROL, { descriptors, credentials });
    block.pointAt(data, name === null ? 0 : name.length, control);
    const n = c.sendmsg(fd, block.bytes, flags);
    if (n !== -1) return leave(n);
    sendingFailed(fd, SENDMSG, errno());
  }
}

/**
 * `ssize_t recvmsg(int sockfd, struct msghdr *msg, int flags)`: receives bytes, and with them descriptors, and who sent them.
 *
 * Blocks until something has come, unless SOCK_NONBLOCK or MSG_DONTWAIT says otherwise. Descriptors that there is no room for
 * are closed by the kernel, and the result's flags have MSG_CTRUNC. The receiver closes those it got.
 *
 * @param fd a socket
 * @param buffer where the bytes go
 * @param flags 0, or MSG_DONTWAIT, MSG_PEEK, MSG_TRUNC, MSG_WAITALL, MSG_CMSG_CLOEXEC
 * @param room how many descriptors are taken, and whether credentials are: `{ descriptors: 1, credentials: true }`; a number is
 * one of descriptors, and nothing is taken unless said
 * @returns the number of bytes; the descriptors, the sender's credentials and address; and what was lost
 * @throws {SystemError} EAGAIN: it would block; EBADF; ENOTSOCK; ENOTCONN; ECONNRESET: the peer closed with bytes unread;
 *   EINTR: a signal handler ran
 * @see {@link https://man7.org/linux/man-pages/man2/recvmsg.2.html | recvmsg(2)}, cmsg(3), unix(7)
 *
 * @example Who is there?
 * ```ts
 * import { AF_UNIX, close, getpid, recvmsg, sendmsg, setsockopt, SO_PASSCRED, SOCK_DGRAM, socketpair, SOL_SOCKET } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const [mine, yours] = socketpair(AF_UNIX, SOCK_DGRAM, 0);
 * setsockopt(yours, SOL_SOCKET, SO_PASSCRED, 1);
 * sendmsg(mine, { data: new Uint8Array(1) });
 * const { credentials } = recvmsg(yours, new Uint8Array(1), 0, { credentials: true });
 * assertEquals(credentials?.pid, getpid());
 * close(mine);
 * close(yours);
 * ```
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
export function recvmsg(
  fd: number,
  buffer: Uint8Array,
  flags = 0,
  room: number | ControlRoom = 0,
): ReceivedMessage {
  int(fd, "fd");
  const target = bytes(buffer, "buffer");
  int(flags, "flags");
  const { descriptors, credentials } = copyRoom(room);
  for (;;) {
    enter(RECVMSG);
    if (isInternal(fd)) failed(RECVMSG, EBADF);
    const block = header ??= new Header();
    // Where none come, their room would be filled with descriptors that nobody asked for.
    const space = controlLength(descriptors, credentials && passesCredentials(fd));
    block.pointAt(target, ROOM, space);
    const n = c.recvmsg(fd, block.bytes, flags);
    if (n !== -1) {
      // Taken out of the block before the safe point: a signal handler may receive, too.
      const result = block.received(n);
      leave(n);
      return result;
    }
    receivingFailed(fd, RECVMSG, errno());
  }
}

/** Where the parts of a header block lie: the msghdr first, then the one iovec, the address, and the control messages. */
const PIECE = sizeOf(MSGHDR);
const NAME = PIECE + sizeOf(IOVEC);
const CONTROL = NAME + ROOM;

/** One msghdr with all it points at, used for every call. */
class Header {
  readonly bytes: Uint8Array<ArrayBuffer> = new Uint8Array(CONTROL + MOST_CONTROL);
  readonly view: DataView<ArrayBuffer> = new DataView(this.bytes.buffer);
  readonly #name: bigint;
  #data: Uint8Array<ArrayBuffer> | null = null;
  #dataAddress = 0n;
  readonly #control: bigint;

  constructor() {
    const address = addressOfBytes(this.bytes);
    this.#name = address + BigInt(NAME);
    this.#control = address + BigInt(CONTROL);
    encode(MSGHDR, this.view, { pieces: address + BigInt(PIECE), pieceCount: 1 });
  }

  /** Describes a message of `data`, an address of `name` bytes, and `control` bytes of control messages. */
  pointAt(data: Uint8Array<ArrayBuffer>, name: number, control: number): void {
    const { view } = this;
    // Asking for an address takes longer than the system call. Bytes do not move; of a buffer that was detached since, the
    // length is 0.
    if (data !== this.#data) {
      this.#data = data;
      this.#dataAddress = addressOfBytes(data);
    }
    set(view, IOVEC.fields.base, this.#dataAddress, PIECE);
    set(view, IOVEC.fields.length, lengthOf(data), PIECE);
    set(view, MSGHDR.fields.name, name === 0 ? 0n : this.#name);
    set(view, MSGHDR.fields.nameLength, name);
    set(view, MSGHDR.fields.control, control === 0 ? 0n : this.#control);
    set(view, MSGHDR.fields.controlLength, control);
    set(view, MSGHDR.fields.flags, 0);
  }

  /** What came with `length` bytes. */
  received(length: number): ReceivedMessage {
    const { view } = this;
    const { fields } = MSGHDR;
    const { descriptors, credentials } = decodeControl(view, CONTROL, get(view, fields.controlLength));
    const result: ReceivedMessage = { length, descriptors, flags: get(view, fields.flags) };
    if (credentials !== undefined) result.credentials = credentials;
    const nameLength = get(view, fields.nameLength);
    const address = nameLength === 0 ? null : decodeAddress(this.bytes.subarray(NAME, CONTROL), nameLength);
    if (address !== null) result.address = address;
    return result;
  }
}

let header: Header | null = null;

/** Whether messages that come here say who sent them. */
function passesCredentials(fd: number): boolean {
  const value = new Uint32Array(1);
  return c.getsockopt(fd, SOL_SOCKET, SO_PASSCRED, value, new Uint32Array([value.byteLength])) === 0 && value[0] !== 0;
}

/** The descriptors, each read once and checked. One more than the most is enough to be refused. */
function copyDescriptors(list: readonly number[] | undefined): number[] {
  if (list === undefined) return [];
  if (!Array.isArray(list)) throw new TypeError(`message.descriptors: expected an array, got ${kind(list)}`);
  const count = Math.min(size(list.length, "message.descriptors.length"), SCM_MAX_FD + 1);
  return Array.from({ length: count }, (_, i) => int(list[i] as number, `message.descriptors[${i}]`));
}

function copyRoom(room: number | ControlRoom): { descriptors: number; credentials: boolean } {
  if (typeof room !== "object" || room === null) {
    return { descriptors: Math.min(size(room, "room"), SCM_MAX_FD), credentials: false };
  }
  const { descriptors = 0, credentials = false } = room;
  if (typeof credentials !== "boolean") {
    throw new TypeError(`room.credentials: expected true or false, got ${kind(credentials)}`);
  }
  return { descriptors: Math.min(size(descriptors, "room.descriptors"), SCM_MAX_FD), credentials };
}
