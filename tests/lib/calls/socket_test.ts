import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import {
  AF_UNIX,
  close,
  F_GETFD,
  F_GETFL,
  F_SETFD,
  fcntl,
  FD_CLOEXEC,
  isSystemError,
  MSG_CMSG_CLOEXEC,
  MSG_CTRUNC,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  MSG_PEEK,
  MSG_TRUNC,
  O_NONBLOCK,
  pipe,
  read,
  recvmsg,
  sendmsg,
  SIGPIPE,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  socketpair,
  write,
} from "ipc";
import { internalDescriptors } from "../../../lib/gate/internal.ts";
import { inChild } from "../../support/child.ts";
import { assertErrno } from "../../support/errno.ts";
import { interrupt } from "../../support/interrupt.ts";

/** A pair whose ends are closed at the end of the scope, where the test has not done so. */
class Pair implements Disposable {
  readonly ends: [number, number];
  readonly #open: Set<number>;

  constructor(type: number) {
    this.ends = socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0);
    this.#open = new Set(this.ends);
  }

  close(end: number): void {
    this.#open.delete(end);
    close(end);
  }

  [Symbol.dispose](): void {
    for (const end of this.#open) close(end);
  }
}

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (buffer: Uint8Array, length: number) => new TextDecoder().decode(buffer.subarray(0, length));
const NOWHERE = 1_000_000;

// --- socketpair ---

for (
  const [code, domain, type, protocol] of [
    ["EAFNOSUPPORT", 12345, SOCK_STREAM, 0],
    ["EOPNOTSUPP", 2, SOCK_STREAM, 0],
    ["EPROTONOSUPPORT", AF_UNIX, SOCK_STREAM, 99],
    ["ESOCKTNOSUPPORT", AF_UNIX, 4, 0],
  ] as const
) {
  Deno.test(`socketpair(${domain}, ${type}, ${protocol}) fails with ${code}`, () => {
    assertErrno(code, () => socketpair(domain, type, protocol));
  });
}

Deno.test("socketpair() sets SOCK_CLOEXEC and SOCK_NONBLOCK on both ends, and neither unless asked", () => {
  const plain = socketpair(AF_UNIX, SOCK_STREAM, 0);
  const flagged = socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
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

// --- failures of sendmsg and recvmsg ---

Deno.test("sendmsg() and recvmsg() give EBADF for a descriptor that is not open", () => {
  assertErrno("EBADF", () => sendmsg(NOWHERE, { data: bytes("x") }));
  assertErrno("EBADF", () => recvmsg(NOWHERE, new Uint8Array(1)));
});

Deno.test("sendmsg() gives EBADF when a descriptor to hand over is not open, and sends nothing", () => {
  using pair = new Pair(SOCK_SEQPACKET);
  const [a, b] = pair.ends;
  assertErrno("EBADF", () => sendmsg(a, { data: bytes("x"), descriptors: [NOWHERE] }));
  assertErrno("EAGAIN", () => recvmsg(b, new Uint8Array(1), MSG_DONTWAIT));
});

Deno.test("sendmsg() and recvmsg() give EBADF for a descriptor that is the run's own", () => {
  using pair = new Pair(SOCK_SEQPACKET);
  const [a, b] = pair.ends;
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
  using blocking = new Pair(SOCK_SEQPACKET);
  using nonblocking = new Pair(SOCK_SEQPACKET | SOCK_NONBLOCK);
  assertErrno("EAGAIN", () => recvmsg(blocking.ends[0], new Uint8Array(1), MSG_DONTWAIT));
  assertErrno("EAGAIN", () => recvmsg(nonblocking.ends[0], new Uint8Array(1)));
});

Deno.test("sendmsg() gives EAGAIN when the socket is full, and what was sent arrives", () => {
  using pair = new Pair(SOCK_DGRAM);
  const [a, b] = pair.ends;
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
  using pair = new Pair(SOCK_SEQPACKET);
  assertErrno("EMSGSIZE", () => sendmsg(pair.ends[0], { data: new Uint8Array(64 * 2 ** 20) }, MSG_DONTWAIT));
});

for (const [name, type] of [["SOCK_STREAM", SOCK_STREAM], ["SOCK_SEQPACKET", SOCK_SEQPACKET]] as const) {
  Deno.test(`sendmsg() on a ${name} gives EPIPE when the peer has closed`, () => {
    using pair = new Pair(type);
    const [a, b] = pair.ends;
    pair.close(b);
    assertErrno("EPIPE", () => sendmsg(a, { data: bytes("x") }, MSG_NOSIGNAL));
  });
}

Deno.test("sendmsg() on a SOCK_DGRAM gives ECONNREFUSED when the peer has closed", () => {
  using pair = new Pair(SOCK_DGRAM);
  const [a, b] = pair.ends;
  pair.close(b);
  assertErrno("ECONNREFUSED", () => sendmsg(a, { data: bytes("x") }, MSG_NOSIGNAL));
});

Deno.test("recvmsg() gives ECONNRESET when the peer closed with bytes unread", () => {
  using pair = new Pair(SOCK_STREAM);
  const [a, b] = pair.ends;
  sendmsg(a, { data: bytes("never read") });
  pair.close(b);
  assertErrno("ECONNRESET", () => recvmsg(a, new Uint8Array(1)));
});

Deno.test("sendmsg() gives EINVAL for more than 253 descriptors", () => {
  using pair = new Pair(SOCK_SEQPACKET);
  const [a, b] = pair.ends;
  const error = assertErrno(
    "EINVAL",
    () => sendmsg(a, { data: bytes("x"), descriptors: new Array<number>(254).fill(a) }),
  );
  assert(error.message.includes("253"), error.message);
  assertErrno("EAGAIN", () => recvmsg(b, new Uint8Array(1), MSG_DONTWAIT));
});

Deno.test("sendmsg() refuses a message of the wrong kind before any call", () => {
  using pair = new Pair(SOCK_STREAM);
  const [a] = pair.ends;
  assertThrows(() => sendmsg(a, null as never), TypeError, "message");
  assertThrows(() => sendmsg(a, "text" as never), TypeError, "message");
  assertThrows(() => sendmsg(a, { data: "text" as never }), TypeError, "message.data");
  assertThrows(() => sendmsg(a, { data: bytes("x"), descriptors: 3 as never }), TypeError, "message.descriptors");
  assertThrows(() => sendmsg(a, { data: bytes("x"), descriptors: ["0" as never] }), TypeError, "descriptors[0]");
  assertThrows(() => recvmsg(a, new Uint8Array(1), 0, -1), RangeError, "room");
});

// --- bytes ---

Deno.test("recvmsg() keeps the bounds of messages, also of an empty one", () => {
  using pair = new Pair(SOCK_SEQPACKET);
  const [a, b] = pair.ends;
  for (const message of ["one", "", "three"]) assertEquals(sendmsg(a, { data: bytes(message) }), message.length);
  const buffer = new Uint8Array(100);
  for (const message of ["one", "", "three"]) {
    const { length, descriptors } = recvmsg(b, buffer);
    assertEquals(text(buffer, length), message);
    assertEquals(descriptors, []);
  }
});

Deno.test("recvmsg() cuts a message that is too long, and says so", () => {
  using pair = new Pair(SOCK_SEQPACKET);
  const [a, b] = pair.ends;
  sendmsg(a, { data: bytes("abcdef") });
  sendmsg(a, { data: bytes("gh") });
  const buffer = new Uint8Array(3);
  const cut = recvmsg(b, buffer);
  assertEquals([cut.length, cut.flags & MSG_TRUNC, text(buffer, 3)], [3, MSG_TRUNC, "abc"]);
  const whole = recvmsg(b, buffer);
  assertEquals([whole.length, whole.flags & MSG_TRUNC], [2, 0]);
});

Deno.test("recvmsg() with MSG_PEEK leaves the message there", () => {
  using pair = new Pair(SOCK_DGRAM);
  const [a, b] = pair.ends;
  sendmsg(a, { data: bytes("stay") });
  const buffer = new Uint8Array(10);
  assertEquals(recvmsg(b, buffer, MSG_PEEK).length, 4);
  assertEquals(recvmsg(b, buffer, MSG_DONTWAIT).length, 4);
});

Deno.test("recvmsg() on a stream gives bytes without bounds, and 0 at the end", () => {
  using pair = new Pair(SOCK_STREAM);
  const [a, b] = pair.ends;
  sendmsg(a, { data: bytes("ab") });
  sendmsg(a, { data: bytes("cd") });
  pair.close(a);
  const buffer = new Uint8Array(10);
  assertEquals(recvmsg(b, buffer).length, 4);
  assertEquals(text(buffer, 4), "abcd");
  assertEquals(recvmsg(b, buffer), { length: 0, descriptors: [], flags: 0 });
});

Deno.test("sendmsg() and recvmsg() use the part of a buffer that a subarray is", () => {
  using pair = new Pair(SOCK_DGRAM);
  const [a, b] = pair.ends;
  sendmsg(a, { data: bytes("..hi..").subarray(2, 4) });
  const buffer = bytes("......");
  assertEquals(recvmsg(b, buffer.subarray(3, 5)).length, 2);
  assertEquals(text(buffer, 6), "...hi.");
});

// --- descriptors ---

Deno.test("recvmsg() gets descriptors of the same open files, in order, under new numbers", () => {
  using pair = new Pair(SOCK_SEQPACKET);
  const [a, b] = pair.ends;
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
    using pair = new Pair(SOCK_STREAM);
    const [a, b] = pair.ends;
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
  using pair = new Pair(SOCK_SEQPACKET);
  const [a, b] = pair.ends;
  for (const [flags, wanted] of [[0, 0], [MSG_CMSG_CLOEXEC, FD_CLOEXEC]] as const) {
    sendmsg(a, { data: bytes("x"), descriptors: [a] });
    const [fd] = recvmsg(b, new Uint8Array(1), flags, 1).descriptors as [number];
    assertEquals(fcntl(fd, F_GETFD), wanted);
    close(fd);
  }
});

Deno.test("recvmsg() gets 253 descriptors at once, and closing them gives the numbers back", () => {
  using pair = new Pair(SOCK_SEQPACKET);
  const [a, b] = pair.ends;
  sendmsg(a, { data: bytes("x"), descriptors: new Array<number>(253).fill(a) });
  const { descriptors, flags } = recvmsg(b, new Uint8Array(1), 0, 1000);
  assertEquals([new Set(descriptors).size, flags & MSG_CTRUNC], [253, 0]);
  for (const fd of descriptors) close(fd);
  for (const fd of descriptors) assert(isSystemError(assertThrows(() => fcntl(fd, F_GETFD)), "EBADF"));
});

Deno.test("recvmsg() that takes no descriptors after one that did reports none", () => {
  using pair = new Pair(SOCK_SEQPACKET);
  const [a, b] = pair.ends;
  sendmsg(a, { data: bytes("x"), descriptors: [a] });
  sendmsg(a, { data: bytes("y") });
  const [fd] = recvmsg(b, new Uint8Array(1), 0, 4).descriptors as [number];
  close(fd);
  assertEquals(recvmsg(b, new Uint8Array(1), 0, 4), { length: 1, descriptors: [], flags: 0 });
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
