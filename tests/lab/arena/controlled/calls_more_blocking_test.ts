import { assertEquals } from "@std/assert";
import { NAME_PREFIX } from "../../../support/names.ts";
import { staged } from "./calls_stage.ts";

Deno.test("semop() parks where an operation cannot be done, but for its own IPC_NOWAIT", async () => {
  assertEquals(
    await staged(`
    const id = ipc.semget(ipc.IPC_PRIVATE, 2, 0o600);
    script.push(() => undefined, () => original.semop(id, [{ num: 0, op: 1 }]));
    ipc.semop(id, [{ num: 0, op: -1 }]);
    const now = thrown(() => ipc.semop(id, [{ num: 1, op: -1, flg: ipc.IPC_NOWAIT }]));
    // The first operation can be done; the second is the one that would wait.
    original.semctl(id, 0, original.SETVAL, 1);
    script.push(() => original.semctl(id, 1, original.SETVAL, 1));
    ipc.semop(id, [{ num: 0, op: -1, flg: ipc.IPC_NOWAIT }, { num: 1, op: -1 }]);
    script.push(() => turnstile.timeout(20));
    const late = thrown(() => ipc.semtimedop(id, [{ num: 0, op: -1 }], { sec: 0, nsec: 20_000_000 }));
    script.push(() => original.semctl(id, 0, original.IPC_RMID));
    const removed = thrown(() => ipc.semop(id, [{ num: 0, op: -1 }]));
    return { now, late, removed, counts: [counted("semop"), counted("semtimedop"), counted("semctl")] };
  `),
    { now: "semop EAGAIN", late: "semtimedop EAGAIN", removed: "semop EINVAL", counts: [4, 1, 0] },
  );
});

Deno.test("msgrcv() parks until a message of its type comes, and msgsnd() until there is room", async () => {
  assertEquals(
    await staged(`
    const id = ipc.msgget(ipc.IPC_PRIVATE, 0o600);
    const buffer = new Uint8Array(16);
    script.push(() => original.msgsnd(id, 1, bytes("one")), () => original.msgsnd(id, 2, bytes("two")));
    const { type, length } = ipc.msgrcv(id, buffer, 2);
    const none = thrown(() => ipc.msgrcv(id, buffer, 3, ipc.IPC_NOWAIT));
    original.msgctl(id, original.IPC_SET, { qbytes: 5 });
    script.push(() => { original.msgrcv(id, buffer); });
    ipc.msgsnd(id, 4, bytes("four"));
    ipc.msgctl(id, ipc.IPC_RMID);
    return { type, text: textOf(buffer.subarray(0, length)), none, counts: [counted("msgrcv"), counted("msgsnd")],
      ledger: turnstile.story.filter((line) => /^(made|removed)/.test(line)).map((line) => line.replace(/\\d+/, "Q")) };
  `),
    { type: 2, text: "one", none: "msgrcv ENOMSG", counts: [2, 1], ledger: ["made sysv_msg Q", "removed sysv_msg Q"] },
  );
});

Deno.test("futex_wait() goes on when it is woken, not when the word changes; who came first is woken first", async () => {
  assertEquals(
    await staged(`
    const memory = ipc.mmap(4096, ipc.PROT_READ | ipc.PROT_WRITE, ipc.MAP_SHARED | ipc.MAP_ANONYMOUS);
    const words = memory.view(Int32Array);
    const differs = thrown(() => ipc.futex_wait(memory, 0, 1));
    let woken = -1;
    // Another party waits first: it is let play its part while this one is parked.
    const as = (party, act) => { const me = turnstile.party; turnstile.party = party; try { return act(); } finally { turnstile.party = me; } };
    const order = [];
    script.push(
      () => { as(2, () => {
        script.unshift(
          () => { words[0] = 5; }, // changes the word, and wakes nobody: the party sleeps on
          () => { woken = as(3, () => ipc.futex_wake(memory, 0, 1)); }, // wakes the one that came first, which is not this one
          () => { ipc.futex_wake(memory, 0, 1); },
        );
        words[0] = 0;
        ipc.futex_wait(memory, 0, 0);
        order.push(2);
      }); },
    );
    ipc.futex_wait(memory, 0, 0);
    order.push(1);
    script.push(() => turnstile.timeout(10));
    words[0] = 0;
    const late = thrown(() => ipc.futex_wait(memory, 0, 0, { sec: 0, nsec: 10_000_000 }));
    return { differs, woken, order, late, nobody: ipc.futex_wake(memory, 0, 1), unaligned: thrown(() => ipc.futex_wait(memory, 2, 0)) };
  `),
    {
      differs: "futex_wait EAGAIN",
      woken: 1,
      order: [2, 1],
      late: "futex_wait ETIMEDOUT",
      nobody: 0,
      unaligned: "undefined undefined",
    },
  );
});

Deno.test("futex_requeue() lets waiters wait for another word", async () => {
  assertEquals(
    await staged(`
    const memory = ipc.mmap(4096, ipc.PROT_READ | ipc.PROT_WRITE, ipc.MAP_SHARED | ipc.MAP_ANONYMOUS);
    const seen = [];
    script.push(
      () => { seen.push(ipc.futex_cmp_requeue(memory, 0, 0, 0, 8, memory, 64)); },
      () => { seen.push(ipc.futex_wake(memory, 0, 1)); },
      () => { seen.push(ipc.futex_wake(memory, 64, 1)); },
    );
    ipc.futex_wait(memory, 0, 0);
    return [seen, counted("futex_wait")];
  `),
    [[1, 0, 1], 1],
  );
});

Deno.test("poll(), select() and epoll_wait() park on what they watch, until virtual time has come", async () => {
  assertEquals(
    await staged(`
    const [reading, writing] = ipc.pipe();
    const fds = [{ fd: reading, events: ipc.POLLIN }];
    turnstile.told();
    const now = ipc.poll(fds, 0);
    const looked = turnstile.told();
    script.push(() => turnstile.timeout(100));
    const late = ipc.poll(fds, 100);
    script.push(() => undefined, () => { original.write(writing, bytes("x")); });
    const ready = ipc.poll(fds, -1)[0] === ipc.POLLIN;
    const buffer = new Uint8Array(1);
    original.read(reading, buffer);
    script.push(() => { original.write(writing, bytes("x")); });
    const selected = ipc.select({ read: [reading] }, null).read.length;
    original.read(reading, buffer);
    const watcher = ipc.epoll_create1(0);
    ipc.epoll_ctl(watcher, ipc.EPOLL_CTL_ADD, reading, { events: ipc.EPOLLIN });
    turnstile.told();
    script.push(() => { original.write(writing, bytes("x")); });
    const found = ipc.epoll_wait(watcher, 4, -1);
    const waits = turnstile.told();
    original.read(reading, buffer);
    script.push(() => turnstile.timeout(150));
    return { now, looked, late, ready, selected, found: found.map(({ data }) => data === reading), waits,
      nothing: ipc.epoll_wait(watcher, 4, 50), counts: ["poll", "select", "epoll_wait"].map(counted) };
  `),
    {
      now: [0],
      looked: ["poll pipe pipe", "idle pipe pipe", "done 0"],
      late: [0],
      ready: true,
      selected: 1,
      found: [true],
      waits: ["epoll_wait pipe pipe", "park pipe pipe, event event", "done 0"],
      nothing: [],
      counts: [3, 1, 2],
    },
  );
});

Deno.test("ppoll() lets the signals of its mask in while it waits", async () => {
  assertEquals(
    await staged(`
    const [reading] = ipc.pipe();
    const seen = [];
    ipc.sigaction(ipc.SIGUSR1, { handler: () => { seen.push("handler"); } });
    ipc.sigprocmask(ipc.SIG_BLOCK, new ipc.SigSet([ipc.SIGUSR1]));
    script.push(() => Deno.kill(Deno.pid, "SIGUSR1"));
    const outcome = thrown(() => ipc.ppoll([{ fd: reading, events: ipc.POLLIN }], null, new ipc.SigSet()));
    return { outcome, seen, count: counted("ppoll") };
  `),
    { outcome: "ppoll EINTR", seen: ["handler"], count: 1 },
  );
});

Deno.test("accept(), connect(), send() and recv() park until their peer has done its part", async () => {
  assertEquals(
    await staged(`
    const folder = Deno.makeTempDirSync({ prefix: "${NAME_PREFIX}" });
    const address = { family: ipc.AF_UNIX, path: folder + "/door" };
    const server = ipc.socket(ipc.AF_UNIX, ipc.SOCK_STREAM, 0);
    ipc.bind(server, address);
    ipc.listen(server, 0);
    const client = original.socket(original.AF_UNIX, original.SOCK_STREAM, 0);
    script.push(() => original.connect(client, address));
    const { fd } = ipc.accept(server);
    const buffer = new Uint8Array(8);
    script.push(() => { original.send(client, bytes("hi")); });
    turnstile.told();
    const n = ipc.recv(fd, buffer);
    const story = turnstile.told();
    const big = new Uint8Array(1 << 20);
    let received = 0;
    const drain = () => { const part = new Uint8Array(1 << 19); received += original.recv(client, part); };
    for (let i = 0; i < 40; i++) script.push(drain);
    const sent = ipc.send(fd, big);
    const parked = 40 - script.length;
    script.length = 0;
    ipc.connect(original.socket(original.AF_UNIX, original.SOCK_STREAM, 0), address);
    script.push(() => { original.accept(server); });
    ipc.connect(original.socket(original.AF_UNIX, original.SOCK_STREAM, 0), address);
    ipc.unlink(address.path);
    Deno.removeSync(folder);
    ipc.setsockopt(fd, ipc.SOL_SOCKET, ipc.SO_RCVTIMEO, { sec: 2, nsec: 0 });
    script.push(() => turnstile.timeout(2000));
    const late = thrown(() => ipc.recv(fd, buffer));
    return { text: textOf(buffer.subarray(0, n)), story, sent, parked: parked > 0, connected: script.length, late,
      counts: ["accept", "recv", "send", "connect", "getsockopt"].map(counted),
      ledger: turnstile.story.filter((line) => line.startsWith("removed socket")).length };
  `),
    {
      text: "hi",
      story: ["recv socket door", "park socket door", "changed socket door", "done 2"],
      sent: 1 << 20,
      parked: true,
      connected: 0,
      late: "recv EAGAIN",
      counts: [1, 2, 1, 2, 0],
      ledger: 1,
    },
  );
});

Deno.test("both ends of a connection are one object, seen from either side", async () => {
  assertEquals(
    await staged(`
    const server = ipc.socket(ipc.AF_INET, ipc.SOCK_STREAM, 0);
    ipc.bind(server, { family: ipc.AF_INET, address: "127.0.0.1", port: 0 });
    ipc.listen(server, 4);
    const client = ipc.socket(ipc.AF_INET, ipc.SOCK_STREAM, 0);
    ipc.connect(client, ipc.getsockname(server));
    const { fd } = ipc.accept(server);
    turnstile.told();
    ipc.send(client, bytes("x"));
    ipc.recv(fd, new Uint8Array(1));
    const objects = turnstile.told().filter((line) => line.startsWith("changed"));
    return new Set(objects).size === 1 && objects.length === 2;
  `),
    true,
  );
});

Deno.test("flock() and F_SETLKW park while another holds the lock, and close() lets go", async () => {
  assertEquals(
    await staged(`
    const path = Deno.makeTempFileSync({ prefix: "${NAME_PREFIX}" });
    const [one, two] = [original.open(path, original.O_RDWR), ipc.open(path, ipc.O_RDWR)];
    Deno.removeSync(path);
    original.flock(one, original.LOCK_EX);
    turnstile.told();
    script.push(() => original.flock(one, original.LOCK_UN));
    ipc.flock(two, ipc.LOCK_EX);
    const story = turnstile.told().map((line) => line.replace(/ file .*/, " file"));
    ipc.flock(two, ipc.LOCK_UN);
    original.fcntl(one, original.F_OFD_SETLK, { type: original.F_WRLCK });
    script.push(() => original.close(one));
    const result = ipc.fcntl(two, ipc.F_OFD_SETLKW, { type: ipc.F_WRLCK });
    const busy = thrown(() => { const three = original.open("/proc/self/fd/" + two, original.O_RDWR); ipc.fcntl(three, ipc.F_OFD_SETLK, { type: ipc.F_WRLCK }); });
    return { story, result, busy, counts: [counted("flock"), counted("fcntl")] };
  `),
    { story: ["flock file", "park file", "changed file", "done 0"], result: 0, busy: "fcntl EAGAIN", counts: [2, 2] },
  );
});

Deno.test("eventfd_read() parks until the counter is above zero; a timer's descriptor expires in virtual time", async () => {
  assertEquals(
    await staged(`
    const counter = ipc.eventfd(0, 0);
    script.push(() => original.eventfd_write(counter, 3n));
    const value = Number(ipc.eventfd_read(counter));
    const timer = ipc.timerfd_create(ipc.CLOCK_MONOTONIC, 0);
    ipc.timerfd_settime(timer, 0, { interval: { sec: 0, nsec: 0 }, value: { sec: 30, nsec: 0 } });
    const before = ipc.timerfd_gettime(timer).value.sec;
    script.push(() => turnstile.timeout(30_000));
    const expirations = new Uint8Array(8);
    const n = ipc.read(timer, expirations);
    return { value, before, n, expirations: expirations[0], after: ipc.timerfd_gettime(timer).value, count: counted("timerfd_settime"),
      park: turnstile.story.findLast((line) => line.startsWith("park")) };
  `),
    {
      value: 3,
      before: 30,
      n: 8,
      expirations: 1,
      after: { sec: 0, nsec: 0 },
      count: 1,
      park: "park event event until 30000",
    },
  );
});

Deno.test("alarm() raises a real SIGALRM when virtual time has come that far", async () => {
  assertEquals(
    await staged(`
    const seen = [];
    ipc.sigaction(ipc.SIGALRM, { handler: () => { seen.push("alarm at " + turnstile.now); } });
    const none = ipc.alarm(5);
    const [reading] = ipc.pipe();
    script.push(() => turnstile.timeout(5000));
    const outcome = thrown(() => ipc.read(reading, new Uint8Array(1)));
    ipc.alarm(2);
    const left = ipc.alarm(0);
    ipc.alarm(1);
    script.push(() => turnstile.timeout(6000));
    let remaining;
    try { ipc.nanosleep({ sec: 3, nsec: 0 }); } catch (error) { remaining = error.remaining; }
    return { none, outcome, left, seen, remaining: remaining !== undefined, count: counted("alarm") };
  `),
    {
      none: 0,
      outcome: "read EINTR",
      left: 2,
      seen: ["alarm at 5000", "alarm at 6000"],
      remaining: true,
      count: 4,
    },
  );
});

Deno.test("nanosleep() takes no time, and offers its turn", async () => {
  assertEquals(
    await staged(`
    const start = performance.now();
    ipc.nanosleep({ sec: 3600, nsec: 0 });
    return { quick: performance.now() - start < 60_000, story: turnstile.told(), count: counted("nanosleep"),
      invalid: thrown(() => ipc.nanosleep({ sec: 0, nsec: -1 })) };
  `),
    {
      quick: true,
      story: ["nanosleep signals of P1", "changed signals of P1", "done 0"],
      count: 1,
      invalid: "nanosleep EINVAL",
    },
  );
});

Deno.test("mq_notify() is told to the turnstile when a message comes into the empty queue, once", async () => {
  assertEquals(
    await staged(`
    const queue = ipc.mq_open(name, ipc.O_CREAT | ipc.O_RDWR, 0o600, { maxmsg: 4, msgsize: 8 });
    const second = ipc.mq_open(name, ipc.O_RDWR);
    ipc.mq_unlink(name);
    const seen = [];
    ipc.sigaction(ipc.SIGUSR1, { handler: ({ code }) => { seen.push(code === ipc.SI_MESGQ); } });
    const event = { notify: ipc.SIGEV_SIGNAL, signo: ipc.SIGUSR1 };
    const signalled = (act) => { turnstile.told(); act(); return turnstile.told().filter((line) => line.startsWith("signalled")).length; };
    ipc.mq_notify(queue, event);
    const counts = [signalled(() => ipc.mq_send(queue, bytes("one"))), signalled(() => ipc.mq_send(queue, bytes("two")))];
    original.mq_receive(queue, new Uint8Array(8));
    original.mq_receive(queue, new Uint8Array(8));
    counts.push(signalled(() => ipc.mq_send(queue, bytes("three"))));
    original.mq_receive(queue, new Uint8Array(8));
    ipc.mq_notify(second, event);
    ipc.mq_close(second); // which ends the registration
    counts.push(signalled(() => ipc.mq_send(queue, bytes("four"))));
    return { seen, counts };
  `),
    { seen: [true], counts: [1, 0, 0, 0] },
  );
});

Deno.test("open() of a FIFO that was made while its step was pending still waits for its other end", async () => {
  assertEquals(
    await staged(`
    const folder = Deno.makeTempDirSync({ prefix: "${NAME_PREFIX}" });
    const fifo = folder + "/late";
    const enter = turnstile.enter;
    turnstile.enter = (...args) => {
      turnstile.enter = enter;
      enter.apply(turnstile, args);
      original.mkfifo(fifo, 0o600);
    };
    script.push(() => { original.open(fifo, original.O_RDONLY | original.O_NONBLOCK); });
    ipc.open(fifo, ipc.O_WRONLY);
    original.unlink(fifo);
    Deno.removeSync(folder);
    return turnstile.told().filter((line) => !/^(made|done)/.test(line));
  `),
    ["open name late", "changed FIFO late", "park FIFO late", "changed FIFO late"],
  );
});

Deno.test("sendto() with MSG_DONTWAIT does not park, and a datagram is sent whole or not at all", async () => {
  assertEquals(
    await staged(`
    const folder = Deno.makeTempDirSync({ prefix: "${NAME_PREFIX}" });
    const address = { family: ipc.AF_UNIX, path: folder + "/box" };
    const receiver = ipc.socket(ipc.AF_UNIX, ipc.SOCK_DGRAM, 0);
    ipc.bind(receiver, address);
    const sender = ipc.socket(ipc.AF_UNIX, ipc.SOCK_DGRAM, 0);
    const data = new Uint8Array(1000);
    let sent = 0;
    const busy = thrown(() => { for (;;) { ipc.sendto(sender, data, ipc.MSG_DONTWAIT, address); sent++; } });
    script.push(() => { original.recv(receiver, new Uint8Array(2000)); });
    const n = ipc.sendto(sender, data, 0, address);
    turnstile.told();
    const { length } = ipc.recvfrom(receiver, new Uint8Array(2000));
    const object = turnstile.told()[0];
    ipc.unlink(address.path);
    Deno.removeSync(folder);
    return { busy, some: sent > 0, n, length, object };
  `),
    { busy: "sendto EAGAIN", some: true, n: 1000, length: 1000, object: "recvfrom socket box" },
  );
});

Deno.test("a program that waits to open a FIFO for writing counts as a writer, and not as a reader", async () => {
  assertEquals(
    await staged(`
    const folder = Deno.makeTempDirSync({ prefix: "${NAME_PREFIX}" });
    const fifo = folder + "/way";
    original.mkfifo(fifo, 0o600);
    const seen = {};
    const first = original.open("/dev/null", 0);
    original.close(first);
    script.push(() => {
      seen.another = thrown(() => original.open(fifo, original.O_WRONLY | original.O_NONBLOCK));
      const reader = original.open(fifo, original.O_RDONLY | original.O_NONBLOCK);
      seen.empty = thrown(() => original.read(reader, new Uint8Array(1)));
    });
    const writing = ipc.open(fifo, ipc.O_WRONLY | ipc.O_CLOEXEC);
    const flags = original.fcntl(writing, original.F_GETFL);
    const number = writing === first;
    const cloexec = original.fcntl(writing, original.F_GETFD) === original.FD_CLOEXEC;
    ipc.close(writing);
    // A reader that comes and goes before this writer runs again has been there.
    script.push(() => { ipc.close(ipc.open(fifo, ipc.O_RDONLY | ipc.O_NONBLOCK)); });
    const other = ipc.open(fifo, ipc.O_WRONLY);
    original.unlink(fifo);
    Deno.removeSync(folder);
    return { ...seen, number, blocking: (flags & original.O_NONBLOCK) === 0, cloexec, opened: other >= 0 };
  `),
    { another: "open ENXIO", empty: "read EAGAIN", number: true, blocking: true, cloexec: true, opened: true },
  );
});
