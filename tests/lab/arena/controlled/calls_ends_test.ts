import { assertEquals } from "@std/assert";
import { NAME_PREFIX } from "../../../support/names.ts";
import { staged } from "./calls_stage.ts";

Deno.test("release() gives back what the program has left, says how much, and the next program begins as on a new process", async () => {
  assertEquals(
    await staged(`
    const first = controlled.release();
    const [reading] = ipc.pipe();
    ipc.dup2(reading, 100);
    ipc.mmap(4096, ipc.PROT_READ | ipc.PROT_WRITE, ipc.MAP_SHARED | ipc.MAP_ANONYMOUS);
    const id = ipc.shmget(ipc.IPC_PRIVATE, 4096, 0o600);
    const segment = ipc.shmat(id);
    ipc.shmctl(id, ipc.IPC_RMID);
    ipc.sem_open(name, ipc.O_CREAT | ipc.O_EXCL, 0o600, 0);
    ipc.sem_unlink(name);
    ipc.umask(0o077);
    ipc.sigaction(ipc.SIGUSR1, { handler: () => {} });
    ipc.sigprocmask(ipc.SIG_BLOCK, new ipc.SigSet([ipc.SIGTERM]));
    Deno.kill(Deno.pid, "SIGTERM"); // pending: it must not end the process afterwards
    const left = controlled.release();
    return { first, left, detached: segment.released, open: thrown(() => original.fcntl(reading, original.F_GETFD)),
      mask: original.sigprocmask(0, null).isEmpty(), umask: original.umask(0o022), handler: original.sigaction(original.SIGUSR1).handler === original.SIG_DFL,
      again: controlled.release(), touched };
  `),
    {
      first: { descriptors: 0, mappings: 0, segments: 0, semaphores: 0, children: 0, asNew: true },
      left: { descriptors: 3, mappings: 1, segments: 1, semaphores: 1, children: 0, asNew: true },
      detached: true,
      open: "fcntl EBADF",
      mask: true,
      umask: 0o022,
      handler: true,
      again: { descriptors: 0, mappings: 0, segments: 0, semaphores: 0, children: 0, asNew: true },
      touched: ["watch 4096 at 0", "watch 4096 at 0", "forget 4096", "forget 4096"],
    },
  );
});

Deno.test("release() makes good what SEM_UNDO has noted, as the end of a process does", async () => {
  assertEquals(
    await staged(`
    const id = original.semget(original.IPC_PRIVATE, 1, 0o600);
    original.semctl(id, 0, original.SETVAL, 1);
    // In a process of one thread, as a role is: threads share what SEM_UNDO notes.
    const pid = original.fork(() => {
      ipc.semop(id, [{ num: 0, op: -1, flg: ipc.SEM_UNDO }]);
      const held = original.semctl(id, 0, original.GETVAL);
      const { asNew } = controlled.release();
      return asNew ? 10 * held + original.semctl(id, 0, original.GETVAL) : 99;
    });
    const { status } = original.waitpid(pid);
    original.semctl(id, 0, original.IPC_RMID);
    return status;
  `),
    1,
  );
});

Deno.test("release() says that a process with a session of its own, or a child that runs on, is not as new", async () => {
  assertEquals(
    await staged(`
    ipc.prlimit(0, ipc.RLIMIT_NOFILE);
    const limited = controlled.release().asNew;
    const [waits] = original.pipe();
    const pid = ipc.fork(() => { original.read(waits, new Uint8Array(1)); });
    const { children, asNew } = controlled.release();
    original.kill(pid, original.SIGKILL);
    original.waitpid(pid);
    return { limited, children, asNew };
  `),
    { limited: false, children: 1, asNew: false },
  );
});

Deno.test("the end of a using block is a call under control", async () => {
  assertEquals(
    await staged(`
    {
      using memory = ipc.mmap(4096, ipc.PROT_READ | ipc.PROT_WRITE, ipc.MAP_SHARED | ipc.MAP_ANONYMOUS);
      using semaphore = ipc.sem_open(name, ipc.O_CREAT | ipc.O_EXCL, 0o600, 1);
      using inMemory = ipc.sem_init(memory, 0, 1, 1);
      ipc.sem_unlink(name);
      turnstile.told();
    }
    return { story: turnstile.told().map((line) => line.replace(/\\/.*/, "S")), touched, counts: [counted("munmap"), counted("sem_close")] };
  `),
    {
      story: ["sem_close semaphore S", "done 0", "munmap", "done 0"],
      touched: ["watch 4096 at 0", "forget 4096"],
      counts: [1, 1],
    },
  );
});

Deno.test("a program that is being ended sees one Unwind, also through using blocks and its own finally", async () => {
  assertEquals(
    await staged(`
    let ended = "";
    const seen = [];
    const enter = turnstile.enter;
    try {
      using memory = ipc.mmap(4096, ipc.PROT_READ | ipc.PROT_WRITE, ipc.MAP_SHARED | ipc.MAP_ANONYMOUS);
      turnstile.enter = () => { throw turnstile.unwind(); };
      try { ipc.getpid(); } finally { try { ipc.getpid(); } catch (error) { seen.push(error.name); } }
    } catch (error) {
      ended = error.name;
    }
    turnstile.enter = enter;
    return { ended, seen, left: controlled.release().mappings, counted: counted("getpid") };
  `),
    { ended: "Unwind", seen: ["Unwind"], left: 1, counted: 0 },
  );
});

Deno.test("planned faults: a call is interrupted, cut short, refused, late or woken for nothing, where that can be", async () => {
  assertEquals(
    await staged(`
    const [reading, writing] = ipc.pipe();
    const fault = (kind, act) => { turnstile.faultDue = kind; try { return act(); } catch (error) { return error.code; } };
    const buffer = new Uint8Array(8);
    const seen = {};
    seen.eintr = fault("eintr", () => ipc.read(reading, buffer));
    ipc.write(writing, bytes("eight..."));
    seen.ready = fault("eintr", () => ipc.read(reading, buffer.subarray(0, 1)));
    ipc.write(writing, bytes("."));
    seen.short = fault("short", () => ipc.read(reading, buffer));
    seen.atomic = fault("short", () => ipc.write(writing, bytes("whole")));
    seen.large = fault("short", () => ipc.write(writing, new Uint8Array(10000)));
    seen.blocking = fault("eagain", () => ipc.read(reading, buffer));
    const semaphore = ipc.sem_open(name, ipc.O_CREAT | ipc.O_EXCL, 0o600, 1);
    ipc.sem_unlink(name);
    seen.free = fault("eintr", () => ipc.sem_wait(semaphore) ?? "done");
    seen.wait = fault("eintr", () => ipc.sem_wait(semaphore));
    seen.tried = fault("eintr", () => ipc.sem_trywait(semaphore) ?? "done");
    seen.late = fault("timeout", () => ipc.sem_timedwait(semaphore, { sec: 9e9, nsec: 0 }));
    const memory = ipc.mmap(4096, ipc.PROT_READ | ipc.PROT_WRITE, ipc.MAP_SHARED | ipc.MAP_ANONYMOUS);
    seen.spurious = fault("spurious", () => ipc.futex_wait(memory, 0, 0) ?? "woken");
    seen.polled = fault("timeout", () => ipc.poll([{ fd: reading, events: ipc.POLLIN }], 10)[0]);
    seen.file = fault("eintr", () => { const fd = ipc.open("/proc/self/stat", 0); turnstile.faultDue = "eintr"; return ipc.read(fd, buffer); });
    seen.counts = [counted("read"), counted("sem_wait"), counted("write")];
    return seen;
  `),
    {
      eintr: "EINTR",
      ready: 1,
      short: 4,
      atomic: 5,
      large: 4096,
      blocking: 8,
      free: "done",
      wait: "EINTR",
      tried: "EAGAIN",
      late: "ETIMEDOUT",
      spurious: "woken",
      polled: 0,
      file: 8,
      counts: [5, 2, 4],
    },
  );
});

Deno.test("a child of fork with a main function ends with its status, and says what it died of", async () => {
  assertEquals(
    await staged(`
    const end = (pid) => { const { kind, status } = original.waitpid(pid); return kind + " " + status; };
    const [reading, writing] = original.pipe();
    const returned = end(ipc.fork(() => 7));
    const exited = end(ipc.fork(() => { ipc._exit(9); }));
    original.dup2(writing, 2);
    const threw = end(ipc.fork(() => { throw new Error("lost"); }));
    const wrong = end(ipc.fork(() => "seven"));
    const text = new Uint8Array(4096);
    const n = original.read(reading, text);
    return { returned, exited, threw, wrong, complaints: textOf(text.subarray(0, n)).match(/Uncaught in a child of fork: \\w+: [^\\n]*/g), forks: counted("fork") };
  `),
    {
      returned: "exited 7",
      exited: "exited 9",
      threw: "exited 1",
      wrong: "exited 1",
      complaints: [
        "Uncaught in a child of fork: Error: lost",
        `Uncaught in a child of fork: TypeError: fork: childMain must return a number or nothing, got the string "seven"`,
      ],
      forks: 4,
    },
  );
});

Deno.test("execve() says that it cannot be controlled", async () => {
  assertEquals(await staged(`return thrown(() => ipc.execve("/bin/true", [], []));`), "execve ENOSYS");
});

Deno.test("calls tell in detail what they were given and what came of it", async () => {
  assertEquals(
    await staged(`
    turnstile.detailed = true;
    const fds = ipc.pipe();
    ipc.write(fds[1], bytes("hello"));
    ipc.read(fds[0], new Uint8Array(8));
    ipc.kill(ipc.getpid(), 0);
    thrown(() => ipc.sem_open("/nowhere", 0));
    const numbers = new Map([[fds[0], "R"], [fds[1], "W"], [Deno.pid, "P"]]);
    return turnstile.told().filter((line) => line.includes("=")).map((line) => line.replace(/\\d+/g, (n) => numbers.get(Number(n)) ?? n));
  `),
    [
      "pipe() = [R, W]",
      "write(fd W, 5 bytes) = 5",
      `read(fd R, 8 bytes) = "hello"`,
      "getpid() = P",
      "kill(P, signal 0) = ",
      "sem_open(/nowhere, 0) = ENOENT",
    ],
  );
});

Deno.test(`names under ${NAME_PREFIX} are objects, before there is anything of that name`, async () => {
  assertEquals(
    await staged(`
    thrown(() => ipc.mq_open(name, 0));
    const queue = ipc.mq_open(name, ipc.O_CREAT | ipc.O_RDWR, 0o600, { maxmsg: 1, msgsize: 8 });
    ipc.poll([{ fd: queue, events: ipc.POLLOUT }], 0);
    ipc.mq_send(queue, bytes("x"));
    ipc.mq_unlink(name);
    return turnstile.told().map((line) => line.replaceAll(name, "/N").replaceAll(name.slice(1), "N").replace("done " + queue, "done FD"));
  `),
    [
      ...["mq_open name /N", "idle name /N", "done -2"],
      ...["mq_open name /N", "made posix_mq /N", "changed name /N", "done FD"],
      ...["poll message queue N", "done 0", "mq_send message queue N", "changed message queue N", "done 0"],
      ...["mq_unlink name /N", "removed posix_mq /N", "changed name /N", "done 0"],
    ],
  );
});

Deno.test("fork() comes back when its child can be signalled: what is sent to it does not come in later", async () => {
  assertEquals(
    await staged(`
    const blocked = () => {
      const pid = ipc.fork(() => { original.pause(); });
      const mask = /^SigBlk:\\s+([0-9a-f]+)/m.exec(Deno.readTextFileSync("/proc/" + pid + "/status"))[1];
      original.kill(pid, original.SIGKILL);
      original.waitpid(pid);
      return (BigInt("0x" + mask) >> BigInt(original.SIGTERM - 1)) & 1n;
    };
    return Array.from({ length: 10 }, blocked).filter((bit) => bit === 1n).length;
  `),
    0,
  );
});

Deno.test("the next program's anonymous memory is new: zeros, cut off from what the last one had, and from children", async () => {
  const result = await staged(`
    const map = () => ipc.mmap(4096, ipc.PROT_READ | ipc.PROT_WRITE, ipc.MAP_SHARED | ipc.MAP_ANONYMOUS);
    const first = map();
    const kept = first.view(Int32Array);
    kept[3] = 7;
    controlled.release();
    const second = map();
    const words = second.view(Int32Array);
    const again = { same: second === first, detached: kept.length, released: first.released, word: words[3],
      address: second.address === first.address };
    words[3] = 8;
    const [from, to] = original.pipe();
    const pid = ipc.fork(() => { original.read(from, new Uint8Array(1)); return words[3]; });
    ipc.munmap(second);
    map();
    original.write(to, new Uint8Array(1));
    return { ...again, inTheChild: original.waitpid(pid).status,
      wrong: thrown(() => ipc.mmap(4096, ipc.PROT_READ | ipc.PROT_WRITE, ipc.MAP_SHARED | ipc.MAP_ANONYMOUS, "x")) };
  `) as Record<string, unknown>;
  assertEquals({ ...result, wrong: typeof result.wrong }, {
    ...{ same: false, detached: 0, released: true, word: 0, address: true },
    ...{ inTheChild: 8, wrong: "string" },
  });
});
