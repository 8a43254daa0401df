import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  accept,
  AF_INET,
  AF_UNIX,
  bind,
  connect,
  F_SETFD,
  fcntl,
  getsockname,
  getsockopt,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  MSG_OOB,
  MSG_PEEK,
  MSG_TRUNC,
  MSG_WAITALL,
  pipe,
  poll,
  POLLIN,
  recv,
  recvfrom,
  send,
  sendto,
  setsockopt,
  SHUT_WR,
  shutdown,
  SIGPIPE,
  SO_LINGER,
  SO_RCVTIMEO,
  SO_SNDTIMEO,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_SOCKET,
} from "ipc";
import { internalDescriptors } from "../../../lib/gate/internal.ts";
import { inChild } from "../../support/child.ts";
import { assertErrno } from "../../support/errno.ts";
import { interrupt } from "../../support/interrupt.ts";
import { testFolder } from "../../support/names.ts";
import { NOWHERE, Sockets } from "../../support/sockets.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (buffer: Uint8Array, length: number) => new TextDecoder().decode(buffer.subarray(0, length));
const one = () => new Uint8Array(1);

const SENDING = [
  ["send", (fd: number, data: Uint8Array, flags = 0) => send(fd, data, flags)],
  ["sendto", (fd: number, data: Uint8Array, flags = 0) => sendto(fd, data, flags)],
] as const;
const RECEIVING = [
  ["recv", (fd: number, buffer: Uint8Array, flags = 0) => recv(fd, buffer, flags)],
  ["recvfrom", (fd: number, buffer: Uint8Array, flags = 0) => recvfrom(fd, buffer, flags).length],
] as const;

// --- failures ---

for (const [name, call] of [...SENDING, ...RECEIVING]) {
  Deno.test(`${name}() gives EBADF for what is not open and what is the run's own, ENOTSOCK for a pipe`, () => {
    using sockets = new Sockets();
    const [own] = sockets.pair(SOCK_STREAM);
    const ends = pipe();
    for (const end of ends) sockets.keep(end);
    assertErrno("EBADF", () => call(NOWHERE, one()));
    assertErrno("ENOTSOCK", () => call(ends[0], one()));
    internalDescriptors.add(own);
    try {
      assertErrno("EBADF", () => call(own, one(), MSG_DONTWAIT));
    } finally {
      internalDescriptors.delete(own);
    }
  });

  Deno.test(`${name}() refuses arguments of the wrong kind before any call`, () => {
    assertThrows(() => call("0" as never, one()), TypeError, "fd");
    assertThrows(() => call(NOWHERE, "text" as never), TypeError, "Uint8Array");
    assertThrows(() => call(NOWHERE, one(), 0.5), RangeError, "flags");
  });
}

for (const [name, call] of SENDING) {
  Deno.test(`${name}() gives EPIPE and no signal with MSG_NOSIGNAL when the peer has closed`, () => {
    using sockets = new Sockets();
    for (const type of [SOCK_STREAM, SOCK_SEQPACKET]) {
      const [a, b] = sockets.pair(type);
      sockets.close(b);
      assertErrno("EPIPE", () => call(a, one(), MSG_NOSIGNAL));
    }
  });

  Deno.test(`${name}() gives EAGAIN when there is no room: at once, or after SO_SNDTIMEO`, () => {
    using sockets = new Sockets();
    const [a] = sockets.pair(SOCK_SEQPACKET);
    assertErrno("EAGAIN", () => {
      for (;;) call(a, new Uint8Array(1000), MSG_DONTWAIT);
    });
    setsockopt(a, SOL_SOCKET, SO_SNDTIMEO, { sec: 0, nsec: 10_000_000 });
    assertErrno("EAGAIN", () => call(a, new Uint8Array(1000)));
  });

  Deno.test(`${name}() gives EMSGSIZE for a message that is too long, EOPNOTSUPP for a flag that does not fit`, () => {
    using sockets = new Sockets();
    const [a] = sockets.pair(SOCK_DGRAM);
    assertErrno("EMSGSIZE", () => call(a, new Uint8Array(64 * 2 ** 20), MSG_DONTWAIT));
    assertErrno("EOPNOTSUPP", () => call(a, one(), MSG_OOB));
  });

  Deno.test(`${name}() without a peer gives ENOTCONN, over UDP EDESTADDRREQ, over TCP EPIPE`, () => {
    using sockets = new Sockets();
    assertErrno("ENOTCONN", () => call(sockets.socket(AF_UNIX, SOCK_DGRAM), one()));
    assertErrno("EDESTADDRREQ", () => call(sockets.socket(AF_INET, SOCK_DGRAM), one()));
    assertErrno("EPIPE", () => call(sockets.socket(AF_INET, SOCK_STREAM), one(), MSG_NOSIGNAL));
  });

  Deno.test(`${name}() gives ECONNREFUSED when the receiver of datagrams has gone`, () => {
    using sockets = new Sockets();
    const [a, b] = sockets.pair(SOCK_DGRAM);
    sockets.close(b);
    assertErrno("ECONNREFUSED", () => call(a, one()));
  });
}

for (const [name, call] of RECEIVING) {
  Deno.test(`${name}() gives EAGAIN when nothing has come: at once, or after SO_RCVTIMEO`, () => {
    using sockets = new Sockets();
    const [blocking] = sockets.pair(SOCK_DGRAM);
    assertErrno("EAGAIN", () => call(blocking, one(), MSG_DONTWAIT));
    assertErrno("EAGAIN", () => call(sockets.pair(SOCK_STREAM | SOCK_NONBLOCK)[0], one()));
    setsockopt(blocking, SOL_SOCKET, SO_RCVTIMEO, { sec: 0, nsec: 10_000_000 });
    assertErrno("EAGAIN", () => call(blocking, one()));
  });

  Deno.test(`${name}() gives ENOTCONN on a TCP socket and EINVAL on an AF_UNIX stream without a peer`, () => {
    using sockets = new Sockets();
    assertErrno("ENOTCONN", () => call(sockets.socket(AF_INET, SOCK_STREAM), one()));
    assertErrno("EINVAL", () => call(sockets.socket(AF_UNIX, SOCK_STREAM), one()));
  });

  Deno.test(`${name}() gives ECONNRESET when the peer closed with bytes unread, or reset the connection`, () => {
    using sockets = new Sockets();
    const [a, b] = sockets.pair(SOCK_STREAM);
    send(a, bytes("never read"));
    sockets.close(b);
    assertErrno("ECONNRESET", () => call(a, one()));

    const [listener, address] = sockets.listener(AF_INET, SOCK_STREAM);
    const client = sockets.socket(AF_INET, SOCK_STREAM);
    connect(client, address);
    const { fd } = accept(listener);
    setsockopt(sockets.keep(fd), SOL_SOCKET, SO_LINGER, { onoff: 1, linger: 0 });
    sockets.close(fd);
    assertErrno("ECONNRESET", () => call(client, one()));
  });
}

Deno.test("sendto() gives EISCONN for an address on a connected stream", () => {
  using sockets = new Sockets();
  const [a] = sockets.pair(SOCK_STREAM);
  assertErrno("EISCONN", () => sendto(a, one(), 0, { family: AF_UNIX, abstract: "x" }));
});

Deno.test("sendto() gives ENOENT, ECONNREFUSED, EPROTOTYPE, EINVAL for addresses where no datagram can go", () => {
  using sockets = new Sockets();
  using folder = testFolder();
  const fd = sockets.socket(AF_UNIX, SOCK_DGRAM);
  assertErrno("ENOENT", () => sendto(fd, one(), 0, { family: AF_UNIX, path: folder.file("door") }));
  assertErrno("ECONNREFUSED", () => sendto(fd, one(), 0, { family: AF_UNIX, abstract: `nobody.${Deno.pid}` }));
  const [, stream] = sockets.bound(AF_UNIX, SOCK_STREAM, { family: AF_UNIX, path: folder.file("stream") });
  assertErrno("EPROTOTYPE", () => sendto(fd, one(), 0, stream));
  assertErrno("EINVAL", () => sendto(fd, one(), 0, { family: AF_INET, address: "127.0.0.1", port: 9 }));
  assertThrows(() => sendto(fd, one(), 0, "/x" as never), TypeError, "address");
});

Deno.test("sendto() gives EACCES for a broadcast address without SO_BROADCAST", () => {
  using sockets = new Sockets();
  const everybody = { family: AF_INET, address: "127.255.255.255", port: 9 } as const;
  assertErrno("EACCES", () => sendto(sockets.socket(AF_INET, SOCK_DGRAM), one(), 0, everybody));
});

Deno.test("a UDP socket hears of a receiver that is not there: ECONNREFUSED from the next call", () => {
  using sockets = new Sockets();
  const [gone, address] = sockets.bound(AF_INET, SOCK_DGRAM);
  sockets.close(gone);
  const fd = sockets.socket(AF_INET, SOCK_DGRAM);
  connect(fd, address);
  send(fd, one());
  poll([{ fd, events: POLLIN }], 20_000);
  assertErrno("ECONNREFUSED", () => recv(fd, one(), MSG_DONTWAIT));
});

// --- bytes ---

Deno.test("recv() of a stream gives bytes without bounds, what is there, and 0 at the end", () => {
  using sockets = new Sockets();
  const [a, b] = sockets.pair(SOCK_STREAM);
  assertEquals([send(a, bytes("ab")), send(a, bytes("cd"))], [2, 2]);
  shutdown(a, SHUT_WR);
  const buffer = new Uint8Array(10);
  assertEquals(recv(b, buffer.subarray(0, 3), MSG_WAITALL), 3);
  assertEquals(text(buffer, 3), "abc");
  assertEquals([recv(b, buffer), recv(b, buffer), text(buffer, 1)], [1, 0, "d"]);
});

for (const [name, type] of [["SOCK_DGRAM", SOCK_DGRAM], ["SOCK_SEQPACKET", SOCK_SEQPACKET]] as const) {
  Deno.test(`recv() of a ${name} keeps the bounds of messages, empty ones too, and loses what does not fit`, () => {
    using sockets = new Sockets();
    const [a, b] = sockets.pair(type);
    for (const message of ["one", "", "too long", "end"]) assertEquals(send(a, bytes(message)), message.length);
    const buffer = new Uint8Array(3);
    assertEquals([recv(b, buffer), recv(b, buffer)], [3, 0]);
    assertEquals([recv(b, buffer, MSG_PEEK), text(buffer, 3)], [3, "too"]);
    assertEquals([recv(b, buffer, MSG_TRUNC), recv(b, buffer), text(buffer, 3)], [8, 3, "end"]);
  });
}

Deno.test("send() and recv() use the part of a buffer that a subarray is", () => {
  using sockets = new Sockets();
  const [a, b] = sockets.pair(SOCK_STREAM);
  send(a, bytes("..hi..").subarray(2, 4));
  const buffer = bytes("......");
  assertEquals(recv(b, buffer.subarray(3, 5)), 2);
  assertEquals(text(buffer, 6), "...hi.");
});

for (const domain of [AF_UNIX, AF_INET]) {
  Deno.test(`sendto() and recvfrom() exchange datagrams by address, in domain ${domain}`, () => {
    using sockets = new Sockets();
    const [a, addressOfA] = sockets.bound(domain, SOCK_DGRAM);
    const [b, addressOfB] = sockets.bound(domain, SOCK_DGRAM);
    assertEquals(sendto(a, bytes("question"), 0, addressOfB), 8);
    const buffer = new Uint8Array(20);
    const { length, address } = recvfrom(b, buffer);
    assertEquals([length, address, text(buffer, 8)], [8, addressOfA, "question"]);
    assert(address !== null);
    sendto(b, bytes("answer"), 0, address);
    assertEquals(recv(a, buffer), 6);
  });
}

Deno.test("recvfrom() tells no address of a sender without one, nor on a TCP connection", () => {
  using sockets = new Sockets();
  const [b, address] = sockets.bound(AF_UNIX, SOCK_DGRAM);
  sendto(sockets.socket(AF_UNIX, SOCK_DGRAM), one(), 0, address);
  assertEquals(recvfrom(b, one()), { length: 1, address: null });
  const [named, name] = sockets.bound(AF_UNIX, SOCK_DGRAM);
  sendto(named, one(), 0, address);
  assertEquals(recvfrom(b, one()).address, name); // there is room for one again

  const [listener, at] = sockets.listener(AF_INET, SOCK_STREAM);
  const client = sockets.socket(AF_INET, SOCK_STREAM);
  bind(client, { family: AF_INET, address: "127.0.0.1", port: 0 });
  connect(client, at);
  const { fd, address: peer } = accept(listener);
  sockets.keep(fd);
  send(client, one());
  assertEquals([recvfrom(fd, one()), peer], [{ length: 1, address: null }, getsockname(client)]);
});

// --- blocking and signals: in a process of its own, which inherits one end ---

for (
  const [flags, timeout, outcome] of [
    ["0", false, "EINTR"],
    ["SA_RESTART", false, "returned"],
    ["SA_RESTART", true, "EINTR"],
  ] as const
) {
  const how = `interrupted by a handler with ${flags}${timeout ? ", with a timeout on the socket" : ""}`;
  // Longer than the test takes, and an end where the call should go on all the same.
  const long = { sec: 30, nsec: 0 };

  for (const name of ["recv", "recvfrom"]) {
    Deno.test(`${name}() on an empty socket, ${how}: ${outcome}`, async () => {
      using sockets = new Sockets();
      const [mine, theirs] = sockets.pair(SOCK_STREAM);
      fcntl(theirs, F_SETFD, 0);
      if (timeout) setsockopt(theirs, SOL_SOCKET, SO_RCVTIMEO, long);
      const call = `${name}(Number(Deno.args[0]), new Uint8Array(1))`;
      const blocking = { call, args: [theirs], blocksIn: "recvfrom" };
      const satisfy = () => void send(mine, one());
      assertEquals(await interrupt(timeout ? blocking : { ...blocking, satisfy }, flags), { outcome, handled: 1 });
    });
  }

  for (const name of ["send", "sendto"]) {
    Deno.test(`${name}() on a full socket, ${how}: ${outcome}`, async () => {
      using sockets = new Sockets();
      const [mine, theirs] = sockets.pair(SOCK_SEQPACKET);
      fcntl(theirs, F_SETFD, 0);
      const data = new Uint8Array(1000);
      assertErrno("EAGAIN", () => {
        for (;;) send(theirs, data, MSG_DONTWAIT);
      });
      if (timeout) setsockopt(theirs, SOL_SOCKET, SO_SNDTIMEO, long);
      const call = `${name}(Number(Deno.args[0]), new Uint8Array(1000), 0)`;
      const blocking = { call, args: [theirs], blocksIn: "sendto" };
      const satisfy = () =>
        void assertThrows(() => {
          for (;;) recv(mine, data, MSG_DONTWAIT);
        });
      assertEquals(await interrupt(timeout ? blocking : { ...blocking, satisfy }, flags), { outcome, handled: 1 });
    });
  }
}

Deno.test("send() to a closed peer raises SIGPIPE, which ends a process that has it as execve leaves it", async () => {
  const { kind, signal } = await inChild(`
    import { AF_UNIX, close, fork, send, SIG_DFL, sigaction, SIGPIPE, SOCK_STREAM, socketpair, waitpid } from "ipc";
    const [mine, theirs] = socketpair(AF_UNIX, SOCK_STREAM, 0);
    close(theirs);
    const pid = fork(() => {
      sigaction(SIGPIPE, { handler: SIG_DFL });
      send(mine, new Uint8Array(1));
    });
    console.log(JSON.stringify(waitpid(pid)));
  `) as { kind: string; signal: number };
  assertEquals([kind, signal], ["signaled", SIGPIPE]);
});

Deno.test("a timeout that was set is the one that is read", () => {
  using sockets = new Sockets();
  const [a] = sockets.pair(SOCK_STREAM);
  setsockopt(a, SOL_SOCKET, SO_RCVTIMEO, { sec: 3600, nsec: 0 });
  assertEquals(getsockopt(a, SOL_SOCKET, SO_RCVTIMEO), { sec: 3600, nsec: 0 });
  assertEquals(getsockopt(a, SOL_SOCKET, SO_SNDTIMEO), { sec: 0, nsec: 0 });
});
