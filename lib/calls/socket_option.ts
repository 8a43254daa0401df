/**
 * Options of sockets: getsockopt, setsockopt.
 *
 * @module
 */
import { decode, type Decoded, encode, type Layout, sizeOf } from "../abi/layout.ts";
import { SO_LINGER, SO_PEERCRED, SO_RCVTIMEO, SO_SNDTIMEO, SOL_SOCKET } from "../abi/socket_constants.ts";
import { type Credentials, LINGER, type Linger, TIMEVAL, UCRED } from "../abi/socket_option.ts";
import type { Timespec } from "../abi/timespec.ts";
import { int, kind, offset } from "../errors/arguments.ts";
import { credentials } from "../errors/socket_argument.ts";
import { errnoOf } from "../errors/system_error.ts";
import { callNumber } from "../gate/calls.ts";
import { enter, failed, leave } from "../gate/gate.ts";
import { isInternal } from "../gate/internal.ts";
import { errno } from "../raw/errno.ts";
import { c } from "../raw/socket.ts";

const GETSOCKOPT = callNumber("getsockopt");
const SETSOCKOPT = callNumber("setsockopt");

const EBADF = errnoOf("EBADF");

/** What an option's value may be. */
export type AnySocketOption = number | Linger | Timespec | Credentials;

/** What the value of option `O` at level `L` is: a number, but for a few. */
export type SocketOption<L extends number, O extends number> = number extends L | O ? AnySocketOption
  : L extends typeof SOL_SOCKET ? O extends typeof SO_LINGER ? Linger
    : O extends typeof SO_RCVTIMEO | typeof SO_SNDTIMEO ? Timespec
    : O extends typeof SO_PEERCRED ? Credentials
    : number
  : number;

/**
 * `int getsockopt(int sockfd, int level, int optname, void *optval, socklen_t *optlen)`: the value of an option. It does not
 * block.
 *
 * @param fd a socket
 * @param level SOL_SOCKET, IPPROTO_TCP, IPPROTO_IP, IPPROTO_IPV6, …
 * @param option which one; those whose value is C's `int`, and SO_LINGER, SO_RCVTIMEO, SO_SNDTIMEO, SO_PEERCRED
 * @returns its value: a number; {@linkcode Linger}, {@linkcode Timespec} or {@linkcode Credentials} for the four
 * @throws {SystemError} EBADF, EINVAL, ENOPROTOOPT (no such option), ENOTSOCK, EOPNOTSUPP (no such level)
 * @see {@link https://man7.org/linux/man-pages/man2/getsockopt.2.html | getsockopt(2)}, socket(7)
 *
 * @example Who is at the other end
 * ```ts
 * import { AF_UNIX, close, getpid, getsockopt, SO_PEERCRED, SO_TYPE, SOCK_STREAM, socketpair, SOL_SOCKET } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const [mine, yours] = socketpair(AF_UNIX, SOCK_STREAM, 0);
 * assertEquals(getsockopt(mine, SOL_SOCKET, SO_PEERCRED).pid, getpid());
 * assertEquals(getsockopt(mine, SOL_SOCKET, SO_TYPE), SOCK_STREAM);
 * close(mine);
 * close(yours);
 * ```
 */
export function getsockopt<const L extends number, const O extends number>(
  fd: number,
  level: L,
  option: O,
): SocketOption<L, O> {
  int(fd, "fd");
  int(level, "level");
  int(option, "option");
  const form = formOf(level, option);
  for (;;) {
    enter(GETSOCKOPT);
    if (isInternal(fd)) failed(GETSOCKOPT, EBADF);
    length[0] = form.size;
    if (c.getsockopt(fd, level, option, block, length) !== -1) {
      // Read before the safe point: a signal handler may ask, too.
      const value = form.read(length[0] as number);
      leave(0);
      return value as SocketOption<L, O>;
    }
    failed(GETSOCKOPT, errno());
  }
}

/**
 * `int setsockopt(int sockfd, int level, int optname, const void *optval, socklen_t optlen)`: gives an option a value. It does
 * not block.
 *
 * @param fd a socket
 * @param level SOL_SOCKET, IPPROTO_TCP, IPPROTO_IP, IPPROTO_IPV6, …
 * @param option which one, as for `getsockopt`
 * @param value a number, 0 and 1 for off and on; {@linkcode Linger} for SO_LINGER; {@linkcode Timespec} for SO_RCVTIMEO and
 * SO_SNDTIMEO, which is rounded up to a microsecond
 * @throws {SystemError} EBADF, EDOM (a time with a second or more in `nsec`), EINVAL, ENOPROTOOPT (no such option, or one that
 * can only be asked), ENOTSOCK, EOPNOTSUPP (no such level), EPERM
 * @see {@link https://man7.org/linux/man-pages/man2/setsockopt.2.html | setsockopt(2)}, socket(7), tcp(7)
 *
 * @example Waiting, but not for ever
 * ```ts
 * import { AF_UNIX, close, isSystemError, recv, setsockopt, SO_RCVTIMEO, SOCK_STREAM, socketpair, SOL_SOCKET } from "ipc";
 * import { timespecOf } from "ipc";
 * import { assert } from "@std/assert";
 *
 * const [mine, yours] = socketpair(AF_UNIX, SOCK_STREAM, 0);
 * setsockopt(mine, SOL_SOCKET, SO_RCVTIMEO, timespecOf(20));
 * try {
 *   recv(mine, new Uint8Array(1));
 * } catch (error) {
 *   assert(isSystemError(error, "EAGAIN"));
 * }
 * close(mine);
 * close(yours);
 * ```
 */
export function setsockopt<const L extends number, const O extends number>(
  fd: number,
  level: L,
  option: O,
  value: NoInfer<SocketOption<L, O>>,
): void {
  int(fd, "fd");
  int(level, "level");
  int(option, "option");
  const form = formOf(level, option);
  const checked = form.check(value);
  for (;;) {
    enter(SETSOCKOPT);
    if (isInternal(fd)) failed(SETSOCKOPT, EBADF);
    form.write(checked);
    if (c.setsockopt(fd, level, option, block, form.size) !== -1) break;
    failed(SETSOCKOPT, errno());
  }
  leave(0);
}

/** Room for any value: more than C is ever told of. */
const block: Uint8Array<ArrayBuffer> = new Uint8Array(256);
const view = new DataView(block.buffer);
const length = new Uint32Array(1);

/** How the value of an option is checked, written into the block, and read from it. */
interface Form {
  readonly size: number;
  check(value: unknown): Raw;
  write(value: Raw): void;
  read(length: number): AnySocketOption;
}

/** A checked value, by C's fields. */
type Raw = number | Readonly<Record<string, number>>;

const INT_SIZE = 4;

const INT: Form = {
  size: INT_SIZE,
  check: (value) => int(value as number, "value"),
  write: (value) => view.setInt32(0, value as number, true),
  // A few options of IPPROTO_IP answer with one byte.
  read: (length) => length < INT_SIZE ? length === 0 ? 0 : view.getUint8(0) : view.getInt32(0, true),
};

function structure<L extends Layout>(
  layout: L,
  check: (value: unknown) => Decoded<L["fields"]>,
  read: (fields: Decoded<L["fields"]>) => AnySocketOption,
): Form {
  return {
    size: sizeOf(layout),
    check: check as Form["check"],
    write: (value) => encode(layout, view, value as Decoded<L["fields"]>),
    read: () => read(decode(layout, view) as Decoded<L["fields"]>),
  };
}

const TIME: Form = structure(
  TIMEVAL,
  (value) => {
    const { sec, nsec } = object(value, "{ sec, nsec }") as { sec: number; nsec: number };
    const [seconds, nanoseconds] = [offset(sec, "value.sec"), offset(nsec, "value.nsec")];
    const usec = Math.ceil(nanoseconds / 1000);
    // What is less than a second stays a time that C takes.
    return usec === 1e6 && nanoseconds < 1e9 ? { sec: seconds + 1, usec: 0 } : { sec: seconds, usec };
  },
  ({ sec, usec }) => ({ sec, nsec: usec * 1000 }),
);

/** The options of SOL_SOCKET that are no numbers. */
const FORMS: ReadonlyMap<number, Form> = new Map([
  [SO_RCVTIMEO, TIME],
  [SO_SNDTIMEO, TIME],
  [SO_PEERCRED, structure(UCRED, (value) => credentials(value as Credentials, "value"), (fields) => fields)],
  [
    SO_LINGER,
    structure(
      LINGER,
      (value) => {
        const { onoff, linger } = object(value, "{ onoff, linger }") as Linger;
        return { onoff: int(onoff, "value.onoff"), linger: int(linger, "value.linger") };
      },
      (fields) => fields,
    ),
  ],
]);

function formOf(level: number, option: number): Form {
  return (level === SOL_SOCKET ? FORMS.get(option) : undefined) ?? INT;
}

function object(value: unknown, wanted: string): object {
  if (typeof value === "object" && value !== null) return value;
  throw new TypeError(`value: expected ${wanted}, got ${kind(value)}`);
}
