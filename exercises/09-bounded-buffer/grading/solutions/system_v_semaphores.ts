/**
 * System V throughout: a segment, and a set of three semaphores. One semop takes a slot and the mutex together, or neither, so
 * that nobody waits for the one with the other in hand.
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

/** The semaphores, by their numbers in the set. */
const FREE = 0;
const FILLED = 1;
const MUTEX = 2;

/** Words: where the next item goes, where the next one comes from, then the slots. */
const IN = 0;
const OUT = 1;
const SLOTS = 2;

const NEW = IPC_CREAT | IPC_EXCL | 0o600;

export interface BoundedBuffer {
  readonly segment: Segment;
  readonly words: Int32Array;
  readonly set: number;
}

/** A key for a name: FNV-1a. Never 0, which is IPC_PRIVATE. */
function keyOf(name: string): number {
  let hash = 0x811c9dc5;
  for (const letter of name) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193);
  return hash | 1;
}

export function create(name: string, capacity: number): void {
  const key = keyOf(name);
  shmget(key, 4 * (SLOTS + capacity), NEW);
  semctl(semget(key, 3, NEW), 0, SETALL, [capacity, 0, 1]);
}

export function open(name: string): BoundedBuffer {
  const key = keyOf(name);
  const segment = shmat(shmget(key, 0, 0));
  return { segment, words: segment.view(Int32Array), set: semget(key, 0, 0) };
}

export function put(buffer: BoundedBuffer, item: number): void {
  semop(buffer.set, [{ num: FREE, op: -1 }, { num: MUTEX, op: -1 }]);
  buffer.words[next(buffer, IN)] = item;
  semop(buffer.set, [{ num: MUTEX, op: 1 }, { num: FILLED, op: 1 }]);
}

export function get(buffer: BoundedBuffer): number {
  semop(buffer.set, [{ num: FILLED, op: -1 }, { num: MUTEX, op: -1 }]);
  const item = buffer.words[next(buffer, OUT)] as number;
  semop(buffer.set, [{ num: MUTEX, op: 1 }, { num: FREE, op: 1 }]);
  return item;
}

/** The word that an index points to; moves the index on. */
function next({ words }: BoundedBuffer, index: number): number {
  const slot = words[index] as number;
  words[index] = (slot + 1) % (words.length - SLOTS);
  return SLOTS + slot;
}

export function close({ segment }: BoundedBuffer): void {
  shmdt(segment);
}

export function destroy(name: string): void {
  const key = keyOf(name);
  shmctl(shmget(key, 0, 0), IPC_RMID);
  semctl(semget(key, 0, 0), 0, IPC_RMID);
}
