import { assertEquals } from "@std/assert";
import { staged } from "./calls_stage.ts";

/** Objects in memory that both processes share; what others do is done by a child of the real fork. */
const SETTING = `
    const memory = ipc.mmap(4096, ipc.PROT_READ | ipc.PROT_WRITE, ipc.MAP_SHARED | ipc.MAP_ANONYMOUS);
    const words = memory.view(Int32Array, 2048, 16);
    const child = (act) => { if (original.fork() === 0) { try { act(); original._exit(0); } catch (error) { console.error(error); original._exit(9); } } };
    const until = (word, value) => { while (Atomics.load(words, word) !== value) original.nanosleep({ sec: 0, nsec: 100_000 }); };
    const say = (word, value) => void Atomics.store(words, word, value);
`;

Deno.test("pthread_mutex_lock() parks while another has the mutex, for ever or until virtual time has come", async () => {
  assertEquals(
    await staged(`${SETTING}
    const mutex = ipc.pthread_mutex_init(memory, 0);
    child(() => { original.pthread_mutex_lock(mutex); say(0, 1); until(0, 2); original.pthread_mutex_unlock(mutex); say(0, 3); });
    until(0, 1);
    turnstile.told();
    const tried = thrown(() => ipc.pthread_mutex_trylock(mutex));
    script.push(() => turnstile.timeout(3000), () => undefined, () => { say(0, 2); until(0, 3); });
    const late = thrown(() => ipc.pthread_mutex_timedlock(mutex, ipc.timespecOf(ipc.clock_gettime(ipc.CLOCK_REALTIME).sec * 1000 + 3000)));
    const before = turnstile.told();
    ipc.pthread_mutex_lock(mutex);
    const story = turnstile.told();
    return { tried, late, parked: before.filter((line) => line.startsWith("park")), story, waits: counted("pthread_mutex_lock") };
  `),
    {
      tried: "pthread_mutex_trylock EBUSY",
      late: "pthread_mutex_timedlock ETIMEDOUT",
      parked: ["park lock mutex at byte 0 until 3000"],
      story: [
        "pthread_mutex_lock lock mutex at byte 0",
        "park lock mutex at byte 0",
        "park lock mutex at byte 0",
        "done 0",
      ],
      waits: 1,
    },
  );
});

Deno.test("a mutex that its own process locks twice is waited for, or says EDEADLK, as its type has it", async () => {
  assertEquals(
    await staged(`${SETTING}
    const checked = ipc.pthread_mutex_init(memory, 0, { type: ipc.PTHREAD_MUTEX_ERRORCHECK });
    const recursive = ipc.pthread_mutex_init(memory, 64, { type: ipc.PTHREAD_MUTEX_RECURSIVE });
    const normal = ipc.pthread_mutex_init(memory, 128);
    for (const mutex of [checked, recursive, recursive, normal]) if (thrown(() => ipc.pthread_mutex_lock(mutex)) !== "nothing") return "refused";
    script.push(() => turnstile.unwind());
    let parked = false;
    try { ipc.pthread_mutex_lock(normal); } catch (error) { parked = error.name === "Unwind"; }
    return { checked: thrown(() => ipc.pthread_mutex_lock(checked)), parked };
  `),
    { checked: "pthread_mutex_lock EDEADLK", parked: true },
  );
});

Deno.test("exit() with a robust mutex locked has the next one told that its owner has died", async () => {
  assertEquals(
    await staged(`${SETTING}
    const shared = original.mmap(4096, ipc.PROT_READ | ipc.PROT_WRITE, ipc.MAP_SHARED | ipc.MAP_ANONYMOUS);
    const mutex = ipc.pthread_mutex_init(shared, 0, { robust: ipc.PTHREAD_MUTEX_ROBUST });
    ipc.pthread_mutex_lock(mutex);
    controlled.exit();
    const next = thrown(() => ipc.pthread_mutex_lock(mutex));
    ipc.pthread_mutex_consistent(mutex);
    ipc.pthread_mutex_unlock(mutex);
    return { next, then: thrown(() => ipc.pthread_mutex_lock(mutex)) };
  `),
    { next: "pthread_mutex_lock EOWNERDEAD", then: "nothing" },
  );
});

Deno.test("pthread_cond_wait() gives the mutex back, sleeps until it is signalled, and locks it again", async () => {
  assertEquals(
    await staged(`${SETTING}
    const [mutex, condition] = [ipc.pthread_mutex_init(memory, 0), ipc.pthread_cond_init(memory, 64)];
    ipc.pthread_cond_signal(condition); // for nobody
    ipc.pthread_mutex_lock(mutex);
    turnstile.told();
    let free = false;
    script.push(
      () => { free = thrown(() => original.pthread_mutex_trylock(mutex)) === "nothing"; original.pthread_mutex_unlock(mutex); },
      () => { ipc.pthread_cond_signal(condition); },
    );
    ipc.pthread_cond_wait(condition, mutex);
    const story = turnstile.told();
    ipc.pthread_mutex_unlock(mutex);
    return { free, story, waits: counted("pthread_cond_wait"), unlocked: thrown(() => ipc.pthread_cond_wait(condition, mutex)) };
  `),
    {
      free: true,
      story: [
        "pthread_cond_wait lock mutex at byte 0",
        "changed lock mutex at byte 0",
        "done 0",
        "pthread_cond_wait lock condition at byte 64",
        "park lock condition at byte 64",
        "park lock condition at byte 64",
        "pthread_cond_signal lock condition at byte 64",
        "changed lock condition at byte 64",
        "done 0",
        "done 0",
        "pthread_cond_wait lock mutex at byte 0",
        "done 0",
      ],
      waits: 1,
      unlocked: "pthread_cond_wait EPERM",
    },
  );
});

Deno.test("pthread_cond_timedwait() ends in virtual time with the mutex locked, and a handler ends a wait", async () => {
  assertEquals(
    await staged(`${SETTING}
    const [mutex, condition] = [ipc.pthread_mutex_init(memory, 0), ipc.pthread_cond_init(memory, 64)];
    ipc.pthread_mutex_lock(mutex);
    const { sec, nsec } = ipc.clock_gettime(ipc.CLOCK_REALTIME);
    script.push(() => turnstile.timeout(2000));
    const late = thrown(() => ipc.pthread_cond_timedwait(condition, mutex, { sec: sec + 2, nsec }));
    const held = thrown(() => original.pthread_mutex_trylock(mutex));
    let handled = 0;
    ipc.sigaction(ipc.SIGUSR1, { handler: () => { handled++; } });
    script.push(() => { Deno.kill(Deno.pid, "SIGUSR1"); });
    const woken = thrown(() => ipc.pthread_cond_wait(condition, mutex));
    return { late, held, woken, handled, invalid: thrown(() => ipc.pthread_cond_timedwait(condition, mutex, { sec, nsec: -1 })) };
  `),
    {
      late: "pthread_cond_timedwait ETIMEDOUT",
      held: "pthread_mutex_trylock EBUSY",
      woken: "nothing",
      handled: 1,
      invalid: "pthread_cond_timedwait EINVAL",
    },
  );
});

Deno.test("read-write locks park writers while there are readers, and readers while there is a writer", async () => {
  assertEquals(
    await staged(`${SETTING}
    const lock = ipc.pthread_rwlock_init(memory, 0);
    ipc.pthread_rwlock_rdlock(lock);
    child(() => { original.pthread_rwlock_rdlock(lock); original.pthread_rwlock_unlock(lock); say(0, 1); });
    until(0, 1);
    turnstile.told();
    script.push(() => undefined, () => { original.pthread_rwlock_unlock(lock); });
    ipc.pthread_rwlock_wrlock(lock);
    const story = turnstile.told();
    const tried = thrown(() => ipc.pthread_rwlock_tryrdlock(lock));
    return { story, tried, own: thrown(() => ipc.pthread_rwlock_rdlock(lock)) };
  `),
    {
      story: [
        "pthread_rwlock_wrlock lock read-write lock at byte 0",
        "park lock read-write lock at byte 0",
        "park lock read-write lock at byte 0",
        "done 0",
      ],
      tried: "pthread_rwlock_tryrdlock EBUSY",
      own: "pthread_rwlock_rdlock EDEADLK",
    },
  );
});

Deno.test("pthread_barrier_wait() is two steps: to come, and to go on when all have come", async () => {
  assertEquals(
    await staged(`${SETTING}
    const barrier = ipc.pthread_barrier_init(memory, 0, 2);
    turnstile.told();
    child(() => { until(0, 1); say(1, 5 + original.pthread_barrier_wait(barrier)); });
    script.push(() => undefined, () => { say(0, 1); until(1, 4); });
    const result = ipc.pthread_barrier_wait(barrier);
    return { result, story: turnstile.told(), wrong: thrown(() => ipc.pthread_barrier_wait(ipc.Barrier.at(memory, 512))) };
  `),
    {
      result: 0,
      story: [
        "pthread_barrier_wait lock barrier at byte 0",
        "done 0",
        "pthread_barrier_wait lock barrier at byte 0",
        "park lock barrier at byte 0",
        "park lock barrier at byte 0",
        "changed lock barrier at byte 0",
        "done 0",
      ],
      wrong: "pthread_barrier_wait EINVAL",
    },
  );
});

Deno.test("setitimer() and timer_settime() send real signals when virtual time has come that far, again and again", async () => {
  assertEquals(
    await staged(`
    let alarms = 0;
    const values = [];
    ipc.sigaction(ipc.SIGALRM, { handler: () => { alarms++; } });
    ipc.sigaction(ipc.SIGUSR1, { handler: (info) => { values.push(info.value); } });
    ipc.setitimer(ipc.ITIMER_REAL, { value: { sec: 1, usec: 0 }, interval: { sec: 0, usec: 500000 } });
    const left = ipc.getitimer(ipc.ITIMER_REAL);
    script.push(() => turnstile.timeout(1000), () => turnstile.timeout(1500));
    ipc.pause();
    ipc.pause();
    ipc.setitimer(ipc.ITIMER_REAL, { value: { sec: 0, usec: 0 }, interval: { sec: 0, usec: 0 } });
    const timer = ipc.timer_create(ipc.CLOCK_MONOTONIC, { notify: ipc.SIGEV_SIGNAL, signo: ipc.SIGUSR1, value: 42 });
    ipc.timer_settime(timer, 0, { value: { sec: 0, nsec: 1 }, interval: { sec: 0, nsec: 0 } });
    script.push(() => turnstile.timeout(1501));
    ipc.pause();
    ipc.timer_delete(timer);
    return { left, alarms, values, again: thrown(() => ipc.timer_gettime(timer)),
      used: thrown(() => ipc.setitimer(ipc.ITIMER_PROF, { value: { sec: 1, usec: 0 }, interval: { sec: 0, usec: 0 } })) };
  `),
    {
      left: { interval: { sec: 0, usec: 500000 }, value: { sec: 1, usec: 0 } },
      alarms: 2,
      values: [42],
      again: "timer_gettime EINVAL",
      used: "setitimer ENOSYS",
    },
  );
});

Deno.test("splice(), tee() and vmsplice() park until there is something to move, and room for it", async () => {
  assertEquals(
    await staged(`
    const [[from, filling], [emptying, into]] = [ipc.pipe(), ipc.pipe()];
    turnstile.told();
    script.push(() => { original.write(filling, bytes("moved")); });
    const moved = ipc.splice(from, null, into, null, 100, 0);
    const parks = turnstile.told().filter((line) => line.startsWith("park")).length;
    const tried = thrown(() => ipc.splice(from, null, into, null, 100, ipc.SPLICE_F_NONBLOCK));
    original.write(filling, bytes("copied"));
    const copied = ipc.tee(from, into, 100, 0);
    const given = ipc.vmsplice(into, [bytes("given")], 0);
    const text = new Uint8Array(32);
    const n = original.read(emptying, text);
    return { moved, parks, tried, copied, given, text: textOf(text.subarray(0, n)), blocking: (original.fcntl(from, ipc.F_GETFL) & ipc.O_NONBLOCK) === 0 };
  `),
    {
      moved: 5,
      parks: 1,
      tried: "splice EAGAIN",
      copied: 6,
      given: 5,
      text: "movedcopiedgiven",
      blocking: true,
    },
  );
});

Deno.test("what cannot be under control says so: other programs, and the runtime's event loop", async () => {
  assertEquals(
    await staged(`return {
      spawned: thrown(() => ipc.posix_spawn("/bin/true", ["true"], [])),
      found: thrown(() => ipc.posix_spawnp("true", ["true"], [])),
      awaited: thrown(() => ipc.readable(0)),
    };`),
    { spawned: "posix_spawn ENOSYS", found: "posix_spawnp ENOSYS", awaited: "readable ENOSYS" },
  );
});
