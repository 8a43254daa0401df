/**
 * Addresses of sockets: plain objects here, `struct sockaddr_un`, `sockaddr_in` and `sockaddr_in6` in C.
 *
 * @module
 */
import { formatInet4, formatInet6, parseInet4, parseInet6 } from "./inet_text.ts";
import { layout, offsetOf, sizeOf } from "./layout.ts";
import { AF_INET, AF_INET6, AF_UNIX, AF_UNSPEC } from "./socket_constants.ts";

/**
 * Address of an AF_UNIX socket. It has a path, or an abstract name, which is in no folder and ends with its socket, or
 * neither: then it is unnamed, and to bind to it is to be given an abstract name by the kernel. See unix(7).
 */
export interface UnixAddress {
  /** AF_UNIX. */
  readonly family: typeof AF_UNIX;
  /** Path of the socket's file, 1 to 108 bytes as UTF-8. */
  readonly path?: string;
  /** Abstract name, up to 107 bytes as UTF-8; C writes it behind a NUL. */
  readonly abstract?: string;
}

/** Address of an AF_INET socket. See ip(7). */
export interface InetAddress {
  /** AF_INET. */
  readonly family: typeof AF_INET;
  /** IPv4 address, "127.0.0.1"; "0.0.0.0" is any of this machine. */
  readonly address: string;
  /** Port, 0 to 65535; to bind to 0 is to be given one by the kernel. */
  readonly port: number;
}

/** Address of an AF_INET6 socket. See ipv6(7). */
export interface Inet6Address {
  /** AF_INET6. */
  readonly family: typeof AF_INET6;
  /** IPv6 address, "::1"; "::" is any of this machine. */
  readonly address: string;
  /** Port, 0 to 65535; to bind to 0 is to be given one by the kernel. */
  readonly port: number;
  /** Number of the interface that a link-local address (fe80::…) belongs to; left out where it is 0. */
  readonly scope?: number;
}

/** No address: a datagram socket that is connected to it has no peer any more. */
export interface UnspecifiedAddress {
  /** AF_UNSPEC. */
  readonly family: typeof AF_UNSPEC;
}

/** Address of a socket. `family` says of which kind. */
export type SocketAddress = UnixAddress | InetAddress | Inet6Address | UnspecifiedAddress;

/** `struct sockaddr_un`; its path, `char sun_path[108]`, is all that follows the family. */
export const SOCKADDR_UN = layout({
  c: "struct sockaddr_un",
  headers: ["sys/socket.h", "sys/un.h"],
  size: 110,
  fields: {
    family: { c: "sun_family", type: "u16", offset: 0 },
  },
});

/** `struct sockaddr_in`. Port and address are big-endian. */
export const SOCKADDR_IN = layout({
  c: "struct sockaddr_in",
  headers: ["netinet/in.h"],
  size: 16,
  fields: {
    family: { c: "sin_family", type: "u16", offset: 0 },
    port: { c: "sin_port", type: "u16", offset: 2 },
    address: { c: "sin_addr.s_addr", type: "u32", offset: 4 },
  },
});

/** `struct sockaddr_in6`. Port and address are big-endian. */
export const SOCKADDR_IN6 = layout({
  c: "struct sockaddr_in6",
  headers: ["netinet/in.h"],
  size: 28,
  fields: {
    family: { c: "sin6_family", type: "u16", offset: 0 },
    port: { c: "sin6_port", type: "u16", offset: 2 },
    flowinfo: { c: "sin6_flowinfo", type: "u32", offset: 4 },
    address: { c: "sin6_addr.s6_addr[0]", type: "u8", offset: 8 },
    scope: { c: "sin6_scope_id", type: "u32", offset: 24 },
  },
});

const FAMILY_SIZE = 2;
/** Bytes of `sun_path`. */
const PATH_SIZE = sizeOf(SOCKADDR_UN) - FAMILY_SIZE;

const encoder = new TextEncoder();
// A byte order mark is a part of a name like any other.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** An address as C has it, as long as C is to be told; null where a name is too long or empty, or an address is none. */
export function encodeAddress(address: SocketAddress): Uint8Array<ArrayBuffer> | null {
  switch (address.family) {
    case AF_UNSPEC:
      return encoded(FAMILY_SIZE, AF_UNSPEC);
    case AF_UNIX:
      return encodeUnix(address);
    case AF_INET:
      return encodeInet(
        address,
        parseInet4(address.address),
        sizeOf(SOCKADDR_IN),
        offsetOf(SOCKADDR_IN.fields.address),
      );
    case AF_INET6: {
      const bytes = parseInet6(address.address);
      const at = offsetOf(SOCKADDR_IN6.fields.address);
      const result = encodeInet(address, bytes, sizeOf(SOCKADDR_IN6), at);
      if (result !== null) {
        new DataView(result.buffer).setUint32(offsetOf(SOCKADDR_IN6.fields.scope), address.scope ?? 0, true);
      }
      return result;
    }
  }
}

/** The address in the first `length` bytes; null where there is none, or one of a family that is not known here. */
export function decodeAddress(bytes: Uint8Array<ArrayBuffer>, length: number): SocketAddress | null {
  const used = Math.min(length, bytes.length);
  if (used < FAMILY_SIZE) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, used);
  const family = view.getUint16(0, true);
  if (family === AF_UNIX) return decodeUnix(bytes.subarray(FAMILY_SIZE, used));
  if (family === AF_UNSPEC) return { family };
  if (family === AF_INET && used >= sizeOf(SOCKADDR_IN)) {
    const at = offsetOf(SOCKADDR_IN.fields.address);
    const port = view.getUint16(offsetOf(SOCKADDR_IN.fields.port), false);
    return { family, address: formatInet4(bytes.subarray(at, at + 4)), port };
  }
  if (family === AF_INET6 && used >= sizeOf(SOCKADDR_IN6)) {
    const at = offsetOf(SOCKADDR_IN6.fields.address);
    const port = view.getUint16(offsetOf(SOCKADDR_IN6.fields.port), false);
    const scope = view.getUint32(offsetOf(SOCKADDR_IN6.fields.scope), true);
    const address = formatInet6(bytes.subarray(at, at + 16));
    return scope === 0 ? { family, address, port } : { family, address, port, scope };
  }
  return null;
}

/** Memory in which C leaves an address. */
export class AddressRoom {
  /** The address: room for the longest that there is. */
  readonly bytes: Uint8Array<ArrayBuffer> = new Uint8Array(ROOM);
  /** C's `socklen_t`: how much room there is, and after the call how long the address is. */
  readonly length: Uint32Array<ArrayBuffer> = new Uint32Array([ROOM]);

  /** Before a call: all of it is room. */
  clear(): void {
    this.length[0] = ROOM;
  }

  /** After a call: the address. */
  read(): SocketAddress | null {
    return decodeAddress(this.bytes, this.length[0] as number);
  }
}

/** Size of C's `struct sockaddr_storage`. */
export const ROOM = 128;

function encoded(size: number, family: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  new DataView(bytes.buffer).setUint16(0, family, true);
  return bytes;
}

function encodeUnix({ path, abstract }: UnixAddress): Uint8Array<ArrayBuffer> | null {
  if (path !== undefined) {
    const name = encoder.encode(path);
    if (name.length === 0 || name.length > PATH_SIZE) return null;
    // With its NUL, but where it fills the array: there Linux does without.
    const bytes = encoded(FAMILY_SIZE + Math.min(name.length + 1, PATH_SIZE), AF_UNIX);
    bytes.set(name, FAMILY_SIZE);
    return bytes;
  }
  if (abstract === undefined) return encoded(FAMILY_SIZE, AF_UNIX);
  const name = encoder.encode(abstract);
  if (name.length + 1 > PATH_SIZE) return null;
  const bytes = encoded(FAMILY_SIZE + 1 + name.length, AF_UNIX);
  bytes.set(name, FAMILY_SIZE + 1);
  return bytes;
}

function decodeUnix(name: Uint8Array<ArrayBuffer>): UnixAddress {
  if (name.length === 0) return { family: AF_UNIX };
  if (name[0] === 0) return { family: AF_UNIX, abstract: decoder.decode(name.subarray(1)) };
  const end = name.indexOf(0);
  return { family: AF_UNIX, path: decoder.decode(end === -1 ? name : name.subarray(0, end)) };
}

/** Family and port are at the same places in both structures. */
function encodeInet(
  { family, port }: InetAddress | Inet6Address,
  address: readonly number[] | null,
  size: number,
  at: number,
): Uint8Array<ArrayBuffer> | null {
  if (address === null) return null;
  const bytes = encoded(size, family);
  new DataView(bytes.buffer).setUint16(offsetOf(SOCKADDR_IN.fields.port), port, false);
  bytes.set(address, at);
  return bytes;
}
