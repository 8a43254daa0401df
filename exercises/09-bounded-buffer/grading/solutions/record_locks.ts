/**
 * Locks on parts of the shared memory's own descriptor keep processes apart, one byte for producers and one for consumers; what
 * they wait for is counted by two semaphores in the memory.
 */
import {
  close as closeDescriptor,
  F_OFD_SETLKW,
  F_UNLCK,
  F_WRLCK,
  fcntl,
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

const FREE = 0;
const FILLED = SIZEOF_SEM_T;
/** Two indices, each of them also the place that is locked to use it, and the slots. */
const IN = 2 * SIZEOF_SEM_T;
const OUT = IN + 4;
const SLOTS = OUT + 4;

export interface BoundedBuffer {
  readonly fd: number;
  readonly memory: Mapping;
}

export function create(name: string, capacity: number): void {
  const fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0o600);
  ftruncate(fd, SLOTS + 4 * capacity);
  using memory = map(fd);
  sem_init(memory, FREE, 1, capacity);
  sem_init(memory, FILLED, 1, 0);
  closeDescriptor(fd);
}

export function open(name: string): BoundedBuffer {
  const fd = shm_open(name, O_RDWR);
  return { fd, memory: map(fd) };
}

function map(fd: number): Mapping {
  return mmap(lseek(fd, 0, SEEK_END), PROT_READ | PROT_WRITE, MAP_SHARED, fd);
}

export function put(buffer: BoundedBuffer, item: number): void {
  sem_wait(Semaphore.at(buffer.memory, FREE));
  withSlot(buffer, IN, (slots, slot) => slots[slot] = item);
  sem_post(Semaphore.at(buffer.memory, FILLED));
}

export function get(buffer: BoundedBuffer): number {
  sem_wait(Semaphore.at(buffer.memory, FILLED));
  const item = withSlot(buffer, OUT, (slots, slot) => slots[slot] as number);
  sem_post(Semaphore.at(buffer.memory, FREE));
  return item;
}

/** Uses the slot that an index points to and moves the index on, alone. */
function withSlot(
  { fd, memory }: BoundedBuffer,
  index: number,
  use: (slots: Int32Array, slot: number) => number,
): number {
  const slots = memory.view(Int32Array, SLOTS);
  const next = memory.view(Int32Array, index, 1);
  fcntl(fd, F_OFD_SETLKW, { type: F_WRLCK, start: index, len: 1 });
  try {
    const slot = next[0] as number;
    next[0] = (slot + 1) % slots.length;
    return use(slots, slot);
  } finally {
    fcntl(fd, F_OFD_SETLKW, { type: F_UNLCK, start: index, len: 1 });
  }
}

export function close({ fd, memory }: BoundedBuffer): void {
  munmap(memory);
  closeDescriptor(fd);
}

export function destroy(name: string): void {
  shm_unlink(name);
}
