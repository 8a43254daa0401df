import { assertEquals, assertThrows } from "@std/assert";
import {
  CLOCK_MONOTONIC,
  CLOCK_PROCESS_CPUTIME_ID,
  Condition,
  MAP_ANONYMOUS,
  MAP_SHARED,
  mmap,
  munmap,
  Mutex,
  PROT_READ,
  PROT_WRITE,
  pthread_cond_broadcast,
  pthread_cond_destroy,
  pthread_cond_init,
  pthread_cond_signal,
  pthread_cond_timedwait,
  pthread_cond_wait,
  pthread_mutex_init,
  pthread_mutex_lock,
  pthread_mutex_unlock,
  timespecOf,
} from "ipc";
import { inChild } from "../../support/child.ts";
import { assertErrno } from "../../support/errno.ts";
import { SharedPage } from "../../support/shared_page.ts";

const PAST = { sec: 1, nsec: 0 };

function page(): ReturnType<typeof mmap> {
  return mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
}

/** Every call on a condition, with a mutex that is locked. */
const CALLS: Readonly<Record<string, (condition: Condition, mutex: Mutex) => unknown>> = {
  pthread_cond_wait,
  pthread_cond_timedwait: (condition, mutex) => pthread_cond_timedwait(condition, mutex, PAST),
  pthread_cond_signal,
  pthread_cond_broadcast,
  pthread_cond_destroy,
};

Deno.test("pthread_cond_init() gives EINVAL for a clock that cannot be waited by, and refuses what is no place", () => {
  using memory = page();
  assertErrno("EINVAL", () => pthread_cond_init(memory, 0, { clock: CLOCK_PROCESS_CPUTIME_ID }));
  assertErrno("EINVAL", () => pthread_cond_init(memory, 0, { clock: 99 }));
  assertThrows(() => pthread_cond_init(memory, 4), RangeError, "byteOffset");
  assertThrows(() => Condition.at(memory, 4090), RangeError, "byteOffset");
  assertThrows(() => pthread_cond_init(memory, 0, 1 as never), TypeError, "attributes");
  assertThrows(() => pthread_cond_init({} as never, 0), TypeError, "memory");
});

Deno.test("calls throw a TypeError for what is no condition or mutex, or is there no longer", () => {
  const memory = page();
  const mutex = pthread_mutex_init(memory, 0);
  pthread_mutex_lock(mutex);
  const condition = pthread_cond_init(memory, 64);
  const destroyed = pthread_cond_init(memory, 128);
  pthread_cond_destroy(destroyed);
  for (const call of Object.values(CALLS)) {
    for (const wrong of [null, 0, {}, mutex, Object.create(Condition.prototype)]) {
      assertThrows(() => call(wrong as never, mutex), TypeError);
    }
    assertThrows(() => call(destroyed, mutex), TypeError, "destroyed");
  }
  for (const wrong of [null, condition, {}]) {
    assertThrows(() => pthread_cond_wait(condition, wrong as never), TypeError, "mutex");
  }
  munmap(memory);
  for (const call of Object.values(CALLS)) assertThrows(() => call(condition, mutex), TypeError, "given back");
});

Deno.test("calls give EINVAL on memory that never was a condition, or a mutex", () => {
  using memory = page();
  using other = page();
  const mutex = pthread_mutex_init(other, 0);
  pthread_mutex_lock(mutex);
  const condition = Condition.at(memory, 0);
  for (const byte of [0, 0x80, 0xa5, 0xff]) {
    memory.bytes.fill(byte);
    for (const call of Object.values(CALLS)) assertErrno("EINVAL", () => call(condition, mutex));
  }
  pthread_cond_init(memory, 0);
  pthread_cond_signal(condition);
  assertErrno("EINVAL", () => pthread_cond_wait(condition, Mutex.at(memory, 128)));
});

Deno.test("waiting gives EPERM unless this process has the mutex locked, and ETIMEDOUT with it locked again", () => {
  using memory = page();
  const [mutex, condition] = [pthread_mutex_init(memory, 0), pthread_cond_init(memory, 64)];
  assertErrno("EPERM", () => pthread_cond_wait(condition, mutex));
  assertErrno("EPERM", () => pthread_cond_timedwait(condition, mutex, PAST));
  pthread_mutex_lock(mutex);
  for (const deadline of [PAST, timespecOf(Date.now() + 20)]) {
    assertErrno("ETIMEDOUT", () => pthread_cond_timedwait(condition, mutex, deadline));
  }
  assertErrno("EINVAL", () => pthread_cond_timedwait(condition, mutex, { sec: 2e9, nsec: 1e9 }));
  pthread_mutex_unlock(mutex);
});

Deno.test("pthread_cond_timedwait() goes by the condition's clock", () => {
  using memory = page();
  const mutex = pthread_mutex_init(memory, 0);
  const condition = pthread_cond_init(memory, 64, { clock: CLOCK_MONOTONIC });
  pthread_mutex_lock(mutex);
  const { sec } = timespecOf(performance.now());
  assertErrno("ETIMEDOUT", () => pthread_cond_timedwait(condition, mutex, { sec, nsec: 0 }));
  pthread_mutex_unlock(mutex);
});

for (const [call, deadline] of [["pthread_cond_wait", ""], ["pthread_cond_timedwait", ", { sec: 4e9, nsec: 0 }"]]) {
  Deno.test(`${call}() waits for another process's signal, and returns when a handler has run`, async () => {
    using shared = new SharedPage();
    const mutex = pthread_mutex_init(shared.memory, 0, { robust: 1 });
    const condition = pthread_cond_init(shared.memory, 64);
    const names = ["Condition", "Mutex", "pthread_mutex_lock", "pthread_mutex_unlock", call as string];
    const source = `
      const [condition, mutex] = [Condition.at(memory, 64), Mutex.at(memory, 0)];
      pthread_mutex_lock(mutex);
      ${call}(condition, mutex${deadline});
      pthread_mutex_unlock(mutex)`;
    await shared.outlivesSignal(names, source, { satisfy: () => {}, mayReturn: true });
    for (const wake of [pthread_cond_signal, pthread_cond_broadcast]) {
      await using child = shared.child(names, source);
      await child.blockedIn("futex");
      pthread_mutex_lock(mutex); // it was unlocked for the wait
      assertErrno("EBUSY", () => pthread_cond_destroy(condition));
      wake(condition);
      pthread_mutex_unlock(mutex);
      assertEquals(await child.result(), "returned");
    }
    pthread_cond_destroy(condition);
  });
}

Deno.test("pthread_cond_wait() gives EOWNERDEAD when the mutex's owner has died, with the mutex locked", async () => {
  const code = await inChild(`
    import { _exit, fork, MAP_ANONYMOUS, MAP_SHARED, mmap, PROT_READ, PROT_WRITE, waitpid } from "ipc";
    import { pthread_cond_init, pthread_cond_signal, pthread_cond_wait } from "ipc";
    import { pthread_mutex_consistent, pthread_mutex_init, pthread_mutex_lock, pthread_mutex_unlock } from "ipc";
    const memory = mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
    const mutex = pthread_mutex_init(memory, 0, { robust: 1 });
    const condition = pthread_cond_init(memory, 64);
    let code = "none";
    pthread_mutex_lock(mutex);
    const child = fork(() => { pthread_mutex_lock(mutex); pthread_cond_signal(condition); _exit(0); });
    try { pthread_cond_wait(condition, mutex); } catch (error) { code = error.code; }
    pthread_mutex_consistent(mutex);
    pthread_mutex_unlock(mutex);
    waitpid(child);
    console.log(JSON.stringify(code));
  `);
  assertEquals(code, "EOWNERDEAD");
});

Deno.test("two processes hand items over, and lose no wake-up, while signals come in", async () => {
  const sum = await inChild(`
    import { fork, getppid, kill, MAP_ANONYMOUS, MAP_SHARED, mmap, PROT_READ, PROT_WRITE, sigaction, SIGUSR2, waitpid } from "ipc";
    import { pthread_cond_init, pthread_cond_signal, pthread_cond_wait } from "ipc";
    import { pthread_mutex_init, pthread_mutex_lock, pthread_mutex_unlock } from "ipc";
    const memory = mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
    const mutex = pthread_mutex_init(memory, 0);
    const [full, empty] = [pthread_cond_init(memory, 64), pthread_cond_init(memory, 128)];
    const cell = memory.view(Int32Array, 256, 1);
    let handled = 0;
    sigaction(SIGUSR2, { handler: () => handled++ });
    const child = fork(() => {
      for (let i = 1; i <= 1000; i++) {
        pthread_mutex_lock(mutex);
        while (cell[0] !== 0) pthread_cond_wait(empty, mutex);
        cell[0] = i;
        pthread_mutex_unlock(mutex);
        pthread_cond_signal(full);
        if (i % 10 === 0) kill(getppid(), SIGUSR2);
      }
    });
    let sum = 0;
    for (let i = 1; i <= 1000; i++) {
      pthread_mutex_lock(mutex);
      while (cell[0] === 0) pthread_cond_wait(full, mutex);
      sum += cell[0];
      cell[0] = 0;
      pthread_mutex_unlock(mutex);
      pthread_cond_signal(empty);
    }
    for (;;) { try { waitpid(child); break; } catch { /* EINTR */ } }
    console.log(JSON.stringify([sum, handled > 0]));
  `);
  assertEquals(sum, [500500, true]);
});
