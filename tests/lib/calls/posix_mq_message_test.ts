import { assertEquals, assertThrows } from "@std/assert";
import {
  mq_close,
  mq_getattr,
  mq_open,
  MQ_PRIO_MAX,
  mq_receive,
  mq_send,
  mq_timedreceive,
  mq_timedsend,
  mq_unlink,
  O_CREAT,
  O_EXCL,
  O_NONBLOCK,
  O_RDONLY,
  O_RDWR,
  O_WRONLY,
  timespecOf,
} from "ipc";
import { Child } from "../../support/child.ts";
import { assertErrno } from "../../support/errno.ts";
import { interrupt } from "../../support/interrupt.ts";
import { objectName } from "../../support/names.ts";

const SIZE = 16;

/** A queue under a fresh name; both go at the end of the scope. */
class TestQueue implements Disposable {
  readonly name = objectName();
  readonly mqd: number;

  constructor(maxmsg: number, flags = 0) {
    this.mqd = mq_open(this.name, O_CREAT | O_EXCL | O_RDWR | flags, 0o600, { maxmsg, msgsize: SIZE });
  }

  [Symbol.dispose](): void {
    mq_close(this.mqd);
    mq_unlink(this.name);
  }
}

const FAR = timespecOf(Date.now() + 3_600_000);
const PAST = { sec: 1, nsec: 0 };
const bytes = (text: string) => new TextEncoder().encode(text);

/** Each call in its two forms: what holds for one has to hold for the other. */
const SENDS = [
  { call: "mq_send", send: mq_send },
  {
    call: "mq_timedsend",
    send: (mqd: number, data: Uint8Array, priority = 0) => mq_timedsend(mqd, data, priority, FAR),
  },
] as const;
const RECEIVES = [
  { call: "mq_receive", receive: mq_receive },
  {
    call: "mq_timedreceive",
    receive: (mqd: number, buffer: Uint8Array) => mq_timedreceive(mqd, buffer, FAR),
  },
] as const;

/** The text and priority of the next message. */
function next(mqd: number): [string, number] {
  const buffer = new Uint8Array(SIZE);
  const { length, priority } = mq_receive(mqd, buffer);
  return [new TextDecoder().decode(buffer.subarray(0, length)), priority];
}

for (const { call, send } of SENDS) {
  Deno.test(`${call}() gives EAGAIN on a full queue with O_NONBLOCK, and does not queue the message`, () => {
    using queue = new TestQueue(1, O_NONBLOCK);
    send(queue.mqd, bytes("one"), 3);
    assertErrno("EAGAIN", () => send(queue.mqd, bytes("two"), 9));
    assertEquals(next(queue.mqd), ["one", 3]);
    assertEquals(mq_getattr(queue.mqd).curmsgs, 0);
  });

  Deno.test(`${call}() gives EMSGSIZE for one byte more than msgsize, and takes msgsize bytes`, () => {
    using queue = new TestQueue(1);
    assertErrno("EMSGSIZE", () => send(queue.mqd, new Uint8Array(SIZE + 1)));
    send(queue.mqd, new Uint8Array(SIZE));
    assertEquals(next(queue.mqd)[0].length, SIZE);
  });

  Deno.test(`${call}() gives EINVAL from priority MQ_PRIO_MAX on, and takes one less`, () => {
    using queue = new TestQueue(1);
    assertErrno("EINVAL", () => send(queue.mqd, bytes("x"), MQ_PRIO_MAX));
    assertErrno("EINVAL", () => send(queue.mqd, bytes("x"), 0xffffffff));
    send(queue.mqd, bytes("x"), MQ_PRIO_MAX - 1);
    assertEquals(next(queue.mqd), ["x", 32767]);
  });

  Deno.test(`${call}() gives EBADF on a queue opened for reading`, () => {
    using queue = new TestQueue(1);
    const reading = mq_open(queue.name, O_RDONLY);
    assertErrno("EBADF", () => send(reading, bytes("x")));
    mq_close(reading);
  });

  Deno.test(`${call}() refuses wrong kinds of arguments before any call`, () => {
    using queue = new TestQueue(1);
    assertThrows(() => send(queue.mqd, "text" as never), TypeError, "data");
    assertThrows(() => send(queue.mqd, bytes("x"), -1), RangeError, "priority");
    assertThrows(() => send("3" as never, bytes("x")), TypeError, "mqd");
    assertEquals(mq_getattr(queue.mqd).curmsgs, 0);
  });

  Deno.test(`${call}() sends an empty message`, () => {
    using queue = new TestQueue(1);
    send(queue.mqd, bytes(""));
    assertEquals(next(queue.mqd), ["", 0]);
  });

  Deno.test(`${call}() orders by priority, and by age within one`, () => {
    using queue = new TestQueue(5);
    for (const [text, priority] of [["a1", 1], ["b1", 7], ["c1", 0], ["b2", 7], ["a2", 1]] as const) {
      send(queue.mqd, bytes(text), priority);
    }
    const order = Array.from({ length: 5 }, () => next(queue.mqd));
    assertEquals(order, [["b1", 7], ["b2", 7], ["a1", 1], ["a2", 1], ["c1", 0]]);
  });
}

for (const { call, receive } of RECEIVES) {
  Deno.test(`${call}() gives EAGAIN on an empty queue with O_NONBLOCK`, () => {
    using queue = new TestQueue(1, O_NONBLOCK);
    assertErrno("EAGAIN", () => receive(queue.mqd, new Uint8Array(SIZE)));
  });

  Deno.test(`${call}() gives EMSGSIZE for a buffer smaller than msgsize, and the message stays`, () => {
    using queue = new TestQueue(1);
    mq_send(queue.mqd, bytes("x"));
    assertErrno("EMSGSIZE", () => receive(queue.mqd, new Uint8Array(SIZE - 1)));
    assertErrno("EMSGSIZE", () => receive(queue.mqd, new Uint8Array(0)));
    assertEquals(next(queue.mqd), ["x", 0]);
  });

  Deno.test(`${call}() gives EBADF on a queue opened for writing`, () => {
    using queue = new TestQueue(1);
    const writing = mq_open(queue.name, O_WRONLY);
    assertErrno("EBADF", () => receive(writing, new Uint8Array(SIZE)));
    mq_close(writing);
  });

  Deno.test(`${call}() fills the part of a buffer that a subarray is, and nothing else`, () => {
    using queue = new TestQueue(1);
    mq_send(queue.mqd, bytes("hi"), 5);
    const buffer = new Uint8Array(SIZE + 4).fill(46);
    assertEquals(receive(queue.mqd, buffer.subarray(2, 2 + SIZE)), { length: 2, priority: 5 });
    assertEquals(new TextDecoder().decode(buffer), `..hi${".".repeat(SIZE)}`);
  });
}

Deno.test("mq_timedsend() and mq_timedreceive() give ETIMEDOUT at a deadline that is past, or soon is", () => {
  using queue = new TestQueue(1);
  for (const deadline of [PAST, timespecOf(Date.now() + 30)]) {
    assertErrno("ETIMEDOUT", () => mq_timedreceive(queue.mqd, new Uint8Array(SIZE), deadline));
  }
  mq_send(queue.mqd, bytes("full"));
  for (const deadline of [PAST, timespecOf(Date.now() + 30)]) {
    assertErrno("ETIMEDOUT", () => mq_timedsend(queue.mqd, bytes("late"), 0, deadline));
  }
  assertEquals(next(queue.mqd), ["full", 0]);
});

Deno.test("mq_timedsend() and mq_timedreceive() do not look at the deadline where they need not wait", () => {
  using queue = new TestQueue(1);
  mq_timedsend(queue.mqd, bytes("x"), 0, PAST);
  assertEquals(mq_timedreceive(queue.mqd, new Uint8Array(SIZE), PAST).length, 1);
});

Deno.test("mq_timedsend() and mq_timedreceive() give EINVAL for a deadline that is no time", () => {
  using queue = new TestQueue(1);
  for (const deadline of [{ sec: 1, nsec: -1 }, { sec: 1, nsec: 1e9 }, { sec: -1, nsec: 0 }]) {
    assertErrno("EINVAL", () => mq_timedsend(queue.mqd, bytes("x"), 0, deadline));
    assertErrno("EINVAL", () => mq_timedreceive(queue.mqd, new Uint8Array(SIZE), deadline));
  }
  assertThrows(() => mq_timedsend(queue.mqd, bytes("x"), 0, 5 as never), TypeError, "deadline");
  assertThrows(() => mq_timedreceive(queue.mqd, new Uint8Array(SIZE), { sec: 1n } as never), TypeError, "deadline.sec");
});

// --- blocking: in a process of its own ---

for (const { call } of RECEIVES) {
  Deno.test(`${call}() blocks while the queue is empty, and takes what comes`, async () => {
    using queue = new TestQueue(1);
    await using child = new Child(
      `
        import { ${call}, mq_open, O_RDONLY, timespecOf } from "ipc";
        const deadline = ${call === "mq_receive" ? "[]" : "[timespecOf(Date.now() + 60_000)]"};
        console.log(JSON.stringify(${call}(mq_open(Deno.args[0], O_RDONLY), new Uint8Array(${SIZE}), ...deadline)));
      `,
      { args: [queue.name] },
    );
    await child.blockedIn("mq_timedreceive");
    mq_send(queue.mqd, bytes("at last"), 4);
    assertEquals(await child.result(), { length: 7, priority: 4 });
  });
}

for (const { call } of SENDS) {
  Deno.test(`${call}() blocks while the queue is full, and goes on when there is room`, async () => {
    using queue = new TestQueue(1);
    mq_send(queue.mqd, bytes("first"));
    await using child = new Child(
      `
        import { ${call}, mq_open, O_WRONLY, timespecOf } from "ipc";
        const deadline = ${call === "mq_send" ? "[]" : "[timespecOf(Date.now() + 60_000)]"};
        ${call}(mq_open(Deno.args[0], O_WRONLY), new TextEncoder().encode("second"), 2, ...deadline);
      `,
      { args: [queue.name] },
    );
    await child.blockedIn("mq_timedsend");
    assertEquals(next(queue.mqd), ["first", 0]);
    await child.result();
    assertEquals(next(queue.mqd), ["second", 2]);
  });
}

// --- signals ---

const receive = { imports: ["mq_open", "O_RDONLY"], blocksIn: "mq_timedreceive" };
const send = { imports: ["mq_open", "O_WRONLY"], blocksIn: "mq_timedsend" };
const DEADLINE = "{ sec: 4e9, nsec: 0 }";
const INTERRUPTED: Readonly<Record<string, { imports: string[]; blocksIn: string; call: string }>> = {
  mq_receive: { ...receive, call: `mq_receive(mq_open(Deno.args[0], O_RDONLY), new Uint8Array(${SIZE}))` },
  mq_timedreceive: {
    ...receive,
    call: `mq_timedreceive(mq_open(Deno.args[0], O_RDONLY), new Uint8Array(${SIZE}), ${DEADLINE})`,
  },
  mq_send: { ...send, call: `mq_send(mq_open(Deno.args[0], O_WRONLY), new Uint8Array(1))` },
  mq_timedsend: { ...send, call: `mq_timedsend(mq_open(Deno.args[0], O_WRONLY), new Uint8Array(1), 0, ${DEADLINE})` },
};

for (const [name, call] of Object.entries(INTERRUPTED)) {
  const sends = call.blocksIn === "mq_timedsend";

  Deno.test(`${name}() gives EINTR when a handler without SA_RESTART ran, and moves no message`, async () => {
    using queue = new TestQueue(1);
    if (sends) mq_send(queue.mqd, bytes("full"));
    assertEquals(await interrupt({ ...call, args: [queue.name], satisfy: () => {} }, "0"), {
      outcome: "EINTR",
      handled: 1,
    });
    assertEquals(mq_getattr(queue.mqd).curmsgs, sends ? 1 : 0);
  });

  Deno.test(`${name}() goes on when a handler with SA_RESTART ran`, async () => {
    using queue = new TestQueue(1);
    if (sends) mq_send(queue.mqd, bytes("full"));
    const satisfy = sends ? () => void next(queue.mqd) : () => mq_send(queue.mqd, bytes("x"));
    assertEquals(await interrupt({ ...call, args: [queue.name], satisfy }, "SA_RESTART"), {
      outcome: "returned",
      handled: 1,
    });
  });
}
