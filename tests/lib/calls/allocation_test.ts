/** The calls that a program makes again and again leave nothing for the garbage collector: a pause would be a stop in the message flow. */
import { assertEquals } from "@std/assert";
import { inChild } from "../../support/child.ts";

/** Far less than the smallest object takes. */
const BYTES_PER_CALL = 4;

Deno.test("calls that transfer, post and wait allocate nothing once they are compiled", async () => {
  const heavy = await inChild(`
    import {
      AF_UNIX, futex_wake, MAP_ANONYMOUS, MAP_SHARED, mmap, O_RDONLY, O_WRONLY, open, pipe, PROT_READ, PROT_WRITE, read, recv,
      sem_init, sem_post, sem_wait, send, SOCK_DGRAM, socketpair, write,
    } from "ipc";
    const CALLS = 10_000;
    const data = new Uint8Array(64);
    const [reading, writing] = pipe();
    const [mine, yours] = socketpair(AF_UNIX, SOCK_DGRAM, 0);
    const memory = mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
    const semaphore = sem_init(memory, 0, 1, 0);
    const paths = {
      "write, read": () => { write(writing, data); read(reading, data); },
      "send, recv": () => { send(mine, data); recv(yours, data); },
      "sem_post, sem_wait": () => { sem_post(semaphore); sem_wait(semaphore); },
      "futex_wake": () => { futex_wake(memory, 64, 1); },
    };
    const heavy = [];
    for (const [name, path] of Object.entries(paths)) {
      const run = () => { for (let i = 0; i < CALLS; i++) path(); };
      for (let i = 0; i < 5; i++) run();
      // The least of a few: the compiler allocates, too, when it is at it.
      let least = Infinity;
      for (let i = 0; i < 5; i++) {
        const before = Deno.memoryUsage().heapUsed;
        run();
        const grown = Deno.memoryUsage().heapUsed - before;
        if (grown >= 0) least = Math.min(least, grown);
      }
      if (least > ${BYTES_PER_CALL} * CALLS) heavy.push(name + ": " + least / CALLS + " bytes a call");
    }
    console.log(JSON.stringify(heavy));
  `);
  assertEquals(heavy, []);
});
