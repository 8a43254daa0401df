/**
 * What calls on sockets are given: addresses and credentials, checked.
 *
 * @module
 */
import { encodeAddress, type SocketAddress } from "../abi/sockaddr.ts";
import { AF_INET, AF_INET6, AF_UNIX, AF_UNSPEC } from "../abi/socket_constants.ts";
import type { Credentials } from "../abi/socket_option.ts";
import { int, kind, text, unsigned } from "./arguments.ts";

const MOST_PORT = 65535;

/** `value` as C's `struct sockaddr` of its family. What cannot be written as one is a RangeError. */
export function socketAddress(value: SocketAddress, name: string): Uint8Array<ArrayBuffer> {
  if (typeof value !== "object" || value === null) {
    throw new TypeError(`${name}: expected an address such as { family: AF_UNIX, path: "/x" }, got ${kind(value)}`);
  }
  const family = int(value.family, `${name}.family`);
  switch (family) {
    case AF_UNSPEC:
      return encodeAddress({ family }) as Uint8Array<ArrayBuffer>;
    case AF_UNIX:
      return unixAddress(value as { path?: string; abstract?: string }, name);
    case AF_INET:
    case AF_INET6:
      return inetAddress(family, value as { address: string; port: number; scope?: number }, name);
    default:
      throw new RangeError(`${name}.family: expected AF_UNIX, AF_INET, AF_INET6 or AF_UNSPEC, got ${family}`);
  }
}

/** `value` if it says who a process is: each part read once. */
export function credentials(value: Credentials, name: string): Credentials {
  if (typeof value !== "object" || value === null) {
    throw new TypeError(`${name}: expected { pid, uid, gid }, got ${kind(value)}`);
  }
  return {
    pid: int(value.pid, `${name}.pid`),
    uid: unsigned(value.uid, `${name}.uid`),
    gid: unsigned(value.gid, `${name}.gid`),
  };
}

function unixAddress(value: { path?: string; abstract?: string }, name: string): Uint8Array<ArrayBuffer> {
  const { path, abstract } = value;
  if (path !== undefined && abstract !== undefined) {
    throw new TypeError(`${name}: expected a path or an abstract name, got both`);
  }
  if (abstract !== undefined && typeof abstract !== "string") {
    throw new TypeError(`${name}.abstract: expected a string, got ${kind(abstract)}`);
  }
  if (path !== undefined) text(path, `${name}.path`);
  if (path === "") {
    throw new RangeError(`${name}.path: expected a path, got ""; an unnamed address is { family: AF_UNIX }`);
  }
  const encoded = encodeAddress({
    family: AF_UNIX,
    ...(path === undefined ? {} : { path }),
    ...(abstract === undefined ? {} : { abstract }),
  });
  if (encoded !== null) return encoded;
  throw new RangeError(
    path === undefined
      ? `${name}.abstract: longer than the 107 bytes that sun_path has for it`
      : `${name}.path: longer than the 108 bytes of sun_path`,
  );
}

function inetAddress(
  family: typeof AF_INET | typeof AF_INET6,
  value: { address: string; port: number; scope?: number },
  name: string,
): Uint8Array<ArrayBuffer> {
  const { scope } = value;
  const address = text(value.address, `${name}.address`);
  const port = unsigned(value.port, `${name}.port`);
  if (port > MOST_PORT) throw new RangeError(`${name}.port: expected 0 to ${MOST_PORT}, got ${port}`);
  const encoded = family === AF_INET
    ? encodeAddress({ family, address, port })
    : encodeAddress({ family, address, port, scope: scope === undefined ? 0 : unsigned(scope, `${name}.scope`) });
  if (encoded !== null) return encoded;
  const example = family === AF_INET ? "an IPv4 address such as 127.0.0.1" : "an IPv6 address such as ::1";
  throw new RangeError(`${name}.address: expected ${example}, got ${kind(address)}; names are not looked up`);
}
