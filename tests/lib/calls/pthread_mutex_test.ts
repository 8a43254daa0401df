import { assertEquals, assertThrows } from "@std/assert";
import {
  MAP_ANONYMOUS,
  MAP_SHARED,
  mmap,
  munmap,
  Mutex,
  PROT_READ,
  PROT_WRITE,
  pthread_mutex_consistent,
  pthread_mutex_destroy,
  PTHREAD_MUTEX_ERRORCHECK,
  pthread_mutex_init,
  pthread_mutex_lock,
  PTHREAD_MUTEX_RECURSIVE,
  PTHREAD_MUTEX_ROBUST,
  pthread_mutex_timedlock,
  pthread_mutex_trylock,
  pthread_mutex_unlock,
  PTHREAD_PRIO_INHERIT,
  SIZEOF_PTHREAD_MUTEX_T,
  timespecOf,
} from "ipc";
import { inChild } from "../../support/child.ts";
import { assertErrno } from "../../support/errno.ts";
import { SharedPage } from "../../support/shared_page.ts";

const PAST = { sec: 1, nsec: 0 };

function page(): ReturnType<typeof mmap> {
  return mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
}

/** Every kind of mutex. */
const KINDS = [{}, { type: PTHREAD_MUTEX_ERRORCHECK }, { type: PTHREAD_MUTEX_RECURSIVE }].flatMap((type) =>
  [{}, { robust: PTHREAD_MUTEX_ROBUST }].flatMap((robust) =>
    [{}, { protocol: PTHREAD_PRIO_INHERIT }].map((protocol) => ({ ...type, ...robust, ...protocol }))
  )
);

/** Every call on a mutex. */
const CALLS: Readonly<Record<string, (mutex: Mutex) => unknown>> = {
  pthread_mutex_lock,
  pthread_mutex_trylock,
  pthread_mutex_timedlock: (mutex) => pthread_mutex_timedlock(mutex, PAST),
  pthread_mutex_unlock,
  pthread_mutex_consistent,
  pthread_mutex_destroy,
};

Deno.test("pthread_mutex_init() gives EINVAL for a type or robustness that is none, EOPNOTSUPP for a protocol", () => {
  using memory = page();
  assertErrno("EINVAL", () => pthread_mutex_init(memory, 0, { type: 7 }));
  assertErrno("EINVAL", () => pthread_mutex_init(memory, 0, { robust: 2 }));
  assertErrno("EOPNOTSUPP", () => pthread_mutex_init(memory, 0, { protocol: 2 }));
});

Deno.test("pthread_mutex_init() and Mutex.at() refuse what is no place for a mutex, before any call", () => {
  using memory = page();
  using readOnly = mmap(4096, PROT_READ, MAP_SHARED | MAP_ANONYMOUS);
  for (const byteOffset of [4, 4096 - SIZEOF_PTHREAD_MUTEX_T + 8, 4096, 2 ** 52, -8, 0.5]) {
    assertThrows(() => pthread_mutex_init(memory, byteOffset), RangeError, "byteOffset");
    assertThrows(() => Mutex.at(memory, byteOffset), RangeError, "byteOffset");
  }
  for (const wrong of [null, undefined, 4096n, new Uint8Array(64), readOnly]) {
    assertThrows(() => pthread_mutex_init(wrong as never, 0), TypeError);
    assertThrows(() => Mutex.at(wrong as never, 0), TypeError);
  }
  assertThrows(() => pthread_mutex_init(memory, 0, null as never), TypeError, "attributes");
  assertThrows(() => pthread_mutex_init(memory, 0, { type: 0.5 }), RangeError, "attributes.type");
  assertThrows(() => new Mutex("me" as never, memory, 0, { c: "", headers: [], size: 1, fields: {} }), TypeError);
});

Deno.test("calls throw a TypeError for what is no mutex, one that was destroyed, and one whose memory was given back", () => {
  const memory = page();
  const destroyed = pthread_mutex_init(memory, 0);
  pthread_mutex_destroy(destroyed);
  const unmapped = pthread_mutex_init(memory, 64);
  munmap(memory);
  for (const call of Object.values(CALLS)) {
    for (const wrong of [null, 0, {}, Object.create(Mutex.prototype), new Proxy({}, {})]) {
      assertThrows(() => call(wrong as never), TypeError);
    }
    assertThrows(() => call(destroyed), TypeError, "destroyed");
    assertThrows(() => call(unmapped), TypeError, "given back");
  }
});

Deno.test("calls give EINVAL on memory that never was a mutex, or was written over", () => {
  using memory = page();
  const mutex = Mutex.at(memory, 0);
  for (const byte of [0, 1, 0x80, 0xa5, 0xff]) {
    memory.bytes.fill(byte);
    for (const call of Object.values(CALLS)) assertErrno("EINVAL", () => call(mutex));
  }
  pthread_mutex_init(memory, 0); // and it becomes one
  pthread_mutex_lock(mutex);
});

for (const attributes of KINDS) {
  Deno.test(`a mutex of the kind ${JSON.stringify(attributes)} is locked by one at a time, and knows whose it is`, () => {
    using memory = page();
    const mutex = pthread_mutex_init(memory, 0, attributes);
    assertErrno("EPERM", () => pthread_mutex_unlock(mutex));
    assertErrno("EINVAL", () => pthread_mutex_consistent(mutex));
    pthread_mutex_lock(mutex);
    assertErrno("EBUSY", () => pthread_mutex_destroy(mutex));
    const { type } = attributes as { type?: number };
    if (type === PTHREAD_MUTEX_RECURSIVE) {
      pthread_mutex_lock(mutex);
      pthread_mutex_trylock(mutex);
      pthread_mutex_unlock(mutex);
      pthread_mutex_unlock(mutex);
    } else {
      if (type === PTHREAD_MUTEX_ERRORCHECK) assertErrno("EDEADLK", () => pthread_mutex_lock(mutex));
      else assertErrno("ETIMEDOUT", () => pthread_mutex_timedlock(mutex, timespecOf(Date.now() + 20)));
      const again = assertThrows(() => pthread_mutex_trylock(mutex)) as { code: string };
      assertEquals(["EBUSY", "EDEADLK"].includes(again.code), true, again.code);
    }
    pthread_mutex_unlock(mutex);
    assertErrno("EPERM", () => pthread_mutex_unlock(mutex));
    pthread_mutex_timedlock(mutex, PAST); // nobody has it: there is no need to wait
    pthread_mutex_unlock(mutex);
    pthread_mutex_destroy(mutex);
  });

  Deno.test(`pthread_mutex_lock() waits for another process, and runs handlers meanwhile: ${JSON.stringify(attributes)}`, async () => {
    using shared = new SharedPage();
    const mutex = pthread_mutex_init(shared.memory, 0, attributes);
    const call = "pthread_mutex_lock(Mutex.at(memory, 0)); pthread_mutex_unlock(Mutex.at(memory, 0))";
    const names = ["Mutex", "pthread_mutex_lock", "pthread_mutex_unlock"];
    await shared.outlivesSignal(names, call, {
      block: () => pthread_mutex_lock(mutex),
      satisfy: () => pthread_mutex_unlock(mutex),
    });
  });
}

Deno.test("pthread_mutex_timedlock() gives ETIMEDOUT when the deadline passes, EINVAL for no nanoseconds", () => {
  using memory = page();
  const mutex = pthread_mutex_init(memory, 0);
  pthread_mutex_lock(mutex);
  for (const deadline of [PAST, { sec: 0, nsec: 0 }, { sec: -5, nsec: 0 }, timespecOf(Date.now() + 20)]) {
    assertErrno("ETIMEDOUT", () => pthread_mutex_timedlock(mutex, deadline));
  }
  for (const nsec of [-1, 1e9]) assertErrno("EINVAL", () => pthread_mutex_timedlock(mutex, { sec: 2e9, nsec }));
  assertThrows(() => pthread_mutex_timedlock(mutex, 5 as never), TypeError, "deadline");
});

Deno.test("pthread_mutex_timedlock() keeps its deadline when a handler has run", async () => {
  const outcome = await inChild(`
    import { MAP_ANONYMOUS, MAP_SHARED, mmap, PROT_READ, PROT_WRITE, sigaction, SIGALRM, timespecOf } from "ipc";
    import { alarm, pthread_mutex_init, pthread_mutex_lock, pthread_mutex_timedlock } from "ipc";
    const mutex = pthread_mutex_init(mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS), 0);
    let handled = 0;
    sigaction(SIGALRM, { handler: () => handled++ });
    pthread_mutex_lock(mutex);
    alarm(1);
    const deadline = Date.now() + 1500;
    let code = "returned";
    try { pthread_mutex_timedlock(mutex, timespecOf(deadline)); } catch (error) { code = error.code; }
    console.log(JSON.stringify([code, handled, Date.now() >= deadline]));
  `);
  assertEquals(outcome, ["ETIMEDOUT", 1, true]);
});

Deno.test("what a handler throws comes out of pthread_mutex_lock(), which has not locked then", async () => {
  const outcome = await inChild(`
    import { alarm, MAP_ANONYMOUS, MAP_SHARED, mmap, PROT_READ, PROT_WRITE, sigaction, SIGALRM } from "ipc";
    import { pthread_mutex_init, pthread_mutex_lock, pthread_mutex_unlock, PTHREAD_MUTEX_ROBUST } from "ipc";
    const mutex = pthread_mutex_init(mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS), 0, { robust: 1 });
    sigaction(SIGALRM, { handler: () => { throw new Error("enough"); } });
    pthread_mutex_lock(mutex);
    alarm(1);
    let message = "";
    try { pthread_mutex_lock(mutex); } catch (error) { message = error.message; }
    pthread_mutex_unlock(mutex);
    console.log(JSON.stringify(message));
  `);
  assertEquals(outcome, "enough");
});

for (const protocol of [0, PTHREAD_PRIO_INHERIT]) {
  Deno.test(`an owner that dies leaves EOWNERDEAD, and what is not mended ENOTRECOVERABLE (protocol ${protocol})`, async () => {
    const codes = await inChild(
      `
        import { _exit, fork, getpid, kill, MAP_ANONYMOUS, MAP_SHARED, mmap, PROT_READ, PROT_WRITE, SIGKILL, waitpid } from "ipc";
        import { pthread_mutex_consistent, pthread_mutex_init, pthread_mutex_lock, pthread_mutex_unlock } from "ipc";
        import { pthread_mutex_timedlock, pthread_mutex_trylock } from "ipc";
        const memory = mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
        const mutex = pthread_mutex_init(memory, 0, { robust: 1, protocol: Number(Deno.args[0]) });
        const other = pthread_mutex_init(memory, 64, { robust: 1 });
        const code = (act) => { try { act(); return "none"; } catch (error) { return error.code; } };
        const codes = [];
        const die = () => void waitpid(fork(() => { pthread_mutex_lock(other); code(() => pthread_mutex_lock(mutex)); kill(getpid(), SIGKILL); }));
        for (const lock of [pthread_mutex_lock, pthread_mutex_trylock, (mutex) => pthread_mutex_timedlock(mutex, { sec: 4e9, nsec: 0 })]) {
          die();
          codes.push(code(() => lock(other)), code(() => lock(mutex)));
          pthread_mutex_consistent(mutex);
          pthread_mutex_consistent(other);
          pthread_mutex_unlock(mutex);
          pthread_mutex_unlock(other);
        }
        die();
        codes.push(code(() => pthread_mutex_lock(mutex)));
        pthread_mutex_unlock(mutex); // without having mended it
        codes.push(code(() => pthread_mutex_lock(mutex)), code(() => pthread_mutex_trylock(mutex)));
        console.log(JSON.stringify(codes));
      `,
      { args: [protocol] },
    );
    assertEquals(codes, [...Array(7).fill("EOWNERDEAD"), "ENOTRECOVERABLE", "ENOTRECOVERABLE"]);
  });
}

Deno.test("memory with a robust mutex that is locked is not given back, nor made into another mutex", () => {
  const memory = page();
  const mutex = pthread_mutex_init(memory, 0, { robust: PTHREAD_MUTEX_ROBUST });
  pthread_mutex_lock(mutex);
  assertThrows(() => munmap(memory), TypeError, "robust mutex");
  assertThrows(() => memory[Symbol.dispose](), TypeError, "robust mutex");
  assertErrno("EBUSY", () => pthread_mutex_init(memory, 8));
  pthread_mutex_unlock(mutex);
  munmap(memory);
});

Deno.test("links of a robust mutex that was written over are not followed", () => {
  using memory = page();
  const [first, second] = [0, 64].map((at) => pthread_mutex_init(memory, at, { robust: 1 })) as [Mutex, Mutex];
  pthread_mutex_lock(first);
  pthread_mutex_lock(second);
  const links = memory.bytes.slice(24, 40);
  memory.bytes.fill(0xa5, 24, 40);
  for (const mutex of [first, second]) assertErrno("EINVAL", () => pthread_mutex_unlock(mutex));
  memory.bytes.set(links, 24);
  for (const mutex of [first, second]) pthread_mutex_unlock(mutex);
});

Deno.test("a child of fork does not own its parent's mutexes", async () => {
  const outcome = await inChild(`
    import { fork, MAP_ANONYMOUS, MAP_SHARED, mmap, munmap, PROT_READ, PROT_WRITE, waitpid } from "ipc";
    import { pthread_mutex_init, pthread_mutex_lock, pthread_mutex_unlock } from "ipc";
    const memory = mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
    const mutex = pthread_mutex_init(memory, 0, { robust: 1 });
    pthread_mutex_lock(mutex);
    const { status } = waitpid(fork(() => {
      let code = "none";
      try { pthread_mutex_unlock(mutex); } catch (error) { code = error.code; }
      munmap(memory);
      return code === "EPERM" ? 0 : 1;
    }));
    pthread_mutex_unlock(mutex);
    console.log(JSON.stringify(status));
  `);
  assertEquals(outcome, 0);
});

Deno.test("two processes count together, with every kind of mutex", async () => {
  const counts = await inChild(
    `
      import { fork, MAP_ANONYMOUS, MAP_SHARED, mmap, PROT_READ, PROT_WRITE, waitpid } from "ipc";
      import { pthread_mutex_init, pthread_mutex_lock, pthread_mutex_unlock } from "ipc";
      const memory = mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
      const count = memory.view(Int32Array, 64, 1);
      const counts = JSON.parse(Deno.args[0]).map((attributes) => {
        count[0] = 0;
        const mutex = pthread_mutex_init(memory, 0, attributes);
        const add = () => { for (let i = 0; i < 2000; i++) { pthread_mutex_lock(mutex); count[0]++; pthread_mutex_unlock(mutex); } };
        const child = fork(add);
        add();
        waitpid(child);
        return count[0];
      });
      console.log(JSON.stringify(counts));
    `,
    { args: [JSON.stringify(KINDS)] },
  );
  assertEquals(counts, KINDS.map(() => 4000));
});
