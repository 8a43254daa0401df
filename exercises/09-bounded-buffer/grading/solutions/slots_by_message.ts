/**
 * Who holds a slot's number holds the slot. Numbers go round as messages of a System V queue: type 1 are free slots, type 2 filled
 * ones, oldest first. Nothing else needs to be kept apart, so there is no mutex.
 */
import {
  close as closeDescriptor,
  ftruncate,
  IPC_CREAT,
  IPC_EXCL,
  IPC_RMID,
  lseek,
  MAP_SHARED,
  type Mapping,
  mmap,
  msgctl,
  msgget,
  msgrcv,
  msgsnd,
  munmap,
  O_CREAT,
  O_EXCL,
  O_RDWR,
  PROT_READ,
  PROT_WRITE,
  SEEK_END,
  shm_open,
  shm_unlink,
} from "ipc";

const FREE = 1;
const FILLED = 2;

export interface BoundedBuffer {
  readonly memory: Mapping;
  readonly slots: Int32Array;
  readonly queue: number;
}

/** The queue's key is in the memory's name: FNV-1a, never 0, which is IPC_PRIVATE. */
function keyOf(name: string): number {
  let hash = 0x811c9dc5;
  for (const letter of name) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193);
  return hash | 1;
}

export function create(name: string, capacity: number): void {
  const fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0o600);
  ftruncate(fd, 4 * capacity);
  closeDescriptor(fd);
  const queue = msgget(keyOf(name), IPC_CREAT | IPC_EXCL | 0o600);
  for (let slot = 0; slot < capacity; slot++) hand(queue, FREE, slot);
}

export function open(name: string): BoundedBuffer {
  const fd = shm_open(name, O_RDWR);
  const memory = mmap(lseek(fd, 0, SEEK_END), PROT_READ | PROT_WRITE, MAP_SHARED, fd);
  closeDescriptor(fd);
  return { memory, slots: memory.view(Int32Array), queue: msgget(keyOf(name), 0) };
}

export function put({ slots, queue }: BoundedBuffer, item: number): void {
  const slot = take(queue, FREE);
  slots[slot] = item;
  hand(queue, FILLED, slot);
}

export function get({ slots, queue }: BoundedBuffer): number {
  const slot = take(queue, FILLED);
  const item = slots[slot] as number;
  hand(queue, FREE, slot);
  return item;
}

function hand(queue: number, type: number, slot: number): void {
  msgsnd(queue, type, Uint8Array.of(slot >> 8, slot));
}

function take(queue: number, type: number): number {
  const bytes = new Uint8Array(2);
  msgrcv(queue, bytes, type);
  return new DataView(bytes.buffer).getUint16(0);
}

export function close({ memory }: BoundedBuffer): void {
  munmap(memory);
}

export function destroy(name: string): void {
  shm_unlink(name);
  msgctl(msgget(keyOf(name), 0), IPC_RMID);
}
