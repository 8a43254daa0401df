import { assertEquals, assertThrows } from "@std/assert";
import {
  close,
  O_NONBLOCK,
  O_RDONLY,
  open,
  pipe,
  pipe2,
  poll,
  POLLERR,
  type PollFd,
  POLLHUP,
  POLLIN,
  POLLNVAL,
  POLLOUT,
  write,
} from "ipc";
import { Child, inChild } from "../../support/child.ts";

Deno.test("poll() gives EINVAL for more descriptors than the process may have", async () => {
  const code = await inChild(
    `import { poll, POLLIN, prlimit, RLIMIT_NOFILE } from "ipc";
     poll([], 0);
     prlimit(0, RLIMIT_NOFILE, { soft: 60, hard: 60 });
     const fds = new Array(61).fill({ fd: -1, events: POLLIN });
     try { poll(fds, 0); } catch (error) { console.log(JSON.stringify(error.code)); }`,
  );
  assertEquals(code, "EINVAL");
});

Deno.test("poll() refuses what is not an array of descriptors and events", () => {
  const wrong = (fds: unknown): unknown => poll(fds as PollFd[], 0);
  assertThrows(() => wrong(null), TypeError, "fds: expected an array of { fd, events }, got null");
  assertThrows(() => wrong([3]), TypeError, "fds[0]: expected { fd, events }, got 3");
  assertThrows(() => wrong([{ fd: 0, events: 0 }, null]), TypeError, "fds[1]: expected { fd, events }, got null");
  assertThrows(() => wrong([{ fd: 0 }]), TypeError, "fds[0].events");
  assertThrows(() => wrong([{ fd: "0", events: POLLIN }]), TypeError, "fds[0].fd");
  assertThrows(() => poll([], 0.5), RangeError, "timeoutMs");
});

Deno.test("poll() answers 0 for what is not ready when the time is over", () => {
  const [reading, writing] = pipe();
  assertEquals(poll([], 0), []);
  assertEquals(poll([{ fd: reading, events: POLLIN }], 0), [0]);
  assertEquals(poll([{ fd: reading, events: POLLIN }], 5), [0]);
  close(reading);
  close(writing);
});

Deno.test("poll() answers for each descriptor in its place", () => {
  const [reading, writing] = pipe();
  write(writing, new Uint8Array(1));
  const [a, b, c] = poll(
    [{ fd: writing, events: POLLOUT }, { fd: -1, events: POLLIN }, { fd: reading, events: POLLIN | POLLOUT }],
    -1,
  );
  assertEquals([a, b, c], [POLLOUT, 0, POLLIN]);
  close(reading);
  close(writing);
});

Deno.test("poll() answers POLLNVAL, POLLHUP and POLLERR without being asked", () => {
  const [reading, lostWriter] = pipe();
  const [lostReader, writing] = pipe();
  const shut = open("/dev/null", O_RDONLY);
  close(shut);
  close(lostWriter);
  close(lostReader);
  const fds = [reading, writing, shut].map((fd) => ({ fd, events: 0 }));
  assertEquals(poll(fds, -1), [POLLHUP, POLLERR, POLLNVAL]);
  close(reading);
  close(writing);
});

Deno.test("poll() does not find a full pipe ready for writing", () => {
  const [reading, writing] = pipe2(O_NONBLOCK);
  assertThrows(() => {
    for (;;) write(writing, new Uint8Array(4096));
  });
  assertEquals(poll([{ fd: writing, events: POLLOUT }], 0), [0]);
  close(reading);
  close(writing);
});

Deno.test("poll() without a timeout blocks until there is something", async () => {
  const [reading, writing] = pipe();
  await using child = new Child(
    `import { poll, POLLIN } from "ipc";
     console.log(JSON.stringify(poll([{ fd: Number(Deno.args[0]), events: POLLIN }], -1)));`,
    { args: [reading] },
  );
  await child.blockedIn("poll");
  write(writing, new Uint8Array(1));
  assertEquals(await child.result(), [POLLIN]);
  close(reading);
  close(writing);
});
