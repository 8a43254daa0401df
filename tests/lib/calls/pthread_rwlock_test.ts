import { assertEquals, assertThrows } from "@std/assert";
import {
  MAP_ANONYMOUS,
  MAP_SHARED,
  mmap,
  munmap,
  PROT_READ,
  PROT_WRITE,
  pthread_rwlock_destroy,
  pthread_rwlock_init,
  pthread_rwlock_rdlock,
  pthread_rwlock_timedrdlock,
  pthread_rwlock_timedwrlock,
  pthread_rwlock_tryrdlock,
  pthread_rwlock_trywrlock,
  pthread_rwlock_unlock,
  pthread_rwlock_wrlock,
  RwLock,
  timespecOf,
} from "ipc";
import { inChild } from "../../support/child.ts";
import { assertErrno } from "../../support/errno.ts";
import { SharedPage } from "../../support/shared_page.ts";

const PAST = { sec: 1, nsec: 0 };

function page(): ReturnType<typeof mmap> {
  return mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
}

/** Every call on a lock. */
const CALLS: Readonly<Record<string, (lock: RwLock) => unknown>> = {
  pthread_rwlock_rdlock,
  pthread_rwlock_tryrdlock,
  pthread_rwlock_timedrdlock: (lock) => pthread_rwlock_timedrdlock(lock, PAST),
  pthread_rwlock_wrlock,
  pthread_rwlock_trywrlock,
  pthread_rwlock_timedwrlock: (lock) => pthread_rwlock_timedwrlock(lock, PAST),
  pthread_rwlock_unlock,
  pthread_rwlock_destroy,
};

Deno.test("calls throw a TypeError or RangeError for what is no lock, or no place for one", () => {
  const memory = page();
  assertThrows(() => pthread_rwlock_init(memory, 4), RangeError, "byteOffset");
  assertThrows(() => RwLock.at(memory, 4090), RangeError, "byteOffset");
  const lock = pthread_rwlock_init(memory, 0);
  const destroyed = pthread_rwlock_init(memory, 64);
  pthread_rwlock_destroy(destroyed);
  assertThrows(() => pthread_rwlock_timedrdlock(lock, 5 as never), TypeError, "deadline");
  munmap(memory);
  for (const call of Object.values(CALLS)) {
    for (const wrong of [null, 0, {}, Object.create(RwLock.prototype)]) {
      assertThrows(() => call(wrong as never), TypeError);
    }
    assertThrows(() => call(destroyed), TypeError, "destroyed");
    assertThrows(() => call(lock), TypeError, "given back");
  }
});

Deno.test("calls give EINVAL on memory that never was a lock", () => {
  using memory = page();
  const lock = RwLock.at(memory, 0);
  for (const byte of [0, 1, 0xa5, 0xff]) {
    memory.bytes.fill(byte);
    for (const call of Object.values(CALLS)) assertErrno("EINVAL", () => call(lock));
  }
});

Deno.test("a lock has many readers or one writer", () => {
  using memory = page();
  const lock = pthread_rwlock_init(memory, 0);
  assertErrno("EPERM", () => pthread_rwlock_unlock(lock));
  pthread_rwlock_rdlock(lock);
  pthread_rwlock_tryrdlock(lock);
  pthread_rwlock_timedrdlock(lock, PAST);
  assertErrno("EBUSY", () => pthread_rwlock_trywrlock(lock));
  assertErrno("ETIMEDOUT", () => pthread_rwlock_timedwrlock(lock, timespecOf(Date.now() + 20)));
  assertErrno("EBUSY", () => pthread_rwlock_destroy(lock));
  for (let i = 0; i < 3; i++) pthread_rwlock_unlock(lock);
  for (const write of [pthread_rwlock_wrlock, pthread_rwlock_trywrlock]) {
    write(lock);
    assertErrno("EBUSY", () => pthread_rwlock_tryrdlock(lock));
    assertErrno("EDEADLK", () => pthread_rwlock_rdlock(lock));
    assertErrno("EDEADLK", () => pthread_rwlock_wrlock(lock));
    assertErrno("EINVAL", () => pthread_rwlock_timedrdlock(lock, { sec: 2e9, nsec: -1 }));
    assertErrno("EBUSY", () => pthread_rwlock_destroy(lock));
    pthread_rwlock_unlock(lock);
  }
  assertErrno("EPERM", () => pthread_rwlock_unlock(lock));
  pthread_rwlock_destroy(lock);
});

for (const [call, first] of [["pthread_rwlock_rdlock", "wr"], ["pthread_rwlock_wrlock", "rd"]] as const) {
  Deno.test(`${call}() waits for another process, and runs handlers meanwhile`, async () => {
    using shared = new SharedPage();
    const lock = pthread_rwlock_init(shared.memory, 0);
    const source = `${call}(RwLock.at(memory, 0)); pthread_rwlock_unlock(RwLock.at(memory, 0))`;
    await shared.outlivesSignal(["RwLock", call, "pthread_rwlock_unlock"], source, {
      block: () => first === "wr" ? pthread_rwlock_wrlock(lock) : pthread_rwlock_rdlock(lock),
      satisfy: () => pthread_rwlock_unlock(lock),
    });
  });
}

Deno.test("pthread_rwlock_unlock() gives EPERM where another process writes", async () => {
  const code = await inChild(`
    import { fork, MAP_ANONYMOUS, MAP_SHARED, mmap, PROT_READ, PROT_WRITE, waitpid } from "ipc";
    import { pthread_rwlock_init, pthread_rwlock_unlock, pthread_rwlock_wrlock } from "ipc";
    const lock = pthread_rwlock_init(mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS), 0);
    waitpid(fork(() => pthread_rwlock_wrlock(lock)));
    let code = "none";
    try { pthread_rwlock_unlock(lock); } catch (error) { code = error.code; }
    console.log(JSON.stringify(code));
  `);
  assertEquals(code, "EPERM");
});
