import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  AF_INET,
  AF_UNIX,
  close,
  getpid,
  getsockopt,
  IP_TTL,
  IPPROTO_IP,
  IPPROTO_TCP,
  listen,
  pipe,
  setsockopt,
  SO_ACCEPTCONN,
  SO_DOMAIN,
  SO_ERROR,
  SO_LINGER,
  SO_PASSCRED,
  SO_PEERCRED,
  SO_RCVBUF,
  SO_RCVTIMEO,
  SO_REUSEADDR,
  SO_SNDTIMEO,
  SO_TYPE,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_SOCKET,
  TCP_NODELAY,
} from "ipc";
import { internalDescriptors } from "../../../lib/gate/internal.ts";
import { inChild } from "../../support/child.ts";
import { assertErrno } from "../../support/errno.ts";
import { NOWHERE, Sockets } from "../../support/sockets.ts";

const NO_SUCH_OPTION = 9999;
const NO_SUCH_LEVEL = 9999;

for (
  const [name, call] of [
    ["getsockopt", (fd: number, level: number, option: number) => getsockopt(fd, level, option)],
    ["setsockopt", (fd: number, level: number, option: number) => setsockopt(fd, level, option, 1)],
  ] as const
) {
  Deno.test(`${name}() gives EBADF for what is not open and what is the run's own, ENOTSOCK for a pipe`, () => {
    using sockets = new Sockets();
    const own = sockets.socket(AF_UNIX, SOCK_STREAM);
    const ends = pipe();
    for (const end of ends) sockets.keep(end);
    assertErrno("EBADF", () => call(NOWHERE, SOL_SOCKET, SO_PASSCRED));
    assertErrno("ENOTSOCK", () => call(ends[0], SOL_SOCKET, SO_PASSCRED));
    internalDescriptors.add(own);
    try {
      assertErrno("EBADF", () => call(own, SOL_SOCKET, SO_PASSCRED));
    } finally {
      internalDescriptors.delete(own);
    }
  });

  Deno.test(`${name}() gives ENOPROTOOPT for an unknown option, EOPNOTSUPP for an unknown level`, () => {
    using sockets = new Sockets();
    assertErrno("ENOPROTOOPT", () => call(sockets.socket(AF_UNIX, SOCK_STREAM), SOL_SOCKET, NO_SUCH_OPTION));
    assertErrno("ENOPROTOOPT", () => call(sockets.socket(AF_INET, SOCK_STREAM), IPPROTO_TCP, NO_SUCH_OPTION));
    assertErrno("EOPNOTSUPP", () => call(sockets.socket(AF_UNIX, SOCK_STREAM), NO_SUCH_LEVEL, 1));
  });

  Deno.test(`${name}() refuses arguments of the wrong kind before any call`, () => {
    assertThrows(() => call("0" as never, 1, 1), TypeError, "fd");
    assertThrows(() => call(NOWHERE, 1n as never, 1), TypeError, "level");
    assertThrows(() => call(NOWHERE, 1, 0.5), RangeError, "option");
  });
}

Deno.test("setsockopt() gives ENOPROTOOPT for what can only be asked, EINVAL for a value that makes no sense", () => {
  using sockets = new Sockets();
  const fd = sockets.socket(AF_INET, SOCK_STREAM);
  assertErrno("ENOPROTOOPT", () => setsockopt(fd, SOL_SOCKET, SO_TYPE, SOCK_DGRAM));
  assertErrno("ENOPROTOOPT", () => setsockopt(fd, SOL_SOCKET, SO_ERROR, 0));
  assertErrno("ENOPROTOOPT", () => setsockopt(fd, SOL_SOCKET, SO_PEERCRED, { pid: 1, uid: 1, gid: 1 }));
  assertErrno("EINVAL", () => setsockopt(fd, IPPROTO_IP, IP_TTL, 256));
});

Deno.test("setsockopt() gives EDOM for a time with a second or more of nanoseconds", () => {
  using sockets = new Sockets();
  const fd = sockets.socket(AF_UNIX, SOCK_STREAM);
  assertErrno("EDOM", () => setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, { sec: 0, nsec: 1_000_000_000 }));
  assertErrno("EDOM", () => setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, { sec: 0, nsec: -1000 }));
});

Deno.test("setsockopt() wants the kind of value that the option has", () => {
  using sockets = new Sockets();
  const fd = sockets.socket(AF_UNIX, SOCK_STREAM);
  const set = (option: number, value: unknown) => () => setsockopt(fd, SOL_SOCKET, option, value as number);
  assertThrows(set(SO_PASSCRED, true), TypeError, "value");
  assertThrows(set(SO_PASSCRED, { onoff: 1, linger: 1 }), TypeError, "value");
  assertThrows(set(SO_LINGER, 1), TypeError, "{ onoff, linger }");
  assertThrows(set(SO_LINGER, { onoff: 1 }), TypeError, "value.linger");
  assertThrows(set(SO_RCVTIMEO, 1), TypeError, "{ sec, nsec }");
  assertThrows(set(SO_RCVTIMEO, { sec: 0.5, nsec: 0 }), RangeError, "value.sec");
  assertThrows(set(SO_PEERCRED, null), TypeError, "{ pid, uid, gid }");
});

Deno.test("getsockopt() knows type, domain, and whether a socket listens", () => {
  using sockets = new Sockets();
  const [fd] = sockets.bound(AF_UNIX, SOCK_SEQPACKET);
  assertEquals(getsockopt(fd, SOL_SOCKET, SO_TYPE), SOCK_SEQPACKET);
  assertEquals(getsockopt(fd, SOL_SOCKET, SO_DOMAIN), AF_UNIX);
  assertEquals(getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN), 0);
  listen(fd, 1);
  assertEquals(getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN), 1);
});

for (
  const [name, level, option, value] of [
    ["SO_REUSEADDR", SOL_SOCKET, SO_REUSEADDR, 1],
    ["TCP_NODELAY", IPPROTO_TCP, TCP_NODELAY, 1],
    ["IP_TTL", IPPROTO_IP, IP_TTL, 17],
  ] as const
) {
  Deno.test(`${name} is what it was set to`, () => {
    using sockets = new Sockets();
    const fd = sockets.socket(AF_INET, SOCK_STREAM);
    setsockopt(fd, level, option, value);
    assertEquals(getsockopt(fd, level, option), value);
  });
}

Deno.test("SO_RCVBUF is twice what it was set to, for the kernel's own needs", () => {
  using sockets = new Sockets();
  const fd = sockets.socket(AF_UNIX, SOCK_STREAM);
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, 8192);
  assertEquals(getsockopt(fd, SOL_SOCKET, SO_RCVBUF), 16384);
});

Deno.test("SO_LINGER is what it was set to", () => {
  using sockets = new Sockets();
  const fd = sockets.socket(AF_INET, SOCK_STREAM);
  assertEquals(getsockopt(fd, SOL_SOCKET, SO_LINGER), { onoff: 0, linger: 0 });
  setsockopt(fd, SOL_SOCKET, SO_LINGER, { onoff: 1, linger: 7 });
  assertEquals(getsockopt(fd, SOL_SOCKET, SO_LINGER), { onoff: 1, linger: 7 });
});

Deno.test("a timeout is never shorter than it was set to, and never none at all", () => {
  using sockets = new Sockets();
  const fd = sockets.socket(AF_UNIX, SOCK_STREAM);
  for (const time of [{ sec: 2, nsec: 500_000_000 }, { sec: 0, nsec: 1 }, { sec: 3, nsec: 999_999_999 }]) {
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, time);
    const { sec, nsec } = getsockopt(fd, SOL_SOCKET, SO_SNDTIMEO);
    assert(sec > time.sec || (sec === time.sec && nsec >= time.nsec), `${sec} s, ${nsec} ns`);
    assertEquals(sec - time.sec <= 1, true);
  }
});

Deno.test("SO_PEERCRED is who made the pair, also in a child that uses it", async () => {
  using sockets = new Sockets();
  const [a] = sockets.pair(SOCK_STREAM);
  const self = { pid: getpid(), uid: Deno.uid(), gid: Deno.gid() };
  assertEquals({ ...getsockopt(a, SOL_SOCKET, SO_PEERCRED) }, self as typeof self & { uid: number; gid: number });
  const same = await inChild(`
    import { AF_UNIX, fork, getpid, getsockopt, SO_PEERCRED, SOCK_STREAM, socketpair, SOL_SOCKET, waitpid } from "ipc";
    const maker = getpid();
    const [mine] = socketpair(AF_UNIX, SOCK_STREAM, 0);
    const pid = fork(() => getsockopt(mine, SOL_SOCKET, SO_PEERCRED).pid === maker ? 0 : 1);
    console.log(waitpid(pid).status);
  `);
  assertEquals(same, 0);
});

Deno.test("an option of a closed socket is EBADF", () => {
  using sockets = new Sockets();
  const fd = sockets.socket(AF_UNIX, SOCK_STREAM);
  sockets.close(fd);
  assertErrno("EBADF", () => getsockopt(fd, SOL_SOCKET, SO_TYPE));
  assertErrno("EBADF", () => close(fd));
});
