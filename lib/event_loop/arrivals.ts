/**
 * What comes in, item by item, for `for await`: chunks of a stream, datagrams, messages of a queue, connections.
 *
 * All of them make the descriptor non-blocking (O_NONBLOCK), and leave it so: in a program with an event loop, a read that
 * another process has forestalled must not stop everything. The descriptor is the caller's, who closes it.
 *
 * @module
 */
import { F_GETFL, F_SETFL, O_NONBLOCK } from "../abi/fcntl_constants.ts";
import type { SocketAddress } from "../abi/sockaddr.ts";
import { SO_TYPE, SOCK_CLOEXEC, SOCK_SEQPACKET, SOL_SOCKET } from "../abi/socket_constants.ts";
import { read } from "../calls/descriptor.ts";
import { fcntl } from "../calls/fcntl.ts";
import { mq_getattr } from "../calls/posix_mq.ts";
import { mq_receive } from "../calls/posix_mq_message.ts";
import { accept4 } from "../calls/socket_connection.ts";
import { recvfrom } from "../calls/socket_data.ts";
import { getsockopt } from "../calls/socket_option.ts";
import { int, size } from "../errors/arguments.ts";
import { isSystemError } from "../errors/system_error.ts";
import { abortSignal, readable, type WaitOptions } from "./readiness.ts";

/** How to read, and when to stop. */
export interface ArrivalOptions extends WaitOptions {
  /** The most bytes of one item, up to 2 ** 24; 65536 unless given. Of a datagram that is longer, the rest is lost. */
  readonly maxBytes?: number;
}

/** A datagram that came in. */
export interface Datagram {
  /** Its bytes, which may be none. */
  data: Uint8Array<ArrayBuffer>;
  /** The sender's address; null where it has none. */
  address: SocketAddress | null;
}

/** A message that came out of a queue. */
export interface ArrivedMessage {
  /** Its bytes, which may be none. */
  data: Uint8Array<ArrayBuffer>;
  /** Its priority. */
  priority: number;
}

/** Somebody who has connected. */
export interface Connection {
  /** A descriptor of the connection, closed by execve. Who takes it closes it. */
  fd: number;
  /** The peer's address; null where it has none. */
  address: SocketAddress | null;
}

const DEFAULT_MAX_BYTES = 65536;
const LARGEST_MAX_BYTES = 2 ** 24;
/** As many items in a row are had without a turn of the event loop: then others have theirs, also where more keeps coming. */
const IN_A_ROW = 64;

/**
 * The bytes of a pipe, FIFO or stream socket as they come in, up to the end: until all writers have closed.
 *
 * @param fd descriptor, made non-blocking for good
 * @param options a signal, which ends the loop with its reason; and how many bytes to take at once
 * @throws what `read`, `fcntl` and {@linkcode readable} throw
 *
 * @example A FIFO's two lines
 * ```ts
 * import { chunks, close, mkfifo, O_NONBLOCK, O_RDONLY, O_WRONLY, open, write } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const folder = Deno.makeTempDirSync();
 * mkfifo(`${folder}/fifo`, 0o600);
 * const reading = open(`${folder}/fifo`, O_RDONLY | O_NONBLOCK);
 * const writing = open(`${folder}/fifo`, O_WRONLY);
 * write(writing, new TextEncoder().encode("one\ntwo\n"));
 * close(writing);
 *
 * const decoder = new TextDecoder();
 * let text = "";
 * for await (const chunk of chunks(reading)) text += decoder.decode(chunk, { stream: true });
 * assertEquals(text, "one\ntwo\n");
 * close(reading);
 * Deno.removeSync(folder, { recursive: true });
 * ```
 */
export function chunks(fd: number, options: ArrivalOptions = {}): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
  const buffer = new Uint8Array(most(options));
  return arrivals(fd, options, () => {
    const length = read(fd, buffer);
    return length === 0 ? END : buffer.slice(0, length);
  });
}

/**
 * The datagrams that come in at a socket, without an end; of a SOCK_SEQPACKET connection up to its end. (An empty message cannot
 * be told from that: it counts as the end there.)
 *
 * @param fd a socket, made non-blocking for good
 * @param options a signal, which ends the loop with its reason; and the longest datagram
 * @throws what `recvfrom`, `getsockopt`, `fcntl` and {@linkcode readable} throw
 *
 * @example Until it is enough
 * ```ts
 * import { AF_UNIX, close, datagrams, send, SOCK_DGRAM, socketpair } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const [mine, yours] = socketpair(AF_UNIX, SOCK_DGRAM, 0);
 * for (const length of [3, 0, 5]) send(mine, new Uint8Array(length));
 * const lengths = [];
 * for await (const { data } of datagrams(yours)) {
 *   lengths.push(data.length);
 *   if (lengths.length === 3) break;
 * }
 * assertEquals(lengths, [3, 0, 5]);
 * close(mine);
 * close(yours);
 * ```
 */
export function datagrams(fd: number, options: ArrivalOptions = {}): AsyncGenerator<Datagram, void, void> {
  const buffer = new Uint8Array(most(options));
  const ends = getsockopt(fd, SOL_SOCKET, SO_TYPE) === SOCK_SEQPACKET;
  return arrivals(fd, options, () => {
    const { length, address } = recvfrom(fd, buffer);
    return length === 0 && ends ? END : { data: buffer.slice(0, length), address };
  });
}

/**
 * The messages of a POSIX queue, the most urgent first, without an end.
 *
 * @param mqd the queue's descriptor, open for reading, made non-blocking for good
 * @param options a signal, which ends the loop with its reason
 * @throws what `mq_receive`, `mq_getattr`, `fcntl` and {@linkcode readable} throw
 *
 * @example Serving until told to stop
 * ```ts
 * import { messages, mq_close, mq_open, mq_send, mq_unlink, O_CREAT, O_RDWR } from "ipc";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * const name = `/arrivals.${Deno.pid}`;
 * const queue = mq_open(name, O_CREAT | O_RDWR, 0o600, { maxmsg: 4, msgsize: 16 });
 * mq_send(queue, new TextEncoder().encode("later"), 1);
 * mq_send(queue, new TextEncoder().encode("now"), 9);
 *
 * const stop = new AbortController();
 * const served: string[] = [];
 * await assertRejects(async () => {
 *   for await (const { data } of messages(queue, { signal: stop.signal })) {
 *     served.push(new TextDecoder().decode(data));
 *     if (served.length === 2) setTimeout(() => stop.abort(), 1); // while the loop waits for a third
 *   }
 * }, DOMException);
 * assertEquals(served, ["now", "later"]);
 * mq_close(queue);
 * mq_unlink(name);
 * ```
 */
export function messages(mqd: number, options: WaitOptions = {}): AsyncGenerator<ArrivedMessage, void, void> {
  const buffer = new Uint8Array(mq_getattr(mqd).msgsize);
  return arrivals(mqd, options, () => {
    const { length, priority } = mq_receive(mqd, buffer);
    return { data: buffer.slice(0, length), priority };
  });
}

/**
 * The connections that others make to a listening socket, without an end.
 *
 * @param fd a listening socket, made non-blocking for good
 * @param options a signal, which ends the loop with its reason
 * @throws what `accept4`, `fcntl` and {@linkcode readable} throw
 *
 * @example The first caller
 * ```ts
 * import { AF_INET, bind, close, connect, connections, getsockname, listen, SOCK_STREAM, socket } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const [server, client] = [socket(AF_INET, SOCK_STREAM, 0), socket(AF_INET, SOCK_STREAM, 0)];
 * bind(server, { family: AF_INET, address: "127.0.0.1", port: 0 });
 * listen(server, 5);
 * connect(client, getsockname(server));
 * for await (const { fd, address } of connections(server)) {
 *   assertEquals(address, getsockname(client));
 *   close(fd);
 *   break;
 * }
 * close(client);
 * close(server);
 * ```
 */
export function connections(fd: number, options: WaitOptions = {}): AsyncGenerator<Connection, void, void> {
  return arrivals(fd, options, () => accept4(fd, SOCK_CLOEXEC));
}

const END: unique symbol = Symbol("the end");

/** Checks what all have in common, and only then begins. */
function arrivals<T>(fd: number, options: WaitOptions, take: () => T | typeof END): AsyncGenerator<T, void, void> {
  int(fd, "fd");
  const signal = abortSignal(options);
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
  return takeAll(fd, signal, take);
}

async function* takeAll<T>(
  fd: number,
  signal: AbortSignal | undefined,
  take: () => T | typeof END,
): AsyncGenerator<T, void, void> {
  const options = signal === undefined ? {} : { signal };
  for (let row = 0;; row++) {
    signal?.throwIfAborted();
    if (row === IN_A_ROW) {
      row = 0;
      await readable(fd, options);
    }
    const item = takeUnlessEmpty(take);
    if (item === END) return;
    if (item === EMPTY) {
      row = 0;
      await readable(fd, options);
    } else yield item;
  }
}

const EMPTY: unique symbol = Symbol("nothing there now");

function takeUnlessEmpty<T>(take: () => T | typeof END): T | typeof END | typeof EMPTY {
  try {
    return take();
  } catch (error) {
    if (isSystemError(error, "EAGAIN")) return EMPTY;
    throw error;
  }
}

function most({ maxBytes = DEFAULT_MAX_BYTES }: ArrivalOptions): number {
  const bytes = size(maxBytes, "options.maxBytes");
  if (bytes > 0 && bytes <= LARGEST_MAX_BYTES) return bytes;
  throw new RangeError(`options.maxBytes: expected 1 to ${LARGEST_MAX_BYTES}, got ${bytes}`);
}
