import { assertEquals, assertThrows } from "@std/assert";
import {
  Barrier,
  MAP_ANONYMOUS,
  MAP_SHARED,
  mmap,
  munmap,
  PROT_READ,
  PROT_WRITE,
  pthread_barrier_destroy,
  pthread_barrier_init,
  PTHREAD_BARRIER_SERIAL_THREAD,
  pthread_barrier_wait,
} from "ipc";
import { inChild } from "../../support/child.ts";
import { assertErrno } from "../../support/errno.ts";
import { SharedPage } from "../../support/shared_page.ts";

function page(): ReturnType<typeof mmap> {
  return mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
}

Deno.test("pthread_barrier_init() gives EINVAL for a count that is none, and refuses what is no place", () => {
  using memory = page();
  for (const count of [0, 2 ** 31, 2 ** 32 - 1]) assertErrno("EINVAL", () => pthread_barrier_init(memory, 0, count));
  assertThrows(() => pthread_barrier_init(memory, 0, -1), RangeError, "count");
  assertThrows(() => pthread_barrier_init(memory, 4, 1), RangeError, "byteOffset");
  assertThrows(() => Barrier.at(memory, 4090), RangeError, "byteOffset");
});

Deno.test("calls throw a TypeError for what is no barrier or is there no longer, and give EINVAL where none was made", () => {
  const memory = page();
  const barrier = pthread_barrier_init(memory, 0, 1);
  const destroyed = pthread_barrier_init(memory, 64, 1);
  pthread_barrier_destroy(destroyed);
  const none = Barrier.at(memory, 128);
  for (const call of [pthread_barrier_wait, pthread_barrier_destroy]) {
    for (const wrong of [null, 0, {}, Object.create(Barrier.prototype)]) {
      assertThrows(() => call(wrong as never), TypeError);
    }
    assertThrows(() => call(destroyed), TypeError, "destroyed");
    for (const byte of [0, 0x80, 0xa5, 0xff]) {
      memory.bytes.fill(byte, 128);
      assertErrno("EINVAL", () => call(none));
    }
  }
  munmap(memory);
  for (const call of [pthread_barrier_wait, pthread_barrier_destroy]) {
    assertThrows(() => call(barrier), TypeError, "given back");
  }
});

Deno.test("a barrier for one lets it through at once, as often as it comes", () => {
  using memory = page();
  const barrier = pthread_barrier_init(memory, 0, 1);
  for (let i = 0; i < 5; i++) assertEquals(pthread_barrier_wait(barrier), PTHREAD_BARRIER_SERIAL_THREAD);
  pthread_barrier_destroy(barrier);
});

Deno.test("pthread_barrier_wait() waits for another process, and runs handlers meanwhile", async () => {
  using shared = new SharedPage();
  const barrier = pthread_barrier_init(shared.memory, 0, 2);
  const results: number[] = [];
  await shared.outlivesSignal(["Barrier", "pthread_barrier_wait"], "pthread_barrier_wait(Barrier.at(memory, 0))", {
    satisfy: () => {
      assertErrno("EBUSY", () => pthread_barrier_destroy(barrier));
      results.push(pthread_barrier_wait(barrier));
    },
  });
  assertEquals(results, [PTHREAD_BARRIER_SERIAL_THREAD, PTHREAD_BARRIER_SERIAL_THREAD]);
  pthread_barrier_destroy(barrier);
});

Deno.test("what a handler throws leaves the barrier, and also one that unmaps it does no harm", async () => {
  const outcome = await inChild(`
    import { alarm, MAP_ANONYMOUS, MAP_SHARED, mmap, munmap, PROT_READ, PROT_WRITE, sigaction, SIGALRM } from "ipc";
    import { pthread_barrier_init, pthread_barrier_wait } from "ipc";
    const memory = mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
    const barrier = pthread_barrier_init(memory, 0, 2);
    const caught = [];
    for (const handler of [() => { throw new Error("enough"); }, () => munmap(memory)]) {
      // The first, which left, still counts: for the second the barrier is one for three.
      pthread_barrier_init(memory, 0, 2);
      sigaction(SIGALRM, { handler });
      alarm(1);
      try { pthread_barrier_wait(barrier); } catch (error) { caught.push(error.message); }
    }
    console.log(JSON.stringify(caught.map((message) => /enough|given back/.exec(message)[0])));
  `);
  assertEquals(outcome, ["enough", "given back"]);
});

Deno.test("three processes meet a thousand times: one of each round is told, also when the counts start again", async () => {
  const outcome = await inChild(`
    import { fork, MAP_ANONYMOUS, MAP_SHARED, mmap, PROT_READ, PROT_WRITE, waitpid } from "ipc";
    import { pthread_barrier_destroy, pthread_barrier_init, pthread_barrier_wait } from "ipc";
    const memory = mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
    const barrier = pthread_barrier_init(memory, 0, 3);
    // As if it had been passed so often that the counts are about to start again.
    const words = memory.view(Uint32Array, 0, 8);
    const most = 0x7fffffff - 0x7fffffff % 3;
    words[0] = words[1] = words[4] = most - 3 * 200;
    const [serial, together] = [memory.view(Int32Array, 64, 1), memory.view(Int32Array, 128, 3)];
    let wrong = 0;
    const meet = (self) => () => {
      for (let i = 1; i <= 500; i++) {
        together[self] = i;
        if (pthread_barrier_wait(barrier) !== 0) Atomics.add(serial, 0, 1);
        if (together.some((round) => round < i)) wrong++;
        pthread_barrier_wait(barrier);
      }
      return wrong;
    };
    const children = [fork(meet(1)), fork(meet(2))];
    meet(0)();
    const statuses = children.map((child) => waitpid(child).status);
    pthread_barrier_destroy(barrier);
    console.log(JSON.stringify([statuses, wrong, serial[0]]));
  `);
  assertEquals(outcome, [[0, 0], 0, 500]);
});
