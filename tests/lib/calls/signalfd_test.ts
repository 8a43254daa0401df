import { assertEquals, assertThrows } from "@std/assert";
import { close, pipe, SFD_CLOEXEC, signalfd, signalfdInfo, SigSet, SIGUSR1 } from "ipc";
import { assertErrno } from "../../support/errno.ts";
import { inChild } from "../../support/child.ts";

const SET = new SigSet([SIGUSR1]);

Deno.test("signalfd() gives EBADF for what is not open, EINVAL for what is no signalfd and for unknown flags", () => {
  const [reading, writing] = pipe();
  assertErrno("EINVAL", () => signalfd(reading, SET, 0));
  close(reading);
  close(writing);
  assertErrno("EBADF", () => signalfd(reading, SET, 0));
  assertErrno("EINVAL", () => signalfd(-1, SET, 0x40));
});

Deno.test("signalfd() refuses what is no set of signals", () => {
  assertThrows(() => signalfd(-1, [SIGUSR1] as never, 0), TypeError, "mask");
  assertThrows(() => signalfd(0.5, SET, 0), RangeError, "fd");
});

Deno.test("signalfdInfo() passes over what is less than a whole structure", () => {
  assertEquals(signalfdInfo(new Uint8Array(127)), []);
  assertEquals(signalfdInfo(new Uint8Array(300)).length, 2);
  assertThrows(() => signalfdInfo([] as never), TypeError, "data");
});

Deno.test("signalfd() never reads the library's own signal, nor SIGKILL", () => {
  const fd = signalfd(-1, new SigSet([9, 64]), SFD_CLOEXEC);
  const mask = /^sigmask:\s*(\w+)$/m.exec(Deno.readTextFileSync(`/proc/self/fdinfo/${fd}`))?.[1];
  assertEquals(BigInt(`0x${mask}`), 0n);
  close(fd);
});

Deno.test("a signalfd gives queued signals in order, with their senders and values", async () => {
  const infos = await inChild(`
    import { getpid, read, SFD_NONBLOCK, SI_QUEUE, SI_USER, SIG_BLOCK, sigprocmask, sigqueue, SigSet } from "ipc";
    import { fork, kill, signalfd, signalfdInfo, SIGCHLD, SIGRTMIN, SIGUSR1, waitpid } from "ipc";
    const set = new SigSet([SIGUSR1, SIGRTMIN, SIGCHLD]);
    sigprocmask(SIG_BLOCK, set);
    const fd = signalfd(-1, set, SFD_NONBLOCK);
    let empty = "";
    try { read(fd, new Uint8Array(128)); } catch (error) { empty = error.code; }
    let small = "";
    kill(getpid(), SIGUSR1);
    try { read(fd, new Uint8Array(127)); } catch (error) { small = error.code; }
    for (const value of [1, -2]) sigqueue(getpid(), SIGRTMIN, value);
    const child = fork(() => 3);
    waitpid(child);
    const buffer = new Uint8Array(1024);
    const infos = signalfdInfo(buffer.subarray(0, read(fd, buffer)));
    const names = new Map([[SIGUSR1, "USR1"], [SIGRTMIN, "RTMIN"], [SIGCHLD, "CHLD"]]);
    const found = infos.map(({ signo, code, pid, value, status }) =>
      [names.get(signo), code, pid === getpid() ? "self" : pid === child ? "child" : pid, value, status]);
    console.log(JSON.stringify([empty, small, ...found]));
  `);
  assertEquals(infos, [
    "EAGAIN",
    "EINVAL",
    ["USR1", 0, "self", 0, 0],
    ["CHLD", 1, "child", 0, 3],
    ["RTMIN", -1, "self", 1, 0],
    ["RTMIN", -1, "self", -2, 0],
  ]);
});

Deno.test("signalfd() changes which signals an existing descriptor gives", async () => {
  const seen = await inChild(`
    import { raise, read, SFD_NONBLOCK, SIG_BLOCK, signalfd, signalfdInfo, sigprocmask, SigSet, SIGUSR1, SIGUSR2 } from "ipc";
    const [one, two] = [new SigSet([SIGUSR1]), new SigSet([SIGUSR2])];
    sigprocmask(SIG_BLOCK, one.union(two));
    const fd = signalfd(-1, one, SFD_NONBLOCK);
    const same = signalfd(fd, two, 0);
    raise(SIGUSR1);
    raise(SIGUSR2);
    const buffer = new Uint8Array(1024);
    const infos = signalfdInfo(buffer.subarray(0, read(fd, buffer)));
    console.log(JSON.stringify([same === fd, infos.map(({ signo }) => signo === SIGUSR2)]));
  `);
  assertEquals(seen, [true, [true]]);
});
