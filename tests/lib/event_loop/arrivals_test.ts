import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  AF_UNIX,
  bind,
  chunks,
  close,
  connect,
  connections,
  datagrams,
  F_GETFL,
  fcntl,
  listen,
  messages,
  mkfifo,
  mq_close,
  mq_open,
  mq_send,
  mq_unlink,
  O_CREAT,
  O_NONBLOCK,
  O_RDONLY,
  O_RDWR,
  O_WRONLY,
  open,
  pipe,
  read,
  send,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  socket,
  socketpair,
  SystemError,
  write,
} from "ipc";
import { Child } from "../../support/child.ts";
import { assertErrno } from "../../support/errno.ts";
import { expectNothingLeft } from "../../support/kernel_objects.ts";
import { objectName, testFolder } from "../../support/names.ts";

const text = (data: Uint8Array): string => new TextDecoder().decode(data);
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
/** Does something as soon as the event loop turns: by then, the loop under test waits. */
const soon = (act: () => void): unknown => setTimeout(act, 0);

function queue(): number {
  const name = objectName();
  const mqd = mq_open(name, O_CREAT | O_RDWR, 0o600, { maxmsg: 4, msgsize: 16 });
  mq_unlink(name);
  return mqd;
}

async function collect<T, R>(source: AsyncIterable<T>, of: (item: T) => R): Promise<R[]> {
  const all: R[] = [];
  for await (const item of source) all.push(of(item));
  return all;
}

Deno.test("the loops refuse what is no descriptor and no options before anything is called", () => {
  const [reading, writing] = pipe();
  for (const loop of [chunks, datagrams, messages, connections]) {
    assertThrows(() => loop("0" as never), TypeError);
    assertThrows(() => loop(reading, null as never), Error);
  }
  assertThrows(
    () => chunks(reading, { signal: 1 as never }),
    TypeError,
    "options.signal: expected an AbortSignal, got 1",
  );
  for (const maxBytes of [0, -1, 0.5, 2 ** 24 + 1]) {
    assertThrows(() => chunks(reading, { maxBytes }), RangeError, "maxBytes");
  }
  assertEquals(fcntl(reading, F_GETFL) & O_NONBLOCK, 0);
  for (const fd of [reading, writing]) close(fd);
});

Deno.test("the loops give the errno of a descriptor that is not open, or of another kind", async () => {
  const [reading, writing] = pipe();
  for (const loop of [chunks, datagrams, messages, connections]) assertErrno("EBADF", () => loop(-1));
  assertErrno("ENOTSOCK", () => datagrams(reading));
  assertErrno("EBADF", () => messages(reading));
  for (const [source, code] of [[chunks(writing), "EBADF"], [connections(reading), "ENOTSOCK"]] as const) {
    const error = await assertRejects(() => source.next(), SystemError);
    assertEquals(error.code, code);
  }
  for (const fd of [reading, writing]) close(fd);
});

Deno.test("chunks() of a file reads it to its end: a file is never waited for", async () => {
  const file = open("/etc/hostname", O_RDONLY);
  const read = await collect(chunks(file), text);
  assertEquals(read.join(""), Deno.readTextFileSync("/etc/hostname"));
  close(file);
});

Deno.test("a loop throws the reason of a signal that was aborted before, also where something is there", async () => {
  const [reading, writing] = pipe();
  write(writing, bytes("x"));
  const source = chunks(reading, { signal: AbortSignal.abort("no") });
  assertEquals(await source.next().catch((reason) => reason), "no");
  for (const fd of [reading, writing]) close(fd);
});

Deno.test("a loop that waits ends with the reason when its signal is aborted, and leaves nothing", async () => {
  await expectNothingLeft(async () => {
    const mqd = queue();
    const stop = new AbortController();
    soon(() => stop.abort("enough"));
    const ended = await collect(messages(mqd, { signal: stop.signal }), ({ data }) => data).catch((reason) => reason);
    assertEquals(ended, "enough");
    mq_close(mqd);
  });
});

Deno.test("a loop is aborted in time also where more keeps coming", async () => {
  const [reading, writing] = pipe();
  const stop = new AbortController();
  soon(() => stop.abort("enough"));
  let count = 0;
  write(writing, bytes("x"));
  const ended = await (async () => {
    for await (const _ of chunks(reading, { signal: stop.signal })) {
      count++;
      write(writing, bytes("x"));
    }
  })().catch((reason) => reason);
  assertEquals(ended, "enough");
  for (const fd of [reading, writing]) close(fd);
});

Deno.test("closing the descriptor ends a loop that waits with EBADF", async () => {
  const [mine, yours] = socketpair(AF_UNIX, SOCK_DGRAM, 0);
  soon(() => close(mine));
  const error = await assertRejects(() => collect(datagrams(mine), ({ data }) => data), SystemError);
  assertEquals(error.code, "EBADF");
  close(yours);
});

Deno.test("what a loop left on break is there for the next", async () => {
  const mqd = queue();
  for (const word of ["a", "b", "c"]) mq_send(mqd, bytes(word));
  const taken: string[] = [];
  for (let i = 0; i < 3; i++) {
    for await (const { data } of messages(mqd)) {
      taken.push(text(data));
      break;
    }
  }
  assertEquals(taken, ["a", "b", "c"]);
  mq_close(mqd);
});

Deno.test("chunks() gives what comes, at most maxBytes at once, each its own memory, and ends with the last writer", async () => {
  const [reading, writing] = pipe();
  write(writing, bytes("abcde"));
  soon(() => {
    write(writing, bytes("fg"));
    soon(() => close(writing));
  });
  const all = await collect(chunks(reading, { maxBytes: 2 }), (chunk) => chunk);
  assertEquals(all.map(text), ["ab", "cd", "e", "fg"]);
  close(reading);
});

Deno.test("a FIFO that another process writes is read to its end", async () => {
  using folder = testFolder();
  mkfifo(folder.file("fifo"), 0o600);
  const reading = open(folder.file("fifo"), O_RDONLY | O_NONBLOCK);
  const held = open(folder.file("fifo"), O_WRONLY); // or the end would come before the child
  await using child = new Child(
    `import { O_WRONLY, open, write } from "ipc";
     const fd = open(Deno.args[0], O_WRONLY);
     for (let i = 0; i < 1000; i++) write(fd, new TextEncoder().encode(i + "\\n"));
     console.log(1);`,
    { args: [folder.file("fifo")] },
  );
  const done = child.result().finally(() => close(held));
  const lines = (await collect(chunks(reading), text)).join("").split("\n");
  await done;
  assertEquals(lines, [...Array.from({ length: 1000 }, (_, i) => String(i)), ""]);
  close(reading);
});

Deno.test("a stream socket's loop ends when the peer closes", async () => {
  const [mine, yours] = socketpair(AF_UNIX, SOCK_STREAM, 0);
  soon(() => {
    send(yours, bytes("bye"));
    close(yours);
  });
  assertEquals((await collect(chunks(mine), text)).join(""), "bye");
  close(mine);
});

Deno.test("datagrams() keeps bounds, tells senders, and cuts what is longer than maxBytes", async () => {
  using folder = testFolder();
  const [server, client] = [socket(AF_UNIX, SOCK_DGRAM, 0), socket(AF_UNIX, SOCK_DGRAM, 0)];
  const address = { family: AF_UNIX, path: folder.file("server") } as const;
  const from = { family: AF_UNIX, path: folder.file("client") } as const;
  bind(server, address);
  bind(client, from);
  connect(client, address);
  soon(() => ["", "one", "two and more"].forEach((word) => send(client, bytes(word))));
  const got: unknown[] = [];
  for await (const { data, address } of datagrams(server, { maxBytes: 3 })) {
    got.push([text(data), address]);
    if (got.length === 3) break;
  }
  assertEquals(got, [["", from], ["one", from], ["two", from]]);
  for (const fd of [server, client]) close(fd);
});

Deno.test("datagrams() of a connection ends with it", async () => {
  const [mine, yours] = socketpair(AF_UNIX, SOCK_SEQPACKET, 0);
  for (const word of ["one", "two"]) send(yours, bytes(word));
  soon(() => close(yours));
  assertEquals(await collect(datagrams(mine), ({ data }) => text(data)), ["one", "two"]);
  close(mine);
});

Deno.test("messages() gives the most urgent first, with its priority, also those that come while it waits", async () => {
  const mqd = queue();
  mq_send(mqd, bytes("low"), 1);
  mq_send(mqd, bytes("high"), 7);
  soon(() => mq_send(mqd, bytes("late"), 3));
  const got: unknown[] = [];
  for await (const { data, priority } of messages(mqd)) {
    got.push([text(data), priority]);
    if (got.length === 3) break;
  }
  assertEquals(got, [["high", 7], ["low", 1], ["late", 3]]);
  mq_close(mqd);
});

Deno.test("two loops share one queue: each message comes once", async () => {
  const mqd = queue();
  const stop = new AbortController();
  const got: string[] = [];
  const loop = async (): Promise<void> => {
    for await (const { data } of messages(mqd, { signal: stop.signal })) {
      got.push(text(data));
      if (got.length === 40) stop.abort();
    }
  };
  const loops = [loop(), loop()];
  for (let i = 0; i < 40;) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    for (const end = Math.min(40, i + 4); i < end && got.length > i - 1; i++) mq_send(mqd, bytes(String(i)));
  }
  await Promise.allSettled(loops);
  assertEquals(got.sort((a, b) => Number(a) - Number(b)), Array.from({ length: 40 }, (_, i) => String(i)));
  mq_close(mqd);
});

Deno.test("connections() hands each over with its address", async () => {
  using folder = testFolder();
  const address = { family: AF_UNIX, path: folder.file("server") } as const;
  const server = socket(AF_UNIX, SOCK_STREAM, 0);
  bind(server, address);
  listen(server, 2);
  const clients = [socket(AF_UNIX, SOCK_STREAM, 0), socket(AF_UNIX, SOCK_STREAM, 0)];
  soon(() => clients.forEach((client) => (connect(client, address), send(client, bytes("hello")))));
  let count = 0;
  const buffer = new Uint8Array(10);
  for await (const { fd } of connections(server)) {
    assertEquals(text(buffer.subarray(0, read(fd, buffer))), "hello");
    close(fd);
    if (++count === clients.length) break;
  }
  for (const fd of [server, ...clients]) close(fd);
});
