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
  ppoll,
  SigSet,
  write,
} from "ipc";
import { Child, inChild } from "../../support/child.ts";
import { assertErrno } from "../../support/errno.ts";
import { interrupt } from "../../support/interrupt.ts";

const NOW = { sec: 0, nsec: 0 };

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

// --- ppoll ---

Deno.test("ppoll() gives EINVAL for nanoseconds that are none, and refuses what is no time or no set", () => {
  for (const nsec of [-1, 1e9]) assertErrno("EINVAL", () => ppoll([], { sec: 0, nsec }));
  assertThrows(() => ppoll([], 5 as never), TypeError, "timeout");
  assertThrows(() => ppoll([], NOW, [1] as never), TypeError, "mask");
  assertThrows(() => ppoll([3] as never, NOW), TypeError, "fds[0]: expected { fd, events }, got 3");
});

Deno.test("ppoll() answers for each descriptor in its place, and 0 when the time is over", () => {
  const [reading, writing] = pipe();
  const fds = [{ fd: writing, events: POLLOUT }, { fd: reading, events: POLLIN }];
  assertEquals(ppoll(fds, null), [POLLOUT, 0]);
  assertEquals(ppoll([{ fd: reading, events: POLLIN }], { sec: 0, nsec: 1000 }, new SigSet()), [0]);
  close(reading);
  close(writing);
});

for (const flags of ["0", "SA_RESTART"] as const) {
  for (const rest of ["null", "{ sec: 60, nsec: 0 }", "null, new SigSet()", "{ sec: 60, nsec: 0 }, new SigSet()"]) {
    Deno.test(`ppoll([], ${rest}) gives EINTR after a handler with flags ${flags}`, async () => {
      const blocking = { imports: ["SigSet"], call: `ppoll([], ${rest})`, args: [], blocksIn: "ppoll" };
      assertEquals(await interrupt(blocking, flags), { outcome: "EINTR", handled: 1 });
    });
  }
}

Deno.test("ppoll() lets blocked signals through, under its mask, and puts the mask back", async () => {
  const seen = await inChild(`
    import { getpid, kill, ppoll, SIG_BLOCK, sigaction, sigprocmask, SigSet, SIGUSR1, SIGUSR2 } from "ipc";
    const [one, both] = [new SigSet([SIGUSR1]), new SigSet([SIGUSR1, SIGUSR2])];
    const seen = [];
    sigaction(SIGUSR2, { handler: () => seen.push(sigprocmask(SIG_BLOCK, null).has(SIGUSR1)) });
    sigaction(SIGUSR1, { handler: () => seen.push("USR1") });
    sigprocmask(SIG_BLOCK, both);
    kill(getpid(), SIGUSR1);
    kill(getpid(), SIGUSR2);
    try { ppoll([], null, one); } catch (error) { seen.push(error.code); }
    seen.push(sigprocmask(SIG_BLOCK, null).equals(both));
    console.log(JSON.stringify(seen));
  `);
  assertEquals(seen, [true, "EINTR", true]);
});

Deno.test("ppoll() in a handler ends for the signal that the handler blocks and the mask lets through", async () => {
  const seen = await inChild(`
    import { getpid, kill, ppoll, sigaction, SigSet, SIGUSR1, SIGUSR2 } from "ipc";
    const seen = [];
    sigaction(SIGUSR2, { handler: () => seen.push("USR2") });
    sigaction(SIGUSR1, {
      mask: new SigSet([SIGUSR2]),
      handler: () => {
        kill(getpid(), SIGUSR2);
        seen.push("blocked");
        try { ppoll([], null, new SigSet()); } catch (error) { seen.push(error.code); }
      },
    });
    kill(getpid(), SIGUSR1);
    console.log(JSON.stringify(seen));
  `);
  assertEquals(seen, ["blocked", "USR2", "EINTR"]);
});
