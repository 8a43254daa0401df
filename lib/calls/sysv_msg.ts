/**
 * System V message queues: msgget, msgsnd, msgrcv, msgctl. A message has a type, by which a receiver chooses. See sysvipc(7).
 *
 * @module
 */
import { IPC_RMID, IPC_SET, IPC_STAT } from "../abi/ipc_constants.ts";
import { allocate, decode, type Decoded, encode } from "../abi/layout.ts";
import { MSQID_DS } from "../abi/msqid_ds.ts";
import { bytes, int, lengthOf, offset, size } from "../errors/arguments.ts";
import { ipcKey, type Ownership, ownership } from "../errors/sysv_argument.ts";
import { callNumber } from "../gate/calls.ts";
import { enter, failed, leave } from "../gate/gate.ts";
import { obtain } from "../gate/obtain.ts";
import { errno } from "../raw/errno.ts";
import { c } from "../raw/sysv_message.ts";

const MSGGET = callNumber("msgget");
const MSGSND = callNumber("msgsnd");
const MSGRCV = callNumber("msgrcv");
const MSGCTL = callNumber("msgctl");

/** A message that was taken out of a System V queue. */
export interface TypedMessage {
  /** Number of its bytes in the buffer; a message may be empty. */
  length: number;
  /** Its type, above 0. */
  type: number;
}

/** What the kernel knows about a queue: C's `struct msqid_ds`. */
export interface MsqidDs {
  /** The key it was made with; 0 when it has none. */
  key: number;
  /** Owner. */
  uid: number;
  /** Owner's group. */
  gid: number;
  /** Creator. */
  cuid: number;
  /** Creator's group. */
  cgid: number;
  /** Permissions. */
  mode: number;
  /** When the last message was sent, in seconds since 1970; 0 if none was. */
  stime: number;
  /** When the last message was received, in seconds since 1970; 0 if none was. */
  rtime: number;
  /** When it was made or changed by IPC_SET, in seconds since 1970. */
  ctime: number;
  /** Bytes in the queue now. */
  cbytes: number;
  /** Messages in the queue now. */
  qnum: number;
  /** How many bytes the queue may hold. */
  qbytes: number;
  /** Pid of the last sender; 0 if there was none. */
  lspid: number;
  /** Pid of the last receiver; 0 if there was none. */
  lrpid: number;
}

/** What IPC_SET changes of a queue; what is left out stays as it is. */
export interface MsgSettings extends Ownership {
  /** How many bytes the queue may hold; more than the system's default needs privilege. */
  readonly qbytes?: number;
}

/**
 * `int msgget(key_t key, int msgflg)`: finds the queue of a key, or makes one. It does not block.
 *
 * The queue stays, with its messages, with or without processes, until somebody removes it: `msgctl(id, IPC_RMID)`.
 *
 * @param key a number that the processes agree on (see {@linkcode ftok}), or IPC_PRIVATE: a new queue, whose identifier is
 * handed on by fork
 * @param flags IPC_CREAT, IPC_EXCL, and the permissions, such as `IPC_CREAT | 0o600`
 * @returns the queue's identifier, the same in all processes
 * @throws {SystemError} EACCES, EEXIST (IPC_CREAT with IPC_EXCL), ENOENT (no queue of this key, and no IPC_CREAT), ENOMEM,
 * ENOSPC
 * @see {@link https://man7.org/linux/man-pages/man2/msgget.2.html | msgget(2)}, sysvipc(7)
 *
 * @example Making a queue and removing it
 * ```ts
 * import { IPC_CREAT, IPC_PRIVATE, IPC_RMID, IPC_STAT, msgctl, msgget } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const id = msgget(IPC_PRIVATE, IPC_CREAT | 0o600);
 * assertEquals(msgctl(id, IPC_STAT).qnum, 0);
 * msgctl(id, IPC_RMID);
 * ```
 */
export function msgget(key: number, flags: number): number {
  const wanted = ipcKey(key);
  int(flags, "flags");
  for (;;) {
    enter(MSGGET);
    const id = obtain("sysv_msg", wanted, flags, (flags) => c.msgget(wanted, flags));
    if (id !== -1) return leave(id);
    failed(MSGGET, errno());
  }
}

/**
 * `int msgsnd(int msqid, const void *msgp, size_t msgsz, int msgflg)`: puts a message at the end of the queue. C's `struct
 * msgbuf` is two arguments here: the type and the bytes.
 *
 * Blocks while the queue has no room, unless IPC_NOWAIT. A handler that runs meanwhile ends it with EINTR, also one with
 * SA_RESTART.
 *
 * @param id identifier from msgget
 * @param type any number above 0; a receiver can choose by it
 * @param data the bytes, at most what /proc/sys/kernel/msgmax says; none are a message, too
 * @param flags IPC_NOWAIT or 0
 * @throws {SystemError} EACCES, EAGAIN (IPC_NOWAIT and no room), EIDRM (removed, perhaps while it blocked), EINTR, EINVAL (no
 * such queue, a type below 1, or too many bytes), ENOMEM
 * @see {@link https://man7.org/linux/man-pages/man2/msgsnd.2.html | msgsnd(2)}
 *
 * @example Asking for one type
 * ```ts
 * import { IPC_CREAT, IPC_PRIVATE, IPC_RMID, msgctl, msgget, msgrcv, msgsnd } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const id = msgget(IPC_PRIVATE, IPC_CREAT | 0o600);
 * msgsnd(id, 1, new TextEncoder().encode("for one"));
 * msgsnd(id, 2, new TextEncoder().encode("for two"));
 * const buffer = new Uint8Array(16);
 * assertEquals(msgrcv(id, buffer, 2), { length: 7, type: 2 });
 * assertEquals(new TextDecoder().decode(buffer.subarray(0, 7)), "for two");
 * msgctl(id, IPC_RMID);
 * ```
 */
export function msgsnd(id: number, type: number, data: Uint8Array, flags = 0): void {
  int(id, "id");
  offset(type, "type");
  const source = bytes(data, "data");
  const size = lengthOf(source);
  int(flags, "flags");
  for (;;) {
    enter(MSGSND);
    // Only now, as a signal handler in `enter` may send, too.
    const message = room(size);
    message.view.setUint32(0, type >>> 0, true);
    message.view.setInt32(4, Math.floor(type / TWO_32), true);
    message.bytes.set(source, TEXT);
    if (c.msgsnd(id, message.bytes, size, flags) !== -1) break;
    failed(MSGSND, errno());
  }
  leave(0);
}

/**
 * `ssize_t msgrcv(int msqid, void *msgp, size_t msgsz, long msgtyp, int msgflg)`: takes a message out of the queue.
 *
 * Blocks while there is none that fits `type`, unless IPC_NOWAIT. A handler that runs meanwhile ends it with EINTR, also one
 * with SA_RESTART.
 *
 * @param id identifier from msgget
 * @param buffer where the bytes go; a message that is longer stays in the queue (E2BIG), unless MSG_NOERROR
 * @param type 0: the oldest message; above 0: the oldest of this type, or with MSG_EXCEPT of any other; below 0: the oldest of
 * the lowest type that is at most `-type`
 * @param flags IPC_NOWAIT, MSG_NOERROR (cut what is too long; the rest is lost), MSG_EXCEPT
 * @returns the message's length and type
 * @throws {SystemError} E2BIG, EACCES, EIDRM (removed, perhaps while it blocked), EINTR, EINVAL (no such queue), ENOMSG
 * (IPC_NOWAIT and none that fits)
 * @see {@link https://man7.org/linux/man-pages/man2/msgrcv.2.html | msgrcv(2)}
 *
 * @example The lowest type first
 * ```ts
 * import { IPC_CREAT, IPC_PRIVATE, IPC_RMID, MSG_NOERROR, msgctl, msgget, msgrcv, msgsnd } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const id = msgget(IPC_PRIVATE, IPC_CREAT | 0o600);
 * msgsnd(id, 7, new TextEncoder().encode("can wait"));
 * msgsnd(id, 3, new TextEncoder().encode("urgent"));
 * const buffer = new Uint8Array(4);
 * assertEquals(msgrcv(id, buffer, -10, MSG_NOERROR), { length: 4, type: 3 });
 * assertEquals(new TextDecoder().decode(buffer), "urge");
 * msgctl(id, IPC_RMID);
 * ```
 */
export function msgrcv(id: number, buffer: Uint8Array, type = 0, flags = 0): TypedMessage {
  int(id, "id");
  const target = bytes(buffer, "buffer");
  const size = lengthOf(target);
  if (offset(type, "type") !== wantedType) {
    wantedType = type;
    wantedWide = BigInt(type);
  }
  const wide = wantedWide;
  int(flags, "flags");
  for (;;) {
    enter(MSGRCV);
    const message = room(size);
    const length = c.msgrcv(id, message.bytes, size, wide, flags);
    if (length !== -1) {
      // Taken before the safe point: a signal handler may receive, too.
      const { view } = message;
      const result = { length, type: view.getInt32(4, true) * TWO_32 + view.getUint32(0, true) };
      target.set(textOf(message, length));
      leave(length);
      return result;
    }
    failed(MSGRCV, errno());
  }
}

/**
 * `int msgctl(int msqid, int cmd, struct msqid_ds *buf)` with IPC_STAT: what the kernel knows about a queue.
 *
 * None of the commands blocks.
 *
 * @returns the decoded `struct msqid_ds`
 * @throws {SystemError} EACCES, EIDRM, EINVAL (no such identifier), EPERM (IPC_SET and IPC_RMID: not the owner; or too large a
 * `qbytes`)
 * @see {@link https://man7.org/linux/man-pages/man2/msgctl.2.html | msgctl(2)}
 *
 * @example A smaller queue
 * ```ts
 * import { IPC_CREAT, IPC_NOWAIT, IPC_PRIVATE, IPC_RMID, IPC_SET, IPC_STAT, isSystemError, msgctl, msgget, msgsnd } from "ipc";
 * import { assert, assertEquals, assertThrows } from "@std/assert";
 *
 * const id = msgget(IPC_PRIVATE, IPC_CREAT | 0o600);
 * msgctl(id, IPC_SET, { qbytes: 100 });
 * msgsnd(id, 1, new Uint8Array(80));
 * assert(isSystemError(assertThrows(() => msgsnd(id, 1, new Uint8Array(80), IPC_NOWAIT)), "EAGAIN"));
 * const { qnum, cbytes } = msgctl(id, IPC_STAT);
 * assertEquals({ qnum, cbytes }, { qnum: 1, cbytes: 80 });
 * msgctl(id, IPC_RMID);
 * ```
 */
export function msgctl(id: number, command: typeof IPC_STAT): MsqidDs;
/** With IPC_SET: changes owner, permissions and how many bytes the queue may hold. */
export function msgctl(id: number, command: typeof IPC_SET, settings: MsgSettings): void;
/** With IPC_RMID: removes the queue with its messages, at once. Who blocks on it gets EIDRM. */
export function msgctl(id: number, command: typeof IPC_RMID): void;
export function msgctl(id: number, command: number, settings?: MsgSettings): MsqidDs | void {
  int(id, "id");
  int(command, "command");
  switch (command) {
    case IPC_STAT: {
      const state = control(id, IPC_STAT, allocate(MSQID_DS));
      const result: Decoded<typeof MSQID_DS.fields> = decode(MSQID_DS, state);
      return result;
    }
    case IPC_SET: {
      const owner = ownership(settings);
      const qbytes = settings?.qbytes;
      const wanted = qbytes === undefined ? owner : { ...owner, qbytes: size(qbytes, "qbytes") };
      // The kernel sets all four: what is not given is what it was.
      const complete = Object.keys(wanted).length === 4;
      const state = complete ? allocate(MSQID_DS) : control(id, IPC_STAT, allocate(MSQID_DS));
      encode(MSQID_DS, state, wanted);
      control(id, IPC_SET, state);
      return;
    }
    case IPC_RMID:
      control(id, IPC_RMID, allocate(MSQID_DS));
      return;
    default:
      throw new RangeError(`command: expected IPC_STAT, IPC_SET or IPC_RMID, got ${command}`);
  }
}

function control(id: number, command: number, state: DataView<ArrayBuffer>): DataView<ArrayBuffer> {
  for (;;) {
    enter(MSGCTL);
    if (c.msgctl(id, command, state) !== -1) break;
    failed(MSGCTL, errno());
  }
  leave(0);
  return state;
}

/** Where the bytes begin in a `struct msgbuf`, behind the type. */
const TEXT = 8;
const TWO_32 = 2 ** 32;

/** Memory for one `struct msgbuf`. */
interface Room {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly view: DataView<ArrayBuffer>;
  /** The text of the message that was taken out last: most have the length of the one before, and to make a view is to allocate. */
  text: Uint8Array<ArrayBuffer>;
}

/** What most systems allow for a message; room for one is kept. */
const USUAL = 8192;
let usual: Room | null = null;

/** Room for a message of `length` bytes, valid until the next safe point. */
function room(length: number): Room {
  return length <= USUAL ? usual ??= newRoom(USUAL) : newRoom(length);
}

function newRoom(length: number): Room {
  const buffer = new ArrayBuffer(TEXT + length);
  return { bytes: new Uint8Array(buffer), view: new DataView(buffer), text: new Uint8Array(buffer, TEXT) };
}

function textOf(room: Room, length: number): Uint8Array<ArrayBuffer> {
  if (room.text.length !== length) room.text = room.bytes.subarray(TEXT, TEXT + length);
  return room.text;
}

/** The type that was asked for last, as C has it: a `long` is given as a bigint, and most programs ask for the same again. */
let wantedType = 0;
let wantedWide = 0n;
