import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  IPC_PRIVATE,
  IPC_RMID,
  MAP_ANONYMOUS,
  MAP_SHARED,
  mmap,
  munmap,
  O_CREAT,
  O_EXCL,
  PROT_READ,
  PROT_WRITE,
  sem_close,
  sem_destroy,
  sem_getvalue,
  sem_init,
  sem_open,
  sem_post,
  sem_timedwait,
  sem_trywait,
  sem_unlink,
  SEM_VALUE_MAX,
  sem_wait,
  Semaphore,
  shmat,
  shmctl,
  shmdt,
  shmget,
  SIZEOF_SEM_T,
  timespecOf,
} from "ipc";
import { gate } from "../../../lib/gate/gate.ts";
import type { OWNER } from "../../../lib/memory/semaphore.ts";
import { Child, inChild } from "../../support/child.ts";
import { assertErrno } from "../../support/errno.ts";
import { interrupt } from "../../support/interrupt.ts";
import { objectName } from "../../support/names.ts";

/** A named semaphore that is closed and has its name taken away at the end of the scope. */
class TestSemaphore implements Disposable {
  readonly name = objectName();
  readonly semaphore: Semaphore;

  constructor(value: number) {
    this.semaphore = sem_open(this.name, O_CREAT | O_EXCL, 0o600, value);
  }

  [Symbol.dispose](): void {
    this.semaphore[Symbol.dispose]();
    sem_unlink(this.name);
  }
}

function memory(length = 4096): ReturnType<typeof mmap> {
  return mmap(length, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
}

const PAST = { sec: 1, nsec: 0 };

/** Every call on a semaphore. */
const CALLS: Readonly<Record<string, (semaphore: Semaphore) => unknown>> = {
  sem_wait,
  sem_trywait,
  sem_timedwait: (semaphore) => sem_timedwait(semaphore, PAST),
  sem_post,
  sem_getvalue,
  sem_destroy,
};

// --- sem_open, sem_unlink ---

for (
  const { when, code, name = objectName(), flags = O_CREAT, value = 0 } of [
    { when: "there is no semaphore of the name", code: "ENOENT", flags: 0 },
    { when: "the name is a slash alone", code: "EINVAL", name: "/" },
    { when: "the name is empty", code: "EINVAL", name: "" },
    { when: "the name has a second slash", code: "EINVAL", name: "/a/b" },
    { when: "the name is longer than 251", code: "ENAMETOOLONG", name: `/${"x".repeat(252)}` },
    { when: "the value is larger than SEM_VALUE_MAX", code: "EINVAL", value: SEM_VALUE_MAX + 1 },
  ] as const
) {
  Deno.test(`sem_open() gives ${code} when ${when}`, () => {
    const error = assertErrno(code, () => sem_open(name, flags, 0o600, value));
    assertEquals(error.syscall, "sem_open");
  });
}

Deno.test("sem_open() gives EEXIST with O_CREAT and O_EXCL when there is one", () => {
  using made = new TestSemaphore(1);
  assertErrno("EEXIST", () => sem_open(made.name, O_CREAT | O_EXCL, 0o600, 1));
});

Deno.test("sem_open() gives EINVAL for a file too short to be a semaphore", () => {
  const name = objectName();
  const file = `/dev/shm/sem.${name.slice(1)}`;
  Deno.writeTextFileSync(file, "short");
  try {
    assertErrno("EINVAL", () => sem_open(name, 0));
    assertErrno("EINVAL", () => sem_open(name, O_CREAT, 0o600, 1));
  } finally {
    Deno.removeSync(file);
  }
});

Deno.test("calls give EINVAL on a named semaphore that somebody has written over", () => {
  using made = new TestSemaphore(1);
  Deno.writeFileSync(`/dev/shm/sem.${made.name.slice(1)}`, new Uint8Array(SIZEOF_SEM_T).fill(0xa5));
  for (const call of Object.values(CALLS)) assertErrno("EINVAL", () => call(made.semaphore));
});

Deno.test({
  name: "sem_open() and sem_unlink() give EACCES to a user without permission",
  ignore: Deno.uid() !== 0,
  fn: async () => {
    using made = new TestSemaphore(1);
    const codes = await inChild(
      `
        import { sem_open, sem_unlink } from "ipc";
        const code = (act) => { try { act(); return "none"; } catch (error) { return error.code; } };
        const [name] = Deno.args;
        console.log(JSON.stringify([code(() => sem_open(name, 0)), code(() => sem_unlink(name))]));
      `,
      { args: [made.name], uid: 65534 },
    );
    assertEquals(codes, ["EACCES", "EACCES"]);
  },
});

Deno.test("sem_open() gives EMFILE when no descriptor is left", async () => {
  const code = await inChild(
    `
      import { dup, O_CREAT, prlimit, RLIMIT_NOFILE, sem_open } from "ipc";
      const [name] = Deno.args;
      const free = dup(0);
      prlimit(0, RLIMIT_NOFILE, { soft: free, hard: free });
      try { sem_open(name, O_CREAT, 0o600, 1); } catch (error) { console.log(JSON.stringify(error.code)); }
    `,
    { args: [objectName()] },
  );
  assertEquals(code, "EMFILE");
});

Deno.test("sem_open() refuses wrong kinds of arguments before any call", () => {
  const name = objectName();
  assertThrows(() => sem_open(`${name}\0x`, O_CREAT, 0o600, 1), TypeError, "name");
  assertThrows(() => sem_open(name, O_CREAT), TypeError, "mode");
  assertThrows(() => sem_open(name, O_CREAT, 0o600, -1), RangeError, "value");
  assertErrno("ENOENT", () => sem_unlink(name));
});

Deno.test("sem_open() with O_CREAT keeps the value of a semaphore that exists", () => {
  using made = new TestSemaphore(2);
  using again = sem_open(made.name, O_CREAT, 0o600, 9);
  assertEquals(sem_getvalue(again), 2);
  sem_wait(again);
  assertEquals(sem_getvalue(made.semaphore), 1);
});

Deno.test("sem_open() takes SEM_VALUE_MAX, and sem_post() then gives EOVERFLOW", () => {
  using made = new TestSemaphore(SEM_VALUE_MAX);
  assertEquals(sem_getvalue(made.semaphore), SEM_VALUE_MAX);
  assertErrno("EOVERFLOW", () => sem_post(made.semaphore));
  assertEquals(sem_getvalue(made.semaphore), SEM_VALUE_MAX);
});

Deno.test("sem_open() tells the run of a semaphore that it created, not of one that was there", () => {
  const created: string[] = [];
  const before = gate.hook;
  gate.hook = {
    enter: () => {},
    created: (kind, name) => created.push(`${kind} ${name}`),
    maySignal: () => true,
    forked: () => {},
    interrogated: () => {},
  };
  try {
    using made = new TestSemaphore(1);
    sem_close(sem_open(made.name, 0));
    sem_close(sem_open(made.name, O_CREAT, 0o600, 1));
    assertErrno("EEXIST", () => sem_open(made.name, O_CREAT | O_EXCL, 0o600, 1));
    assertErrno("EINVAL", () => sem_open("/a/b", O_CREAT, 0o600, 1));
    assertEquals(created, [`posix_sem ${made.name}`]);
  } finally {
    gate.hook = before;
  }
});

Deno.test("sem_unlink() gives ENOENT where there is none, and ENAMETOOLONG or ENOENT for a long name", () => {
  assertErrno("ENOENT", () => sem_unlink(objectName()));
  const long = assertThrows(() => sem_unlink(`/${"x".repeat(300)}`));
  assert(["ENAMETOOLONG", "ENOENT", "EINVAL"].includes((long as { code: string }).code));
});

Deno.test("sem_unlink() frees the name and leaves the semaphore to those who have it open", () => {
  const name = objectName();
  using old = sem_open(name, O_CREAT | O_EXCL, 0o600, 1);
  sem_unlink(name);
  using fresh = sem_open(name, O_CREAT | O_EXCL, 0o600, 5);
  sem_wait(old);
  assertEquals([sem_getvalue(old), sem_getvalue(fresh)], [0, 5]);
  sem_unlink(name);
});

// --- closing ---

Deno.test("a semaphore that was closed refuses every call, and closing it by using as well is harmless", () => {
  using made = new TestSemaphore(1);
  sem_close(made.semaphore);
  for (const call of [...Object.values(CALLS), sem_close]) {
    assertThrows(() => call(made.semaphore), TypeError, "closed");
  }
});

Deno.test("sem_close() closes one of two openings, and the other goes on", () => {
  using made = new TestSemaphore(1);
  const again = sem_open(made.name, 0);
  sem_close(again);
  sem_wait(made.semaphore);
  assertEquals(sem_getvalue(made.semaphore), 0);
  using third = sem_open(made.name, 0);
  assertEquals(sem_getvalue(third), 0);
});

Deno.test("sem_close() gives EINVAL for a semaphore in memory, and sem_destroy() for a named one", () => {
  using place = memory();
  const inMemory = sem_init(place, 0, 1, 1);
  using made = new TestSemaphore(1);
  assertErrno("EINVAL", () => sem_close(inMemory));
  assertErrno("EINVAL", () => sem_destroy(made.semaphore));
  assertEquals([inMemory.name, made.semaphore.name], [null, made.name]);
  sem_wait(inMemory);
  sem_wait(made.semaphore);
});

// --- sem_init, Semaphore.at ---

Deno.test("sem_init() gives EINVAL for a value larger than SEM_VALUE_MAX", () => {
  using place = memory();
  assertErrno("EINVAL", () => sem_init(place, 0, 1, SEM_VALUE_MAX + 1));
});

for (
  const { what, byteOffset } of [
    { what: "one that is not a multiple of 8", byteOffset: 4 },
    { what: "one that leaves too little room", byteOffset: 4096 - SIZEOF_SEM_T + 8 },
    { what: "the end", byteOffset: 4096 },
    { what: "one far outside", byteOffset: 2 ** 52 },
    { what: "a negative one", byteOffset: -8 },
    { what: "half a byte", byteOffset: 0.5 },
  ]
) {
  Deno.test(`sem_init() and Semaphore.at() throw a RangeError for an offset: ${what}`, () => {
    using place = memory();
    assertThrows(() => sem_init(place, byteOffset, 1, 1), RangeError, "byteOffset");
    assertThrows(() => Semaphore.at(place, byteOffset), RangeError, "byteOffset");
  });
}

Deno.test("sem_init() and Semaphore.at() throw a TypeError for what is no memory, or not to be written", () => {
  using readOnly = mmap(4096, PROT_READ, MAP_SHARED | MAP_ANONYMOUS);
  const forged = { address: 4096n, length: 4096, released: false, bytes: new Uint8Array(4096) };
  for (const wrong of [null, undefined, 4096n, forged, new Uint8Array(64), readOnly]) {
    assertThrows(() => sem_init(wrong as never, 0, 1, 1), TypeError);
    assertThrows(() => Semaphore.at(wrong as never, 0), TypeError);
  }
  assertThrows(() => new Semaphore(Symbol() as never as typeof OWNER, () => 4096n, null), TypeError, "sem_open");
});

Deno.test("a semaphore in memory that was given back refuses every call", () => {
  const mapped = memory();
  const id = shmget(IPC_PRIVATE, 4096, 0o600);
  const segment = shmat(id);
  shmctl(id, IPC_RMID);
  const semaphores = [sem_init(mapped, 0, 1, 1), sem_init(segment, 64, 1, 1)];
  munmap(mapped);
  shmdt(segment);
  for (const semaphore of semaphores) {
    for (const call of Object.values(CALLS)) assertThrows(() => call(semaphore), TypeError, "given back");
    assertThrows(() => Semaphore.at(mapped, 0), TypeError, "given back");
  }
});

Deno.test("calls give EINVAL on memory that never was a semaphore", () => {
  using place = memory();
  place.bytes.fill(0xff);
  const semaphore = Semaphore.at(place, 128);
  for (const call of Object.values(CALLS)) assertErrno("EINVAL", () => call(semaphore));
  sem_init(place, 128, 1, 2); // and it becomes one
  assertEquals(sem_getvalue(semaphore), 2);
});

Deno.test("sem_init() makes independent semaphores side by side", () => {
  using place = memory();
  const all = Array.from({ length: 4096 / SIZEOF_SEM_T }, (_, i) => sem_init(place, i * SIZEOF_SEM_T, i % 2, i));
  for (const semaphore of all) sem_post(semaphore);
  assertEquals(all.map(sem_getvalue), all.map((_, i) => i + 1));
});

Deno.test("sem_destroy() ends the object, and sem_init() makes a new one in its place", () => {
  using place = memory();
  const old = sem_init(place, 0, 1, 1);
  sem_destroy(old);
  assertThrows(() => sem_post(old), TypeError, "sem_destroy");
  assertEquals(sem_getvalue(sem_init(place, 0, 1, 8)), 8);
});

Deno.test("a semaphore in memory held with using stays as it is", () => {
  using place = memory();
  {
    using semaphore = sem_init(place, 0, 1, 3);
    sem_wait(semaphore);
  }
  assertEquals(sem_getvalue(Semaphore.at(place, 0)), 2);
});

// --- waiting ---

Deno.test("calls throw a TypeError for what is no semaphore", () => {
  for (const wrong of [null, undefined, 0, "sem", {}, Object.create(Semaphore.prototype), new Proxy({}, {})]) {
    for (const call of [...Object.values(CALLS), sem_close]) assertThrows(() => call(wrong as never), TypeError);
  }
});

Deno.test("sem_trywait() gives EAGAIN at 0, and leaves the value alone", () => {
  using made = new TestSemaphore(1);
  sem_trywait(made.semaphore);
  assertErrno("EAGAIN", () => sem_trywait(made.semaphore));
  assertEquals(sem_getvalue(made.semaphore), 0);
});

Deno.test("sem_timedwait() gives ETIMEDOUT at a deadline that is past, or soon is, and leaves the value alone", () => {
  using made = new TestSemaphore(0);
  for (const deadline of [PAST, timespecOf(Date.now() + 30)]) {
    assertErrno("ETIMEDOUT", () => sem_timedwait(made.semaphore, deadline));
  }
  assertEquals(sem_getvalue(made.semaphore), 0);
});

Deno.test("sem_timedwait() does not look at a deadline in the past where it need not wait", () => {
  using made = new TestSemaphore(1);
  sem_timedwait(made.semaphore, PAST);
  assertEquals(sem_getvalue(made.semaphore), 0);
});

Deno.test("sem_timedwait() gives EINVAL for nanoseconds that are none", () => {
  using made = new TestSemaphore(0);
  for (const nsec of [-1, 1e9]) assertErrno("EINVAL", () => sem_timedwait(made.semaphore, { sec: 2e9, nsec }));
  assertThrows(() => sem_timedwait(made.semaphore, 5 as never), TypeError, "deadline");
});

for (const [call, argument] of [["sem_wait", ""], ["sem_timedwait", ", timespecOf(Date.now() + 60_000)"]] as const) {
  Deno.test(`${call}() blocks at 0 until another process posts, by name`, async () => {
    using made = new TestSemaphore(0);
    await using child = new Child(
      `
        import { ${call}, sem_open, timespecOf } from "ipc";
        ${call}(sem_open(Deno.args[0], 0)${argument});
      `,
      { args: [made.name] },
    );
    await child.blockedIn("futex");
    assertEquals(sem_getvalue(made.semaphore), 0);
    sem_post(made.semaphore);
    await child.result();
    assertEquals(sem_getvalue(made.semaphore), 0);
  });

  Deno.test(`${call}() blocks at 0 until another process posts, in shared memory`, async () => {
    const id = shmget(IPC_PRIVATE, 4096, 0o600);
    using segment = shmat(id);
    try {
      const semaphore = sem_init(segment, 256, 1, 0);
      await using child = new Child(
        `
          import { ${call}, Semaphore, shmat, timespecOf } from "ipc";
          ${call}(Semaphore.at(shmat(Number(Deno.args[0])), 256)${argument});
        `,
        { args: [id] },
      );
      await child.blockedIn("futex");
      sem_post(semaphore);
      await child.result();
    } finally {
      shmctl(id, IPC_RMID);
    }
  });
}

Deno.test("sem_unlink() does not disturb a process that waits", async () => {
  const name = objectName();
  using semaphore = sem_open(name, O_CREAT | O_EXCL, 0o600, 0);
  await using child = new Child(
    `import { sem_open, sem_wait } from "ipc"; sem_wait(sem_open(Deno.args[0], 0));`,
    { args: [name] },
  );
  await child.blockedIn("futex");
  sem_unlink(name);
  sem_post(semaphore);
  await child.result();
});

for (
  const call of [
    "sem_wait(sem_open(Deno.args[0], 0))",
    "sem_timedwait(sem_open(Deno.args[0], 0), { sec: 4e9, nsec: 0 })",
  ]
) {
  const name = call.slice(0, call.indexOf("("));
  const blocking = { imports: ["sem_open"], call, blocksIn: "futex" };

  Deno.test(`${name}() gives EINTR when a handler without SA_RESTART ran, and takes nothing`, async () => {
    using made = new TestSemaphore(0);
    const interruption = await interrupt({ ...blocking, args: [made.name], satisfy: () => {} }, "0");
    assertEquals(interruption, { outcome: "EINTR", handled: 1 });
    sem_post(made.semaphore);
    assertEquals(sem_getvalue(made.semaphore), 1);
  });

  Deno.test(`${name}() goes on when a handler with SA_RESTART ran`, async () => {
    using made = new TestSemaphore(0);
    const satisfy = () => sem_post(made.semaphore);
    const interruption = await interrupt({ ...blocking, args: [made.name], satisfy }, "SA_RESTART");
    assertEquals(interruption, { outcome: "returned", handled: 1 });
    assertEquals(sem_getvalue(made.semaphore), 0);
  });
}

Deno.test("a semaphore in shared memory is the same one in a child of fork", async () => {
  const values = await inChild(`
    import {
      fork, MAP_ANONYMOUS, MAP_SHARED, mmap, PROT_READ, PROT_WRITE, sem_getvalue, sem_init, sem_post, sem_wait, waitpid,
    } from "ipc";
    const memory = mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
    const request = sem_init(memory, 0, 1, 0);
    const reply = sem_init(memory, 32, 1, 0);
    const pid = fork(() => {
      for (let i = 0; i < 100; i++) { sem_wait(request); sem_post(reply); }
    });
    for (let i = 0; i < 100; i++) { sem_post(request); sem_wait(reply); }
    waitpid(pid);
    console.log(JSON.stringify([sem_getvalue(request), sem_getvalue(reply)]));
  `);
  assertEquals(values, [0, 0]);
});
