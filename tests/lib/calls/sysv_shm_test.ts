import { assert, assertEquals, assertMatch, assertNotEquals, assertThrows } from "@std/assert";
import {
  ftok,
  IPC_CREAT,
  IPC_EXCL,
  IPC_PRIVATE,
  IPC_RMID,
  IPC_SET,
  IPC_STAT,
  isSystemError,
  MAP_ANONYMOUS,
  MAP_PRIVATE,
  mmap,
  type Ownership,
  PROT_READ,
  type Segment,
  SHM_DEST,
  SHM_RDONLY,
  shmat,
  shmctl,
  shmdt,
  shmget,
} from "ipc";
import { gate, type Hook } from "../../../lib/gate/gate.ts";
import { Child, inChild } from "../../support/child.ts";
import { assertErrno } from "../../support/errno.ts";
import { sysvKey, testFolder } from "../../support/names.ts";

const root = Deno.uid() === 0;
const NOBODY = 65534;

/** A segment that is removed at the end of the scope. */
function newSegment(size = 4096, key = IPC_PRIVATE, mode = 0o600): Disposable & { readonly id: number } {
  const id = shmget(key, size, IPC_CREAT | IPC_EXCL | mode);
  return { id, [Symbol.dispose]: () => shmctl(id, IPC_RMID) };
}

/** An identifier that was in use, and is no more. */
function removedId(): number {
  using segment = newSegment();
  return segment.id;
}

// --- shmget ---

Deno.test("shmget() gives ENOENT, EEXIST and EINVAL", () => {
  const key = sysvKey();
  assertErrno("ENOENT", () => shmget(key, 4096, 0o600));
  assertErrno("EINVAL", () => shmget(key, 0, IPC_CREAT | 0o600));
  using _ = newSegment(4096, key);
  assertErrno("EEXIST", () => shmget(key, 4096, IPC_CREAT | IPC_EXCL | 0o600));
  assertErrno("EINVAL", () => shmget(key, 4097, 0o600));
});

Deno.test("shmget() of more than there can be is refused by the kernel", () => {
  for (const size of [2 ** 50, Number.MAX_SAFE_INTEGER]) {
    const error = assertThrows(() => shmget(IPC_PRIVATE, size, IPC_CREAT | 0o600));
    assert(isSystemError(error));
    assertMatch(error.code, /^(EINVAL|ENOMEM|ENOSPC)$/);
  }
});

Deno.test({
  name: "shmget(), shmat() and shmctl() give EACCES and EPERM to another user",
  ignore: !root,
  async fn(): Promise<void> {
    const key = sysvKey();
    using segment = newSegment(4096, key);
    const codes = await inChild(
      `import { IPC_RMID, IPC_SET, IPC_STAT, shmat, shmctl, shmget } from "ipc";
       const [key, id] = Deno.args.map(Number);
       const code = (act) => { try { act(); } catch (error) { return error.code; } };
       console.log(JSON.stringify([
         code(() => shmget(key, 4096, 0o600)),
         code(() => shmat(id)),
         code(() => shmctl(id, IPC_STAT)),
         code(() => shmctl(id, IPC_SET, { uid: 65534, gid: 65534, mode: 0o666 })),
         code(() => shmctl(id, IPC_RMID)),
       ]));`,
      { uid: NOBODY, args: [key, segment.id] },
    );
    assertEquals(codes, ["EACCES", "EACCES", "EACCES", "EPERM", "EPERM"]);
  },
});

Deno.test("shmget() refuses what is no key, size or flag word", () => {
  assertThrows(() => shmget("key" as unknown as number, 1, 0), TypeError, "key");
  assertThrows(() => shmget(2 ** 32, 1, 0), RangeError, "key");
  assertThrows(() => shmget(0, -1, 0), RangeError, "size");
  assertThrows(() => shmget(0, 1n as unknown as number, 0), TypeError, "size");
  assertThrows(() => shmget(0, 1, 0.5), RangeError, "flags");
});

Deno.test("shmget() finds the segment of a key, with size 0 too, and makes a new one for IPC_PRIVATE", () => {
  const key = sysvKey();
  using segment = newSegment(4096, key);
  assertEquals(shmget(key, 0, 0), segment.id);
  assertEquals(shmget(key, 4096, IPC_CREAT | 0o600), segment.id);
  using other = newSegment();
  assertNotEquals(other.id, segment.id);
});

Deno.test("shmget() takes a key above 0x7fffffff as C does", () => {
  const key = sysvKey() + 0x80000000;
  using segment = newSegment(100, key);
  assertEquals(shmget(key | 0, 0, 0), segment.id);
  assertEquals(shmctl(segment.id, IPC_STAT).key, key | 0);
});

Deno.test("shmget() tells the run's hook what this process made, and not what it found", async () => {
  const key = sysvKey();
  const made: string[] = [];
  const hook: Hook = {
    enter: () => {},
    created: (kind, name) => made.push(`${kind} ${name}`),
    maySignal: () => true,
    forked: () => {},
    interrogated: () => {},
  };
  const id = Number(
    await inChild(
      `import { IPC_CREAT, shmget } from "ipc"; console.log(shmget(Number(Deno.args[0]), 64, IPC_CREAT | 0o600));`,
      { args: [key] },
    ),
  );
  gate.hook = hook;
  try {
    assertEquals(shmget(key, 64, IPC_CREAT | 0o600), id);
    assertEquals(made, []);
    using segment = newSegment();
    assertEquals(made, [`sysv_shm ${segment.id}`]);
  } finally {
    gate.hook = null;
    shmctl(id, IPC_RMID);
  }
});

// --- shmat, shmdt ---

Deno.test("shmat() gives EINVAL or EIDRM for an identifier that is none, or no more", () => {
  assertErrno("EINVAL", () => shmat(-1));
  const error = assertThrows(() => shmat(removedId()));
  assert(isSystemError(error, "EINVAL") || isSystemError(error, "EIDRM"));
});

Deno.test("shmdt() gives EINVAL the second time, and never reaches what was attached there since", () => {
  using made = newSegment();
  const first = shmat(made.id);
  shmdt(first);
  using second = shmat(made.id); // as a rule at the same address
  assertErrno("EINVAL", () => shmdt(first));
  second.bytes[0] = 1;
  assertEquals(shmctl(made.id, IPC_STAT).nattch, 1);
});

Deno.test("shmdt() refuses what shmat did not return", () => {
  using mapping = mmap(4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS);
  for (const wrong of [mapping, null, undefined, 0, 0x1000n, {}, new Uint8Array(8)]) {
    assertThrows(() => shmdt(wrong as unknown as Segment), TypeError, "segment: expected what shmat returned");
  }
});

Deno.test("shmat() gives the length that was asked for, zeroed, and its identifier", () => {
  using made = newSegment(1000);
  using segment = shmat(made.id);
  assertEquals([segment.length, segment.bytes.length, segment.id], [1000, 1000, made.id]);
  assert(segment.bytes.every((byte) => byte === 0));
  assert(segment.writable);
});

Deno.test("what is stored by one attachment is seen by the other", () => {
  using made = newSegment(64);
  using one = shmat(made.id);
  using other = shmat(made.id);
  assertNotEquals(one.address, other.address);
  const counter = one.view(Int32Array);
  Atomics.store(counter, 3, 5);
  assertEquals(Atomics.add(other.view(Int32Array), 3, 1), 5);
  assertEquals(counter[3], 6);
});

Deno.test("a text reaches another process, and the answer comes back", async () => {
  const key = sysvKey();
  using made = newSegment(100, key);
  using segment = shmat(made.id);
  new TextEncoder().encodeInto("Hi other process!", segment.bytes);
  const text = await inChild(
    `import { shmat, shmget } from "ipc";
     using segment = shmat(shmget(Number(Deno.args[0]), 0, 0));
     console.log(JSON.stringify(new TextDecoder().decode(segment.bytes.slice(0, 17))));
     segment.bytes[99] = 1;`,
    { args: [key] },
  );
  assertEquals(text, "Hi other process!");
  assertEquals(segment.bytes[99], 1);
});

Deno.test("shmat() with SHM_RDONLY reads; a store ends the process with SIGSEGV, as in C", async () => {
  using made = newSegment(64);
  using writable = shmat(made.id);
  using segment = shmat(made.id, SHM_RDONLY);
  writable.bytes[5] = 9;
  assertEquals(segment.bytes[5], 9);
  assert(!segment.writable);
  await using child = new Child(
    `import { SHM_RDONLY, shmat } from "ipc"; shmat(Number(Deno.args[0]), SHM_RDONLY).bytes[0] = 1;`,
    { args: [made.id] },
  );
  assertEquals((await child.end()).signal, "SIGSEGV");
  assertEquals(writable.bytes[0], 0);
});

// --- shmctl ---

Deno.test("shmctl() gives EINVAL or EIDRM for an identifier that is none, or no more", () => {
  assertErrno("EINVAL", () => shmctl(-1, IPC_STAT));
  assertErrno("EINVAL", () => shmctl(-1, IPC_RMID));
  assertErrno("EINVAL", () => shmctl(-1, IPC_SET, { mode: 0o600 }));
  const error = assertThrows(() => shmctl(removedId(), IPC_STAT));
  assert(isSystemError(error, "EINVAL") || isSystemError(error, "EIDRM"));
});

Deno.test("shmctl() refuses commands that it does not know, and settings that are none", () => {
  const command = (value: unknown, settings?: unknown): void =>
    shmctl(0, value as typeof IPC_SET, settings as Ownership);
  assertThrows(() => command(14), RangeError, "command: expected IPC_STAT, IPC_SET or IPC_RMID, got 14");
  assertThrows(() => command("IPC_STAT"), TypeError, "command");
  assertThrows(() => command(IPC_SET), TypeError, "settings: expected { uid?, gid?, mode? }, got undefined");
  assertThrows(() => command(IPC_SET, { mode: "600" }), TypeError, "mode");
  assertThrows(() => command(IPC_SET, { uid: -1 }), RangeError, "uid");
});

Deno.test("shmctl() with IPC_STAT tells size, owner, mode, attachments and who was last", () => {
  const key = sysvKey();
  const begun = Math.floor(Date.now() / 1000) - 1;
  using made = newSegment(1000, key, 0o640);
  const fresh = shmctl(made.id, IPC_STAT);
  assertEquals([fresh.key, fresh.segsz, fresh.mode, fresh.nattch], [key, 1000, 0o640, 0]);
  assertEquals([fresh.uid, fresh.cuid], [Deno.uid(), Deno.uid()]);
  assertEquals([fresh.gid, fresh.cgid], [Deno.gid(), Deno.gid()]);
  assertEquals([fresh.cpid, fresh.lpid, fresh.atime, fresh.dtime], [Deno.pid, 0, 0, 0]);
  assert(fresh.ctime >= begun);
  using _ = shmat(made.id);
  const used = shmctl(made.id, IPC_STAT);
  assertEquals([used.nattch, used.lpid], [1, Deno.pid]);
  assert(used.atime >= begun);
});

Deno.test("shmctl() with IPC_SET changes what it is given, and nothing else", () => {
  using made = newSegment(64, IPC_PRIVATE, 0o600);
  const before = shmctl(made.id, IPC_STAT);
  shmctl(made.id, IPC_SET, { mode: 0o640 });
  const after = shmctl(made.id, IPC_STAT);
  assertEquals({ ...after, ctime: 0 }, { ...before, mode: 0o640, ctime: 0 });
  shmctl(made.id, IPC_SET, {});
  assertEquals(shmctl(made.id, IPC_STAT).mode, 0o640);
});

Deno.test({
  name: "shmctl() with IPC_SET gives a segment to another user",
  ignore: !root,
  fn(): void {
    using made = newSegment();
    shmctl(made.id, IPC_SET, { uid: NOBODY, gid: NOBODY, mode: 0o444 });
    const { uid, gid, cuid, mode } = shmctl(made.id, IPC_STAT);
    assertEquals([uid, gid, cuid, mode], [NOBODY, NOBODY, 0, 0o444]);
  },
});

Deno.test("shmctl() with IPC_RMID leaves the memory to those who have it attached", () => {
  const key = sysvKey();
  const id = shmget(key, 64, IPC_CREAT | 0o600);
  const segment = shmat(id);
  shmctl(id, IPC_RMID);
  segment.bytes[0] = 1;
  const state = shmctl(id, IPC_STAT);
  assertEquals([state.mode & SHM_DEST, state.key], [SHM_DEST, 0]);
  assertErrno("ENOENT", () => shmget(key, 0, 0));
  shmdt(segment);
  assertThrows(() => shmctl(id, IPC_STAT));
});

// --- ftok ---

Deno.test("ftok() gives ENOENT, ENOTDIR and ENAMETOOLONG", () => {
  using folder = testFolder();
  Deno.writeTextFileSync(folder.file("plain"), "");
  assertErrno("ENOENT", () => ftok(folder.file("missing"), 1));
  assertErrno("ENOTDIR", () => ftok(folder.file("plain/below"), 1));
  assertErrno("ENAMETOOLONG", () => ftok(`/${"n".repeat(256)}`, 1));
  assertThrows(() => ftok("/tmp", "A" as unknown as number), TypeError, "projectId");
});

Deno.test("ftok() uses the lowest 8 bits of the number, and the file", () => {
  using folder = testFolder();
  for (const name of ["one", "two"]) Deno.writeTextFileSync(folder.file(name), "");
  const key = ftok(folder.file("one"), 0x41);
  assertEquals(ftok(folder.file("one"), 0x141), key);
  assertEquals(key >>> 24, 0x41);
  assertNotEquals(ftok(folder.file("two"), 0x41), key);
});
