import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import {
  AF_INET,
  AF_UNIX,
  close,
  F_GETFD,
  F_SETFD,
  fcntl,
  FD_CLOEXEC,
  getpid,
  getsockname,
  isSystemError,
  MSG_CMSG_CLOEXEC,
  MSG_CTRUNC,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  MSG_PEEK,
  MSG_TRUNC,
  pipe,
  read,
  recvmsg,
  sendmsg,
  setsockopt,
  SIGPIPE,
  SO_PASSCRED,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  socketpair,
  SOL_SOCKET,
  write,
} from "ipc";
import { internalDescriptors } from "../../../lib/gate/internal.ts";
import { inChild } from "../../support/child.ts";
import { assertErrno } from "../../support/errno.ts";
import { interrupt } from "../../support/interrupt.ts";
import { NOWHERE, Sockets } from "../../support/sockets.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (buffer: Uint8Array, length: number) => new TextDecoder().decode(buffer.subarray(0, length));

// --- failures of sendmsg and recvmsg ---

Deno.test("sendmsg() and recvmsg() give EBADF for a descriptor that is not open", () => {
  assertErrno("EBADF", () => sendmsg(NOWHERE, { data: bytes("x") }));
  assertErrno("EBADF", () => recvmsg(NOWHERE, new Uint8Array(1)));
});

Deno.test("sendmsg() gives EBADF when a descriptor to hand over is not open, and sends nothing", () => {
  using sockets = new Sockets();
  const [a, b] = sockets.pair(SOCK_SEQPACKET);
  assertErrno("EBADF", () => sendmsg(a, { data: bytes("x"), descriptors: [NOWHERE] }));
  assertErrno("EAGAIN", () => recvmsg(b, new Uint8Array(1), MSG_DONTWAIT));
});

Deno.test("sendmsg() and recvmsg() give EBADF for a descriptor that is the run's own", () => {
  using sockets = new Sockets();
  const [a, b] = sockets.pair(SOCK_SEQPACKET);
  internalDescriptors.add(a);
  try {
    assertErrno("EBADF", () => sendmsg(a, { data: bytes("x") }));
    assertErrno("EBADF", () => sendmsg(b, { data: bytes("x"), descriptors: [a] }));
    assertErrno("EBADF", () => recvmsg(a, new Uint8Array(1), MSG_DONTWAIT));
  } finally {
    internalDescriptors.delete(a);
  }
});

Deno.test("sendmsg() and recvmsg() give ENOTSOCK for a pipe", () => {
  const [readEnd, writeEnd] = pipe();
  assertErrno("ENOTSOCK", () => sendmsg(writeEnd, { data: bytes("x") }));
  assertErrno("ENOTSOCK", () => recvmsg(readEnd, new Uint8Array(1)));
  close(readEnd);
  close(writeEnd);
});

Deno.test("recvmsg() gives EAGAIN on an empty socket with MSG_DONTWAIT or SOCK_NONBLOCK", () => {
  using sockets = new Sockets();
  const [blocking] = sockets.pair(SOCK_SEQPACKET);
  const [nonblocking] = sockets.pair(SOCK_SEQPACKET | SOCK_NONBLOCK);
  assertErrno("EAGAIN", () => recvmsg(blocking, new Uint8Array(1), MSG_DONTWAIT));
  assertErrno("EAGAIN", () => recvmsg(nonblocking, new Uint8Array(1)));
});

Deno.test("sendmsg() gives EAGAIN when the socket is full, and what was sent arrives", () => {
  using sockets = new Sockets();
  const [a, b] = sockets.pair(SOCK_DGRAM);
  let sent = 0;
  assertErrno("EAGAIN", () => {
    for (;; sent++) sendmsg(a, { data: new Uint8Array([sent]) }, MSG_DONTWAIT);
  });
  assert(sent > 0);
  const buffer = new Uint8Array(1);
  for (let i = 0; i < sent; i++) {
    assertEquals(recvmsg(b, buffer, MSG_DONTWAIT).length, 1);
    assertEquals(buffer[0], i & 255);
  }
});

Deno.test("sendmsg() gives EMSGSIZE for a message larger than the socket can ever hold", () => {
  using sockets = new Sockets();
  const [a] = sockets.pair(SOCK_SEQPACKET);
  assertErrno("EMSGSIZE", () => sendmsg(a, { data: new Uint8Array(64 * 2 ** 20) }, MSG_DONTWAIT));
});

for (const [name, type] of [["SOCK_STREAM", SOCK_STREAM], ["SOCK_SEQPACKET", SOCK_SEQPACKET]] as const) {
  Deno.test(`sendmsg() on a ${name} gives EPIPE when the peer has closed`, () => {
    using sockets = new Sockets();
    const [a, b] = sockets.pair(type);
    sockets.close(b);
    assertErrno("EPIPE", () => sendmsg(a, { data: bytes("x") }, MSG_NOSIGNAL));
  });
}

Deno.test("sendmsg() on a SOCK_DGRAM gives ECONNREFUSED when the peer has closed", () => {
  using sockets = new Sockets();
  const [a, b] = sockets.pair(SOCK_DGRAM);
  sockets.close(b);
  assertErrno("ECONNREFUSED", () => sendmsg(a, { data: bytes("x") }, MSG_NOSIGNAL));
});

Deno.test("recvmsg() gives ECONNRESET when the peer closed with bytes unread", () => {
  using sockets = new Sockets();
  const [a, b] = sockets.pair(SOCK_STREAM);
  sendmsg(a, { data: bytes("never read") });
  sockets.close(b);
  assertErrno("ECONNRESET", () => recvmsg(a, new Uint8Array(1)));
});

Deno.test("sendmsg() gives EINVAL for more than 253 descriptors", () => {
  using sockets = new Sockets();
  const [a, b] = sockets.pair(SOCK_SEQPACKET);
  const error = assertErrno(
    "EINVAL",
    () => sendmsg(a, { data: bytes("x"), descriptors: new Array<number>(254).fill(a) }),
  );
  assert(error.message.includes("253"), error.message);
  assertErrno("EAGAIN", () => recvmsg(b, new Uint8Array(1), MSG_DONTWAIT));
});

Deno.test("sendmsg() refuses a message of the wrong kind before any call", () => {
  using sockets = new Sockets();
  const [a] = sockets.pair(SOCK_STREAM);
  assertThrows(() => sendmsg(a, null as never), TypeError, "message");
  assertThrows(() => sendmsg(a, "text" as never), TypeError, "message");
  assertThrows(() => sendmsg(a, { data: "text" as never }), TypeError, "message.data");
  assertThrows(() => sendmsg(a, { data: bytes("x"), descriptors: 3 as never }), TypeError, "message.descriptors");
  assertThrows(() => sendmsg(a, { data: bytes("x"), descriptors: ["0" as never] }), TypeError, "descriptors[0]");
  assertThrows(() => sendmsg(a, { data: bytes("x"), credentials: 1 as never }), TypeError, "message.credentials");
  assertThrows(() => sendmsg(a, { data: bytes("x"), address: "/x" as never }), TypeError, "message.address");
  assertThrows(() => recvmsg(a, new Uint8Array(1), 0, -1), RangeError, "room");
  assertThrows(() => recvmsg(a, new Uint8Array(1), 0, null as never), TypeError, "room");
  assertThrows(() => recvmsg(a, new Uint8Array(1), 0, { descriptors: -1 }), RangeError, "room.descriptors");
  assertThrows(() => recvmsg(a, new Uint8Array(1), 0, { credentials: 1 as never }), TypeError, "room.credentials");
});

// --- bytes ---

Deno.test("recvmsg() keeps the bounds of messages, also of an empty one", () => {
  using sockets = new Sockets();
  const [a, b] = sockets.pair(SOCK_SEQPACKET);
  for (const message of ["one", "", "three"]) assertEquals(sendmsg(a, { data: bytes(message) }), message.length);
  const buffer = new Uint8Array(100);
  for (const message of ["one", "", "three"]) {
    const { length, descriptors } = recvmsg(b, buffer);
    assertEquals(text(buffer, length), message);
    assertEquals(descriptors, []);
  }
});

Deno.test("recvmsg() cuts a message that is too long, and says so", () => {
  using sockets = new Sockets();
  const [a, b] = sockets.pair(SOCK_SEQPACKET);
  sendmsg(a, { data: bytes("abcdef") });
  sendmsg(a, { data: bytes("gh") });
  const buffer = new Uint8Array(3);
  const cut = recvmsg(b, buffer);
  assertEquals([cut.length, cut.flags & MSG_TRUNC, text(buffer, 3)], [3, MSG_TRUNC, "abc"]);
  const whole = recvmsg(b, buffer);
  assertEquals([whole.length, whole.flags & MSG_TRUNC], [2, 0]);
});

Deno.test("recvmsg() with MSG_PEEK leaves the message there", () => {
  using sockets = new Sockets();
  const [a, b] = sockets.pair(SOCK_DGRAM);
  sendmsg(a, { data: bytes("stay") });
  const buffer = new Uint8Array(10);
  assertEquals(recvmsg(b, buffer, MSG_PEEK).length, 4);
  assertEquals(recvmsg(b, buffer, MSG_DONTWAIT).length, 4);
});

Deno.test("recvmsg() on a stream gives bytes without bounds, and 0 at the end", () => {
  using sockets = new Sockets();
  const [a, b] = sockets.pair(SOCK_STREAM);
  sendmsg(a, { data: bytes("ab") });
  sendmsg(a, { data: bytes("cd") });
  sockets.close(a);
  const buffer = new Uint8Array(10);
  assertEquals(recvmsg(b, buffer).length, 4);
  assertEquals(text(buffer, 4), "abcd");
  assertEquals(recvmsg(b, buffer), { length: 0, descriptors: [], flags: 0 });
});

Deno.test("sendmsg() and recvmsg() use the part of a buffer that a subarray is", () => {
  using sockets = new Sockets();
  const [a, b] = sockets.pair(SOCK_DGRAM);
  sendmsg(a, { data: bytes("..hi..").subarray(2, 4) });
  const buffer = bytes("......");
  assertEquals(recvmsg(b, buffer.subarray(3, 5)).length, 2);
  assertEquals(text(buffer, 6), "...hi.");
});

// --- descriptors ---

Deno.test("recvmsg() gets descriptors of the same open files, in order, under new numbers", () => {
  using sockets = new Sockets();
  const [a, b] = sockets.pair(SOCK_SEQPACKET);
  const [readEnd, writeEnd] = pipe();
  sendmsg(a, { data: bytes("pipe"), descriptors: [readEnd, writeEnd] });
  const { length, descriptors, flags } = recvmsg(b, new Uint8Array(10), 0, 5);
  assertEquals([length, descriptors.length, flags & MSG_CTRUNC], [4, 2, 0]);
  const [readCopy, writeCopy] = descriptors as [number, number];
  assertNotEquals(readCopy, readEnd);
  close(readEnd);
  close(writeEnd);

  write(writeCopy, bytes("through"));
  const buffer = new Uint8Array(10);
  assertEquals(text(buffer, read(readCopy, buffer)), "through");
  close(writeCopy);
  assertEquals(read(readCopy, buffer), 0);
  close(readCopy);
});

Deno.test("recvmsg() closes descriptors that there is no room for, and sets MSG_CTRUNC", () => {
  for (const [room, got] of [[0, 0], [1, 1], [2, 2]] as const) {
    using sockets = new Sockets();
    const [a, b] = sockets.pair(SOCK_STREAM);
    const [readEnd, writeEnd] = pipe();
    // The surplus are write ends: end of file on the pipe is the proof that they are closed.
    sendmsg(a, { data: bytes("x"), descriptors: [readEnd, readEnd, writeEnd, writeEnd] });
    close(writeEnd);
    const { descriptors, flags } = recvmsg(b, new Uint8Array(1), 0, room);
    assertEquals([descriptors.length, flags & MSG_CTRUNC], [got, MSG_CTRUNC]);
    assertEquals(read(readEnd, new Uint8Array(1)), 0);
    for (const fd of [readEnd, ...descriptors]) close(fd);
  }
});

Deno.test("recvmsg() marks received descriptors close-on-exec with MSG_CMSG_CLOEXEC only", () => {
  using sockets = new Sockets();
  const [a, b] = sockets.pair(SOCK_SEQPACKET);
  for (const [flags, wanted] of [[0, 0], [MSG_CMSG_CLOEXEC, FD_CLOEXEC]] as const) {
    sendmsg(a, { data: bytes("x"), descriptors: [a] });
    const [fd] = recvmsg(b, new Uint8Array(1), flags, 1).descriptors as [number];
    assertEquals(fcntl(fd, F_GETFD), wanted);
    close(fd);
  }
});

Deno.test("recvmsg() gets 253 descriptors at once, and closing them gives the numbers back", () => {
  using sockets = new Sockets();
  const [a, b] = sockets.pair(SOCK_SEQPACKET);
  sendmsg(a, { data: bytes("x"), descriptors: new Array<number>(253).fill(a) });
  const { descriptors, flags } = recvmsg(b, new Uint8Array(1), 0, 1000);
  assertEquals([new Set(descriptors).size, flags & MSG_CTRUNC], [253, 0]);
  for (const fd of descriptors) close(fd);
  for (const fd of descriptors) assert(isSystemError(assertThrows(() => fcntl(fd, F_GETFD)), "EBADF"));
});

Deno.test("recvmsg() that takes no descriptors after one that did reports none", () => {
  using sockets = new Sockets();
  const [a, b] = sockets.pair(SOCK_SEQPACKET);
  sendmsg(a, { data: bytes("x"), descriptors: [a] });
  sendmsg(a, { data: bytes("y") });
  const [fd] = recvmsg(b, new Uint8Array(1), 0, 4).descriptors as [number];
  close(fd);
  assertEquals(recvmsg(b, new Uint8Array(1), 0, 4), { length: 1, descriptors: [], flags: 0 });
});

// --- credentials ---

/** The user, group and id of this process. */
const SELF = { pid: getpid(), uid: Deno.uid() as number, gid: Deno.gid() as number };

Deno.test("recvmsg() tells who sent each message to a socket with SO_PASSCRED", () => {
  using sockets = new Sockets();
  const [a, b] = sockets.pair(SOCK_DGRAM);
  setsockopt(b, SOL_SOCKET, SO_PASSCRED, 1);
  sendmsg(a, { data: bytes("x") });
  sendmsg(a, { data: bytes("y"), credentials: SELF });
  for (let i = 0; i < 2; i++) {
    const { credentials, flags } = recvmsg(b, new Uint8Array(1), 0, { credentials: true });
    assertEquals([credentials, flags & MSG_CTRUNC], [SELF, 0]);
  }
});

Deno.test("recvmsg() without SO_PASSCRED has no credentials, and no room for them that descriptors would fill", () => {
  using sockets = new Sockets();
  const [a, b] = sockets.pair(SOCK_DGRAM);
  sendmsg(a, { data: bytes("x"), credentials: SELF });
  sendmsg(a, { data: bytes("x"), descriptors: [a, a, a] });
  assertEquals("credentials" in recvmsg(b, new Uint8Array(1), 0, { credentials: true }), false);
  const { descriptors, flags } = recvmsg(b, new Uint8Array(1), 0, { descriptors: 1, credentials: true });
  for (const fd of descriptors) sockets.keep(fd);
  assertEquals([descriptors.length, flags & MSG_CTRUNC], [1, MSG_CTRUNC]);
});

Deno.test("recvmsg() says MSG_CTRUNC where there are credentials that nobody asked for", () => {
  using sockets = new Sockets();
  const [a, b] = sockets.pair(SOCK_DGRAM);
  setsockopt(b, SOL_SOCKET, SO_PASSCRED, 1);
  sendmsg(a, { data: bytes("x") });
  const received = recvmsg(b, new Uint8Array(1));
  assertEquals([received.credentials, received.flags & MSG_CTRUNC], [undefined, MSG_CTRUNC]);
});

Deno.test("recvmsg() gets credentials and descriptors of one message, exactly as many as there is room for", () => {
  using sockets = new Sockets();
  const [a, b] = sockets.pair(SOCK_STREAM);
  setsockopt(b, SOL_SOCKET, SO_PASSCRED, 1);
  for (const [room, got, lost] of [[3, 2, 0], [2, 2, 0], [1, 1, MSG_CTRUNC], [0, 0, MSG_CTRUNC]] as const) {
    sendmsg(a, { data: bytes("x"), descriptors: [a, b], credentials: SELF });
    const received = recvmsg(b, new Uint8Array(1), 0, { descriptors: room, credentials: true });
    for (const fd of received.descriptors) sockets.keep(fd);
    assertEquals([received.credentials, received.descriptors.length, received.flags & MSG_CTRUNC], [SELF, got, lost]);
  }
});

Deno.test("sendmsg() gives ESRCH or EPERM for the pid of a process that is not this one", () => {
  using sockets = new Sockets();
  const [a] = sockets.pair(SOCK_DGRAM);
  const nobody = { ...SELF, pid: 2 ** 22 + 1 };
  assertErrno(Deno.uid() === 0 ? "ESRCH" : "EPERM", () => sendmsg(a, { data: bytes("x"), credentials: nobody }));
});

Deno.test({
  name: "sendmsg() gives EPERM to a user who says to be another (needs root)",
  ignore: Deno.uid() !== 0,
  async fn(): Promise<void> {
    const outcome = await inChild(
      `
      import { AF_UNIX, getpid, sendmsg, SOCK_DGRAM, socketpair } from "ipc";
      const [mine] = socketpair(AF_UNIX, SOCK_DGRAM, 0);
      const outcome = [[0, 65534], [65534, 0], [65534, 65534]].map(([uid, gid]) => {
        try { return sendmsg(mine, { data: new Uint8Array(1), credentials: { pid: getpid(), uid, gid } }); }
        catch (error) { return error.code; }
      });
      console.log(JSON.stringify(outcome));
    `,
      { uid: 65534 },
    );
    assertEquals(outcome, ["EPERM", "EPERM", 1]);
  },
});

// --- addresses ---

for (const domain of [AF_UNIX, AF_INET] as const) {
  Deno.test(`sendmsg() sends to an address, and recvmsg() tells the sender's, in domain ${domain}`, () => {
    using sockets = new Sockets();
    const [a] = sockets.bound(domain, SOCK_DGRAM);
    const [b, address] = sockets.bound(domain, SOCK_DGRAM);
    assertEquals(sendmsg(a, { data: bytes("to you"), address }), 6);
    const buffer = new Uint8Array(10);
    assertEquals(recvmsg(b, buffer), { length: 6, descriptors: [], flags: 0, address: getsockname(a) });
    assertEquals(text(buffer, 6), "to you");
  });
}

Deno.test("recvmsg() after one with an address tells none where the sender has none", () => {
  using sockets = new Sockets();
  const [b, address] = sockets.bound(AF_UNIX, SOCK_DGRAM);
  const [named] = sockets.bound(AF_UNIX, SOCK_DGRAM);
  sendmsg(named, { data: bytes("x"), address });
  sendmsg(sockets.socket(AF_UNIX, SOCK_DGRAM), { data: bytes("y"), address });
  assertEquals(recvmsg(b, new Uint8Array(1)).address, getsockname(named));
  assertEquals("address" in recvmsg(b, new Uint8Array(1)), false);
});

Deno.test("sendmsg() gives EISCONN for an address on a connected stream, and ENOTCONN for none on one that is not", () => {
  using sockets = new Sockets();
  const [a] = sockets.pair(SOCK_STREAM);
  assertErrno("EISCONN", () => sendmsg(a, { data: bytes("x"), address: { family: AF_UNIX, abstract: "x" } }));
  assertErrno("ENOTCONN", () => sendmsg(sockets.socket(AF_UNIX, SOCK_DGRAM), { data: bytes("x") }));
});

// --- blocking and signals: in a process of its own, which inherits one end ---

for (const [flags, outcome] of [["0", "EINTR"], ["SA_RESTART", "returned"]] as const) {
  Deno.test(`recvmsg() on an empty socket, interrupted by a handler with ${flags}: ${outcome}`, async () => {
    const [mine, theirs] = socketpair(AF_UNIX, SOCK_SEQPACKET, 0);
    fcntl(mine, F_SETFD, FD_CLOEXEC);
    try {
      const blocking = {
        call: "recvmsg(Number(Deno.args[0]), new Uint8Array(1))",
        args: [theirs],
        blocksIn: "recvmsg",
      };
      const satisfy = () => void sendmsg(mine, { data: new Uint8Array(1) });
      assertEquals(await interrupt({ ...blocking, satisfy }, flags), { outcome, handled: 1 });
    } finally {
      for (const fd of [mine, theirs]) close(fd);
    }
  });

  Deno.test(`sendmsg() on a full socket, interrupted by a handler with ${flags}: ${outcome}`, async () => {
    const [mine, theirs] = socketpair(AF_UNIX, SOCK_SEQPACKET, 0);
    fcntl(mine, F_SETFD, FD_CLOEXEC);
    const data = new Uint8Array(1000);
    const drain = () =>
      void assertThrows(() => {
        for (;;) recvmsg(mine, data, MSG_DONTWAIT);
      });
    try {
      assertErrno("EAGAIN", () => {
        for (;;) sendmsg(theirs, { data }, MSG_DONTWAIT);
      });
      const call = "sendmsg(Number(Deno.args[0]), { data: new Uint8Array(1000) })";
      const blocking = { call, args: [theirs], blocksIn: "sendmsg", satisfy: drain };
      assertEquals(await interrupt(blocking, flags), { outcome, handled: 1 });
    } finally {
      for (const fd of [mine, theirs]) close(fd);
    }
  });
}

Deno.test("sendmsg() to a closed peer raises SIGPIPE, which ends a process that has it as execve leaves it", async () => {
  const { kind, signal } = await inChild(`
    import { AF_UNIX, close, fork, sendmsg, SIG_DFL, sigaction, SIGPIPE, SOCK_STREAM, socketpair, waitpid } from "ipc";
    const [mine, theirs] = socketpair(AF_UNIX, SOCK_STREAM, 0);
    close(theirs);
    const pid = fork(() => {
      sigaction(SIGPIPE, { handler: SIG_DFL });
      sendmsg(mine, { data: new Uint8Array(1) });
    });
    console.log(JSON.stringify(waitpid(pid)));
  `) as { kind: string; signal: number };
  assertEquals([kind, signal], ["signaled", SIGPIPE]);
});
