import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import {
  close,
  F_GETFD,
  fcntl,
  FD_CLOEXEC,
  mq_close,
  mq_getattr,
  mq_notify,
  mq_open,
  mq_receive,
  mq_send,
  mq_setattr,
  mq_unlink,
  O_CREAT,
  O_EXCL,
  O_NONBLOCK,
  O_RDONLY,
  O_RDWR,
  O_WRONLY,
  open,
  poll,
  POLLIN,
  POLLOUT,
  SIGEV_NONE,
  SIGEV_SIGNAL,
} from "ipc";
import { RESERVED_SIGNAL } from "../../../lib/abi/signal_numbers.ts";
import { gate } from "../../../lib/gate/gate.ts";
import { internalDescriptors } from "../../../lib/gate/internal.ts";
import { Child, inChild } from "../../support/child.ts";
import { assertErrno } from "../../support/errno.ts";
import { objectName } from "../../support/names.ts";

/** A queue under a fresh name; both go at the end of the scope. */
class TestQueue implements Disposable {
  readonly name = objectName();
  readonly mqd: number;
  readonly #others: number[] = [];

  constructor(size = { maxmsg: 10, msgsize: 128 }, flags = O_RDWR) {
    this.mqd = mq_open(this.name, O_CREAT | O_EXCL | flags, 0o600, size);
  }

  /** A further descriptor of the queue. */
  again(flags: number): number {
    const mqd = mq_open(this.name, flags);
    this.#others.push(mqd);
    return mqd;
  }

  [Symbol.dispose](): void {
    for (const mqd of [this.mqd, ...this.#others]) mq_close(mqd);
    mq_unlink(this.name);
  }
}

const NOWHERE = 1_000_000;
const isRoot = Deno.uid() === 0;

// --- mq_open: failures ---

const sized = { maxmsg: 1, msgsize: 16 };
for (
  const { when, code, name = objectName(), flags = O_CREAT | O_RDWR, size = sized } of [
    { when: "there is no queue of the name", code: "ENOENT", flags: O_RDWR },
    { when: "the name has no slash", code: "EINVAL", name: "plain" },
    { when: "the name is empty", code: "EINVAL", name: "" },
    { when: "the name is a slash alone", code: "ENOENT", name: "/" },
    { when: "the name has a second slash", code: "EACCES", name: "/a/b" },
    { when: "the name is longer than 255", code: "ENAMETOOLONG", name: `/${"x".repeat(256)}` },
    { when: "the name is longer than a path", code: "ENAMETOOLONG", name: `/${"x".repeat(5000)}` },
    { when: "the access mode is none", code: "EINVAL", flags: O_CREAT | O_RDWR | O_WRONLY },
    { when: "maxmsg is 0", code: "EINVAL", size: { maxmsg: 0, msgsize: 16 } },
    { when: "maxmsg is negative", code: "EINVAL", size: { maxmsg: -1, msgsize: 16 } },
    { when: "msgsize is 0", code: "EINVAL", size: { maxmsg: 1, msgsize: 0 } },
    { when: "msgsize is negative", code: "EINVAL", size: { maxmsg: 1, msgsize: -1 } },
  ] as const
) {
  Deno.test(`mq_open() gives ${code} when ${when}`, () => {
    assertErrno(code, () => mq_open(name, flags, 0o600, size));
  });
}

Deno.test("mq_open() gives EEXIST with O_CREAT and O_EXCL when there is one", () => {
  using queue = new TestQueue();
  const error = assertErrno("EEXIST", () => mq_open(queue.name, O_CREAT | O_EXCL | O_RDWR, 0o600));
  assert(error.message.includes(queue.name), error.message);
});

Deno.test("mq_open() gives EINVAL for both access modes at once on a queue that exists, too", () => {
  using queue = new TestQueue();
  assertErrno("EINVAL", () => mq_open(queue.name, O_RDWR | O_WRONLY));
});

Deno.test({
  name: "mq_open() and mq_unlink() give EACCES to a user without permission",
  ignore: !isRoot,
  fn: async () => {
    using queue = new TestQueue();
    const codes = await inChild(
      `
        import { mq_open, mq_unlink, O_RDWR } from "ipc";
        const code = (act) => { try { act(); return "none"; } catch (error) { return error.code; } };
        const [name] = Deno.args;
        console.log(JSON.stringify([code(() => mq_open(name, O_RDWR)), code(() => mq_unlink(name))]));
      `,
      { args: [queue.name], uid: 65534 },
    );
    assertEquals(codes, ["EACCES", "EACCES"]);
    mq_close(mq_open(queue.name, O_RDWR));
  },
});

Deno.test("mq_open() gives EMFILE when the user's bytes for queues are used up, and when descriptors are", async () => {
  const codes = await inChild(
    `
      import { dup, mq_close, mq_open, mq_unlink, O_CREAT, O_RDWR, prlimit, RLIMIT_MSGQUEUE, RLIMIT_NOFILE } from "ipc";
      const code = (act) => { try { act(); return "none"; } catch (error) { return error.code; } };
      const [name] = Deno.args;
      const open = () => mq_open(name, O_CREAT | O_RDWR, 0o600, { maxmsg: 1, msgsize: 16 });
      const found = [];
      prlimit(0, RLIMIT_MSGQUEUE, { soft: 1, hard: 819200 });
      found.push(code(open));
      prlimit(0, RLIMIT_MSGQUEUE, { soft: 819200, hard: 819200 });
      mq_close(open());
      const free = dup(0);
      prlimit(0, RLIMIT_NOFILE, { soft: free, hard: free });
      found.push(code(open));
      mq_unlink(name);
      console.log(JSON.stringify(found));
    `,
    { args: [objectName()] },
  );
  assertEquals(codes, ["EMFILE", "EMFILE"]);
});

Deno.test("mq_open() refuses wrong kinds of arguments before any call", () => {
  const name = objectName();
  assertThrows(() => mq_open(`${name}\0x`, O_CREAT | O_RDWR, 0o600), TypeError, "name");
  assertThrows(() => mq_open(name, O_CREAT | O_RDWR), TypeError, "mode");
  assertThrows(() => mq_open(name, O_CREAT | O_RDWR, -1), RangeError, "mode");
  assertThrows(() => mq_open(name, O_CREAT | O_RDWR, 0o600, 10 as never), TypeError, "attributes");
  assertThrows(() => mq_open(name, O_CREAT | O_RDWR, 0o600, { maxmsg: 1 } as never), TypeError, "attributes.msgsize");
  assertErrno("ENOENT", () => mq_unlink(name));
});

// --- mq_open: what it makes ---

Deno.test("mq_open() gives a new queue the size that was asked for, and 10 messages of 8192 bytes unless asked", () => {
  using queue = new TestQueue({ maxmsg: 7, msgsize: 77 });
  assertEquals(mq_getattr(queue.mqd), { flags: 0, maxmsg: 7, msgsize: 77, curmsgs: 0 });
  const name = objectName();
  const mqd = mq_open(name, O_CREAT | O_RDWR, 0o600);
  mq_unlink(name);
  const read = (file: string) => Number(Deno.readTextFileSync(`/proc/sys/fs/mqueue/${file}_default`));
  assertEquals(mq_getattr(mqd), { flags: 0, maxmsg: read("msg"), msgsize: read("msgsize"), curmsgs: 0 });
  mq_close(mqd);
});

Deno.test("mq_open() with O_CREAT opens a queue that exists as it is", () => {
  using queue = new TestQueue({ maxmsg: 3, msgsize: 32 });
  mq_send(queue.mqd, new Uint8Array(1));
  const mqd = mq_open(queue.name, O_CREAT | O_RDWR, 0o600, { maxmsg: 9, msgsize: 99 });
  assertEquals(mq_getattr(mqd), { flags: 0, maxmsg: 3, msgsize: 32, curmsgs: 1 });
  mq_close(mqd);
});

Deno.test("mq_open() takes O_NONBLOCK for the descriptor, not for the queue", () => {
  using queue = new TestQueue(sized, O_RDWR | O_NONBLOCK);
  assertEquals(mq_getattr(queue.mqd).flags, O_NONBLOCK);
  assertEquals(mq_getattr(queue.again(O_RDWR)).flags, 0);
});

Deno.test("mq_open() sets the mode and FD_CLOEXEC", () => {
  using queue = new TestQueue();
  assertEquals(((Deno.statSync(`/proc/self/fd/${queue.mqd}`).mode ?? 0) & 0o777).toString(8), "600");
  assertEquals(fcntl(queue.mqd, F_GETFD), FD_CLOEXEC);
});

Deno.test("mq_open() tells the run of a queue that it created, not of one that was there", () => {
  const created: string[] = [];
  const before = gate.hook;
  gate.hook = {
    enter: () => {},
    created: (kind, name) => created.push(`${kind} ${name}`),
    maySignal: () => true,
    forked: () => {},
    interrogated: () => {},
  };
  try {
    using queue = new TestQueue();
    mq_close(mq_open(queue.name, O_RDWR));
    mq_close(mq_open(queue.name, O_CREAT | O_RDWR, 0o600));
    assertErrno("EEXIST", () => mq_open(queue.name, O_CREAT | O_EXCL | O_RDWR, 0o600));
    assertErrno("EACCES", () => mq_open("/a/b", O_CREAT | O_RDWR, 0o600));
    assertEquals(created, [`posix_mq ${queue.name}`]);
  } finally {
    gate.hook = before;
  }
});

// --- mq_close, mq_unlink ---

Deno.test("every call on a queue gives EBADF for a descriptor that is closed, no queue, or the run's own", () => {
  const calls: ((mqd: number) => unknown)[] = [
    (mqd) => mq_send(mqd, new Uint8Array(1)),
    (mqd) => mq_receive(mqd, new Uint8Array(128)),
    (mqd) => mq_getattr(mqd),
    (mqd) => mq_setattr(mqd, { flags: 0 }),
    (mqd) => mq_notify(mqd, { notify: SIGEV_NONE }),
  ];
  const noQueue = open("/dev/null", O_RDWR);
  using queue = new TestQueue();
  internalDescriptors.add(queue.mqd);
  try {
    for (const call of calls) {
      for (const mqd of [-1, NOWHERE, noQueue, queue.mqd]) assertErrno("EBADF", () => call(mqd));
    }
    for (const mqd of [-1, NOWHERE, queue.mqd]) assertErrno("EBADF", () => mq_close(mqd));
  } finally {
    internalDescriptors.delete(queue.mqd);
    close(noQueue);
  }
});

for (
  const { name, code } of [
    { name: objectName(), code: "ENOENT" },
    { name: "plain", code: "EINVAL" },
    { name: `/${"x".repeat(256)}`, code: "ENAMETOOLONG" },
    { name: `/${"x".repeat(255)}`, code: "ENOENT" },
  ] as const
) {
  Deno.test(`mq_unlink() gives ${code} for ${name.length > 20 ? `a name of ${name.length}` : name}`, () => {
    assertErrno(code, () => mq_unlink(name));
  });
}

Deno.test("mq_unlink() frees the name at once and leaves the queue to those who have it open", () => {
  const name = objectName();
  const old = mq_open(name, O_CREAT | O_RDWR, 0o600, sized);
  mq_send(old, new Uint8Array([1]));
  mq_unlink(name);
  const fresh = mq_open(name, O_CREAT | O_EXCL | O_RDWR, 0o600, sized);
  assertEquals([mq_getattr(old).curmsgs, mq_getattr(fresh).curmsgs], [1, 0]);
  for (const mqd of [old, fresh]) mq_close(mqd);
  mq_unlink(name);
});

// --- mq_getattr, mq_setattr, poll ---

Deno.test("mq_setattr() sets O_NONBLOCK, ignores all else, and gives what was before", () => {
  using queue = new TestQueue({ maxmsg: 3, msgsize: 32 });
  mq_send(queue.mqd, new Uint8Array(1));
  const before = { flags: 0, maxmsg: 3, msgsize: 32, curmsgs: 1 };
  assertEquals(mq_setattr(queue.mqd, { flags: O_NONBLOCK, maxmsg: 9, curmsgs: 9 } as { flags: number }), before);
  assertEquals(mq_getattr(queue.mqd), { ...before, flags: O_NONBLOCK });
  assertEquals(mq_setattr(queue.mqd, before).flags, O_NONBLOCK);
  assertEquals(mq_getattr(queue.mqd), before);
});

Deno.test("mq_setattr() gives EINVAL for another flag", () => {
  using queue = new TestQueue();
  assertErrno("EINVAL", () => mq_setattr(queue.mqd, { flags: O_CREAT }));
  assertThrows(() => mq_setattr(queue.mqd, null as never), TypeError, "attributes");
});

Deno.test("poll() tells whether a queue has a message and whether it has room", () => {
  using queue = new TestQueue(sized);
  const now = () => poll([{ fd: queue.mqd, events: POLLIN | POLLOUT }], 0)[0];
  assertEquals(now(), POLLOUT);
  mq_send(queue.mqd, new Uint8Array(1));
  assertEquals(now(), POLLIN);
});

// --- mq_notify ---

Deno.test("mq_notify() gives EBUSY while somebody is registered, in this process or another", async () => {
  using queue = new TestQueue();
  mq_notify(queue.mqd, { notify: SIGEV_NONE });
  assertErrno("EBUSY", () => mq_notify(queue.mqd, { notify: SIGEV_NONE }));
  const code = await inChild(
    `
      import { mq_notify, mq_open, O_RDWR, SIGEV_NONE } from "ipc";
      const queue = mq_open(Deno.args[0], O_RDWR);
      mq_notify(queue, null); // not its own: nothing happens
      try { mq_notify(queue, { notify: SIGEV_NONE }); } catch (error) { console.log(JSON.stringify(error.code)); }
    `,
    { args: [queue.name] },
  );
  assertEquals(code, "EBUSY");
  mq_notify(queue.mqd, null);
  mq_notify(queue.mqd, { notify: SIGEV_NONE });
});

Deno.test("mq_notify() is used up by the first message that comes to the empty queue", () => {
  using queue = new TestQueue();
  mq_notify(queue.mqd, { notify: SIGEV_NONE });
  mq_send(queue.mqd, new Uint8Array(1));
  mq_notify(queue.mqd, { notify: SIGEV_NONE });
});

Deno.test("mq_notify() with null does nothing when nobody is registered", () => {
  using queue = new TestQueue();
  mq_notify(queue.mqd, null);
});

Deno.test("mq_notify() gives EINVAL for a kind or signal that there is not, and for SIGEV_THREAD", () => {
  using queue = new TestQueue();
  assertErrno("EINVAL", () => mq_notify(queue.mqd, { notify: 77 } as never));
  assertErrno("EINVAL", () => mq_notify(queue.mqd, { notify: SIGEV_SIGNAL, signo: 65 }));
  assertErrno("EINVAL", () => mq_notify(queue.mqd, { notify: SIGEV_SIGNAL, signo: -1 }));
  assertErrno("EINVAL", () => mq_notify(queue.mqd, { notify: SIGEV_SIGNAL, signo: RESERVED_SIGNAL }));
  const error = assertErrno("EINVAL", () => mq_notify(queue.mqd, { notify: 2 } as never));
  assert(error.message.includes("SIGEV_THREAD"), error.message);
  assertThrows(() => mq_notify(queue.mqd, undefined as never), TypeError, "event");
  assertThrows(() => mq_notify(queue.mqd, { notify: SIGEV_SIGNAL } as never), TypeError, "event.signo");
  mq_notify(queue.mqd, { notify: SIGEV_NONE }); // none of those registered
});

Deno.test("mq_notify() sends its signal with the value, once, and not for a queue that is not empty", async () => {
  const seen = await inChild(
    `
      import {
        mq_notify, mq_open, mq_receive, mq_send, mq_unlink, O_CREAT, O_RDWR, sigaction, SIGEV_SIGNAL, SIGUSR2,
      } from "ipc";
      const [name] = Deno.args;
      const queue = mq_open(name, O_CREAT | O_RDWR, 0o600, { maxmsg: 5, msgsize: 16 });
      mq_unlink(name);
      const seen = [];
      sigaction(SIGUSR2, { handler: ({ signo, code, pid, value }) => seen.push([signo, code, pid === Deno.pid, value]) });
      const send = () => { mq_send(queue, new Uint8Array(1)); return seen.length; };
      const event = { notify: SIGEV_SIGNAL, signo: SIGUSR2, value: -7 };
      const counts = [];
      mq_notify(queue, event);
      counts.push(send(), send()); // the first arrives at the empty queue; the registration is used up
      mq_notify(queue, event);
      counts.push(send()); // not empty
      for (let i = 0; i < 3; i++) mq_receive(queue, new Uint8Array(16));
      counts.push(send());
      console.log(JSON.stringify({ counts, seen }));
    `,
    { args: [objectName()] },
  );
  const SI_MESGQ = -3;
  const told = [12, SI_MESGQ, true, -7];
  assertEquals(seen, { counts: [1, 1, 1, 2], seen: [told, told] });
});

Deno.test("mq_notify() of a process that ended or closed the queue is over", async () => {
  using queue = new TestQueue();
  await inChild(
    `
      import { mq_notify, mq_open, O_RDWR, SIGEV_NONE } from "ipc";
      mq_notify(mq_open(Deno.args[0], O_RDWR), { notify: SIGEV_NONE });
    `,
    { args: [queue.name] },
  );
  const other = mq_open(queue.name, O_RDWR);
  mq_notify(other, { notify: SIGEV_NONE });
  mq_close(other);
  mq_notify(queue.mqd, { notify: SIGEV_NONE });
});

Deno.test("mq_open() under one name in two processes is one queue", async () => {
  using queue = new TestQueue();
  await using child = new Child(
    `
      import { mq_open, mq_receive, mq_send, O_RDONLY, O_WRONLY } from "ipc";
      const buffer = new Uint8Array(128);
      const { length, priority } = mq_receive(mq_open(Deno.args[0], O_RDONLY), buffer);
      console.log(JSON.stringify([Deno.pid, new TextDecoder().decode(buffer.subarray(0, length)), priority]));
    `,
    { args: [queue.name] },
  );
  mq_send(queue.again(O_WRONLY), new TextEncoder().encode("hello"), 3);
  const [pid, ...message] = await child.result() as [number, string, number];
  assertNotEquals(pid, Deno.pid);
  assertEquals(message, ["hello", 3]);
  assertErrno("EBADF", () => mq_send(queue.again(O_RDONLY), new Uint8Array(1)));
});
