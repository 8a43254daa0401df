import { assertEquals, assertThrows } from "@std/assert";
import {
  close,
  EPOLL_CLOEXEC,
  epoll_create1,
  epoll_ctl,
  EPOLL_CTL_ADD,
  EPOLL_CTL_DEL,
  EPOLL_CTL_MOD,
  epoll_wait,
  EPOLLERR,
  EPOLLET,
  EPOLLHUP,
  EPOLLIN,
  EPOLLONESHOT,
  EPOLLOUT,
  F_GETFD,
  fcntl,
  FD_CLOEXEC,
  O_RDONLY,
  open,
  pipe,
  read,
  write,
} from "ipc";
import { Child } from "../../support/child.ts";
import { assertErrno } from "../../support/errno.ts";
import { interrupt } from "../../support/interrupt.ts";

const BYTE = new Uint8Array(1);

/** An epoll and a pipe, closed at the end of the scope. */
class Setup implements Disposable {
  readonly epfd = epoll_create1(EPOLL_CLOEXEC);
  readonly reading: number;
  readonly writing: number;

  constructor() {
    [this.reading, this.writing] = pipe();
  }

  add(fd: number, events: number, data?: number): void {
    epoll_ctl(this.epfd, EPOLL_CTL_ADD, fd, { events, ...(data === undefined ? {} : { data }) });
  }

  now(most = 10): unknown {
    return epoll_wait(this.epfd, most, 0);
  }

  [Symbol.dispose](): void {
    for (const fd of [this.epfd, this.reading, this.writing]) close(fd);
  }
}

Deno.test("epoll_create1() gives EINVAL for unknown flags, and sets the one it knows", () => {
  assertErrno("EINVAL", () => epoll_create1(1));
  using it = new Setup();
  assertEquals(fcntl(it.epfd, F_GETFD), FD_CLOEXEC);
});

Deno.test("epoll_ctl() gives the errno of its manual page", () => {
  using it = new Setup();
  const event = { events: EPOLLIN };
  const file = open("/etc/passwd", O_RDONLY);
  it.add(it.reading, EPOLLIN);
  assertErrno("EEXIST", () => epoll_ctl(it.epfd, EPOLL_CTL_ADD, it.reading, event));
  assertErrno("ENOENT", () => epoll_ctl(it.epfd, EPOLL_CTL_MOD, it.writing, event));
  assertErrno("ENOENT", () => epoll_ctl(it.epfd, EPOLL_CTL_DEL, it.writing));
  assertErrno("EPERM", () => epoll_ctl(it.epfd, EPOLL_CTL_ADD, file, event));
  assertErrno("EINVAL", () => epoll_ctl(it.epfd, EPOLL_CTL_ADD, it.epfd, event));
  assertErrno("EINVAL", () => epoll_ctl(it.epfd, 99, it.reading, event));
  assertErrno("EINVAL", () => epoll_ctl(it.reading, EPOLL_CTL_ADD, it.writing, event));
  close(file);
  assertErrno("EBADF", () => epoll_ctl(it.epfd, EPOLL_CTL_ADD, file, event));
  assertErrno("EBADF", () => epoll_ctl(file, EPOLL_CTL_ADD, it.writing, event));
});

Deno.test("epoll_ctl() refuses what is no event, but needs none to delete", () => {
  using it = new Setup();
  const wrong = (event: unknown): unknown => epoll_ctl(it.epfd, EPOLL_CTL_ADD, it.reading, event as never);
  assertThrows(() => wrong(undefined), TypeError, "event: expected { events, data? }, got undefined");
  assertThrows(() => wrong(EPOLLIN), TypeError, "event: expected");
  assertThrows(() => wrong({}), TypeError, "event.events");
  assertThrows(() => wrong({ events: 2 ** 32 }), RangeError, "event.events");
  assertThrows(() => wrong({ events: EPOLLIN, data: -1 }), RangeError, "event.data");
  assertThrows(() => wrong({ events: EPOLLIN, data: 1n }), TypeError, "event.data");
  it.add(it.reading, EPOLLIN);
  epoll_ctl(it.epfd, EPOLL_CTL_DEL, it.reading);
  write(it.writing, BYTE);
  assertEquals(it.now(), []);
});

Deno.test("epoll_wait() gives EINVAL without room and for what is no epoll, EBADF for what is not open", () => {
  using it = new Setup();
  for (const most of [0, -1]) assertErrno("EINVAL", () => epoll_wait(it.epfd, most, 0));
  assertErrno("EINVAL", () => epoll_wait(it.reading, 1, 0));
  const closed = epoll_create1(0);
  close(closed);
  assertErrno("EBADF", () => epoll_wait(closed, 1, 0));
  assertThrows(() => epoll_wait(it.epfd, 1, 0.5), RangeError, "timeoutMs");
  assertEquals(epoll_wait(it.epfd, 0x7fffffff, 0), []);
});

Deno.test("epoll_wait() tells of what is ready, each with its data", () => {
  using it = new Setup();
  it.add(it.reading, EPOLLIN, Number.MAX_SAFE_INTEGER);
  it.add(it.writing, EPOLLOUT);
  assertEquals(it.now(), [{ events: EPOLLOUT, data: it.writing }]);
  write(it.writing, BYTE);
  const both = epoll_wait(it.epfd, 2, -1).sort((a, b) => a.events - b.events);
  assertEquals(both, [{ events: EPOLLIN, data: Number.MAX_SAFE_INTEGER }, { events: EPOLLOUT, data: it.writing }]);
  // With room for one, the other comes next.
  const one = [...epoll_wait(it.epfd, 1, -1), ...epoll_wait(it.epfd, 1, -1)];
  assertEquals(one.map(({ events }) => events).sort(), [EPOLLIN, EPOLLOUT]);
});

Deno.test("epoll_wait() answers EPOLLHUP and EPOLLERR without being asked", () => {
  const [reading, lostWriter] = pipe();
  const [lostReader, writing] = pipe();
  const epfd = epoll_create1(0);
  for (const fd of [reading, writing]) epoll_ctl(epfd, EPOLL_CTL_ADD, fd, { events: 0 });
  close(lostWriter);
  close(lostReader);
  const found = new Map(epoll_wait(epfd, 10, -1).map(({ data, events }) => [data, events]));
  assertEquals([found.get(reading), found.get(writing)], [EPOLLHUP, EPOLLERR]);
  for (const fd of [reading, writing, epfd]) close(fd);
});

Deno.test("EPOLLET tells of changes only, EPOLLONESHOT once until EPOLL_CTL_MOD", () => {
  using it = new Setup();
  it.add(it.reading, EPOLLIN | EPOLLET);
  write(it.writing, BYTE);
  assertEquals(it.now(), [{ events: EPOLLIN, data: it.reading }]);
  assertEquals(it.now(), []);
  write(it.writing, BYTE);
  assertEquals(it.now(), [{ events: EPOLLIN, data: it.reading }]);
  const once = { events: EPOLLIN | EPOLLONESHOT, data: 7 };
  for (let i = 0; i < 2; i++) {
    epoll_ctl(it.epfd, EPOLL_CTL_MOD, it.reading, once);
    assertEquals([it.now(), it.now()], [[{ events: EPOLLIN, data: 7 }], []]);
  }
});

Deno.test("epoll_wait() blocks until there is something", async () => {
  using it = new Setup();
  await using child = new Child(
    `import { close, epoll_create1, epoll_ctl, EPOLL_CTL_ADD, epoll_wait, EPOLLIN } from "ipc";
     const epfd = epoll_create1(0);
     epoll_ctl(epfd, EPOLL_CTL_ADD, Number(Deno.args[0]), { events: EPOLLIN });
     console.log(JSON.stringify(epoll_wait(epfd, 1, -1)));`,
    { args: [it.reading] },
  );
  await child.blockedIn("epoll_wait");
  write(it.writing, BYTE);
  assertEquals(await child.result(), [{ events: EPOLLIN, data: it.reading }]);
  read(it.reading, BYTE);
});

for (const flags of ["0", "SA_RESTART"] as const) {
  for (const timeout of [-1, 60_000]) {
    Deno.test(`epoll_wait() with timeout ${timeout} gives EINTR after a handler with flags ${flags}`, async () => {
      const call = `epoll_wait(epoll_create1(0), 1, ${timeout})`;
      const blocking = { imports: ["epoll_create1"], call, args: [], blocksIn: "epoll_wait" };
      assertEquals(await interrupt(blocking, flags), { outcome: "EINTR", handled: 1 });
    });
  }
}
