/**
 * A waiting consumer is told only when the empty buffer gets its first item, though several may wait.
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

const CAPACITY = 0;
const COUNT = 1;
const FIRST = 2;
const WAITING_PRODUCERS = 3;
const WAITING_CONSUMERS = 4;
const SLOTS = 5;

export interface BoundedBuffer {
  readonly memory: Mapping;
  readonly words: Int32Array;
  readonly mutex: Semaphore;
  readonly room: Semaphore;
  readonly items: Semaphore;
}

export function create(name: string, capacity: number): void {
  const fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0o600);
  ftruncate(fd, 4 * (SLOTS + capacity));
  using memory = map(fd);
  memory.view(Int32Array)[CAPACITY] = capacity;
  for (const [what, value] of [["mutex", 1], ["room", 0], ["items", 0]] as const) {
    sem_close(sem_open(`${name}.${what}`, O_CREAT | O_EXCL, 0o600, value));
  }
}

export function open(name: string): BoundedBuffer {
  const memory = map(shm_open(name, O_RDWR));
  return {
    memory,
    words: memory.view(Int32Array),
    mutex: sem_open(`${name}.mutex`, 0),
    room: sem_open(`${name}.room`, 0),
    items: sem_open(`${name}.items`, 0),
  };
}

function map(fd: number): Mapping {
  const memory = mmap(lseek(fd, 0, SEEK_END), PROT_READ | PROT_WRITE, MAP_SHARED, fd);
  closeDescriptor(fd);
  return memory;
}

export function put(buffer: BoundedBuffer, item: number): void {
  const { words, mutex, room, items } = buffer;
  sem_wait(mutex);
  while (word(words, COUNT) === word(words, CAPACITY)) waitIn(room, buffer, WAITING_PRODUCERS);
  words[SLOTS + (word(words, FIRST) + word(words, COUNT)) % word(words, CAPACITY)] = item;
  words[COUNT] = word(words, COUNT) + 1;
  if (word(words, COUNT) === 1) tell(items, words, WAITING_CONSUMERS);
  sem_post(mutex);
}

export function get(buffer: BoundedBuffer): number {
  const { words, mutex, room, items } = buffer;
  sem_wait(mutex);
  while (word(words, COUNT) === 0) waitIn(items, buffer, WAITING_CONSUMERS);
  const first = word(words, FIRST);
  const item = word(words, SLOTS + first);
  words[FIRST] = (first + 1) % word(words, CAPACITY);
  words[COUNT] = word(words, COUNT) - 1;
  tell(room, words, WAITING_PRODUCERS);
  sem_post(mutex);
  return item;
}

/** Leaves the monitor, waits to be told, and comes back in. */
function waitIn(semaphore: Semaphore, { words, mutex }: BoundedBuffer, counter: number): void {
  words[counter] = word(words, counter) + 1;
  sem_post(mutex);
  sem_wait(semaphore);
  sem_wait(mutex);
}

/** Tells one of those who wait, if there are any. */
function tell(semaphore: Semaphore, words: Int32Array, counter: number): void {
  if (word(words, counter) === 0) return;
  words[counter] = word(words, counter) - 1;
  sem_post(semaphore);
}

function word(words: Int32Array, index: number): number {
  return words[index] as number;
}

export function close({ memory, mutex, room, items }: BoundedBuffer): void {
  munmap(memory);
  for (const semaphore of [mutex, room, items]) sem_close(semaphore);
}

export function destroy(name: string): void {
  shm_unlink(name);
  for (const what of ["mutex", "room", "items"]) sem_unlink(`${name}.${what}`);
}
