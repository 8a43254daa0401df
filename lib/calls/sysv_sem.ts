/**
 * System V semaphores, which come in sets: semget, semop, semtimedop. What semctl does is in `sysv_sem_control.ts`. See
 * sysvipc(7).
 *
 * @module
 */
import { allocate, set, sizeOf } from "../abi/layout.ts";
import { SEMBUF } from "../abi/semid_ds.ts";
import type { Timespec } from "../abi/timespec.ts";
import { int, kind, size } from "../errors/arguments.ts";
import { errnoOf } from "../errors/system_error.ts";
import { ipcKey } from "../errors/sysv_argument.ts";
import { timeLeft, timespec } from "../errors/timespec_argument.ts";
import { callNumber } from "../gate/calls.ts";
import { enter, failed, leave } from "../gate/gate.ts";
import { obtain } from "../gate/obtain.ts";
import { errno } from "../raw/errno.ts";
import { monotonicMs } from "../raw/runtime.ts";
import { c } from "../raw/sysv_semaphore.ts";

const SEMGET = callNumber("semget");
const SEMOP = callNumber("semop");
const SEMTIMEDOP = callNumber("semtimedop");
const E2BIG = errnoOf("E2BIG");

/** One operation of {@linkcode semop}: C's `struct sembuf`. */
export interface SemBuf {
  /** Which semaphore of the set, from 0. */
  readonly num: number;
  /** What is added to its value; 0 waits until the value is 0. -32768 to 32767. */
  readonly op: number;
  /** IPC_NOWAIT, SEM_UNDO; 0 unless given. */
  readonly flg?: number;
}

/**
 * `int semget(key_t key, int nsems, int semflg)`: finds the set of semaphores of a key, or makes one. It does not block.
 *
 * The semaphores of a new set are 0; another process may find the set before they are set to something else. The set stays,
 * with or without processes, until somebody removes it: `semctl(id, 0, IPC_RMID)`.
 *
 * @param key a number that the processes agree on (see {@linkcode ftok}), or IPC_PRIVATE: a new set, whose identifier is
 * handed on by fork
 * @param nsems how many semaphores; for a set that exists at most as many as it has, and 0 will do
 * @param flags IPC_CREAT, IPC_EXCL, and the permissions, such as `IPC_CREAT | 0o600`
 * @returns the set's identifier, the same in all processes
 * @throws {SystemError} EACCES, EEXIST (IPC_CREAT with IPC_EXCL), EINVAL (0 or too many semaphores, or more than the set has),
 * ENOENT (no set of this key, and no IPC_CREAT), ENOMEM, ENOSPC
 * @see {@link https://man7.org/linux/man-pages/man2/semget.2.html | semget(2)}, sysvipc(7)
 *
 * @example Making a set of two
 * ```ts
 * import { GETALL, IPC_CREAT, IPC_PRIVATE, IPC_RMID, semctl, semget } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const id = semget(IPC_PRIVATE, 2, IPC_CREAT | 0o600);
 * assertEquals(semctl(id, 0, GETALL), [0, 0]);
 * semctl(id, 0, IPC_RMID);
 * ```
 */
export function semget(key: number, nsems: number, flags: number): number {
  const wanted = ipcKey(key);
  int(nsems, "nsems");
  int(flags, "flags");
  for (;;) {
    enter(SEMGET);
    const id = obtain("sysv_sem", wanted, flags, (flags) => c.semget(wanted, nsems, flags));
    if (id !== -1) return leave(id);
    failed(SEMGET, errno());
  }
}

/**
 * `int semop(int semid, struct sembuf *sops, size_t nsops)`: operations on the semaphores of a set, all at once or none.
 *
 * Blocks while one of them cannot be done: while a value would fall below 0, or is not 0 where `op` is 0. With IPC_NOWAIT in
 * that operation's flags it fails instead. A handler that runs meanwhile ends it with EINTR, also one with SA_RESTART.
 *
 * What operations with SEM_UNDO added and took away is taken back when the process ends, however it ends.
 *
 * @param id identifier from semget
 * @param operations at least one, in any order
 * @throws {SystemError} E2BIG (too many operations), EACCES, EAGAIN (IPC_NOWAIT, and it would block), EFBIG (no such semaphore
 * in the set), EIDRM (removed, perhaps while it blocked), EINTR, EINVAL (no such set, or no operations), ENOMEM, ENOSPC,
 * ERANGE (the value would exceed 32767)
 * @see {@link https://man7.org/linux/man-pages/man2/semop.2.html | semop(2)}
 *
 * @example Mutual exclusion that survives a crash
 * ```ts
 * import { GETVAL, IPC_CREAT, IPC_PRIVATE, IPC_RMID, SEM_UNDO, semctl, semget, semop, SETVAL } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const id = semget(IPC_PRIVATE, 1, IPC_CREAT | 0o600);
 * semctl(id, 0, SETVAL, 1);
 * semop(id, [{ num: 0, op: -1, flg: SEM_UNDO }]);
 * assertEquals(semctl(id, 0, GETVAL), 0);
 * semop(id, [{ num: 0, op: 1, flg: SEM_UNDO }]);
 * assertEquals(semctl(id, 0, GETVAL), 1);
 * semctl(id, 0, IPC_RMID);
 * ```
 *
 * @example Two at once, or neither
 * ```ts
 * import { GETALL, IPC_CREAT, IPC_NOWAIT, IPC_PRIVATE, IPC_RMID, isSystemError, semctl, semget, semop, SETALL } from "ipc";
 * import { assert, assertEquals, assertThrows } from "@std/assert";
 *
 * const id = semget(IPC_PRIVATE, 2, IPC_CREAT | 0o600);
 * semctl(id, 0, SETALL, [1, 0]);
 * const both = [{ num: 0, op: -1 }, { num: 1, op: -1, flg: IPC_NOWAIT }];
 * assert(isSystemError(assertThrows(() => semop(id, both)), "EAGAIN"));
 * assertEquals(semctl(id, 0, GETALL), [1, 0]);
 * semctl(id, 0, IPC_RMID);
 * ```
 */
export function semop(id: number, operations: readonly SemBuf[]): void {
  int(id, "id");
  const count = countOf(operations);
  const buffer = encoded(operations, count);
  for (;;) {
    enter(SEMOP);
    if (count > MOST) failed(SEMOP, E2BIG);
    if (c.semop(id, buffer, count) !== -1) break;
    failed(SEMOP, errno());
  }
  spare = buffer;
  leave(0);
}

/**
 * `int semtimedop(int semid, struct sembuf *sops, size_t nsops, const struct timespec *timeout)`: `semop` that blocks for so long
 * at most.
 *
 * @param id identifier from semget
 * @param operations at least one, in any order
 * @param timeout how long: `{ sec, nsec }`
 * @throws {SystemError} as `semop`; EAGAIN when the time is over, too
 * @see {@link https://man7.org/linux/man-pages/man2/semop.2.html | semtimedop(2)}
 *
 * @example A millisecond
 * ```ts
 * import { IPC_CREAT, IPC_PRIVATE, IPC_RMID, isSystemError, semctl, semget, semtimedop } from "ipc";
 * import { assert, assertThrows } from "@std/assert";
 *
 * const id = semget(IPC_PRIVATE, 1, IPC_CREAT | 0o600);
 * const error = assertThrows(() => semtimedop(id, [{ num: 0, op: -1 }], { sec: 0, nsec: 1_000_000 }));
 * assert(isSystemError(error, "EAGAIN"));
 * semctl(id, 0, IPC_RMID);
 * ```
 */
export function semtimedop(id: number, operations: readonly SemBuf[], timeout: Timespec): void {
  int(id, "id");
  const count = countOf(operations);
  const buffer = encoded(operations, count);
  let limit = timespec(timeout, "timeout");
  const start = monotonicMs();
  for (;;) {
    enter(SEMTIMEDOP);
    if (count > MOST) failed(SEMTIMEDOP, E2BIG);
    if (c.semtimedop(id, buffer, count, limit) !== -1) break;
    failed(SEMTIMEDOP, errno());
    limit = timespec(timeLeft(timeout, start), "timeout");
  }
  spare = buffer;
  leave(0);
}

/** More operations than any kernel takes at once: /proc/sys/kernel/sem says 500. */
const MOST = 65536;
const { num: NUM, op: OP, flg: FLG } = SEMBUF.fields;
const STRIDE = sizeOf(SEMBUF);

/**
 * Memory for operations that no call uses now. A call takes it and puts it back at its end: in between a signal handler may
 * run that makes the same call.
 */
let spare: DataView<ArrayBuffer> | null = null;

function countOf(operations: readonly SemBuf[]): number {
  if (!Array.isArray(operations)) throw new TypeError(`operations: expected an array, got ${kind(operations)}`);
  return size(operations.length, "operations.length");
}

/** The operations as C has them, each read once and checked; nothing of more than can be. */
function encoded(operations: readonly SemBuf[], count: number): DataView<ArrayBuffer> {
  if (count > MOST) return allocate(SEMBUF);
  const buffer = spare !== null && spare.byteLength >= count * STRIDE ? spare : allocate(SEMBUF, Math.max(4, count));
  spare = null;
  for (let i = 0; i < count; i++) {
    const at = i * STRIDE;
    const operation = operations[i] as SemBuf;
    if (typeof operation !== "object" || operation === null) {
      throw new TypeError(`operations[${i}]: expected { num, op, flg? }, got ${kind(operation)}`);
    }
    const { num, op, flg } = operation;
    set(buffer, NUM, within(num, 0, 0xffff, i, "num"), at);
    set(buffer, OP, within(op, -0x8000, 0x7fff, i, "op"), at);
    set(buffer, FLG, flg === undefined ? 0 : within(flg, -0x8000, 0x7fff, i, "flg"), at);
  }
  return buffer;
}

/** `value` if C's `short` or `unsigned short` can hold it. */
function within(value: number, low: number, high: number, i: number, field: string): number {
  if ((value | 0) === value && value >= low && value <= high) return value;
  int(value, `operations[${i}].${field}`);
  throw new RangeError(`operations[${i}].${field}: expected a whole number from ${low} to ${high}, got ${value}`);
}
