import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  GETALL,
  GETNCNT,
  GETPID,
  GETVAL,
  GETZCNT,
  IPC_CREAT,
  IPC_EXCL,
  IPC_PRIVATE,
  IPC_RMID,
  IPC_SET,
  IPC_STAT,
  isSystemError,
  semctl,
  semget,
  semop,
  SETALL,
  SETVAL,
} from "ipc";
import { inChild } from "../../support/child.ts";
import { assertErrno } from "../../support/errno.ts";
import { sysvKey } from "../../support/names.ts";

const root = Deno.uid() === 0;
const NOBODY = 65534;

/** A set of semaphores that is removed at the end of the scope. */
function newSet(count: number, key = IPC_PRIVATE, mode = 0o600): Disposable & { readonly id: number } {
  const id = semget(key, count, IPC_CREAT | IPC_EXCL | mode);
  return { id, [Symbol.dispose]: () => semctl(id, 0, IPC_RMID) };
}

/** semctl with arguments of any type. */
const anything = semctl as (...args: readonly unknown[]) => unknown;

Deno.test("semctl() gives EINVAL or EIDRM for an identifier that is none, or no more", () => {
  for (const command of [GETVAL, GETPID, GETNCNT, GETZCNT, GETALL, IPC_STAT, IPC_RMID]) {
    assertErrno("EINVAL", () => anything(-1, 0, command));
  }
  assertErrno("EINVAL", () => semctl(-1, 0, SETVAL, 1));
  assertErrno("EINVAL", () => semctl(-1, 0, SETALL, [1]));
  assertErrno("EINVAL", () => semctl(-1, 0, IPC_SET, { mode: 0o600 }));
  const id = semget(IPC_PRIVATE, 1, 0o600);
  semctl(id, 0, IPC_RMID);
  const error = assertThrows(() => semctl(id, 0, GETVAL));
  assert(isSystemError(error, "EINVAL") || isSystemError(error, "EIDRM"));
});

Deno.test("semctl() gives EINVAL for a semaphore that the set does not have", () => {
  using set = newSet(2);
  for (const num of [2, -1]) {
    for (const command of [GETVAL, GETPID, GETNCNT, GETZCNT]) {
      assertErrno("EINVAL", () => anything(set.id, num, command));
    }
    assertErrno("EINVAL", () => semctl(set.id, num, SETVAL, 1));
  }
});

Deno.test("semctl() gives ERANGE for values that a semaphore cannot have, and sets nothing", () => {
  using set = newSet(2);
  for (const value of [-1, 32768, 65536, -65535, 2 ** 31 - 1]) {
    assertErrno("ERANGE", () => semctl(set.id, 0, SETVAL, value));
    assertErrno("ERANGE", () => semctl(set.id, 0, SETALL, [5, value]));
  }
  assertEquals(semctl(set.id, 0, GETALL), [0, 0]);
});

Deno.test({
  name: "semctl() gives EACCES and EPERM to another user",
  ignore: !root,
  async fn(): Promise<void> {
    using set = newSet(1);
    const codes = await inChild(
      `import { GETALL, GETVAL, IPC_RMID, IPC_SET, IPC_STAT, semctl, SETALL, SETVAL } from "ipc";
       const id = Number(Deno.args[0]);
       const code = (...args) => { try { semctl(id, 0, ...args); } catch (error) { return error.code; } };
       console.log(JSON.stringify([
         code(GETVAL), code(SETVAL, 1), code(GETALL), code(SETALL, [1]), code(IPC_STAT), code(IPC_RMID),
         code(IPC_SET, { uid: 65534, gid: 65534, mode: 0o666 }),
       ]));`,
      { uid: NOBODY, args: [set.id] },
    );
    assertEquals(codes, ["EACCES", "EACCES", "EACCES", "EACCES", "EACCES", "EPERM", "EPERM"]);
  },
});

Deno.test("semctl() refuses commands that it does not know, and arguments that do not fit", () => {
  using set = newSet(2);
  assertThrows(() => anything(set.id, 0, 3), RangeError, "command: expected IPC_STAT");
  assertThrows(() => anything(set.id, 0, "GETVAL"), TypeError, "command");
  assertThrows(() => anything("0", 0, GETVAL), TypeError, "id");
  assertThrows(() => anything(set.id, 0.5, GETVAL), RangeError, "num");
  assertThrows(() => anything(set.id, 0, SETVAL), TypeError, "value");
  assertThrows(() => anything(set.id, 0, SETVAL, 1.5), RangeError, "value");
  assertThrows(() => anything(set.id, 0, SETALL), TypeError, "values: expected an array, got undefined");
  assertThrows(() => anything(set.id, 0, SETALL, new Uint16Array(2)), TypeError, "values: expected an array");
  assertThrows(() => anything(set.id, 0, SETALL, [1]), RangeError, "values: expected 2, one for each semaphore, got 1");
  assertThrows(() => anything(set.id, 0, SETALL, [1, 2, 3]), RangeError, "values: expected 2");
  assertThrows(() => anything(set.id, 0, SETALL, [1, "2"]), TypeError, "values[1]");
  assertThrows(() => anything(set.id, 0, IPC_SET), TypeError, "settings");
  assertThrows(() => anything(set.id, 0, IPC_SET, { gid: 1.5 }), RangeError, "gid");
  assertEquals(semctl(set.id, 0, GETALL), [0, 0]);
});

Deno.test("semctl() sets and tells one value, and all", () => {
  using set = newSet(3);
  semctl(set.id, 0, SETALL, [1, 32767, 0]);
  semctl(set.id, 2, SETVAL, 9);
  assertEquals([0, 1, 2].map((num) => semctl(set.id, num, GETVAL)), [1, 32767, 9]);
  assertEquals(semctl(set.id, 0, GETALL), [1, 32767, 9]);
});

Deno.test("semctl() with GETPID tells who operated on the semaphore last, or set it", async () => {
  using set = newSet(2);
  assertEquals(semctl(set.id, 0, GETPID), 0);
  semctl(set.id, 0, SETVAL, 1);
  assertEquals([semctl(set.id, 0, GETPID), semctl(set.id, 1, GETPID)], [Deno.pid, 0]);
  const pid = await inChild(
    `import { semop } from "ipc"; semop(Number(Deno.args[0]), [{ num: 0, op: 1 }]); console.log(Deno.pid);`,
    { args: [set.id] },
  );
  assertEquals(semctl(set.id, 0, GETPID), pid);
});

Deno.test("semctl() with IPC_STAT tells size, owner, mode and times", () => {
  const key = sysvKey();
  const begun = Math.floor(Date.now() / 1000) - 1;
  using set = newSet(7, key, 0o640);
  const { ctime, ...fresh } = semctl(set.id, 0, IPC_STAT);
  const [uid, gid] = [Deno.uid() as number, Deno.gid() as number];
  assertEquals(fresh, { key, uid, gid, cuid: uid, cgid: gid, mode: 0o640, otime: 0, nsems: 7 });
  assert(ctime >= begun);
  semop(set.id, [{ num: 6, op: 1 }]);
  assert(semctl(set.id, 0, IPC_STAT).otime >= begun);
});

Deno.test("semctl() with IPC_SET changes what it is given, and nothing else", () => {
  using set = newSet(1);
  const before = semctl(set.id, 0, IPC_STAT);
  semctl(set.id, 0, IPC_SET, { mode: 0o640 });
  assertEquals({ ...semctl(set.id, 0, IPC_STAT), ctime: 0 }, { ...before, mode: 0o640, ctime: 0 });
  const { uid, gid } = before;
  semctl(set.id, 0, IPC_SET, { uid, gid, mode: 0o600 });
  assertEquals({ ...semctl(set.id, 0, IPC_STAT), ctime: 0 }, { ...before, ctime: 0 });
});

Deno.test({
  name: "semctl() with IPC_SET gives a set to another user, and then changes its mode alone",
  ignore: !root,
  fn(): void {
    using set = newSet(1);
    semctl(set.id, 0, IPC_SET, { uid: NOBODY, gid: NOBODY });
    semctl(set.id, 0, IPC_SET, { mode: 0o444 });
    const { uid, gid, cuid, mode } = semctl(set.id, 0, IPC_STAT);
    assertEquals([uid, gid, cuid, mode], [NOBODY, NOBODY, 0, 0o444]);
  },
});

Deno.test("semctl() with IPC_RMID removes the set", () => {
  const key = sysvKey();
  const id = semget(key, 1, IPC_CREAT | 0o600);
  semctl(id, 0, IPC_RMID);
  assertErrno("ENOENT", () => semget(key, 0, 0));
});
