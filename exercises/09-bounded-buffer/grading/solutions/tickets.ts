/**
 * Ticket locks, one for each end of the ring: who comes draws the next number and sleeps until it is called. Inside, the producer
 * sleeps while all slots are filled and the consumer while none is, each on the count that the other one moves.
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

/** Words of an end: the next number to draw, the number that is called, and how many have been through. */
const DRAWN = 0;
const CALLED = 1;
const DONE = 2;
const PRODUCERS = 0;
const CONSUMERS = 3;
const SLOTS = 6;
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
  const turn = enter(buffer, PRODUCERS);
  until(buffer, CONSUMERS + DONE, (got) => turn - got < capacity);
  words[SLOTS + turn % capacity] = item;
  leave(buffer, PRODUCERS, turn);
}

export function get(buffer: BoundedBuffer): number {
  const { words } = buffer;
  const turn = enter(buffer, CONSUMERS);
  until(buffer, PRODUCERS + DONE, (put) => put > turn);
  const item = words[SLOTS + turn % (words.length - SLOTS)] as number;
  leave(buffer, CONSUMERS, turn);
  return item;
}

/** Comes in as the only one at this end, as number `turn`. */
function enter(buffer: BoundedBuffer, end: number): number {
  const turn = Atomics.add(buffer.words, end + DRAWN, 1);
  until(buffer, end + CALLED, (called) => called === turn);
  return turn;
}

function leave(buffer: BoundedBuffer, end: number, turn: number): void {
  for (const word of [end + DONE, end + CALLED]) {
    Atomics.store(buffer.words, word, turn + 1);
    futex_wake(buffer.memory, 4 * word, ALL);
  }
}

/** Sleeps until a word's value is as it should be. */
function until({ memory, words }: BoundedBuffer, word: number, good: (value: number) => boolean): void {
  for (let value = Atomics.load(words, word); !good(value); value = Atomics.load(words, word)) {
    try {
      futex_wait(memory, 4 * word, value);
    } catch (error) {
      if (!isSystemError(error, "EAGAIN")) throw error; // it has another value already
    }
  }
}

export function close({ memory }: BoundedBuffer): void {
  munmap(memory);
}

export function destroy(name: string): void {
  shm_unlink(name);
}
