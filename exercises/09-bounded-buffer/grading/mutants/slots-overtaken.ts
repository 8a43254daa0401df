/**
 * Each slot has a pair of semaphores, and an atomic ticket says which slot is a process's own. When two producers wait for the
 * same slot, one round apart, a semaphore does not let the earlier one in first.
 */
import {
  close as closeDescriptor,
  ftruncate,
  lseek,
  MAP_SHARED,
  type Mapping,
  mmap,
  munmap,
  O_CREAT,
  O_EXCL,
  O_RDWR,
  PROT_READ,
  PROT_WRITE,
  SEEK_END,
  sem_init,
  sem_post,
  sem_wait,
  Semaphore,
  shm_open,
  shm_unlink,
  SIZEOF_SEM_T,
} from "ipc";

/** Words at the beginning: how many tickets were drawn for putting, and for getting. */
const PUT = 0;
const GET = 1;
const HEAD_BYTES = 8;

/** A slot, in bytes: its semaphores and its item, and four bytes to keep the next one aligned. */
const IS_FREE = 0;
const IS_FILLED = SIZEOF_SEM_T;
const ITEM = 2 * SIZEOF_SEM_T;
const SLOT_BYTES = ITEM + 8;

export interface BoundedBuffer {
  readonly memory: Mapping;
  readonly tickets: Uint32Array;
  readonly capacity: number;
}

export function create(name: string, capacity: number): void {
  const fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0o600);
  ftruncate(fd, HEAD_BYTES + SLOT_BYTES * capacity);
  using memory = map(fd);
  for (let slot = HEAD_BYTES; slot < memory.length; slot += SLOT_BYTES) {
    sem_init(memory, slot + IS_FREE, 1, 1);
    sem_init(memory, slot + IS_FILLED, 1, 0);
  }
}

export function open(name: string): BoundedBuffer {
  const memory = map(shm_open(name, O_RDWR));
  const capacity = (memory.length - HEAD_BYTES) / SLOT_BYTES;
  return { memory, tickets: memory.view(Uint32Array, 0, 2), capacity };
}

function map(fd: number): Mapping {
  const memory = mmap(lseek(fd, 0, SEEK_END), PROT_READ | PROT_WRITE, MAP_SHARED, fd);
  closeDescriptor(fd);
  return memory;
}

/** Where the slot of the next ticket begins. (2³² tickets are enough for an exercise.) */
function draw({ tickets, capacity }: BoundedBuffer, which: typeof PUT | typeof GET): number {
  return HEAD_BYTES + SLOT_BYTES * (Atomics.add(tickets, which, 1) % capacity);
}

export function put(buffer: BoundedBuffer, item: number): void {
  const { memory } = buffer;
  const slot = draw(buffer, PUT);
  sem_wait(Semaphore.at(memory, slot + IS_FREE));
  memory.view(Int32Array, slot + ITEM, 1)[0] = item;
  sem_post(Semaphore.at(memory, slot + IS_FILLED));
}

export function get(buffer: BoundedBuffer): number {
  const { memory } = buffer;
  const slot = draw(buffer, GET);
  sem_wait(Semaphore.at(memory, slot + IS_FILLED));
  const item = memory.view(Int32Array, slot + ITEM, 1)[0] as number;
  sem_post(Semaphore.at(memory, slot + IS_FREE));
  return item;
}

export function close({ memory }: BoundedBuffer): void {
  munmap(memory);
}

export function destroy(name: string): void {
  shm_unlink(name);
}
