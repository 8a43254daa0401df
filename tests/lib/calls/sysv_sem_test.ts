import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import {
  GETALL,
  GETNCNT,
  GETVAL,
  GETZCNT,
  IPC_CREAT,
  IPC_EXCL,
  IPC_NOWAIT,
  IPC_PRIVATE,
  IPC_RMID,
  isSystemError,
  SEM_UNDO,
  type SemBuf,
  semctl,
  semget,
  semop,
  semtimedop,
  SETALL,
  SETVAL,
  type Timespec,
} from "ipc";
import { CALLS } from "../../../lib/gate/calls.ts";
import { gate } from "../../../lib/gate/gate.ts";
import { Child, inChild } from "../../support/child.ts";
import { assertErrno } from "../../support/errno.ts";
import { blockedChild, interrupt } from "../../support/interrupt.ts";
import { sysvKey } from "../../support/names.ts";

const root = Deno.uid() === 0;
const NOBODY = 65534;

/** A set of semaphores that is removed at the end of the scope. */
function newSet(values: readonly number[] = [0], key = IPC_PRIVATE): Disposable & { readonly id: number } {
  const id = semget(key, values.length, IPC_CREAT | IPC_EXCL | 0o600);
  semctl(id, 0, SETALL, values);
  return { id, [Symbol.dispose]: () => semctl(id, 0, IPC_RMID) };
}

/** An identifier that was in use, and is no more. */
function removedId(): number {
  using set = newSet();
  return set.id;
}

// --- semget ---

Deno.test("semget() gives ENOENT, EEXIST and EINVAL", () => {
  const key = sysvKey();
  assertErrno("ENOENT", () => semget(key, 1, 0o600));
  assertErrno("EINVAL", () => semget(key, 0, IPC_CREAT | 0o600));
  assertErrno("EINVAL", () => semget(key, -1, IPC_CREAT | 0o600));
  assertErrno("EINVAL", () => semget(key, 2 ** 31 - 1, IPC_CREAT | 0o600));
  using _ = newSet([0, 0], key);
  assertErrno("EEXIST", () => semget(key, 2, IPC_CREAT | IPC_EXCL | 0o600));
  assertErrno("EINVAL", () => semget(key, 3, 0o600));
});

Deno.test({
  name: "semget() and semop() give EACCES to another user",
  ignore: !root,
  async fn(): Promise<void> {
    const key = sysvKey();
    using set = newSet([1], key);
    const codes = await inChild(
      `import { semget, semop } from "ipc";
       const [key, id] = Deno.args.map(Number);
       const code = (act) => { try { act(); } catch (error) { return error.code; } };
       console.log(JSON.stringify([
         code(() => semget(key, 1, 0o600)),
         code(() => semop(id, [{ num: 0, op: -1 }])),
         code(() => semop(id, [{ num: 0, op: 0 }])),
       ]));`,
      { uid: NOBODY, args: [key, set.id] },
    );
    assertEquals(codes, ["EACCES", "EACCES", "EACCES"]);
  },
});

Deno.test("semget() refuses what is no key, number or flag word", () => {
  assertThrows(() => semget("key" as unknown as number, 1, 0), TypeError, "key");
  assertThrows(() => semget(0, 1.5, 0), RangeError, "nsems");
  assertThrows(() => semget(0, 1, 2 ** 32), RangeError, "flags");
});

Deno.test("semget() finds the set of a key, with 0 semaphores too, and makes a new one for IPC_PRIVATE", () => {
  const key = sysvKey() + 0x80000000;
  using set = newSet([0, 0], key);
  assertEquals(semget(key | 0, 0, 0), set.id);
  assertEquals(semget(key, 1, IPC_CREAT | 0o600), set.id);
  using other = newSet();
  assertNotEquals(other.id, set.id);
});

Deno.test("semget() tells the run's hook what this process made, and not what it found", () => {
  const key = sysvKey();
  const made: string[] = [];
  gate.hook = {
    enter: () => {},
    created: (kind, name) => made.push(`${kind} ${name}`),
    maySignal: () => true,
    forked: () => {},
    interrogated: () => {},
  };
  try {
    assertErrno("ENOENT", () => semget(key, 1, 0o600));
    assertErrno("EINVAL", () => semget(key, 0, IPC_CREAT | 0o600));
    const id = semget(key, 1, IPC_CREAT | 0o600);
    using _remove = { [Symbol.dispose]: () => semctl(id, 0, IPC_RMID) };
    assertEquals(semget(key, 1, IPC_CREAT | 0o600), id);
    assertErrno("EINVAL", () => semget(key, 2, IPC_CREAT | 0o600));
    using other = newSet();
    assertEquals(made, [`sysv_sem ${id}`, `sysv_sem ${other.id}`]);
  } finally {
    gate.hook = null;
  }
});

Deno.test("each call passes the gate once", () => {
  const entered: string[] = [];
  gate.hook = {
    enter: (call) => entered.push(CALLS[call] as string),
    created: () => {},
    maySignal: () => true,
    forked: () => {},
    interrogated: () => {},
  };
  try {
    const id = semget(sysvKey(), 1, IPC_CREAT | 0o600);
    semop(id, [{ num: 0, op: 1 }]);
    semtimedop(id, [{ num: 0, op: -1 }], { sec: 0, nsec: 0 });
    semctl(id, 0, GETVAL);
    semctl(id, 0, IPC_RMID);
  } finally {
    gate.hook = null;
  }
  assertEquals(entered, ["semget", "semop", "semtimedop", "semctl", "semctl"]);
});

// --- semop ---

Deno.test("semop() gives EFBIG, EINVAL, ERANGE and E2BIG", () => {
  using set = newSet([32767]);
  assertErrno("EFBIG", () => semop(set.id, [{ num: 1, op: 1 }]));
  assertErrno("EINVAL", () => semop(set.id, []));
  assertErrno("EINVAL", () => semop(-1, [{ num: 0, op: 1 }]));
  assertErrno("ERANGE", () => semop(set.id, [{ num: 0, op: 1 }]));
  const none: SemBuf = { num: 0, op: 1 };
  assertErrno("E2BIG", () => semop(set.id, Array.from({ length: 5000 }, () => none)));
  assertErrno("E2BIG", () => semop(set.id, Array.from({ length: 100_000 }, () => none)));
  assertErrno("E2BIG", () => semtimedop(set.id, Array.from({ length: 100_000 }, () => none), { sec: 0, nsec: 0 }));
  const error = assertThrows(() => semop(removedId(), [none]));
  assert(isSystemError(error, "EINVAL") || isSystemError(error, "EIDRM"));
});

Deno.test("semop() gives EAGAIN with IPC_NOWAIT, and changes none of the semaphores", () => {
  using set = newSet([3, 0, 1]);
  const operations = [{ num: 0, op: -1 }, { num: 2, op: 1 }, { num: 1, op: -1, flg: IPC_NOWAIT }];
  assertErrno("EAGAIN", () => semop(set.id, operations));
  assertErrno("EAGAIN", () => semop(set.id, [{ num: 0, op: 0, flg: IPC_NOWAIT }]));
  assertEquals(semctl(set.id, 0, GETALL), [3, 0, 1]);
});

Deno.test("semop() refuses what are no operations", () => {
  using set = newSet([1]);
  const wrong = (operations: unknown): void => semop(set.id, operations as SemBuf[]);
  assertThrows(() => wrong(undefined), TypeError, "operations: expected an array, got undefined");
  assertThrows(() => wrong({ num: 0, op: 1 }), TypeError, "operations: expected an array");
  assertThrows(() => wrong([null]), TypeError, "operations[0]: expected { num, op, flg? }, got null");
  assertThrows(() => wrong([{ num: 0, op: 1 }, 7]), TypeError, "operations[1]");
  assertThrows(() => wrong([{ op: 1 }]), TypeError, "operations[0].num");
  assertThrows(
    () => wrong([{ num: -1, op: 1 }]),
    RangeError,
    "operations[0].num: expected a whole number from 0 to 65535",
  );
  assertThrows(() => wrong([{ num: 65536, op: 1 }]), RangeError, "operations[0].num");
  assertThrows(() => wrong([{ num: 0, op: 32768 }]), RangeError, "operations[0].op");
  assertThrows(() => wrong([{ num: 0, op: "1" }]), TypeError, "operations[0].op");
  assertThrows(() => wrong([{ num: 0, op: 1, flg: 0x10000 }]), RangeError, "operations[0].flg");
  assertEquals(semctl(set.id, 0, GETVAL), 1);
});

for (
  const call of [
    "semop(Number(Deno.args[0]), [{ num: 0, op: -1 }])",
    "semtimedop(Number(Deno.args[0]), [{ num: 0, op: -1 }], { sec: 1000, nsec: 0 })",
  ]
) {
  const name = call.slice(0, call.indexOf("("));

  Deno.test(`${name}() gives EINTR when a handler ran, also one with SA_RESTART`, async () => {
    for (const flags of ["0", "SA_RESTART"] as const) {
      using set = newSet();
      const { outcome, handled } = await interrupt({ call, args: [set.id], blocksIn: "semtimedop" }, flags);
      assertEquals([outcome, handled], ["EINTR", 1], flags);
    }
  });

  Deno.test(`${name}() gives EIDRM when the set is removed meanwhile`, async () => {
    const set = newSet();
    await using child = blockedChild(call, { args: [set.id] });
    await child.blockedIn("semtimedop");
    set[Symbol.dispose]();
    assertEquals(await child.result(), "EIDRM");
  });

  Deno.test(`${name}() blocks until the value is large enough`, async () => {
    using set = newSet();
    await using child = blockedChild(call, { args: [set.id] });
    await child.blockedIn("semtimedop");
    assertEquals(semctl(set.id, 0, GETNCNT), 1);
    semop(set.id, [{ num: 0, op: 2 }]);
    assertEquals(await child.result(), "returned");
    assertEquals([semctl(set.id, 0, GETVAL), semctl(set.id, 0, GETNCNT)], [1, 0]);
  });
}

Deno.test("semop() with 0 blocks until the value is 0", async () => {
  using set = newSet([2]);
  await using child = blockedChild("semop(Number(Deno.args[0]), [{ num: 0, op: 0 }])", { args: [set.id] });
  await child.blockedIn("semtimedop");
  assertEquals([semctl(set.id, 0, GETZCNT), semctl(set.id, 0, GETNCNT)], [1, 0]);
  semop(set.id, [{ num: 0, op: -2 }]);
  assertEquals(await child.result(), "returned");
});

Deno.test("semop() makes all operations at once", () => {
  using set = newSet([1, 0, 5]);
  semop(set.id, [{ num: 0, op: -1 }, { num: 1, op: 3 }, { num: 2, op: -5 }, { num: 2, op: 0 }, { num: 2, op: 7 }]);
  assertEquals(semctl(set.id, 0, GETALL), [0, 3, 7]);
});

Deno.test("semop() takes many operations, and few after many", () => {
  const values = Array.from({ length: 100 }, (_, i) => i);
  using set = newSet(values);
  semop(set.id, values.map((num) => ({ num, op: 1 })));
  assertEquals(semctl(set.id, 0, GETALL), values.map((value) => value + 1));
  semop(set.id, [{ num: 99, op: -100 }]);
  assertEquals(semctl(set.id, 99, GETVAL), 0);
});

Deno.test("what SEM_UNDO noted is undone when the process ends, also when it is killed", async () => {
  for (const end of ["console.log(0)", 'Deno.kill(Deno.pid, "SIGKILL")']) {
    using set = newSet([1, 0]);
    await using child = new Child(
      `import { SEM_UNDO, semop } from "ipc";
       semop(Number(Deno.args[0]), [{ num: 0, op: -1, flg: SEM_UNDO }, { num: 1, op: 5, flg: SEM_UNDO }]);
       semop(Number(Deno.args[0]), [{ num: 1, op: 1 }]);
       ${end};`,
      { args: [set.id] },
    );
    await child.end();
    assertEquals(semctl(set.id, 0, GETALL), [1, 1], end);
  }
});

Deno.test("a waiter goes on when the holder that used SEM_UNDO is killed", async () => {
  using set = newSet([1]);
  await using holder = new Child(
    `import { pause, SEM_UNDO, semop } from "ipc";
     semop(Number(Deno.args[0]), [{ num: 0, op: -1, flg: SEM_UNDO }]);
     semop(Number(Deno.args[0]), [{ num: 0, op: 0 }, { num: 0, op: -1 }]);`,
    { args: [set.id] },
  );
  await holder.blockedIn("semtimedop");
  assertEquals(semctl(set.id, 0, GETVAL), 0);
  const waits = "semop(Number(Deno.args[0]), [{ num: 0, op: -1, flg: SEM_UNDO }])";
  await using waiter = blockedChild(waits, { imports: ["SEM_UNDO"], args: [set.id] });
  await waiter.blockedIn("semtimedop");
  Deno.kill(holder.pid, "SIGKILL");
  assertEquals(await waiter.result(), "returned");
  assertEquals(semctl(set.id, 0, GETVAL), 1);
});

Deno.test("SETVAL forgets what SEM_UNDO had noted", async () => {
  using set = newSet([1]);
  await inChild(
    `import { SEM_UNDO, semctl, semop, SETVAL } from "ipc";
     const id = Number(Deno.args[0]);
     semop(id, [{ num: 0, op: -1, flg: SEM_UNDO }]);
     semctl(id, 0, SETVAL, 8);`,
    { args: [set.id] },
  );
  assertEquals(semctl(set.id, 0, GETVAL), 8);
  semctl(set.id, 0, SETVAL, 0);
  assertErrno("ERANGE", () => semop(set.id, Array.from({ length: 2 }, () => ({ num: 0, op: 32767, flg: SEM_UNDO }))));
});

Deno.test("a handler that operates does not disturb the call in which it runs", async () => {
  using set = newSet([0, 0]);
  const result = await inChild(
    `import { GETALL, semctl, semop, sigaction, SIGUSR2 } from "ipc";
     import { c } from "${new URL("../../../lib/raw/process.ts", import.meta.url)}";
     const id = Number(Deno.args[0]);
     sigaction(SIGUSR2, { handler: () => semop(id, [{ num: 1, op: 10 }]) });
     semop(id, [{ num: 0, op: 1 }]);
     c.kill(c.getpid(), SIGUSR2); // past the gate: the handler runs at the beginning of the next call
     semop(id, [{ num: 0, op: 1 }]);
     console.log(JSON.stringify(semctl(id, 0, GETALL)));`,
    { args: [set.id] },
  );
  assertEquals(result, [2, 10]);
});

// --- semtimedop ---

Deno.test("semtimedop() gives EAGAIN when the time is over, and EINVAL for a time that is none", () => {
  using set = newSet();
  const down = [{ num: 0, op: -1 }];
  const begun = performance.now();
  assertErrno("EAGAIN", () => semtimedop(set.id, down, { sec: 0, nsec: 20_000_000 }));
  assert(performance.now() - begun >= 19);
  assertErrno("EAGAIN", () => semtimedop(set.id, down, { sec: 0, nsec: 0 }));
  assertErrno("EINVAL", () => semtimedop(set.id, down, { sec: -1, nsec: 0 }));
  assertErrno("EINVAL", () => semtimedop(set.id, down, { sec: 0, nsec: 1e9 }));
  assertErrno("EFBIG", () => semtimedop(set.id, [{ num: 3, op: 1 }], { sec: 0, nsec: 0 }));
});

Deno.test("semtimedop() refuses what is no time", () => {
  using set = newSet([1]);
  const wrong = (timeout: unknown): void => semtimedop(set.id, [{ num: 0, op: -1 }], timeout as Timespec);
  assertThrows(() => wrong(undefined), TypeError, "timeout");
  assertThrows(() => wrong(5), TypeError, "timeout");
  assertThrows(() => wrong({ sec: 0.5, nsec: 0 }), RangeError, "timeout.sec");
  assertEquals(semctl(set.id, 0, GETVAL), 1);
});

Deno.test("semtimedop() does at once what can be done", () => {
  using set = newSet([1]);
  semtimedop(set.id, [{ num: 0, op: -1, flg: SEM_UNDO }], { sec: 0, nsec: 0 });
  semtimedop(set.id, [{ num: 0, op: 1, flg: SEM_UNDO }], { sec: 5, nsec: 0 });
  assertEquals(semctl(set.id, 0, GETVAL), 1);
});

Deno.test("SETVAL lets go who waits for the value", async () => {
  using set = newSet();
  const call = "semop(Number(Deno.args[0]), [{ num: 0, op: -4 }])";
  await using child = blockedChild(call, { args: [set.id] });
  await child.blockedIn("semtimedop");
  semctl(set.id, 0, SETVAL, 5);
  assertEquals(await child.result(), "returned");
  assertEquals(semctl(set.id, 0, GETVAL), 1);
});
