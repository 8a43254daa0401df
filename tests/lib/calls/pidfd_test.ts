import { assertEquals, assertThrows } from "@std/assert";
import {
  close,
  F_GETFD,
  fcntl,
  FD_CLOEXEC,
  getpid,
  O_DIRECTORY,
  O_RDONLY,
  open,
  pidfd_open,
  pidfd_send_signal,
  pipe,
  poll,
  POLLIN,
  SIGKILL,
} from "ipc";
import { gate } from "../../../lib/gate/gate.ts";
import { Child, inChild } from "../../support/child.ts";
import { assertErrno } from "../../support/errno.ts";

/** A pid that no process has: Linux counts up to 2 ** 22. */
const NO_PID = 2 ** 22 + 1;

Deno.test("pidfd_open() gives ESRCH for a process that there is not, EINVAL for a pid that is none and unknown flags", () => {
  assertErrno("ESRCH", () => pidfd_open(NO_PID, 0));
  for (const pid of [0, -1]) assertErrno("EINVAL", () => pidfd_open(pid, 0));
  assertErrno("EINVAL", () => pidfd_open(getpid(), 1 << 30));
  assertThrows(() => pidfd_open(2 ** 32, 0), RangeError, "pid");
});

Deno.test("pidfd_open() makes a descriptor that execve closes", () => {
  const fd = pidfd_open(getpid(), 0);
  assertEquals(fcntl(fd, F_GETFD), FD_CLOEXEC);
  assertEquals(poll([{ fd, events: POLLIN }], 0), [0]);
  close(fd);
});

Deno.test("pidfd_send_signal() gives EBADF for what is no pidfd, EINVAL for what is no signal", () => {
  const fd = pidfd_open(getpid(), 0);
  const [reading, writing] = pipe();
  assertErrno("EBADF", () => pidfd_send_signal(reading, 0));
  close(reading);
  close(writing);
  assertErrno("EBADF", () => pidfd_send_signal(reading, 0));
  for (const sig of [65, -1, 64]) assertErrno("EINVAL", () => pidfd_send_signal(fd, sig));
  pidfd_send_signal(fd, 0);
  close(fd);
});

Deno.test("a pidfd is readable when its process has ended, and gives ESRCH when that was waited for", async () => {
  await using child = new Child(`import { read } from "ipc"; read(Number(Deno.args[0]), new Uint8Array(1));`, {
    args: [pipe()[0]],
  });
  const fd = pidfd_open(child.pid, 0);
  await child.blockedIn("read");
  pidfd_send_signal(fd, SIGKILL);
  assertEquals((await child.end()).signal, "SIGKILL");
  assertEquals(poll([{ fd, events: POLLIN }], -1).map((revents) => revents & POLLIN), [POLLIN]);
  assertErrno("ESRCH", () => pidfd_send_signal(fd, 0));
  close(fd);
});

Deno.test("pidfd_send_signal() has run the handler of this process when it returns", async () => {
  const seen = await inChild(`
    import { getpid, pidfd_open, pidfd_send_signal, sigaction, SIGUSR1 } from "ipc";
    let sender = 0;
    sigaction(SIGUSR1, { handler: ({ pid }) => sender = pid });
    pidfd_send_signal(pidfd_open(getpid(), 0), SIGUSR1);
    console.log(JSON.stringify(sender === getpid()));
  `);
  assertEquals(seen, true);
});

Deno.test("pidfd_send_signal() asks the run whether it may, and no other descriptor of a process passes", () => {
  const asked: number[] = [];
  const before = gate.hook;
  const fd = pidfd_open(getpid(), 0);
  const folder = open("/proc/self", O_RDONLY | O_DIRECTORY);
  let may = false;
  gate.hook = {
    enter: () => {},
    created: () => {},
    maySignal: (pid) => (asked.push(pid), may),
    forked: () => {},
    interrogated: () => {},
  };
  try {
    assertErrno("EPERM", () => pidfd_send_signal(fd, 0));
    may = true;
    pidfd_send_signal(fd, 0);
    assertErrno("EBADF", () => pidfd_send_signal(folder, 0)); // the kernel would take it
    assertEquals(asked, [getpid(), getpid()]);
  } finally {
    gate.hook = before;
    close(fd);
    close(folder);
  }
});
