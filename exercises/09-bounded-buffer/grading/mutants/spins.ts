/**
 * Who has to wait reads the count again and again, and keeps a processor busy.
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
const COUNT = 3;
const SLOTS = 4;

export interface BoundedBuffer {
  readonly memory: Mapping;
  readonly words: Int32Array;
  readonly capacity: number;
  readonly mutex: Semaphore;
}

export function create(name: string, capacity: number): void {
  const fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0o600);
  ftruncate(fd, 4 * (SLOTS + capacity));
  using memory = map(fd);
  memory.view(Int32Array)[CAPACITY] = capacity;
  sem_close(sem_open(`${name}.mutex`, O_CREAT | O_EXCL, 0o600, 1));
}

export function open(name: string): BoundedBuffer {
  const memory = map(shm_open(name, O_RDWR));
  const words = memory.view(Int32Array);
  return {
    memory,
    words,
    capacity: words[CAPACITY] as number,
    mutex: sem_open(`${name}.mutex`, 0),
  };
}

/** Maps all of a shared memory object, whose descriptor is not needed any more then. */
function map(fd: number): Mapping {
  const memory = mmap(lseek(fd, 0, SEEK_END), PROT_READ | PROT_WRITE, MAP_SHARED, fd);
  closeDescriptor(fd);
  return memory;
}

export function put({ words, capacity, mutex }: BoundedBuffer, item: number): void {
  for (;;) {
    while (Atomics.load(words, COUNT) === capacity) {
      // not yet
    }
    sem_wait(mutex);
    if (Atomics.load(words, COUNT) < capacity) break;
    sem_post(mutex); // somebody was faster
  }
  const slot = words[IN] as number;
  words[SLOTS + slot] = item;
  words[IN] = (slot + 1) % capacity;
  Atomics.add(words, COUNT, 1);
  sem_post(mutex);
}

export function get({ words, capacity, mutex }: BoundedBuffer): number {
  for (;;) {
    while (Atomics.load(words, COUNT) === 0) {
      // not yet
    }
    sem_wait(mutex);
    if (Atomics.load(words, COUNT) > 0) break;
    sem_post(mutex); // somebody was faster
  }
  const slot = words[OUT] as number;
  const item = words[SLOTS + slot] as number;
  words[OUT] = (slot + 1) % capacity;
  Atomics.sub(words, COUNT, 1);
  sem_post(mutex);
  return item;
}

export function close({ memory, mutex }: BoundedBuffer): void {
  munmap(memory);
  sem_close(mutex);
}

export function destroy(name: string): void {
  shm_unlink(name);
  sem_unlink(`${name}.mutex`);
}
