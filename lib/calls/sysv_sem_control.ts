/**
 * Looking at System V semaphores and setting them: semctl.
 *
 * @module
 */
import {
  GETALL,
  GETNCNT,
  GETPID,
  GETVAL,
  GETZCNT,
  IPC_RMID,
  IPC_SET,
  IPC_STAT,
  SETALL,
  SETVAL,
} from "../abi/ipc_constants.ts";
import { allocate, decode, type Decoded, encode, get } from "../abi/layout.ts";
import { SEMID_DS } from "../abi/semid_ds.ts";
import { int, kind, size } from "../errors/arguments.ts";
import { type Ownership, ownership } from "../errors/sysv_argument.ts";
import { callNumber } from "../gate/calls.ts";
import { enter, failed, leave } from "../gate/gate.ts";
import { errno } from "../raw/errno.ts";
import { c } from "../raw/sysv_semaphore.ts";

const SEMCTL = callNumber("semctl");

/** What the kernel knows about a set of semaphores: C's `struct semid_ds`. */
export interface SemidDs {
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
  /** When the last operation was made, in seconds since 1970; 0 if none was. */
  otime: number;
  /** When it was made or changed by semctl, in seconds since 1970. */
  ctime: number;
  /** How many semaphores it has. */
  nsems: number;
}

/**
 * `int semctl(int semid, int semnum, int cmd, ...)` with GETVAL, GETPID, GETNCNT or GETZCNT: the value of one semaphore, who
 * operated on it last, how many wait for it to rise, or to be 0.
 *
 * None of the commands blocks. What they tell is true for a moment only: another process may operate before it is used.
 *
 * @param id identifier from semget
 * @param num which semaphore, from 0; of no meaning where a command concerns the whole set
 * @throws {SystemError} EACCES, EIDRM, EINVAL (no such identifier or semaphore), EPERM (IPC_SET and IPC_RMID: not the owner),
 * ERANGE (SETVAL, SETALL: a value that is not from 0 to 32767)
 * @see {@link https://man7.org/linux/man-pages/man2/semctl.2.html | semctl(2)}
 *
 * @example One value, and all
 * ```ts
 * import { GETALL, GETVAL, IPC_CREAT, IPC_PRIVATE, IPC_RMID, IPC_STAT, semctl, semget, SETALL, SETVAL } from "ipc";
 * import { assertEquals } from "@std/assert";
 *
 * const id = semget(IPC_PRIVATE, 3, IPC_CREAT | 0o600);
 * semctl(id, 0, SETALL, [1, 2, 3]);
 * semctl(id, 1, SETVAL, 20);
 * assertEquals(semctl(id, 1, GETVAL), 20);
 * assertEquals(semctl(id, 0, GETALL), [1, 20, 3]);
 * assertEquals(semctl(id, 0, IPC_STAT).nsems, 3);
 * semctl(id, 0, IPC_RMID);
 * ```
 */
export function semctl(
  id: number,
  num: number,
  command: typeof GETVAL | typeof GETPID | typeof GETNCNT | typeof GETZCNT,
): number;
/** With SETVAL: sets one semaphore. Who waits for that value goes on; what SEM_UNDO had noted for it is forgotten. */
export function semctl(id: number, num: number, command: typeof SETVAL, value: number): void;
/** With GETALL: the values of all semaphores of the set. */
export function semctl(id: number, num: number, command: typeof GETALL): number[];
/** With SETALL: sets all semaphores of the set, as SETVAL does. The set must be readable, too. */
export function semctl(id: number, num: number, command: typeof SETALL, values: readonly number[]): void;
/** With IPC_STAT: the decoded `struct semid_ds`. */
export function semctl(id: number, num: number, command: typeof IPC_STAT): SemidDs;
/** With IPC_SET: changes owner and permissions. */
export function semctl(id: number, num: number, command: typeof IPC_SET, settings: Ownership): void;
/** With IPC_RMID: removes the set, at once. Who blocks on it gets EIDRM. */
export function semctl(id: number, num: number, command: typeof IPC_RMID): void;
export function semctl(
  id: number,
  num: number,
  command: number,
  argument?: number | readonly number[] | Ownership,
): number | number[] | SemidDs | void {
  int(id, "id");
  int(num, "num");
  int(command, "command");
  switch (command) {
    case GETVAL:
    case GETPID:
    case GETNCNT:
    case GETZCNT:
      return demand(() => c.semctl_value(id, num, command, 0));
    case SETVAL: {
      const value = int(argument as number, "value");
      demand(() => c.semctl_value(id, num, SETVAL, value));
      return;
    }
    case GETALL: {
      const values = new Uint16Array(sizeOfSet(id));
      demand(() => c.semctl(id, 0, GETALL, values));
      return [...values];
    }
    case SETALL:
      setAll(id, argument as readonly number[]);
      return;
    case IPC_STAT: {
      const result: Decoded<typeof SEMID_DS.fields> = decode(SEMID_DS, stateOf(id));
      return result;
    }
    case IPC_SET: {
      const wanted = ownership(argument as Ownership);
      // The kernel sets all three: what is not given is what it was.
      const state = Object.keys(wanted).length === 3 ? allocate(SEMID_DS) : stateOf(id);
      encode(SEMID_DS, state, wanted);
      demand(() => c.semctl(id, 0, IPC_SET, state));
      return;
    }
    case IPC_RMID:
      demand(() => c.semctl_value(id, 0, IPC_RMID, 0));
      return;
    default:
      throw new RangeError(`command: expected IPC_STAT, IPC_SET, IPC_RMID, GETVAL, SETVAL, …, got ${command}`);
  }
}

/** Calls `call` until it succeeds, or fails for good. */
function demand(call: () => number): number {
  for (;;) {
    enter(SEMCTL);
    const result = call();
    if (result !== -1) return leave(result);
    failed(SEMCTL, errno());
  }
}

function stateOf(id: number): DataView<ArrayBuffer> {
  const state = allocate(SEMID_DS);
  demand(() => c.semctl(id, 0, IPC_STAT, state));
  return state;
}

function sizeOfSet(id: number): number {
  return get(stateOf(id), SEMID_DS.fields.nsems);
}

/** The kernel reads as many values as there are semaphores, however many it is given: that has to be known before. */
function setAll(id: number, argument: readonly number[]): void {
  if (!Array.isArray(argument)) throw new TypeError(`values: expected an array, got ${kind(argument)}`);
  const count = size(argument.length, "values.length");
  const nsems = sizeOfSet(id);
  if (count !== nsems) throw new RangeError(`values: expected ${nsems}, one for each semaphore, got ${count}`);
  const values = Uint16Array.from({ length: count }, (_, i) => {
    const value = int(argument[i] as number, `values[${i}]`);
    // What 16 bits cannot hold is out of range for the kernel, too, and must not become something else.
    return value >= 0 && value <= 0xffff ? value : 0xffff;
  });
  demand(() => c.semctl(id, 0, SETALL, values));
}
