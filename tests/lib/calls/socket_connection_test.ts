import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  accept,
  accept4,
  AF_INET,
  AF_INET6,
  AF_UNIX,
  AF_UNSPEC,
  bind,
  close,
  connect,
  F_GETFD,
  F_GETFL,
  F_SETFD,
  fcntl,
  FD_CLOEXEC,
  getpeername,
  getsockname,
  getsockopt,
  isSystemError,
  listen,
  O_NONBLOCK,
  pipe,
  poll,
  POLLIN,
  POLLOUT,
  recv,
  send,
  setsockopt,
  SO_ERROR,
  SO_RCVTIMEO,
  SO_REUSEADDR,
  SO_SNDTIMEO,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_SOCKET,
  unlink,
} from "ipc";
import { gate } from "../../../lib/gate/gate.ts";
import { internalDescriptors } from "../../../lib/gate/internal.ts";
import { inChild } from "../../support/child.ts";
import { assertErrno } from "../../support/errno.ts";
import { interrupt } from "../../support/interrupt.ts";
import { testFolder } from "../../support/names.ts";
import { hasInet6, NOWHERE, Sockets } from "../../support/sockets.ts";

const UNNAMED = { family: AF_UNIX } as const;
const LOOPBACK = { family: AF_INET, address: "127.0.0.1", port: 0 } as const;

/** A port where nobody listens: one that was free a moment ago. */
function deadPort(): typeof LOOPBACK {
  using sockets = new Sockets();
  return sockets.bound(AF_INET, SOCK_STREAM)[1] as typeof LOOPBACK;
}

// --- failures of all ---

for (
  const [name, call] of [
    ["bind", (fd: number) => bind(fd, UNNAMED)],
    ["listen", (fd: number) => listen(fd, 1)],
    ["accept", (fd: number) => accept(fd)],
    ["accept4", (fd: number) => accept4(fd, 0)],
    ["connect", (fd: number) => connect(fd, { family: AF_UNIX, abstract: "nobody" })],
  ] as const
) {
  Deno.test(`${name}() gives EBADF for what is not open and what is the run's own, ENOTSOCK for a pipe`, () => {
    using sockets = new Sockets();
    const own = sockets.socket(AF_UNIX, SOCK_STREAM);
    const ends = pipe();
    for (const end of ends) sockets.keep(end);
    assertErrno("EBADF", () => call(NOWHERE));
    assertErrno("ENOTSOCK", () => call(ends[0]));
    internalDescriptors.add(own);
    try {
      assertErrno("EBADF", () => call(own));
    } finally {
      internalDescriptors.delete(own);
    }
    assertThrows(() => call(1.5), RangeError, "fd");
  });
}

// --- bind ---

Deno.test("bind() gives EADDRINUSE for a path that is there, also when its socket is gone", () => {
  using sockets = new Sockets();
  using folder = testFolder();
  const address = { family: AF_UNIX, path: folder.file("door") } as const;
  const [first] = sockets.bound(AF_UNIX, SOCK_STREAM, address);
  const second = sockets.socket(AF_UNIX, SOCK_STREAM);
  const error = assertErrno("EADDRINUSE", () => bind(second, address));
  assert(error.message.includes(address.path), error.message);
  sockets.close(first);
  assertErrno("EADDRINUSE", () => bind(second, address));
  unlink(address.path);
  bind(second, address);
});

Deno.test("bind() gives EADDRINUSE for an abstract name while its socket is open, and no longer", () => {
  using sockets = new Sockets();
  const [first, address] = sockets.bound(AF_UNIX, SOCK_DGRAM);
  const second = sockets.socket(AF_UNIX, SOCK_DGRAM);
  assertErrno("EADDRINUSE", () => bind(second, address));
  sockets.close(first);
  bind(second, address);
});

Deno.test("bind() gives EADDRINUSE for a port that is taken", () => {
  using sockets = new Sockets();
  const [, address] = sockets.listener(AF_INET, SOCK_STREAM);
  const error = assertErrno("EADDRINUSE", () => bind(sockets.socket(AF_INET, SOCK_STREAM), address));
  assert(error.message.includes("127.0.0.1:"), error.message);
});

Deno.test("bind() gives EINVAL for a socket that is bound, and for an address of another family", () => {
  using sockets = new Sockets();
  for (const domain of [AF_UNIX, AF_INET]) {
    const [fd] = sockets.bound(domain, SOCK_STREAM);
    // To ask for a name where there is one is no failure: nothing happens.
    const other = domain === AF_UNIX ? { family: AF_UNIX, abstract: `second.${Deno.pid}` } as const : LOOPBACK;
    assertErrno("EINVAL", () => bind(fd, other));
  }
  assertErrno("EINVAL", () => bind(sockets.socket(AF_UNIX, SOCK_STREAM), LOOPBACK));
});

Deno.test("bind() gives EADDRNOTAVAIL for an address of another machine", () => {
  using sockets = new Sockets();
  const fd = sockets.socket(AF_INET, SOCK_STREAM);
  assertErrno("EADDRNOTAVAIL", () => bind(fd, { family: AF_INET, address: "192.0.2.1", port: 0 }));
});

Deno.test("bind() gives ENOENT and ENOTDIR for a path through no folder", () => {
  using sockets = new Sockets();
  using folder = testFolder();
  Deno.writeTextFileSync(folder.file("file"), "");
  const fd = sockets.socket(AF_UNIX, SOCK_STREAM);
  assertErrno("ENOENT", () => bind(fd, { family: AF_UNIX, path: folder.file("no/door") }));
  assertErrno("ENOTDIR", () => bind(fd, { family: AF_UNIX, path: folder.file("file/door") }));
});

Deno.test({
  name: "bind() gives EACCES in another's folder, connect() for another's socket (needs root)",
  ignore: Deno.uid() !== 0,
  async fn(): Promise<void> {
    using sockets = new Sockets();
    using folder = testFolder();
    const path = folder.file("door");
    Deno.chmodSync(folder.path, 0o755);
    const [fd] = sockets.bound(AF_UNIX, SOCK_STREAM, { family: AF_UNIX, path });
    listen(fd, 1);
    const outcome = await inChild(
      `
      import { AF_UNIX, bind, connect, SOCK_STREAM, socket } from "ipc";
      const path = Deno.args[0];
      const codes = [[bind, path + ".new"], [connect, path]].map(([call, path]) => {
        try { call(socket(AF_UNIX, SOCK_STREAM, 0), { family: AF_UNIX, path }); } catch (error) { return error.code; }
      });
      console.log(JSON.stringify(codes));
    `,
      { uid: 65534, args: [path] },
    );
    assertEquals(outcome, ["EACCES", "EACCES"]);
  },
});

Deno.test("bind() refuses a path that is too long before any call", () => {
  using sockets = new Sockets();
  const fd = sockets.socket(AF_UNIX, SOCK_STREAM);
  assertThrows(() => bind(fd, { family: AF_UNIX, path: `/${"x".repeat(108)}` }), RangeError, "108 bytes");
  assertEquals(getsockname(fd), UNNAMED);
});

Deno.test("bind() makes a file of the longest path, which both ends call by its whole name", () => {
  using sockets = new Sockets();
  using folder = testFolder();
  const path = `${folder.path}/${"x".repeat(107 - folder.path.length)}`;
  assertEquals(path.length, 108);
  const [listener, address] = sockets.bound(AF_UNIX, SOCK_STREAM, { family: AF_UNIX, path });
  assertEquals(address, { family: AF_UNIX, path });
  assert(Deno.lstatSync(path).isSocket);
  listen(listener, 1);
  const client = sockets.socket(AF_UNIX, SOCK_STREAM);
  connect(client, address);
  assertEquals(getpeername(client), address);
});

Deno.test("bind() keeps abstract names as they are, NUL and all", () => {
  using sockets = new Sockets();
  for (const abstract of ["a\0b", "\0", "é".repeat(53)]) {
    const name = { family: AF_UNIX, abstract: abstract + `${Deno.pid}`.slice(0, 1) } as const;
    assertEquals(sockets.bound(AF_UNIX, SOCK_DGRAM, name)[1], name);
  }
});

Deno.test("bind() to no name is given an abstract one", () => {
  using sockets = new Sockets();
  const [, address] = sockets.bound(AF_UNIX, SOCK_STREAM, UNNAMED);
  assert(address.family === AF_UNIX && address.abstract !== undefined);
  assertEquals(address.abstract.length, 5);
});

Deno.test("bind() tells the run's hook of the file that it made, and of no other name", () => {
  using sockets = new Sockets();
  using folder = testFolder();
  const made: string[] = [];
  gate.hook = {
    enter: () => {},
    created: (kind, name) => void made.push(`${kind} ${name}`),
    maySignal: () => true,
    forked: () => {},
    interrogated: () => {},
  };
  try {
    sockets.bound(AF_UNIX, SOCK_STREAM, { family: AF_UNIX, path: folder.file("door") });
    sockets.bound(AF_UNIX, SOCK_STREAM);
    sockets.bound(AF_INET, SOCK_STREAM);
    assertErrno("EADDRINUSE", () => sockets.bound(AF_UNIX, SOCK_DGRAM, { family: AF_UNIX, path: folder.file("door") }));
  } finally {
    gate.hook = null;
  }
  assertEquals(made, [`socket ${folder.file("door")}`]);
});

// --- listen and accept ---

Deno.test("listen() gives EOPNOTSUPP for datagrams, EINVAL for AF_UNIX without a name or with a peer", () => {
  using sockets = new Sockets();
  assertErrno("EOPNOTSUPP", () => listen(sockets.bound(AF_UNIX, SOCK_DGRAM)[0], 1));
  assertErrno("EOPNOTSUPP", () => listen(sockets.bound(AF_INET, SOCK_DGRAM)[0], 1));
  assertErrno("EINVAL", () => listen(sockets.socket(AF_UNIX, SOCK_STREAM), 1));
  assertErrno("EINVAL", () => listen(sockets.pair(SOCK_STREAM)[0], 1));
});

Deno.test("listen() gives EADDRINUSE where another listens on the port", () => {
  using sockets = new Sockets();
  const first = sockets.socket(AF_INET, SOCK_STREAM);
  const second = sockets.socket(AF_INET, SOCK_STREAM);
  for (const fd of [first, second]) setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, 1);
  bind(first, LOOPBACK);
  bind(second, getsockname(first));
  listen(first, 1);
  assertErrno("EADDRINUSE", () => listen(second, 1));
});

Deno.test("accept() gives EINVAL for a socket that does not listen, EOPNOTSUPP for datagrams", () => {
  using sockets = new Sockets();
  for (const domain of [AF_UNIX, AF_INET]) {
    assertErrno("EINVAL", () => accept(sockets.bound(domain, SOCK_STREAM)[0]));
    assertErrno("EOPNOTSUPP", () => accept(sockets.bound(domain, SOCK_DGRAM)[0]));
  }
});

Deno.test("accept() gives EAGAIN when nobody is there: at once, or after SO_RCVTIMEO", () => {
  using sockets = new Sockets();
  assertErrno("EAGAIN", () => accept(sockets.listener(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK)[0]));
  const [patient] = sockets.listener(AF_UNIX, SOCK_STREAM);
  setsockopt(patient, SOL_SOCKET, SO_RCVTIMEO, { sec: 0, nsec: 10_000_000 });
  assertErrno("EAGAIN", () => accept(patient));
});

Deno.test("accept4() gives EINVAL for a flag that it does not know", () => {
  using sockets = new Sockets();
  const [fd] = sockets.listener(AF_UNIX, SOCK_STREAM);
  assertErrno("EINVAL", () => accept4(fd, 1));
});

Deno.test("accept4() sets SOCK_CLOEXEC and SOCK_NONBLOCK; accept() neither, whatever the listener has", () => {
  using sockets = new Sockets();
  const [listener, address] = sockets.listener(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK);
  for (const flags of [0, SOCK_CLOEXEC, SOCK_NONBLOCK, SOCK_CLOEXEC | SOCK_NONBLOCK]) {
    connect(sockets.socket(AF_UNIX, SOCK_STREAM), address);
    const fd = sockets.keep((flags === 0 ? accept(listener) : accept4(listener, flags)).fd);
    assertEquals(fcntl(fd, F_GETFD) === FD_CLOEXEC, (flags & SOCK_CLOEXEC) !== 0);
    assertEquals((fcntl(fd, F_GETFL) & O_NONBLOCK) !== 0, (flags & SOCK_NONBLOCK) !== 0);
  }
});

for (
  const [domain, type] of [
    [AF_UNIX, SOCK_STREAM],
    [AF_UNIX, SOCK_SEQPACKET],
    [AF_INET, SOCK_STREAM],
    ...(hasInet6() ? [[AF_INET6, SOCK_STREAM] as const] : []),
  ] as const
) {
  Deno.test(`connect() and accept() make a connection, in domain ${domain} of type ${type}`, () => {
    using sockets = new Sockets();
    const [listener, address] = sockets.listener(domain, type);
    const [client] = sockets.bound(domain, type);
    connect(client, address);
    const { fd, address: peer } = accept(listener);
    sockets.keep(fd);
    assertEquals(peer, getsockname(client));
    assertEquals(getpeername(client), address);
    send(client, new Uint8Array([1, 2, 3]));
    const buffer = new Uint8Array(8);
    assertEquals([recv(fd, buffer), buffer[2]], [3, 3]);
    sockets.close(client);
    assertEquals(recv(fd, buffer), 0);
  });
}

Deno.test("accept() takes connections in their order, and tells that a client has no name", () => {
  using sockets = new Sockets();
  const [listener, address] = sockets.listener(AF_UNIX, SOCK_STREAM);
  for (const byte of [1, 2]) {
    const client = sockets.socket(AF_UNIX, SOCK_STREAM);
    connect(client, address);
    send(client, new Uint8Array([byte]));
  }
  const buffer = new Uint8Array(1);
  for (const byte of [1, 2]) {
    const { fd, address } = accept(listener);
    assertEquals(address, UNNAMED);
    assertEquals([recv(sockets.keep(fd), buffer), buffer[0]], [1, byte]);
  }
});

// --- connect ---

Deno.test("connect() gives ECONNREFUSED where nobody listens", () => {
  using sockets = new Sockets();
  const [, address] = sockets.bound(AF_UNIX, SOCK_STREAM);
  assertErrno("ECONNREFUSED", () => connect(sockets.socket(AF_UNIX, SOCK_STREAM), address));
  assertErrno("ECONNREFUSED", () => connect(sockets.socket(AF_INET, SOCK_STREAM), deadPort()));
});

Deno.test("connect() gives ENOENT where there is no path, ECONNREFUSED where it is another file", () => {
  using sockets = new Sockets();
  using folder = testFolder();
  Deno.writeTextFileSync(folder.file("file"), "");
  const fd = sockets.socket(AF_UNIX, SOCK_STREAM);
  assertErrno("ENOENT", () => connect(fd, { family: AF_UNIX, path: folder.file("door") }));
  assertErrno("ECONNREFUSED", () => connect(fd, { family: AF_UNIX, path: folder.file("file") }));
});

Deno.test("connect() gives EPROTOTYPE for a socket of another type, EINVAL and EAFNOSUPPORT for another family", () => {
  using sockets = new Sockets();
  using folder = testFolder();
  // Of abstract names, each type has its own.
  const [, address] = sockets.bound(AF_UNIX, SOCK_STREAM, { family: AF_UNIX, path: folder.file("door") });
  assertErrno("EPROTOTYPE", () => connect(sockets.socket(AF_UNIX, SOCK_DGRAM), address));
  assertErrno("EINVAL", () => connect(sockets.socket(AF_UNIX, SOCK_STREAM), LOOPBACK));
  const inet6 = { family: AF_INET6, address: "::1", port: 1 } as const;
  assertErrno("EAFNOSUPPORT", () => connect(sockets.socket(AF_INET, SOCK_STREAM), inet6));
});

Deno.test("connect() gives EISCONN for a stream that is connected", () => {
  using sockets = new Sockets();
  for (const domain of [AF_UNIX, AF_INET]) {
    const [, address] = sockets.listener(domain, SOCK_STREAM);
    const client = sockets.socket(domain, SOCK_STREAM);
    connect(client, address);
    assertErrno("EISCONN", () => connect(client, address));
  }
});

Deno.test("connect() gives EAGAIN when too many wait: at once, or after SO_SNDTIMEO", () => {
  using sockets = new Sockets();
  const [, address] = sockets.listener(AF_UNIX, SOCK_STREAM, 0);
  connect(sockets.socket(AF_UNIX, SOCK_STREAM), address);
  assertErrno("EAGAIN", () => connect(sockets.socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK), address));
  const patient = sockets.socket(AF_UNIX, SOCK_STREAM);
  setsockopt(patient, SOL_SOCKET, SO_SNDTIMEO, { sec: 0, nsec: 10_000_000 });
  assertErrno("EAGAIN", () => connect(patient, address));
});

Deno.test("connect() of a TCP socket that does not block is EINPROGRESS; poll() and SO_ERROR tell how it went", () => {
  using sockets = new Sockets();
  const [, address] = sockets.listener(AF_INET, SOCK_STREAM);
  for (const [target, wanted] of [[address, 0], [deadPort(), 111]] as const) {
    const fd = sockets.socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK);
    const error = assertThrows(() => connect(fd, target));
    assert(isSystemError(error, "EINPROGRESS"));
    const [revents] = poll([{ fd, events: POLLOUT }], 20_000);
    assertEquals(revents & POLLOUT, POLLOUT);
    assertEquals([getsockopt(fd, SOL_SOCKET, SO_ERROR), getsockopt(fd, SOL_SOCKET, SO_ERROR)], [wanted, 0]);
  }
});

Deno.test("connect() gives a datagram socket a peer as often as wanted, and AF_UNSPEC takes it away", () => {
  using sockets = new Sockets();
  for (const domain of [AF_UNIX, AF_INET]) {
    const fd = sockets.socket(domain, SOCK_DGRAM);
    for (let i = 0; i < 2; i++) {
      const [, address] = sockets.bound(domain, SOCK_DGRAM);
      connect(fd, address);
      assertEquals(getpeername(fd), address);
    }
    connect(fd, { family: AF_UNSPEC });
    assertErrno("ENOTCONN", () => getpeername(fd));
  }
});

// --- blocking and signals: in a process of its own, which inherits the socket ---

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

  for (const call of ["accept(Number(Deno.args[0]))", "accept4(Number(Deno.args[0]), 0)"]) {
    Deno.test(`${call.split("(")[0]}() where nobody is, ${how}: ${outcome}`, async () => {
      using sockets = new Sockets();
      const [listener, address] = sockets.listener(AF_UNIX, SOCK_STREAM);
      fcntl(listener, F_SETFD, 0);
      if (timeout) setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, long);
      const blocking = { call, args: [listener], blocksIn: "accept4" };
      const satisfy = () => connect(sockets.socket(AF_UNIX, SOCK_STREAM), address);
      assertEquals(await interrupt(timeout ? blocking : { ...blocking, satisfy }, flags), { outcome, handled: 1 });
    });
  }

  Deno.test(`connect() where too many wait, ${how}: ${outcome}`, async () => {
    using sockets = new Sockets();
    const [listener, address] = sockets.listener(AF_UNIX, SOCK_STREAM, 0);
    connect(sockets.socket(AF_UNIX, SOCK_STREAM), address);
    const client = sockets.socket(AF_UNIX, SOCK_STREAM);
    fcntl(client, F_SETFD, 0);
    if (timeout) setsockopt(client, SOL_SOCKET, SO_SNDTIMEO, long);
    const call = "connect(Number(Deno.args[0]), JSON.parse(Deno.args[1]))";
    const blocking = { call, args: [client, JSON.stringify(address)], blocksIn: "connect" };
    const satisfy = () => void sockets.keep(accept(listener).fd);
    assertEquals(await interrupt(timeout ? blocking : { ...blocking, satisfy }, flags), { outcome, handled: 1 });
    if (outcome === "returned") assertEquals(poll([{ fd: listener, events: POLLIN }], 0), [POLLIN]);
  });
}

Deno.test("a socket's last close ends its listening, not its file", () => {
  using sockets = new Sockets();
  using folder = testFolder();
  const path = folder.file("door");
  const [listener] = sockets.bound(AF_UNIX, SOCK_STREAM, { family: AF_UNIX, path });
  listen(listener, 1);
  sockets.close(listener);
  assertErrno("EBADF", () => close(listener));
  assert(Deno.lstatSync(path).isSocket);
  assertErrno("ECONNREFUSED", () => connect(sockets.socket(AF_UNIX, SOCK_STREAM), { family: AF_UNIX, path }));
});
