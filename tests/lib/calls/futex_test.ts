import { assertEquals, assertThrows } from "@std/assert";
import {
  FUTEX_BITSET_MATCH_ANY,
  futex_cmp_requeue,
  futex_requeue,
  futex_wait,
  futex_wait_bitset,
  futex_wake,
  futex_wake_bitset,
  IPC_PRIVATE,
  IPC_RMID,
  MAP_ANONYMOUS,
  MAP_SHARED,
  type Memory,
  mmap,
  munmap,
  PROT_READ,
  PROT_WRITE,
  shmat,
  shmctl,
  shmget,
  timespecOf,
} from "ipc";
import { Child, inChild } from "../../support/child.ts";
import { assertErrno } from "../../support/errno.ts";
import { interrupt } from "../../support/interrupt.ts";

const ALL = 0x7fffffff;
const MILLISECOND = { sec: 0, nsec: 1_000_000 };

function memory(protection = PROT_READ | PROT_WRITE): ReturnType<typeof mmap> {
  return mmap(4096, protection, MAP_SHARED | MAP_ANONYMOUS);
}

/** Every call on a word of memory; none of them would wait for long. */
const CALLS: Readonly<Record<string, (memory: Memory, byteOffset: number) => unknown>> = {
  futex_wait: (memory, at) => futex_wait(memory, at, 0, MILLISECOND),
  futex_wake: (memory, at) => futex_wake(memory, at, 1),
  futex_wait_bitset: (memory, at) => futex_wait_bitset(memory, at, 0, MILLISECOND, 1),
  futex_wake_bitset: (memory, at) => futex_wake_bitset(memory, at, 1, 1),
  futex_requeue: (memory, at) => futex_requeue(memory, at, 1, 1, memory, 8),
  futex_cmp_requeue: (memory, at) => futex_cmp_requeue(memory, at, 0, 1, 1, memory, 8),
  "futex_requeue, to": (memory, at) => futex_requeue(memory, 8, 1, 1, memory, at),
};

/** A segment of System V memory that children attach by its identifier. */
class Shared implements Disposable {
  readonly id = shmget(IPC_PRIVATE, 4096, 0o600);
  readonly memory = shmat(this.id);
  readonly words = this.memory.view(Int32Array);

  [Symbol.dispose](): void {
    this.memory[Symbol.dispose]();
    shmctl(this.id, IPC_RMID);
  }

  /** A process that makes a call on the memory, prints what came of it, and can be seen to wait. */
  child(call: string): Child {
    return new Child(
      `import * as ipc from "ipc";
       const memory = ipc.shmat(Number(Deno.args[0]));
       let outcome = "woken";
       try { ipc.${call}; } catch (error) { outcome = error.code ?? String(error); }
       console.log(JSON.stringify(outcome));`,
      { args: [this.id] },
    );
  }
}

for (const [name, call] of Object.entries(CALLS)) {
  Deno.test(`${name}: offsets that hold no word are RangeErrors, what is no memory a TypeError`, () => {
    using place = memory();
    for (const wrong of [1, 2, 4093, 4096, -4, 0.5, 2 ** 52]) {
      assertThrows(() => call(place, wrong), RangeError, "ffset");
    }
    for (const wrong of [null, undefined, 4096n, new Uint8Array(64), { address: 4096n, length: 4096 }]) {
      assertThrows(() => call(wrong as never, 0), TypeError);
    }
    using readOnly = memory(PROT_READ);
    assertThrows(() => call(readOnly, 0), TypeError, "reading only");
  });

  Deno.test(`${name}: memory that was given back is a TypeError`, () => {
    const place = memory();
    munmap(place);
    assertThrows(() => call(place, 0), TypeError, "given back");
  });
}

Deno.test("futex calls refuse values that are no words, counts that are no ints, and times that are none", () => {
  using place = memory();
  assertThrows(() => futex_wait(place, 0, 2 ** 32), RangeError, "expected");
  assertThrows(() => futex_wait(place, 0, 0n as never), TypeError, "expected");
  assertThrows(() => futex_wait(place, 0, 0, 5 as never), TypeError, "timeout");
  assertThrows(() => futex_wait_bitset(place, 0, 0, 5 as never, 1), TypeError, "deadline");
  assertThrows(() => futex_wake(place, 0, 2 ** 31), RangeError, "count");
  assertThrows(() => futex_requeue(place, 0, 1, 0.5, place, 4), RangeError, "requeue");
});

Deno.test("futex_wait() gives EAGAIN when the word has another value", () => {
  using place = memory();
  const words = place.view(Int32Array);
  words[1] = 7;
  assertEquals(assertErrno("EAGAIN", () => futex_wait(place, 4, 0)).syscall, "futex_wait");
  assertErrno("EAGAIN", () => futex_wait_bitset(place, 4, 0, null, 1));
});

Deno.test("futex_wait() compares all 32 bits, written with or without a sign", () => {
  using place = memory();
  place.view(Int32Array)[0] = -1;
  for (const expected of [-1, 0xffffffff]) {
    assertErrno("ETIMEDOUT", () => futex_wait(place, 0, expected, MILLISECOND));
  }
  assertErrno("EAGAIN", () => futex_wait(place, 0, 0x7fffffff, MILLISECOND));
});

Deno.test("futex_wait() gives ETIMEDOUT when nobody wakes it, futex_wait_bitset() at its deadline", () => {
  using place = memory();
  assertErrno("ETIMEDOUT", () => futex_wait(place, 0, 0, MILLISECOND));
  assertErrno("ETIMEDOUT", () => futex_wait(place, 0, 0, { sec: 0, nsec: 0 }));
  for (const deadline of [{ sec: 1, nsec: 0 }, timespecOf(Date.now() + 20)]) {
    assertErrno("ETIMEDOUT", () => futex_wait_bitset(place, 0, 0, deadline, FUTEX_BITSET_MATCH_ANY));
  }
});

Deno.test("futex calls give EINVAL for nanoseconds that are none, no reasons, and counts below 0", () => {
  using place = memory();
  assertErrno("EINVAL", () => futex_wait(place, 0, 0, { sec: 0, nsec: 1e9 }));
  assertErrno("EINVAL", () => futex_wait_bitset(place, 0, 0, { sec: 0, nsec: -1 }, 1));
  assertErrno("EINVAL", () => futex_wait_bitset(place, 0, 0, null, 0));
  assertErrno("EINVAL", () => futex_wake_bitset(place, 0, 1, 0));
  assertErrno("EINVAL", () => futex_requeue(place, 0, -1, 1, place, 4));
  assertErrno("EINVAL", () => futex_cmp_requeue(place, 0, 0, 1, -1, place, 4));
});

Deno.test("futex_wake() wakes nobody where nobody waits", () => {
  using place = memory();
  assertEquals([futex_wake(place, 0, ALL), futex_wake_bitset(place, 0, ALL, 1)], [0, 0]);
  assertEquals(futex_requeue(place, 0, 1, ALL, place, 4), 0);
});

for (const call of ["futex_wait(memory, 64, 0)", "futex_wait_bitset(memory, 64, 0, null, 0b10)"]) {
  Deno.test(`${call} sleeps until another process wakes it`, async () => {
    using shared = new Shared();
    await using child = shared.child(call);
    await child.blockedIn("futex");
    assertEquals(futex_wake(shared.memory, 60, ALL), 0); // the word beside
    assertEquals(futex_wake(shared.memory, 64, ALL), 1);
    assertEquals(await child.result(), "woken");
  });
}

Deno.test("futex_wake() wakes as many as it is told", async () => {
  using shared = new Shared();
  await using first = shared.child("futex_wait(memory, 0, 0)");
  await using second = shared.child("futex_wait(memory, 0, 0)");
  for (const child of [first, second]) await child.blockedIn("futex");
  assertEquals(futex_wake(shared.memory, 0, 1), 1);
  assertEquals(futex_wake(shared.memory, 0, 1), 1);
  assertEquals(futex_wake(shared.memory, 0, 1), 0);
  assertEquals([await first.result(), await second.result()], ["woken", "woken"]);
});

Deno.test("futex_wake_bitset() wakes those who wait for one of the reasons", async () => {
  using shared = new Shared();
  await using reader = shared.child("futex_wait_bitset(memory, 0, 0, null, 0b01)");
  await using writer = shared.child("futex_wait_bitset(memory, 0, 0, null, 0b10)");
  for (const child of [reader, writer]) await child.blockedIn("futex");
  assertEquals(futex_wake_bitset(shared.memory, 0, ALL, 0b100), 0);
  assertEquals(futex_wake_bitset(shared.memory, 0, ALL, 0b10), 1);
  assertEquals(await writer.result(), "woken");
  await reader.blockedIn("futex");
  assertEquals(futex_wake(shared.memory, 0, ALL), 1);
  assertEquals(await reader.result(), "woken");
});

for (
  const [name, requeue] of [
    ["futex_requeue", (memory: Memory) => futex_requeue(memory, 0, 1, ALL, memory, 128)],
    ["futex_cmp_requeue", (memory: Memory) => futex_cmp_requeue(memory, 0, 0, 1, ALL, memory, 128)],
  ] as const
) {
  Deno.test(`${name}() wakes some, and lets the others wait on another word`, async () => {
    using shared = new Shared();
    await using first = shared.child("futex_wait(memory, 0, 0)");
    await using second = shared.child("futex_wait(memory, 0, 0)");
    for (const child of [first, second]) await child.blockedIn("futex");
    if (name === "futex_cmp_requeue") {
      assertErrno("EAGAIN", () => futex_cmp_requeue(shared.memory, 0, 1, 1, ALL, shared.memory, 128));
    }
    assertEquals(requeue(shared.memory), 2);
    assertEquals(futex_wake(shared.memory, 0, ALL), 0);
    assertEquals(futex_wake(shared.memory, 128, ALL), 1);
    assertEquals([await first.result(), await second.result()], ["woken", "woken"]);
  });
}

const WAITING = [
  { call: "futex_wait(shmat(Number(Deno.args[0])), 0, 0)" },
  { call: "futex_wait(shmat(Number(Deno.args[0])), 0, 0, { sec: 1000, nsec: 0 })" },
  { call: "futex_wait_bitset(shmat(Number(Deno.args[0])), 0, 0, { sec: 4e9, nsec: 0 }, 1)" },
];

for (const { call } of WAITING) {
  const blocking = { imports: ["shmat"], call, blocksIn: "futex" };
  const name = call.replace("shmat(Number(Deno.args[0]))", "memory");

  Deno.test(`${name} gives EINTR when a handler without SA_RESTART ran`, async () => {
    using shared = new Shared();
    assertEquals(await interrupt({ ...blocking, args: [shared.id] }, "0"), { outcome: "EINTR", handled: 1 });
  });

  Deno.test(`${name} goes on when a handler with SA_RESTART ran`, async () => {
    using shared = new Shared();
    const satisfy = () => assertEquals(futex_wake(shared.memory, 0, 1), 1);
    const interruption = await interrupt({ ...blocking, args: [shared.id], satisfy }, "SA_RESTART");
    assertEquals(interruption, { outcome: "returned", handled: 1 });
  });
}

Deno.test("a handler that gives the memory back while futex_wait() waits makes it a TypeError, not a fault", async () => {
  const outcome = await inChild(`
    import { futex_wait, mmap, munmap, kill, fork, getppid, sigaction, SIGUSR1, SA_RESTART } from "ipc";
    import { MAP_ANONYMOUS, MAP_SHARED, PROT_READ, PROT_WRITE } from "ipc";
    const memory = mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
    sigaction(SIGUSR1, { handler: () => munmap(memory), flags: SA_RESTART });
    fork(() => kill(getppid(), SIGUSR1));
    let outcome = "returned";
    try { for (;;) futex_wait(memory, 0, 0, { sec: 60, nsec: 0 }); } catch (error) { outcome = error.name; }
    console.log(JSON.stringify(outcome));
  `);
  assertEquals(outcome, "TypeError");
});
