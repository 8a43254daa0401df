import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  bind,
  close,
  connect,
  F_GETFD,
  F_GETFL,
  fcntl,
  FD_CLOEXEC,
  getpeername,
  getsockname,
  IPPROTO_TCP,
  IPPROTO_UDP,
  MSG_NOSIGNAL,
  O_NONBLOCK,
  pipe,
  recv,
  send,
  SHUT_RD,
  SHUT_RDWR,
  SHUT_WR,
  shutdown,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  socket,
  socketpair,
} from "ipc";
import { internalDescriptors } from "../../../lib/gate/internal.ts";
import { assertErrno } from "../../support/errno.ts";
import { hasInet6, NOWHERE, Sockets } from "../../support/sockets.ts";

// --- socket and socketpair ---

const REFUSED = [
  ["EAFNOSUPPORT", 12345, SOCK_STREAM, 0],
  ["EPROTONOSUPPORT", AF_UNIX, SOCK_STREAM, 99],
  ["ESOCKTNOSUPPORT", AF_UNIX, 4, 0],
] as const;

for (const [code, domain, type, protocol] of REFUSED) {
  Deno.test(`socket(${domain}, ${type}, ${protocol}) fails with ${code}`, () => {
    assertErrno(code, () => socket(domain, type, protocol));
  });
  Deno.test(`socketpair(${domain}, ${type}, ${protocol}) fails with ${code}`, () => {
    assertErrno(code, () => socketpair(domain, type, protocol));
  });
}

Deno.test("socket() gives EINVAL for a type beyond all, EPROTONOSUPPORT for a protocol of another type", () => {
  assertErrno("EINVAL", () => socket(AF_UNIX, 15, 0));
  assertErrno("EPROTONOSUPPORT", () => socket(AF_INET, SOCK_STREAM, IPPROTO_UDP));
  assertErrno("ESOCKTNOSUPPORT", () => socket(AF_INET, SOCK_SEQPACKET, IPPROTO_TCP));
});

Deno.test("socketpair(AF_INET) fails with EOPNOTSUPP", () => {
  assertErrno("EOPNOTSUPP", () => socketpair(AF_INET, SOCK_STREAM, 0));
});

Deno.test("socket() and socketpair() set SOCK_CLOEXEC and SOCK_NONBLOCK, and neither unless asked", () => {
  const plain = [socket(AF_UNIX, SOCK_STREAM, 0), ...socketpair(AF_UNIX, SOCK_STREAM, 0)];
  const type = SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK;
  const flagged = [socket(AF_INET, type, 0), ...socketpair(AF_UNIX, type, 0)];
  for (const fd of plain) {
    assertEquals(fcntl(fd, F_GETFD), 0);
    assertEquals(fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
    close(fd);
  }
  for (const fd of flagged) {
    assertEquals(fcntl(fd, F_GETFD), FD_CLOEXEC);
    assertEquals(fcntl(fd, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
    close(fd);
  }
});

// --- shutdown, getsockname, getpeername: failures ---

for (
  const [name, call] of [
    ["shutdown", (fd: number) => shutdown(fd, SHUT_WR)],
    ["getsockname", getsockname],
    ["getpeername", getpeername],
  ] as const
) {
  Deno.test(`${name}() gives EBADF for what is not open and what is the run's own, ENOTSOCK for a pipe`, () => {
    using sockets = new Sockets();
    const [a] = sockets.pair(SOCK_STREAM);
    const ends = pipe();
    for (const end of ends) sockets.keep(end);
    assertErrno("EBADF", () => call(NOWHERE));
    assertErrno("ENOTSOCK", () => call(ends[0]));
    internalDescriptors.add(a);
    try {
      assertErrno("EBADF", () => call(a));
    } finally {
      internalDescriptors.delete(a);
    }
    assertThrows(() => call("0" as never), TypeError, "fd");
  });
}

Deno.test("shutdown() and getpeername() give ENOTCONN for a socket without a peer", () => {
  using sockets = new Sockets();
  // Linux lets an AF_UNIX socket be shut down before it is connected.
  assertErrno("ENOTCONN", () => shutdown(sockets.socket(AF_INET, SOCK_STREAM), SHUT_WR));
  for (const domain of [AF_UNIX, AF_INET]) {
    assertErrno("ENOTCONN", () => getpeername(sockets.socket(domain, SOCK_STREAM)));
  }
});

Deno.test("shutdown() gives EINVAL for another direction", () => {
  using sockets = new Sockets();
  const [a] = sockets.pair(SOCK_STREAM);
  assertErrno("EINVAL", () => shutdown(a, 3));
});

Deno.test("getsockname() gives EAFNOSUPPORT for a family whose addresses are not known here", () => {
  using sockets = new Sockets();
  const AF_NETLINK = 16;
  assertErrno("EAFNOSUPPORT", () => getsockname(sockets.socket(AF_NETLINK, SOCK_DGRAM)));
});

// --- shutdown ---

Deno.test("shutdown(SHUT_WR) is the peer's end of file and the own EPIPE; the other direction goes on", () => {
  using sockets = new Sockets();
  const [a, b] = sockets.pair(SOCK_STREAM);
  send(a, new Uint8Array(2));
  shutdown(a, SHUT_WR);
  const buffer = new Uint8Array(8);
  assertEquals([recv(b, buffer), recv(b, buffer)], [2, 0]);
  assertErrno("EPIPE", () => send(a, new Uint8Array(1), MSG_NOSIGNAL));
  send(b, new Uint8Array(3));
  assertEquals(recv(a, buffer), 3);
});

Deno.test("shutdown(SHUT_RD) is the own end of file, SHUT_RDWR both", () => {
  using sockets = new Sockets();
  const [a, b] = sockets.pair(SOCK_STREAM);
  shutdown(a, SHUT_RD);
  assertEquals(recv(a, new Uint8Array(1)), 0);
  assertErrno("EPIPE", () => send(b, new Uint8Array(1), MSG_NOSIGNAL));
  shutdown(b, SHUT_RDWR);
  assertEquals(recv(b, new Uint8Array(1)), 0);
});

// --- names ---

Deno.test("getsockname() of a socket that is not bound has no name, or an address of zeros", () => {
  using sockets = new Sockets();
  assertEquals(getsockname(sockets.socket(AF_UNIX, SOCK_STREAM)), { family: AF_UNIX });
  const zeros = { family: AF_INET, address: "0.0.0.0", port: 0 } as const;
  assertEquals(getsockname(sockets.socket(AF_INET, SOCK_STREAM)), zeros);
});

Deno.test("getsockname() and getpeername() of the two ends of a connection mirror each other", () => {
  using sockets = new Sockets();
  for (const domain of [AF_UNIX, AF_INET]) {
    const [a, address] = sockets.bound(domain, SOCK_DGRAM);
    const [b] = sockets.bound(domain, SOCK_DGRAM);
    connect(b, address);
    connect(a, getsockname(b));
    assertEquals(getpeername(b), getsockname(a));
    assertEquals(getpeername(a), getsockname(b));
  }
});

Deno.test({
  name: "getsockname() gives IPv6 addresses in their short form (skipped without a loopback for IPv6)",
  ignore: !hasInet6(),
  fn(): void {
    using sockets = new Sockets();
    const fd = sockets.socket(AF_INET6, SOCK_DGRAM);
    bind(fd, { family: AF_INET6, address: "0:0:0:0:0:0:0:1", port: 0 });
    const name = getsockname(fd);
    assert(name.family === AF_INET6);
    assertEquals([name.address, name.scope, name.port > 0], ["::1", undefined, true]);
  },
});
