/**
 * Lamport's bakery instead of a mutex: who comes draws a number, and the smallest number is served. Each process reads what the
 * others write and writes only its own words; who has to wait sleeps on the word that it waits for. Semaphores count slots and
 * items.
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
const WORDS = 2 * SIZEOF_SEM_T;

/** So many customers at most. A customer's words: whether the place is taken, whether it is drawing, and its number, or 0. */
const CUSTOMERS = 16;
const TAKEN = 0;
const DRAWING = CUSTOMERS;
const NUMBER = 2 * CUSTOMERS;
const IN = 3 * CUSTOMERS;
const OUT = IN + 1;
const SLOTS = OUT + 1;

export interface BoundedBuffer {
  readonly memory: Mapping;
  readonly words: Int32Array;
  /** Which customer this is. */
  readonly me: number;
}

export function create(name: string, capacity: number): void {
  const fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0o600);
  ftruncate(fd, WORDS + 4 * (SLOTS + capacity));
  using memory = map(fd);
  sem_init(memory, FREE, 1, capacity);
  sem_init(memory, FILLED, 1, 0);
}

export function open(name: string): BoundedBuffer {
  const memory = map(shm_open(name, O_RDWR));
  const words = memory.view(Int32Array, WORDS);
  for (let me = 0; me < CUSTOMERS; me++) {
    if (Atomics.compareExchange(words, TAKEN + me, 0, 1) === 0) return { memory, words, me };
  }
  throw new Error(`more than ${CUSTOMERS} have the buffer open`);
}

function map(fd: number): Mapping {
  const memory = mmap(lseek(fd, 0, SEEK_END), PROT_READ | PROT_WRITE, MAP_SHARED, fd);
  closeDescriptor(fd);
  return memory;
}

export function put(buffer: BoundedBuffer, item: number): void {
  sem_wait(Semaphore.at(buffer.memory, FREE));
  lock(buffer);
  buffer.words[next(buffer, IN)] = item;
  unlock(buffer);
  sem_post(Semaphore.at(buffer.memory, FILLED));
}

export function get(buffer: BoundedBuffer): number {
  sem_wait(Semaphore.at(buffer.memory, FILLED));
  lock(buffer);
  const item = buffer.words[next(buffer, OUT)] as number;
  unlock(buffer);
  sem_post(Semaphore.at(buffer.memory, FREE));
  return item;
}

/** The word that an index points to; moves the index on. */
function next({ words }: BoundedBuffer, index: number): number {
  const slot = words[index] as number;
  words[index] = (slot + 1) % (words.length - SLOTS);
  return SLOTS + slot;
}

function lock(buffer: BoundedBuffer): void {
  const { words, me } = buffer;
  Atomics.store(words, DRAWING + me, 1);
  let largest = 0;
  for (let other = 0; other < CUSTOMERS; other++) largest = Math.max(largest, Atomics.load(words, NUMBER + other));
  const mine = largest + 1;
  Atomics.store(words, NUMBER + me, mine);
  change(buffer, DRAWING + me, 0);
  for (let other = 0; other < CUSTOMERS; other++) {
    while (Atomics.load(words, DRAWING + other) !== 0) sleepOn(buffer, DRAWING + other, 1);
    for (;;) {
      const theirs = Atomics.load(words, NUMBER + other);
      if (theirs === 0 || theirs > mine || (theirs === mine && other >= me)) break;
      sleepOn(buffer, NUMBER + other, theirs);
    }
  }
}

function unlock(buffer: BoundedBuffer): void {
  change(buffer, NUMBER + buffer.me, 0);
}

function change({ memory, words }: BoundedBuffer, word: number, value: number): void {
  Atomics.store(words, word, value);
  futex_wake(memory, WORDS + 4 * word, CUSTOMERS);
}

/** Sleeps while a word has this value; may come back sooner. */
function sleepOn({ memory }: BoundedBuffer, word: number, value: number): void {
  try {
    futex_wait(memory, WORDS + 4 * word, value);
  } catch (error) {
    if (!isSystemError(error, "EAGAIN")) throw error; // it has another value already
  }
}

export function close({ memory, words, me }: BoundedBuffer): void {
  Atomics.store(words, TAKEN + me, 0);
  munmap(memory);
}

export function destroy(name: string): void {
  shm_unlink(name);
}
