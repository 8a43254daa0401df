/** Every test runs under the sanitizers, and `expectNothingLeft` looks for descriptors: the last wait takes all along. */
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  AF_UNIX,
  close,
  dup,
  dup2,
  EFD_NONBLOCK,
  eventfd,
  eventfd_read,
  eventfd_write,
  mq_close,
  mq_open,
  mq_unlink,
  O_CREAT,
  O_RDONLY,
  O_RDWR,
  open,
  pipe,
  read,
  readable,
  SOCK_STREAM,
  socketpair,
  SystemError,
  writable,
  write,
} from "ipc";
import { internalDescriptors } from "../../../lib/gate/internal.ts";
import { Child, inChild } from "../../support/child.ts";
import { expectNothingLeft } from "../../support/kernel_objects.ts";
import { objectName } from "../../support/names.ts";

const BYTE = new Uint8Array(1);

/** A pipe, closed at the end of the scope. */
class Pipe implements Disposable {
  readonly reading: number;
  readonly writing: number;

  constructor() {
    [this.reading, this.writing] = pipe();
  }

  fill(): void {
    write(this.writing, new Uint8Array(65536));
  }

  [Symbol.dispose](): void {
    close(this.reading);
    close(this.writing);
  }
}

async function assertRejectsWith(code: string, wait: Promise<void>): Promise<void> {
  const error = await assertRejects(() => wait, SystemError);
  assertEquals(error.code, code, error.message);
}

/** Tells whether a promise is settled once the event loop has turned. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  promise.then(() => settled = true, () => settled = true);
  await new Promise((resolve) => setTimeout(resolve, 0));
  return settled;
}

/** Lets the poller's thread come back once, having nothing to tell. */
async function turnOfThePoller(): Promise<void> {
  const fd = eventfd(1, 0);
  await readable(fd);
  close(fd);
}

Deno.test("readable() and writable() refuse what is no descriptor and no options", () => {
  using it = new Pipe();
  for (const wait of [readable, writable]) {
    assertThrows(() => wait("0" as never), TypeError, "fd");
    assertThrows(() => wait(0.5), RangeError, "fd");
    assertThrows(() => wait(it.reading, null as never), TypeError, "options: expected { signal? }, got null");
    assertThrows(() => wait(it.reading, { signal: {} as never }), TypeError, "options.signal: expected an AbortSignal");
  }
});

Deno.test("readable() gives EBADF for a descriptor that is not open, and EPERM for a file, as epoll does", async () => {
  const file = open("/etc/passwd", O_RDONLY);
  await expectNothingLeft(async () => {
    await assertRejectsWith("EPERM", readable(file));
    await assertRejectsWith("EBADF", readable(-1));
    await assertRejectsWith("EBADF", writable(1_000_000));
  });
  close(file);
  // Whose number is the first that the poller gets.
  await assertRejectsWith("EBADF", readable(file));
});

Deno.test("a wait that is refused leaves the others alone", async () => {
  using it = new Pipe();
  const waits = readable(it.reading);
  await assertRejectsWith("EBADF", readable(-1));
  write(it.writing, BYTE);
  await waits;
});

Deno.test("readable() is rejected with the reason of a signal that is aborted before, and nothing is opened", async () => {
  using it = new Pipe();
  write(it.writing, BYTE);
  const wait = readable(it.reading, { signal: AbortSignal.abort("no more") });
  assertEquals(internalDescriptors.size, 0);
  assertEquals(await wait.catch((reason) => reason), "no more");
});

Deno.test("readable() is rejected with the reason of a signal that is aborted while it waits", async () => {
  using it = new Pipe();
  await expectNothingLeft(async () => {
    const stop = new AbortController();
    const wait = readable(it.reading, { signal: stop.signal });
    assertEquals(await isSettled(wait), false);
    stop.abort("enough");
    assertEquals(await wait.catch((reason) => reason), "enough");
    assertEquals(internalDescriptors.size, 0);
  });
});

Deno.test("an abort ends its own wait only, and one after the end does nothing", async () => {
  using it = new Pipe();
  const stop = new AbortController();
  const patient = readable(it.reading);
  const aborted = readable(it.reading, { signal: stop.signal });
  stop.abort("enough");
  assertEquals(await aborted.catch((reason) => reason), "enough");
  assertEquals(await isSettled(patient), false);
  const late = new AbortController();
  const third = readable(it.reading, { signal: late.signal });
  write(it.writing, BYTE);
  await Promise.all([patient, third]);
  late.abort();
});

Deno.test("who waits anew while the last one is being aborted is not forgotten", async () => {
  using it = new Pipe();
  const stop = new AbortController();
  const aborted = readable(it.reading, { signal: stop.signal });
  stop.abort("enough");
  const next = readable(it.reading);
  assertEquals(await aborted.catch((reason) => reason), "enough");
  write(it.writing, BYTE);
  await next;
});

Deno.test("closing the descriptor rejects every wait for it with EBADF", async () => {
  await expectNothingLeft(async () => {
    const [mine, yours] = socketpair(AF_UNIX, SOCK_STREAM, 0);
    write(mine, new Uint8Array(10));
    const waits = [readable(mine), readable(mine)];
    close(mine);
    for (const wait of waits) await assertRejectsWith("EBADF", wait);
    close(yours);

    const name = objectName();
    const queue = mq_open(name, O_CREAT | O_RDWR, 0o600, { maxmsg: 1, msgsize: 1 });
    mq_unlink(name);
    const wait = readable(queue);
    mq_close(queue);
    await assertRejectsWith("EBADF", wait);
  });
});

Deno.test("dup2() onto the descriptor rejects the wait; one onto itself, or that fails, does not", async () => {
  using it = new Pipe();
  using other = new Pipe();
  const wait = readable(it.reading);
  assertThrows(() => dup2(-1, it.reading), SystemError);
  dup2(it.reading, it.reading);
  assertEquals(await isSettled(wait), false);
  dup2(other.reading, it.reading);
  await assertRejectsWith("EBADF", wait);
  write(other.writing, BYTE);
  await readable(it.reading);
});

Deno.test("a descriptor that was closed while a copy is open does not report to who uses its number next", async () => {
  using it = new Pipe();
  using idle = new Pipe();
  const others = readable(idle.reading);
  const [reading, writing] = pipe();
  const copy = dup(reading);
  const closed = readable(reading);
  dup2(it.reading, reading); // the watch on the old pipe stays with its copy
  await assertRejectsWith("EBADF", closed);
  const wait = readable(reading);
  write(writing, BYTE);
  await turnOfThePoller();
  assertEquals(await isSettled(wait), false);
  write(it.writing, BYTE);
  await wait;
  write(idle.writing, BYTE);
  await others;
  for (const fd of [reading, writing, copy]) close(fd);
});

Deno.test("the poller's own descriptors are out of reach of the program", async () => {
  using it = new Pipe();
  const wait = readable(it.reading);
  const own = [...internalDescriptors];
  assertEquals(own.length, 2);
  for (const fd of own) {
    assertThrows(() => close(fd), SystemError, "EBADF");
    await assertRejectsWith("EBADF", readable(fd));
  }
  write(it.writing, BYTE);
  await wait;
});

Deno.test("where the poller's descriptor was replaced behind its back, waits are rejected and the next one works", async () => {
  const ended = await inChild(`
    import { internalDescriptors } from "${new URL("../../../lib/gate/internal.ts", import.meta.url)}";
    import { c } from "${new URL("../../../lib/raw/descriptor.ts", import.meta.url)}";
    import { pipe, readable, write } from "ipc";
    const [reading, writing] = pipe();
    const [idle] = pipe();
    const first = readable(reading).catch(() => {}); // fulfilled if the thread is already asleep in the old epoll
    const second = readable(idle).catch((error) => error.code);
    const [epfd] = internalDescriptors;
    c.dup2(reading, epfd);
    write(writing, new Uint8Array(1));
    await first;
    const code = await second;
    await readable(reading);
    console.log(JSON.stringify({ code, left: internalDescriptors.size }));
  `);
  assertEquals(ended, { code: "EINVAL", left: 0 });
});

Deno.test("readable() waits until there is something, and a second time for more", async () => {
  using it = new Pipe();
  await expectNothingLeft(async () => {
    for (let i = 0; i < 3; i++) {
      const wait = readable(it.reading);
      assertEquals(await isSettled(wait), false);
      write(it.writing, BYTE);
      await wait;
      assertEquals(internalDescriptors.size, 0);
      read(it.reading, BYTE);
    }
  });
});

Deno.test("readable() is over at the end of file, writable() when nobody is left to read", async () => {
  const [reading, lostWriter] = pipe();
  const [lostReader, writing] = pipe();
  write(writing, new Uint8Array(65536));
  const waits = [readable(reading), writable(writing)];
  close(lostWriter);
  close(lostReader);
  await Promise.all(waits);
  for (const fd of [reading, writing]) close(fd);
});

Deno.test("writable() waits until there is room", async () => {
  using it = new Pipe();
  await writable(it.writing);
  it.fill();
  const wait = writable(it.writing);
  assertEquals(await isSettled(wait), false);
  read(it.reading, new Uint8Array(65536));
  await wait;
});

Deno.test("two who wait for one descriptor are both told; one for the other direction waits on", async () => {
  const [mine, yours] = socketpair(AF_UNIX, SOCK_STREAM, 0);
  const readers = [readable(mine), readable(mine)];
  await writable(mine);
  assertEquals(await isSettled(Promise.any(readers)), false);
  write(yours, BYTE);
  await Promise.all(readers);
  for (const fd of [mine, yours]) close(fd);
});

Deno.test("thousands of waits, for one descriptor and for hundreds, leave nothing", async () => {
  await expectNothingLeft(async () => {
    using it = new Pipe();
    const waits = Array.from({ length: 5000 }, () => readable(it.reading));
    write(it.writing, BYTE);
    await Promise.all(waits);

    // More than one wait of the thread reports.
    const counters = Array.from({ length: 300 }, () => eventfd(0, EFD_NONBLOCK));
    const taken = counters.map(async (fd) => {
      await readable(fd);
      return eventfd_read(fd);
    });
    for (const [i, fd] of counters.entries()) eventfd_write(fd, BigInt(i + 1));
    assertEquals(await Promise.all(taken), counters.map((_, i) => BigInt(i + 1)));
    counters.forEach(close);

    const stop = new AbortController();
    const aborted = Array.from({ length: 1000 }, () => readable(it.reading, { signal: stop.signal }));
    read(it.reading, BYTE);
    stop.abort("enough");
    for (const result of await Promise.allSettled(aborted)) {
      if (result.status === "rejected") assertEquals(result.reason, "enough");
    }
  });
});

Deno.test("timers and other work go on while somebody waits", async () => {
  using it = new Pipe();
  let turns = 0;
  const timer = setInterval(() => {
    if (++turns === 3) write(it.writing, BYTE);
  }, 1);
  await readable(it.reading);
  clearInterval(timer);
  assertEquals(turns >= 3, true);
});

Deno.test("a process ends by itself when nobody waits any more", async () => {
  const ended = await inChild(`
    import { pipe, readable, write } from "ipc";
    const [reading, writing] = pipe();
    const stop = new AbortController();
    const aborted = readable(reading, { signal: stop.signal }).catch(() => "aborted");
    stop.abort();
    const first = await aborted;
    write(writing, new Uint8Array(1));
    await readable(reading);
    console.log(JSON.stringify(first));
  `);
  assertEquals(ended, "aborted");
});

Deno.test("a signal handler runs while somebody waits, and the wait goes on", async () => {
  using it = new Pipe();
  await using child = new Child(
    `import { readable, sigaction, SIGUSR2, write } from "ipc";
     let handled = 0;
     sigaction(SIGUSR2, { handler: () => { handled++; write(Number(Deno.args[1]), new Uint8Array(1)); } });
     await readable(Number(Deno.args[0]));
     console.log(JSON.stringify(handled));
     sigaction(SIGUSR2, { handler: 0 });`,
    { args: [it.reading, it.writing] },
  );
  // The child's handler makes its own end ready: nothing else would.
  const deadline = Date.now() + 20_000;
  const caught = (): boolean => {
    const mask = /^SigCgt:\s*(\w+)/m.exec(Deno.readTextFileSync(`/proc/${child.pid}/status`))?.[1] ?? "0";
    return ((BigInt(`0x${mask}`) >> 11n) & 1n) === 1n;
  };
  while (!caught() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5));
  Deno.kill(child.pid, "SIGUSR2");
  assertEquals(await child.result(), 1);
});

Deno.test("a child of fork has no event loop, and is told so", async () => {
  const told = await inChild(`
    import { fork, pipe, read, readable, waitpid, write } from "ipc";
    const [reading, writing] = pipe();
    const child = fork(() => {
      try {
        readable(reading);
      } catch (error) {
        write(writing, new TextEncoder().encode(error.code));
      }
    });
    waitpid(child);
    const buffer = new Uint8Array(20);
    console.log(JSON.stringify(new TextDecoder().decode(buffer.subarray(0, read(reading, buffer)))));
  `);
  assertEquals(told, "ENOSYS");
});
