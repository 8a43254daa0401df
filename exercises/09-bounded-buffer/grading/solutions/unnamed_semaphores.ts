/**
 * One piece of shared memory holds everything: the semaphores first, then the indices and the slots. There is one name only.
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

/** Where things are, in bytes. */
const FREE = 0;
const FILLED = SIZEOF_SEM_T;
const MUTEX = 2 * SIZEOF_SEM_T;
const INDICES = 3 * SIZEOF_SEM_T;
const SLOTS = INDICES + 8;

export interface BoundedBuffer {
  readonly memory: Mapping;
  readonly indices: Int32Array;
  readonly slots: Int32Array;
  readonly free: Semaphore;
  readonly filled: Semaphore;
  readonly mutex: Semaphore;
}

export function create(name: string, capacity: number): void {
  const fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0o600);
  ftruncate(fd, SLOTS + 4 * capacity);
  using memory = map(fd);
  sem_init(memory, FREE, 1, capacity);
  sem_init(memory, FILLED, 1, 0);
  sem_init(memory, MUTEX, 1, 1);
}

export function open(name: string): BoundedBuffer {
  const memory = map(shm_open(name, O_RDWR));
  return {
    memory,
    indices: memory.view(Int32Array, INDICES, 2),
    slots: memory.view(Int32Array, SLOTS), // as many as the capacity: nobody has to be told
    free: Semaphore.at(memory, FREE),
    filled: Semaphore.at(memory, FILLED),
    mutex: Semaphore.at(memory, MUTEX),
  };
}

function map(fd: number): Mapping {
  const memory = mmap(lseek(fd, 0, SEEK_END), PROT_READ | PROT_WRITE, MAP_SHARED, fd);
  closeDescriptor(fd);
  return memory;
}

export function put(buffer: BoundedBuffer, item: number): void {
  sem_wait(buffer.free);
  alone(buffer, () => buffer.slots[next(buffer, 0)] = item);
  sem_post(buffer.filled);
}

export function get(buffer: BoundedBuffer): number {
  sem_wait(buffer.filled);
  const item = alone(buffer, () => buffer.slots[next(buffer, 1)] as number);
  sem_post(buffer.free);
  return item;
}

function alone<T>({ mutex }: BoundedBuffer, act: () => T): T {
  sem_wait(mutex);
  try {
    return act();
  } finally {
    sem_post(mutex);
  }
}

/** The slot that an index points to; moves the index on. */
function next({ indices, slots }: BoundedBuffer, which: 0 | 1): number {
  const slot = indices[which] as number;
  indices[which] = (slot + 1) % slots.length;
  return slot;
}

export function close({ memory }: BoundedBuffer): void {
  munmap(memory);
}

export function destroy(name: string): void {
  shm_unlink(name);
}
