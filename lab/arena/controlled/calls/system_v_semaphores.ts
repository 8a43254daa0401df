/**
 * Sets of System V semaphores: each operation is tried with IPC_NOWAIT.
 *
 * @module
 */
import {
  GETALL,
  GETNCNT,
  GETPID,
  GETVAL,
  GETZCNT,
  IPC_NOWAIT,
  IPC_RMID,
  IPC_STAT,
  SEM_UNDO,
} from "../../../../lib/abi/ipc_constants.ts";
import { isSystemError } from "../../../../lib/errors/system_error.ts";
import type { SemBuf } from "../../../../lib/mod.ts";
import { MODE } from "../../../explore/region.ts";
import { type Calls, type Context, ERRNO, fails, WOULD_BLOCK } from "./call.ts";
import { milliseconds } from "./clock.ts";
import { withFlag } from "./nonblocking.ts";

/** The commands of semctl that only look. */
const LOOKING: ReadonlySet<unknown> = new Set([GETALL, GETNCNT, GETPID, GETVAL, GETZCNT, IPC_STAT]);

/** The calls on System V semaphores. */
export function systemVSemaphores(context: Context): Calls {
  const { original, objects, clock, belongings, turnstile } = context;
  const { semop, semtimedop } = original;

  const on = (id: number): readonly number[] => [objects.semaphoreSet(id)];
  const undoes = (_: unknown, _id: number, operations: readonly SemBuf[]): void => {
    if (operations.some(({ flg = 0 }) => (flg & SEM_UNDO) !== 0)) belongings.touched("undo");
  };
  /** Tries it with IPC_NOWAIT everywhere; then EAGAIN is the program's own only where its operation said so. */
  const attempt = (id: number, operations: readonly SemBuf[], act: (wanted: readonly SemBuf[]) => void): unknown => {
    if (!Array.isArray(operations) || !operations.every((item) => typeof item === "object" && item !== null)) {
      return act(operations);
    }
    try {
      return act(
        operations.map(({ num, op, flg }) => ({ num, op, flg: withFlag(flg, IPC_NOWAIT) })),
      );
    } catch (error) {
      if (!isSystemError(error, "EAGAIN") || refusesToWait(id, operations)) throw error;
      return WOULD_BLOCK;
    }
  };
  /** Whether the first operation that cannot be done has IPC_NOWAIT. */
  const refusesToWait = (id: number, operations: readonly SemBuf[]): boolean => {
    const values = new Map<number, number>();
    for (const { num, op, flg = 0 } of operations) {
      const value = values.get(num) ?? original.semctl(id, num, GETVAL);
      if (op === 0 ? value !== 0 : value + op < 0) return (flg & IPC_NOWAIT) !== 0;
      values.set(num, value + op);
    }
    return false;
  };
  const blocks = (_: number, operations: readonly SemBuf[]): boolean =>
    Array.isArray(operations) && operations.every(({ flg = 0, op }) => op <= 0 && (flg & IPC_NOWAIT) === 0);

  return {
    semget: { objects: (key) => [objects.key(key, "sem")], mode: MODE.write },
    semop: {
      objects: on,
      mode: MODE.write,
      attempt: (id, operations) => attempt(id, operations, (wanted) => semop(id, wanted)),
      note: undoes,
      faults: { eintr: (id, operations) => blocks(id, operations) ? fails("semop", ERRNO.EINTR)() : undefined },
    },
    semtimedop: {
      objects: on,
      mode: MODE.write,
      attempt: (id, operations, timeout) =>
        milliseconds(timeout) === null
          ? semtimedop(id, operations, timeout)
          : attempt(id, operations, (wanted) => semtimedop(id, wanted, timeout)),
      deadline: (_id, _operations, timeout) => clock.after(timeout),
      timedOut: fails("semtimedop", ERRNO.EAGAIN),
      note: undoes,
      faults: {
        eintr: (id, operations) => blocks(id, operations) ? fails("semtimedop", ERRNO.EINTR)() : undefined,
        timeout: (id, operations) => blocks(id, operations) ? fails("semtimedop", ERRNO.EAGAIN)() : undefined,
      },
    },
    semctl: {
      objects: on,
      mode: (_id, _num, command) => LOOKING.has(command) ? MODE.read : MODE.write,
      note: (_, id, _num, command) => {
        if (command === IPC_RMID) turnstile.removed("sysv_sem", String(id));
      },
    },
  };
}
