/**
 * Sockets of a test, closed at the end of its scope.
 *
 * @module
 */
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  bind,
  close,
  getsockname,
  listen,
  SOCK_CLOEXEC,
  socket,
  type SocketAddress,
  socketpair,
} from "ipc";

/** A number that is no descriptor's. */
export const NOWHERE = 1_000_000;

/**
 * Whatever sockets a test makes.
 *
 * @example
 * ```ts
 * import { Sockets } from "./sockets.ts";
 * import { send, SOCK_STREAM } from "ipc";
 *
 * using sockets = new Sockets();
 * const [mine] = sockets.pair(SOCK_STREAM);
 * send(mine, new Uint8Array(1));
 * ```
 */
export class Sockets implements Disposable {
  readonly #open = new Set<number>();

  /** A socket. */
  socket(domain: number, type: number): number {
    return this.keep(socket(domain, type | SOCK_CLOEXEC, 0));
  }

  /** Two that are connected. */
  pair(type: number): [number, number] {
    const pair = socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0);
    for (const fd of pair) this.keep(fd);
    return pair;
  }

  /** One that is bound: to the address, or to one that the kernel chooses. */
  bound(domain: number, type: number, address?: SocketAddress): [fd: number, address: SocketAddress] {
    const fd = this.socket(domain, type);
    bind(fd, address ?? anywhere(domain));
    return [fd, getsockname(fd)];
  }

  /** One that listens. */
  listener(domain: number, type: number, backlog = 5): [fd: number, address: SocketAddress] {
    const [fd, address] = this.bound(domain, type);
    listen(fd, backlog);
    return [fd, address];
  }

  /** Closes `fd` at the end, too. */
  keep(fd: number): number {
    this.#open.add(fd);
    return fd;
  }

  /** Closes one now. */
  close(fd: number): void {
    this.#open.delete(fd);
    close(fd);
  }

  [Symbol.dispose](): void {
    for (const fd of this.#open) close(fd);
  }
}

/** An address of this machine alone, whose free part the kernel chooses. */
export function anywhere(domain: number): SocketAddress {
  if (domain === AF_INET) return { family: AF_INET, address: "127.0.0.1", port: 0 };
  if (domain === AF_INET6) return { family: AF_INET6, address: "::1", port: 0 };
  return { family: AF_UNIX };
}

/** Whether this machine has a loopback interface for IPv6. */
export function hasInet6(): boolean {
  using sockets = new Sockets();
  try {
    sockets.bound(AF_INET6, 1);
    return true;
  } catch {
    return false;
  }
}
