import { assertEquals, assertThrows } from "@std/assert";
import {
  close,
  EFD_CLOEXEC,
  EFD_NONBLOCK,
  EFD_SEMAPHORE,
  eventfd,
  eventfd_read,
  eventfd_write,
  F_GETFD,
  F_GETFL,
  fcntl,
  FD_CLOEXEC,
  O_NONBLOCK,
  pipe,
  poll,
  POLLIN,
  POLLOUT,
  write,
} from "ipc";
import { assertErrno } from "../../support/errno.ts";
import { Child } from "../../support/child.ts";
import { interrupt } from "../../support/interrupt.ts";

const MOST = 2n ** 64n - 2n;

/** A counter that is closed at the end of the scope. */
class Counter implements Disposable {
  readonly fd: number;

  constructor(value: number, flags = EFD_NONBLOCK) {
    this.fd = eventfd(value, flags);
  }

  [Symbol.dispose](): void {
    close(this.fd);
  }
}

Deno.test("eventfd() gives EINVAL for unknown flags", () => {
  assertErrno("EINVAL", () => eventfd(0, 0x40));
});

Deno.test("eventfd() refuses what is no unsigned int", () => {
  assertThrows(() => eventfd(-1, 0), RangeError, "initval");
  assertThrows(() => eventfd(2 ** 32, 0), RangeError, "initval");
  assertThrows(() => eventfd(1n as never, 0), TypeError, "initval");
  assertThrows(() => eventfd(0, "" as never), TypeError, "flags");
});

Deno.test("eventfd_write() refuses what is no unsigned integer of 64 bits", () => {
  using counter = new Counter(0);
  assertThrows(() => eventfd_write(counter.fd, 1 as never), TypeError, "value: expected a bigint, such as 1n, got 1");
  for (const value of [-1n, 2n ** 64n]) assertThrows(() => eventfd_write(counter.fd, value), RangeError, "value");
  assertErrno("EAGAIN", () => eventfd_read(counter.fd));
});

Deno.test("eventfd_read() and eventfd_write() give EBADF and EINVAL for what is no counter", () => {
  using counter = new Counter(0);
  const closed = eventfd(0, 0);
  close(closed);
  for (const fd of [-1, closed]) {
    assertErrno("EBADF", () => eventfd_read(fd));
    assertErrno("EBADF", () => eventfd_write(fd, 1n));
  }
  assertErrno("EINVAL", () => eventfd_write(counter.fd, 2n ** 64n - 1n));
  const [reading, writing] = pipe();
  write(writing, new Uint8Array(3));
  assertErrno("EINVAL", () => eventfd_read(reading));
  close(reading);
  close(writing);
});

Deno.test("eventfd_read() takes all, and then gives EAGAIN", () => {
  using counter = new Counter(0xffffffff);
  eventfd_write(counter.fd, 5n);
  assertEquals(eventfd_read(counter.fd), 0x1_0000_0004n);
  assertErrno("EAGAIN", () => eventfd_read(counter.fd));
});

Deno.test("eventfd_read() takes 1 of a semaphore", () => {
  using counter = new Counter(2, EFD_SEMAPHORE | EFD_NONBLOCK);
  assertEquals([eventfd_read(counter.fd), eventfd_read(counter.fd)], [1n, 1n]);
  assertErrno("EAGAIN", () => eventfd_read(counter.fd));
});

Deno.test("eventfd_write() fills the counter, and then gives EAGAIN", () => {
  using counter = new Counter(0);
  eventfd_write(counter.fd, MOST);
  assertErrno("EAGAIN", () => eventfd_write(counter.fd, 1n));
  assertEquals(poll([{ fd: counter.fd, events: POLLIN | POLLOUT }], 0), [POLLIN]);
  assertEquals(eventfd_read(counter.fd), MOST);
});

Deno.test("eventfd() sets the flags it is given", () => {
  using plain = new Counter(0, 0);
  using flagged = new Counter(0, EFD_CLOEXEC | EFD_NONBLOCK);
  assertEquals([fcntl(plain.fd, F_GETFD), fcntl(plain.fd, F_GETFL) & O_NONBLOCK], [0, 0]);
  assertEquals([fcntl(flagged.fd, F_GETFD), fcntl(flagged.fd, F_GETFL) & O_NONBLOCK], [FD_CLOEXEC, O_NONBLOCK]);
});

Deno.test("eventfd_read() blocks until another process writes", async () => {
  using counter = new Counter(0, 0);
  await using child = new Child(
    `import { eventfd_read } from "ipc"; console.log(String(eventfd_read(Number(Deno.args[0]))));`,
    { args: [counter.fd] },
  );
  await child.blockedIn("read");
  eventfd_write(counter.fd, 7n);
  assertEquals(await child.result(), 7);
});

for (
  const { call, value, blocksIn, satisfy } of [
    {
      call: "eventfd_read(Number(Deno.args[0]))",
      value: 0n,
      blocksIn: "read",
      satisfy: (fd: number): void => eventfd_write(fd, 1n),
    },
    {
      call: "eventfd_write(Number(Deno.args[0]), 1n)",
      value: MOST,
      blocksIn: "write",
      satisfy: (fd: number): unknown => eventfd_read(fd),
    },
  ]
) {
  for (const [flags, outcome] of [["0", "EINTR"], ["SA_RESTART", "returned"]] as const) {
    Deno.test(`${call.slice(0, call.indexOf("("))}() ${outcome} after a handler with flags ${flags}`, async () => {
      using counter = new Counter(0, 0);
      if (value > 0n) eventfd_write(counter.fd, value);
      const blocking = { call, args: [counter.fd], blocksIn, satisfy: () => void satisfy(counter.fd) };
      assertEquals(await interrupt(blocking, flags), { outcome, handled: 1 });
    });
  }
}
