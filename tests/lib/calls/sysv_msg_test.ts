import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import {
  IPC_CREAT,
  IPC_EXCL,
  IPC_NOWAIT,
  IPC_PRIVATE,
  IPC_RMID,
  IPC_SET,
  IPC_STAT,
  isSystemError,
  MSG_EXCEPT,
  MSG_NOERROR,
  msgctl,
  msgget,
  msgrcv,
  type MsgSettings,
  msgsnd,
} from "ipc";
import { CALLS } from "../../../lib/gate/calls.ts";
import { gate } from "../../../lib/gate/gate.ts";
import { inChild } from "../../support/child.ts";
import { assertErrno } from "../../support/errno.ts";
import { blockedChild, interrupt } from "../../support/interrupt.ts";
import { sysvKey } from "../../support/names.ts";

const root = Deno.uid() === 0;
const NOBODY = 65534;

/** A queue that is removed at the end of the scope. */
function newQueue(key = IPC_PRIVATE, mode = 0o600): Disposable & { readonly id: number } {
  const id = msgget(key, IPC_CREAT | IPC_EXCL | mode);
  return { id, [Symbol.dispose]: () => msgctl(id, IPC_RMID) };
}

/** A queue that has no room left. */
function fullQueue(): Disposable & { readonly id: number } {
  const queue = newQueue();
  msgctl(queue.id, IPC_SET, { qbytes: 8 });
  msgsnd(queue.id, 1, new Uint8Array(8));
  return queue;
}

/** An identifier that was in use, and is no more. */
function removedId(): number {
  using queue = newQueue();
  return queue.id;
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Takes a message out of the queue, without waiting: "type text". */
function take(id: number, type = 0, flags = 0): string {
  const buffer = new Uint8Array(100);
  const message = msgrcv(id, buffer, type, flags | IPC_NOWAIT);
  return `${message.type} ${new TextDecoder().decode(buffer.subarray(0, message.length))}`;
}

// --- msgget ---

Deno.test("msgget() gives ENOENT and EEXIST", () => {
  const key = sysvKey();
  assertErrno("ENOENT", () => msgget(key, 0o600));
  using _ = newQueue(key);
  assertErrno("EEXIST", () => msgget(key, IPC_CREAT | IPC_EXCL | 0o600));
});

Deno.test({
  name: "msgget(), msgsnd(), msgrcv() and msgctl() give EACCES and EPERM to another user",
  ignore: !root,
  async fn(): Promise<void> {
    const key = sysvKey();
    using queue = newQueue(key);
    const codes = await inChild(
      `import { IPC_NOWAIT, IPC_RMID, IPC_SET, IPC_STAT, msgctl, msgget, msgrcv, msgsnd } from "ipc";
       const [key, id] = Deno.args.map(Number);
       const code = (act) => { try { act(); } catch (error) { return error.code; } };
       console.log(JSON.stringify([
         code(() => msgget(key, 0o600)),
         code(() => msgsnd(id, 1, new Uint8Array(1), IPC_NOWAIT)),
         code(() => msgrcv(id, new Uint8Array(1), 0, IPC_NOWAIT)),
         code(() => msgctl(id, IPC_STAT)),
         code(() => msgctl(id, IPC_SET, { uid: 65534, gid: 65534, mode: 0o666, qbytes: 100 })),
         code(() => msgctl(id, IPC_RMID)),
       ]));`,
      { uid: NOBODY, args: [key, queue.id] },
    );
    assertEquals(codes, ["EACCES", "EACCES", "EACCES", "EACCES", "EPERM", "EPERM"]);
  },
});

Deno.test("msgget() refuses what is no key or flag word", () => {
  assertThrows(() => msgget("key" as unknown as number, 0), TypeError, "key");
  assertThrows(() => msgget(2 ** 32, 0), RangeError, "key");
  assertThrows(() => msgget(0, 0.5), RangeError, "flags");
});

Deno.test("msgget() finds the queue of a key, and makes a new one for IPC_PRIVATE", () => {
  const key = sysvKey() + 0x80000000;
  using queue = newQueue(key);
  assertEquals(msgget(key | 0, 0), queue.id);
  assertEquals(msgget(key, IPC_CREAT | 0o600), queue.id);
  using other = newQueue();
  assertNotEquals(other.id, queue.id);
});

Deno.test("msgget() tells the run's hook what this process made, and not what it found", () => {
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
    assertErrno("ENOENT", () => msgget(key, 0o600));
    const id = msgget(key, IPC_CREAT | 0o600);
    using _remove = { [Symbol.dispose]: () => msgctl(id, IPC_RMID) };
    assertEquals(msgget(key, IPC_CREAT | 0o600), id);
    assertErrno("EEXIST", () => msgget(key, IPC_CREAT | IPC_EXCL | 0o600));
    using other = newQueue();
    assertEquals(made, [`sysv_msg ${id}`, `sysv_msg ${other.id}`]);
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
    using queue = newQueue(sysvKey());
    msgsnd(queue.id, 1, new Uint8Array(1));
    msgrcv(queue.id, new Uint8Array(1));
    msgctl(queue.id, IPC_STAT);
  } finally {
    gate.hook = null;
  }
  assertEquals(entered, ["msgget", "msgsnd", "msgrcv", "msgctl", "msgctl"]);
});

// --- msgsnd ---

Deno.test("msgsnd() gives EINVAL for a type below 1, too many bytes, and no queue", () => {
  using queue = newQueue();
  assertErrno("EINVAL", () => msgsnd(queue.id, 0, new Uint8Array(1)));
  assertErrno("EINVAL", () => msgsnd(queue.id, -(2 ** 40), new Uint8Array(1)));
  const most = Number(Deno.readTextFileSync("/proc/sys/kernel/msgmax"));
  assertErrno("EINVAL", () => msgsnd(queue.id, 1, new Uint8Array(most + 1)));
  assertErrno("EINVAL", () => msgsnd(-1, 1, new Uint8Array(1)));
  const error = assertThrows(() => msgsnd(removedId(), 1, new Uint8Array(1)));
  assert(isSystemError(error, "EINVAL") || isSystemError(error, "EIDRM"));
  assertEquals(msgctl(queue.id, IPC_STAT).qnum, 0);
});

Deno.test("msgsnd() gives EAGAIN with IPC_NOWAIT when the queue is full", () => {
  using queue = fullQueue();
  assertErrno("EAGAIN", () => msgsnd(queue.id, 1, new Uint8Array(1), IPC_NOWAIT));
});

Deno.test("msgsnd() refuses what is no type, bytes or flag word", () => {
  using queue = newQueue();
  const send = (type: unknown, data: unknown, flags?: unknown): void =>
    msgsnd(queue.id, type as number, data as Uint8Array, flags as number);
  assertThrows(() => send("1", new Uint8Array(1)), TypeError, "type");
  assertThrows(() => send(1n, new Uint8Array(1)), TypeError, "type");
  assertThrows(() => send(2 ** 53, new Uint8Array(1)), RangeError, "type");
  assertThrows(() => send(1, "text"), TypeError, "data");
  assertThrows(() => send(1, new Uint8Array(1), 1.5), RangeError, "flags");
  assertEquals(msgctl(queue.id, IPC_STAT).qnum, 0);
});

Deno.test("msgsnd() gives EINTR when a handler ran, also one with SA_RESTART", async () => {
  for (const flags of ["0", "SA_RESTART"] as const) {
    using queue = fullQueue();
    const call = "msgsnd(Number(Deno.args[0]), 1, new Uint8Array(1))";
    const { outcome, handled } = await interrupt({ call, args: [queue.id], blocksIn: call.slice(0, 6) }, flags);
    assertEquals([outcome, handled], ["EINTR", 1], flags);
  }
});

Deno.test("msgsnd() gives EIDRM when the queue is removed meanwhile", async () => {
  const queue = fullQueue();
  await using child = blockedChild("msgsnd(Number(Deno.args[0]), 1, new Uint8Array(1))", { args: [queue.id] });
  await child.blockedIn("msgsnd");
  queue[Symbol.dispose]();
  assertEquals(await child.result(), "EIDRM");
});

Deno.test("msgsnd() blocks until there is room", async () => {
  using queue = fullQueue();
  await using child = blockedChild("msgsnd(Number(Deno.args[0]), 7, new Uint8Array([65]))", { args: [queue.id] });
  await child.blockedIn("msgsnd");
  assertEquals(take(queue.id).slice(0, 2), "1 ");
  assertEquals(await child.result(), "returned");
  assertEquals(take(queue.id), "7 A");
});

// --- msgrcv ---

Deno.test("msgrcv() gives ENOMSG with IPC_NOWAIT when no message fits", () => {
  using queue = newQueue();
  assertErrno("ENOMSG", () => take(queue.id));
  msgsnd(queue.id, 5, bytesOf("five"));
  assertErrno("ENOMSG", () => take(queue.id, 4));
  assertErrno("ENOMSG", () => take(queue.id, -4));
  assertErrno("ENOMSG", () => take(queue.id, 5, MSG_EXCEPT));
  assertEquals(take(queue.id), "5 five");
});

Deno.test("msgrcv() gives E2BIG for a buffer that is too small, and the message stays", () => {
  using queue = newQueue();
  msgsnd(queue.id, 1, bytesOf("hello"));
  assertErrno("E2BIG", () => msgrcv(queue.id, new Uint8Array(4)));
  assertErrno("E2BIG", () => msgrcv(queue.id, new Uint8Array(0)));
  assertEquals(take(queue.id), "1 hello");
});

Deno.test("msgrcv() with MSG_NOERROR cuts the message; the rest of it is lost", () => {
  using queue = newQueue();
  msgsnd(queue.id, 1, bytesOf("hello"));
  const buffer = new Uint8Array(4).fill(46);
  assertEquals(msgrcv(queue.id, buffer.subarray(1, 3), 0, MSG_NOERROR), { length: 2, type: 1 });
  assertEquals(new TextDecoder().decode(buffer), ".he.");
  assertErrno("ENOMSG", () => take(queue.id));
});

Deno.test("msgrcv() gives EINVAL or EIDRM for an identifier that is none, or no more", () => {
  assertErrno("EINVAL", () => msgrcv(-1, new Uint8Array(1)));
  const error = assertThrows(() => msgrcv(removedId(), new Uint8Array(1)));
  assert(isSystemError(error, "EINVAL") || isSystemError(error, "EIDRM"));
});

Deno.test("msgrcv() refuses what is no buffer, type or flag word", () => {
  using queue = newQueue();
  msgsnd(queue.id, 1, bytesOf("x"));
  const receive = (buffer: unknown, type?: unknown, flags?: unknown): unknown =>
    msgrcv(queue.id, buffer as Uint8Array, type as number, flags as number);
  assertThrows(() => receive(new ArrayBuffer(8)), TypeError, "buffer");
  assertThrows(() => receive(new Uint8Array(1), 1n), TypeError, "type");
  assertThrows(() => receive(new Uint8Array(1), 0.5), RangeError, "type");
  assertThrows(() => receive(new Uint8Array(1), 0, "0"), TypeError, "flags");
  assertEquals(take(queue.id), "1 x");
});

Deno.test("msgrcv() gives EINTR when a handler ran, also one with SA_RESTART", async () => {
  for (const flags of ["0", "SA_RESTART"] as const) {
    using queue = newQueue();
    const call = "msgrcv(Number(Deno.args[0]), new Uint8Array(1))";
    const { outcome, handled } = await interrupt({ call, args: [queue.id], blocksIn: call.slice(0, 6) }, flags);
    assertEquals([outcome, handled], ["EINTR", 1], flags);
  }
});

Deno.test("msgrcv() gives EIDRM when the queue is removed meanwhile", async () => {
  const queue = newQueue();
  await using child = blockedChild("msgrcv(Number(Deno.args[0]), new Uint8Array(1))", { args: [queue.id] });
  await child.blockedIn("msgrcv");
  queue[Symbol.dispose]();
  assertEquals(await child.result(), "EIDRM");
});

Deno.test("msgrcv() blocks until a message of its type comes", async () => {
  using queue = newQueue();
  msgsnd(queue.id, 1, bytesOf("not for you"));
  await using child = blockedChild("msgrcv(Number(Deno.args[0]), new Uint8Array(20), 9)", { args: [queue.id] });
  await child.blockedIn("msgrcv");
  msgsnd(queue.id, 9, bytesOf("for you"));
  assertEquals(await child.result(), { length: 7, type: 9 });
  assertEquals(take(queue.id), "1 not for you");
});

Deno.test("messages of one type come in the order of sending, also empty ones", () => {
  using queue = newQueue();
  for (const text of ["a", "", "c"]) msgsnd(queue.id, 1, bytesOf(text));
  assertEquals([take(queue.id), take(queue.id), take(queue.id)], ["1 a", "1 ", "1 c"]);
});

Deno.test("msgrcv() chooses by type: this one, any other, the lowest up to one", () => {
  using queue = newQueue();
  for (const type of [5, 3, 4, 3]) msgsnd(queue.id, type, bytesOf(`t${type}`));
  assertEquals(take(queue.id, 4), "4 t4");
  assertEquals(take(queue.id, 5, MSG_EXCEPT), "3 t3");
  assertEquals(take(queue.id, -4), "3 t3");
  assertEquals(take(queue.id, 0), "5 t5");
});

Deno.test("a type may have up to 53 bits, and one call's type is not the next one's", () => {
  using queue = newQueue();
  const wide = 2 ** 52 + 2 ** 33 + 7;
  msgsnd(queue.id, wide, bytesOf("wide"));
  msgsnd(queue.id, 7, bytesOf("narrow"));
  assertEquals(take(queue.id, 7), "7 narrow");
  assertErrno("ENOMSG", () => take(queue.id, 7));
  assertEquals(take(queue.id, wide), `${wide} wide`);
});

Deno.test("a message longer than usual goes through, where the system allows it", () => {
  const most = Number(Deno.readTextFileSync("/proc/sys/kernel/msgmax"));
  using queue = newQueue();
  const data = Uint8Array.from({ length: most }, (_, i) => i % 251);
  msgsnd(queue.id, 1, data);
  const buffer = new Uint8Array(most + 100_000);
  assertEquals(msgrcv(queue.id, buffer).length, most);
  assertEquals(buffer.subarray(0, most), data);
});

Deno.test("a handler that sends and receives does not disturb the call in which it runs", async () => {
  using queue = newQueue();
  const result = await inChild(
    `import { msgrcv, msgsnd, sigaction, SIGUSR2 } from "ipc";
     import { c } from "${new URL("../../../lib/raw/process.ts", import.meta.url)}";
     const id = Number(Deno.args[0]);
     const buffer = new Uint8Array(100);
     let handled = 0;
     sigaction(SIGUSR2, { handler: () => {
       handled++;
       msgsnd(id, 9, new TextEncoder().encode("from the handler"));
       msgrcv(id, new Uint8Array(100), 9);
     } });
     c.kill(c.getpid(), SIGUSR2); // past the gate: the handler runs at the beginning of the next call
     msgsnd(id, 1, new TextEncoder().encode("outer"));
     c.kill(c.getpid(), SIGUSR2);
     const { length, type } = msgrcv(id, buffer, 1);
     console.log(JSON.stringify([handled, type, new TextDecoder().decode(buffer.subarray(0, length))]));`,
    { args: [queue.id] },
  );
  assertEquals(result, [2, 1, "outer"]);
});

// --- msgctl ---

Deno.test("msgctl() gives EINVAL or EIDRM for an identifier that is none, or no more", () => {
  assertErrno("EINVAL", () => msgctl(-1, IPC_STAT));
  assertErrno("EINVAL", () => msgctl(-1, IPC_RMID));
  assertErrno("EINVAL", () => msgctl(-1, IPC_SET, { mode: 0o600 }));
  const error = assertThrows(() => msgctl(removedId(), IPC_STAT));
  assert(isSystemError(error, "EINVAL") || isSystemError(error, "EIDRM"));
});

Deno.test("msgctl() refuses commands that it does not know, and settings that are none", () => {
  const command = (value: unknown, settings?: unknown): void =>
    msgctl(0, value as typeof IPC_SET, settings as MsgSettings);
  assertThrows(() => command(3), RangeError, "command: expected IPC_STAT, IPC_SET or IPC_RMID, got 3");
  assertThrows(() => command("IPC_STAT"), TypeError, "command");
  assertThrows(() => command(IPC_SET), TypeError, "settings");
  assertThrows(() => command(IPC_SET, { qbytes: -1 }), RangeError, "qbytes");
  assertThrows(() => command(IPC_SET, { mode: "600" }), TypeError, "mode");
});

Deno.test("msgctl() with IPC_STAT tells what is in the queue, and who was last", () => {
  const key = sysvKey();
  const begun = Math.floor(Date.now() / 1000) - 1;
  using queue = newQueue(key, 0o640);
  const fresh = msgctl(queue.id, IPC_STAT);
  assertEquals([fresh.key, fresh.mode, fresh.qnum, fresh.cbytes], [key, 0o640, 0, 0]);
  assertEquals([fresh.uid, fresh.gid, fresh.cuid, fresh.cgid], [Deno.uid(), Deno.gid(), Deno.uid(), Deno.gid()]);
  assertEquals([fresh.stime, fresh.rtime, fresh.lspid, fresh.lrpid], [0, 0, 0, 0]);
  assert(fresh.ctime >= begun);
  assert(fresh.qbytes > 0);
  msgsnd(queue.id, 1, new Uint8Array(10));
  msgsnd(queue.id, 2, new Uint8Array(5));
  take(queue.id, 2);
  const used = msgctl(queue.id, IPC_STAT);
  assertEquals([used.qnum, used.cbytes, used.lspid, used.lrpid], [1, 10, Deno.pid, Deno.pid]);
  assert(used.stime >= begun && used.rtime >= begun);
});

Deno.test("msgctl() with IPC_SET changes what it is given, and nothing else", () => {
  using queue = newQueue();
  const before = msgctl(queue.id, IPC_STAT);
  msgctl(queue.id, IPC_SET, { mode: 0o640 });
  assertEquals({ ...msgctl(queue.id, IPC_STAT), ctime: 0 }, { ...before, mode: 0o640, ctime: 0 });
  msgctl(queue.id, IPC_SET, { qbytes: 1000 });
  assertEquals({ ...msgctl(queue.id, IPC_STAT), ctime: 0 }, { ...before, mode: 0o640, qbytes: 1000, ctime: 0 });
  const { uid, gid } = before;
  msgctl(queue.id, IPC_SET, { uid, gid, mode: 0o600, qbytes: 2000 });
  assertEquals({ ...msgctl(queue.id, IPC_STAT), ctime: 0 }, { ...before, qbytes: 2000, ctime: 0 });
});

Deno.test("msgctl() with IPC_RMID removes the queue with its messages", () => {
  const key = sysvKey();
  const id = msgget(key, IPC_CREAT | 0o600);
  msgsnd(id, 1, new Uint8Array(1));
  msgctl(id, IPC_RMID);
  assertErrno("ENOENT", () => msgget(key, 0));
  assertThrows(() => msgrcv(id, new Uint8Array(1)));
});
