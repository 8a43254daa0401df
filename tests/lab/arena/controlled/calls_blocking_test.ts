import { assertEquals } from "@std/assert";
import { NAME_PREFIX } from "../../../support/names.ts";
import { staged } from "./calls_stage.ts";

Deno.test("sem_wait() parks on its semaphore until another posts, and counts once", async () => {
  const seen = await staged(`
    const semaphore = ipc.sem_open(name, ipc.O_CREAT | ipc.O_EXCL, 0o600, 0);
    const other = original.sem_open(name, 0);
    original.sem_unlink(name);
    turnstile.told();
    script.push(() => undefined, () => original.sem_post(other));
    ipc.sem_wait(semaphore);
    return { story: turnstile.told(), waits: counted("sem_wait"), tries: counted("sem_getvalue"), left: original.sem_getvalue(other) };
  `) as { story: string[] };
  const story = seen.story.map((line) => line.replace(/\/ipclab\S+/, "S"));
  assertEquals({ ...seen, story }, {
    story: ["sem_wait semaphore S", "park semaphore S", "park semaphore S", "changed semaphore S", "done 0"],
    waits: 1,
    tries: 0,
    left: 0,
  });
});

Deno.test("sem_timedwait() ends with ETIMEDOUT when virtual time has come that far, and no other has", async () => {
  assertEquals(
    await staged(`
    const semaphore = ipc.sem_open(name, ipc.O_CREAT | ipc.O_EXCL, 0o600, 0);
    original.sem_unlink(name);
    const { sec, nsec } = ipc.clock_gettime(ipc.CLOCK_REALTIME);
    script.push(() => undefined, () => turnstile.timeout(5000));
    const outcome = thrown(() => ipc.sem_timedwait(semaphore, { sec: sec + 5, nsec }));
    const later = ipc.clock_gettime(ipc.CLOCK_REALTIME).sec - sec;
    return { outcome, later, invalid: thrown(() => ipc.sem_timedwait(semaphore, { sec, nsec: -1 })), waits: counted("sem_timedwait") };
  `),
    { outcome: "sem_timedwait ETIMEDOUT", later: 5, invalid: "sem_timedwait EINVAL", waits: 2 },
  );
});

Deno.test("sem_trywait() says that it looked in vain", async () => {
  const story = await staged(`
    const memory = ipc.mmap(4096, ipc.PROT_READ | ipc.PROT_WRITE, ipc.MAP_SHARED | ipc.MAP_ANONYMOUS);
    const semaphore = ipc.sem_init(memory, 64, 1, 0);
    turnstile.told();
    const outcome = thrown(() => ipc.sem_trywait(semaphore));
    return [outcome, ...turnstile.told()];
  `);
  assertEquals(story, [
    "sem_trywait EAGAIN",
    "sem_trywait semaphore semaphore at byte 64",
    "idle semaphore semaphore at byte 64",
    "done -11",
  ]);
});

Deno.test("read() parks on an empty pipe, and finds its end when the last writer closes", async () => {
  assertEquals(
    await staged(`
    const [reading, writing] = ipc.pipe();
    turnstile.told();
    script.push(() => { original.write(writing, bytes("hi")); }, () => original.close(writing));
    const buffer = new Uint8Array(8);
    const first = ipc.read(reading, buffer);
    return { first: textOf(buffer.subarray(0, first)), second: ipc.read(reading, buffer), reads: counted("read"), story: turnstile.told(),
      nonblocking: original.fcntl(reading, original.F_GETFL) & original.O_NONBLOCK };
  `),
    {
      first: "hi",
      second: 0,
      reads: 2,
      story: [
        ...["read pipe pipe", "park pipe pipe", "changed pipe pipe", "done 2"],
        ...["read pipe pipe", "park pipe pipe", "changed pipe pipe", "done 0"],
      ],
      nonblocking: 0,
    },
  );
});

Deno.test("write() of more than fits writes what fits, parks, and returns the whole count", async () => {
  assertEquals(
    await staged(`
    const [reading, writing] = ipc.pipe();
    const room = original.fcntl(writing, original.F_GETPIPE_SZ);
    const data = new Uint8Array(room + 100).fill(7);
    const taken = new Uint8Array(room);
    turnstile.told();
    script.push(() => { original.read(reading, taken); });
    const n = ipc.write(writing, data) - room;
    return { n, rest: original.read(reading, taken), writes: counted("write"), story: turnstile.told() };
  `),
    {
      n: 100,
      rest: 100,
      writes: 1,
      story: ["write pipe pipe", "changed pipe pipe", "park pipe pipe", "changed pipe pipe", `done ${65536 + 100}`],
    },
  );
});

Deno.test("read() with O_NONBLOCK does not park: EAGAIN, and a look in vain", async () => {
  assertEquals(
    await staged(`
    const [reading] = ipc.pipe2(ipc.O_NONBLOCK);
    turnstile.told();
    return [thrown(() => ipc.read(reading, new Uint8Array(1))), ...turnstile.told()];
  `),
    ["read EAGAIN", "read pipe pipe", "idle pipe pipe", "done -11"],
  );
});

Deno.test("open() of a FIFO waits for its other end, reader and writer alike", async () => {
  assertEquals(
    await staged(`
    const path = Deno.makeTempDirSync({ prefix: "${NAME_PREFIX}" });
    const fifo = path + "/way";
    ipc.mkfifo(fifo, 0o600);
    let end;
    script.push(() => { end = original.open(fifo, original.O_WRONLY); });
    const reading = ipc.open(fifo, ipc.O_RDONLY);
    original.close(end);
    ipc.close(reading);
    script.push(() => { end = original.open(fifo, original.O_RDONLY | original.O_NONBLOCK); });
    const writing = ipc.open(fifo, ipc.O_WRONLY);
    const blocking = (fd) => (original.fcntl(fd, original.F_GETFL) & original.O_NONBLOCK) === 0;
    const writes = blocking(writing);
    ipc.unlink(fifo);
    Deno.removeSync(path);
    return { writes, parks: turnstile.story.filter((line) => line.startsWith("park")), opens: counted("open"),
      ledger: turnstile.story.filter((line) => /^(made|removed) fifo/.test(line)).length };
  `),
    { writes: true, parks: ["park FIFO way", "park FIFO way"], opens: 2, ledger: 2 },
  );
});

Deno.test("mq_receive() parks until there is a message, and mq_send() until there is room", async () => {
  assertEquals(
    await staged(`
    const queue = ipc.mq_open(name, ipc.O_CREAT | ipc.O_EXCL | ipc.O_RDWR, 0o600, { maxmsg: 1, msgsize: 16 });
    ipc.mq_unlink(name);
    const buffer = new Uint8Array(16);
    turnstile.told();
    script.push(() => original.mq_send(queue, bytes("one"), 3));
    turnstile.detailed = true;
    const { length, priority } = ipc.mq_receive(queue, buffer);
    turnstile.detailed = false;
    const told = turnstile.told().find((line) => line.includes("="));
    ipc.mq_send(queue, bytes("two"));
    script.push(() => { original.mq_receive(queue, buffer); });
    ipc.mq_send(queue, bytes("three"));
    return { text: textOf(buffer.subarray(0, 3)), length, priority, told: told.replace(/fd \\d+/, "Q"),
      small: thrown(() => { original.mq_receive(queue, buffer); ipc.mq_receive(queue, new Uint8Array(1)); }),
      counts: [counted("mq_receive"), counted("mq_send")] };
  `),
    {
      text: "two",
      length: 3,
      priority: 3,
      told: `mq_receive(Q, 16 bytes) = "one", priority 3`,
      small: "mq_receive EMSGSIZE",
      counts: [2, 2],
    },
  );
});

Deno.test("a handler interrupts a call that is parked; with SA_RESTART the call goes on", async () => {
  assertEquals(
    await staged(`
    const [reading, writing] = ipc.pipe();
    const seen = [];
    ipc.sigaction(ipc.SIGUSR1, { handler: () => { seen.push("handler"); ipc.getpid(); } });
    const me = ipc.getpid();
    turnstile.told();
    script.push(() => Deno.kill(Deno.pid, "SIGUSR1"));
    const first = thrown(() => ipc.read(reading, new Uint8Array(4)));
    const story = turnstile.told().map((line) => line.replace(String(Deno.pid), "1"));
    ipc.sigaction(ipc.SIGUSR1, { handler: () => { seen.push("again"); }, flags: ipc.SA_RESTART });
    script.push(() => Deno.kill(Deno.pid, "SIGUSR1"), () => { original.write(writing, bytes("x")); });
    const second = ipc.read(reading, new Uint8Array(4));
    return { first, story, second, seen, reads: counted("read") };
  `),
    {
      first: "read EINTR",
      story: ["read pipe pipe", "park pipe pipe", "getpid", "done 1", "done -4"],
      second: 1,
      seen: ["handler", "again"],
      reads: 2,
    },
  );
});

Deno.test("a handler that came before the call runs before it, and does not interrupt it", async () => {
  assertEquals(
    await staged(`
    const [reading, writing] = ipc.pipe();
    const seen = [];
    ipc.sigaction(ipc.SIGUSR1, { handler: () => { seen.push("handler"); } });
    turnstile.told();
    ipc.kill(ipc.getpid(), ipc.SIGUSR1);
    seen.push("behind kill");
    script.push(() => { original.write(writing, bytes("x")); });
    return { n: ipc.read(reading, new Uint8Array(4)), seen };
  `),
    { n: 1, seen: ["handler", "behind kill"] },
  );
});

Deno.test("pause() and sigsuspend() end when a handler has run, sigwait() when a signal is pending", async () => {
  assertEquals(
    await staged(`
    const seen = [];
    const me = ipc.getpid();
    ipc.sigaction(ipc.SIGUSR1, { handler: () => { seen.push("USR1"); } });
    script.push(() => undefined, () => Deno.kill(Deno.pid, "SIGUSR1"));
    ipc.pause();
    const set = new ipc.SigSet([ipc.SIGUSR1]);
    ipc.sigprocmask(ipc.SIG_BLOCK, set);
    ipc.kill(me, ipc.SIGUSR1);
    seen.push("blocked");
    ipc.sigsuspend(new ipc.SigSet());
    script.push(() => Deno.kill(Deno.pid, "SIGUSR1"));
    const signo = ipc.sigwait(set) === ipc.SIGUSR1;
    script.push(() => turnstile.timeout(1000));
    const late = thrown(() => ipc.sigtimedwait(set, { sec: 1, nsec: 0 }));
    return { seen, signo, late, counts: ["pause", "sigsuspend", "sigwait", "sigtimedwait"].map(counted) };
  `),
    { seen: ["USR1", "blocked", "USR1"], signo: true, late: "sigtimedwait EAGAIN", counts: [1, 1, 1, 1] },
  );
});

Deno.test("fork() gives the child a party, and waitpid() parks until it has ended", async () => {
  assertEquals(
    await staged(`
    const [go, let_go] = ipc.pipe();
    const pid = ipc.fork(() => { turnstile.script.push(() => undefined); return original.read(go, new Uint8Array(1)) + 40; });
    turnstile.told();
    const still = ipc.waitpid(pid, ipc.WNOHANG);
    script.push(() => {
      original.write(let_go, bytes("x"));
      const end = original.pidfd_open(pid, 0);
      original.poll([{ fd: end, events: original.POLLIN }], -1);
      original.close(end);
    });
    const status = ipc.waitpid(pid);
    return { still: still.kind, status: { ...status, pid: status.pid === pid }, story: turnstile.told(), none: thrown(() => ipc.waitpid(-1)) };
  `),
    {
      still: "running",
      status: { pid: true, kind: "exited", status: 41 },
      story: [
        ...["waitpid process process P15", "idle process process P15", "done 0"],
        ...["waitpid process process P15", "park process process P15", "changed process process P15", "done 0"],
      ],
      none: "waitpid ECHILD",
    },
  );
});
