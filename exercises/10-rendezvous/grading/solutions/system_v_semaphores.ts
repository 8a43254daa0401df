/**
 * A System V segment for the values, and a set of semaphores that knows two more tricks than others: to take several at once, and
 * to wait until one is 0. Who comes takes his side's place; when both have been taken, values may be read; who has read counts
 * down, and at 0 both go.
 */
import {
  IPC_CREAT,
  IPC_EXCL,
  IPC_RMID,
  type Segment,
  semctl,
  semget,
  semop,
  SETALL,
  shmat,
  shmctl,
  shmdt,
  shmget,
} from "ipc";

export type Side = "left" | "right";

/** Semaphores: each side's door, its values that are to be read, and whether it has been read. */
const DOOR = { left: 0, right: 1 } as const;
const STORED = { left: 2, right: 3 } as const;
const UNREAD = { left: 4, right: 5 } as const;
const CELL = { left: 0, right: 1 } as const;

const NEW = IPC_CREAT | IPC_EXCL | 0o600;

export interface Rendezvous {
  readonly segment: Segment;
  readonly cells: Int32Array;
  readonly set: number;
}

/** A key for a name: FNV-1a, and never 0, which is IPC_PRIVATE. */
function keyOf(name: string): number {
  let hash = 0x811c9dc5;
  for (const letter of name) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193);
  return hash | 1;
}

export function create(name: string): void {
  const key = keyOf(name);
  shmget(key, 8, NEW);
  semctl(semget(key, 6, NEW), 0, SETALL, [1, 1, 0, 0, 0, 0]);
}

export function open(name: string): Rendezvous {
  const key = keyOf(name);
  const segment = shmat(shmget(key, 0, 0));
  return { segment, cells: segment.view(Int32Array, 0, 2), set: semget(key, 0, 0) };
}

export function exchange({ cells, set }: Rendezvous, side: Side, value: number): number {
  const other = side === "left" ? "right" : "left";
  semop(set, [{ num: DOOR[side], op: -1 }]);
  cells[CELL[side]] = value;
  semop(set, [{ num: STORED[side], op: 1 }, { num: UNREAD[side], op: 1 }]);
  semop(set, [{ num: STORED[other], op: -1 }]);
  const received = cells[CELL[other]] as number;
  semop(set, [{ num: UNREAD[other], op: -1 }]);
  semop(set, [{ num: UNREAD[side], op: 0 }, { num: DOOR[side], op: 1 }]);
  return received;
}

export function close({ segment }: Rendezvous): void {
  shmdt(segment);
}

export function destroy(name: string): void {
  const key = keyOf(name);
  shmctl(shmget(key, 0, 0), IPC_RMID);
  semctl(semget(key, 0, 0), 0, IPC_RMID);
}
