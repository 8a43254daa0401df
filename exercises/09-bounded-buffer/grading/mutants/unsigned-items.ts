/**
 * The slots are unsigned words: an item of -1 comes out as 4294967295.
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
  sem_close,
  sem_open,
  sem_post,
  sem_unlink,
  sem_wait,
  type Semaphore,
  shm_open,
  shm_unlink,
} from "ipc";

/** Words of the shared memory: first what all processes must know, then the slots. */
const CAPACITY = 0;
const IN = 1;
const OUT = 2;
const SLOTS = 3;

export interface BoundedBuffer {
  readonly memory: Mapping;
  readonly words: Uint32Array;
  readonly capacity: number;
  readonly free: Semaphore;
  readonly filled: Semaphore;
  readonly mutex: Semaphore;
}

export function create(name: string, capacity: number): void {
  const fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0o600);
  ftruncate(fd, 4 * (SLOTS + capacity));
  using memory = map(fd);
  memory.view(Int32Array)[CAPACITY] = capacity;
  sem_close(sem_open(`${name}.free`, O_CREAT | O_EXCL, 0o600, capacity));
  sem_close(sem_open(`${name}.filled`, O_CREAT | O_EXCL, 0o600, 0));
  sem_close(sem_open(`${name}.mutex`, O_CREAT | O_EXCL, 0o600, 1));
}

export function open(name: string): BoundedBuffer {
  const memory = map(shm_open(name, O_RDWR));
  const words = memory.view(Uint32Array);
  return {
    memory,
    words,
    capacity: words[CAPACITY] as number,
    free: sem_open(`${name}.free`, 0),
    filled: sem_open(`${name}.filled`, 0),
    mutex: sem_open(`${name}.mutex`, 0),
  };
}

/** Maps all of a shared memory object, whose descriptor is not needed any more then. */
function map(fd: number): Mapping {
  const memory = mmap(lseek(fd, 0, SEEK_END), PROT_READ | PROT_WRITE, MAP_SHARED, fd);
  closeDescriptor(fd);
  return memory;
}

export function put({ words, capacity, free, filled, mutex }: BoundedBuffer, item: number): void {
  sem_wait(free);
  sem_wait(mutex);
  const slot = words[IN] as number;
  words[SLOTS + slot] = item;
  words[IN] = (slot + 1) % capacity;
  sem_post(mutex);
  sem_post(filled);
}

export function get({ words, capacity, free, filled, mutex }: BoundedBuffer): number {
  sem_wait(filled);
  sem_wait(mutex);
  const slot = words[OUT] as number;
  const item = words[SLOTS + slot] as number;
  words[OUT] = (slot + 1) % capacity;
  sem_post(mutex);
  sem_post(free);
  return item;
}

export function close({ memory, free, filled, mutex }: BoundedBuffer): void {
  munmap(memory);
  sem_close(free);
  sem_close(filled);
  sem_close(mutex);
}

export function destroy(name: string): void {
  shm_unlink(name);
  sem_unlink(`${name}.free`);
  sem_unlink(`${name}.filled`);
  sem_unlink(`${name}.mutex`);
}
