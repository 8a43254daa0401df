/**
 * Finding a System V object by its key, or making one: a run of the lab wants to know which it was.
 *
 * @module
 */
import { IPC_CREAT, IPC_EXCL, IPC_PRIVATE } from "../abi/ipc_constants.ts";
import { errnoOf } from "../errors/system_error.ts";
import { errno } from "../raw/errno.ts";
import { gate, type ObjectKind } from "./gate.ts";

const EEXIST = errnoOf("EEXIST");
const ENOENT = errnoOf("ENOENT");

/**
 * Calls `get` with `flags`, as msgget and semget are called, and tells the run's hook if this process made the object. The
 * kernel does not say who made one; with IPC_EXCL the answer is certain. Returns an identifier, or -1 and leaves errno.
 */
export function obtain(kind: ObjectKind, key: number, flags: number, get: (flags: number) => number): number {
  const { hook } = gate;
  const makes = key === IPC_PRIVATE || (flags & IPC_CREAT) !== 0;
  if (hook === null || !makes) return get(flags);
  for (;;) {
    const made = get(flags | IPC_EXCL);
    if (made !== -1) {
      hook.created(kind, String(made));
      return made;
    }
    if (key === IPC_PRIVATE || (flags & IPC_EXCL) !== 0 || errno() !== EEXIST) return -1;
    const found = get(flags & ~IPC_CREAT);
    // Removed in between: it has to be made after all.
    if (found !== -1 || errno() !== ENOENT) return found;
  }
}
