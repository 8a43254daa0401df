/**
 * A monitor of futexes: a mutex of three states, and a condition that is a number. Who waits for the condition sleeps on the number
 * that it saw inside; who changes something counts it up and wakes everybody.
 */
import {
  close as closeDescriptor,
  ftruncate,
  futex_wait,
  futex_wake,
  isSystemError,
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
  shm_open,
  shm_unlink,
} from "ipc";

/** Words: 0 open, 1 closed, 2 closed and perhaps waited for; how often something changed; items put, items got; then the slots. */
const MUTEX = 0;
const CHANGES = 1;
const PUT = 2;
const GOT = 3;
const SLOTS = 4;
const ALL = 0x7fffffff;

export interface BoundedBuffer {
  readonly memory: Mapping;
  readonly words: Int32Array;
}

export function create(name: string, capacity: number): void {
  const fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0o600);
  ftruncate(fd, 4 * (SLOTS + capacity));
  closeDescriptor(fd);
}

export function open(name: string): BoundedBuffer {
  const fd = shm_open(name, O_RDWR);
  const memory = mmap(lseek(fd, 0, SEEK_END), PROT_READ | PROT_WRITE, MAP_SHARED, fd);
  closeDescriptor(fd);
  return { memory, words: memory.view(Int32Array) };
}

export function put(buffer: BoundedBuffer, item: number): void {
  const { words } = buffer;
  const capacity = words.length - SLOTS;
  lock(buffer);
  while (inside(words) === capacity) waitForChange(buffer);
  const turn = words[PUT] as number;
  words[SLOTS + turn % capacity] = item;
  words[PUT] = turn + 1;
  leave(buffer);
}

export function get(buffer: BoundedBuffer): number {
  const { words } = buffer;
  lock(buffer);
  while (inside(words) === 0) waitForChange(buffer);
  const turn = words[GOT] as number;
  const item = words[SLOTS + turn % (words.length - SLOTS)] as number;
  words[GOT] = turn + 1;
  leave(buffer);
  return item;
}

function inside(words: Int32Array): number {
  return (words[PUT] as number) - (words[GOT] as number);
}

function waitForChange(buffer: BoundedBuffer): void {
  const seen = Atomics.load(buffer.words, CHANGES);
  unlock(buffer);
  sleepOn(buffer, CHANGES, seen);
  lock(buffer);
}

function leave(buffer: BoundedBuffer): void {
  Atomics.add(buffer.words, CHANGES, 1);
  unlock(buffer);
  futex_wake(buffer.memory, 4 * CHANGES, ALL);
}

function lock(buffer: BoundedBuffer): void {
  if (Atomics.compareExchange(buffer.words, MUTEX, 0, 1) === 0) return;
  while (Atomics.exchange(buffer.words, MUTEX, 2) !== 0) sleepOn(buffer, MUTEX, 2);
}

function unlock({ memory, words }: BoundedBuffer): void {
  if (Atomics.exchange(words, MUTEX, 0) === 2) futex_wake(memory, 4 * MUTEX, 1);
}

/** Sleeps while a word has this value; may come back sooner. */
function sleepOn({ memory }: BoundedBuffer, word: number, value: number): void {
  try {
    futex_wait(memory, 4 * word, value);
  } catch (error) {
    if (!isSystemError(error, "EAGAIN")) throw error; // it has another value already
  }
}

export function close({ memory }: BoundedBuffer): void {
  munmap(memory);
}

export function destroy(name: string): void {
  shm_unlink(name);
}
