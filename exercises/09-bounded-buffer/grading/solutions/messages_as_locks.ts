/**
 * The same monitor without a semaphore: a message queue with room for one message is one, too. Who receives the message is in;
 * who sends it lets the next one in. The items themselves stay in shared memory.
 */
import {
  close as closeDescriptor,
  ftruncate,
  lseek,
  MAP_SHARED,
  type Mapping,
  mmap,
  mq_close,
  mq_open,
  mq_receive,
  mq_send,
  mq_unlink,
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

const CAPACITY = 0;
const COUNT = 1;
const FIRST = 2;
const WAITING_PRODUCERS = 3;
const WAITING_CONSUMERS = 4;
const SLOTS = 5;

/** The queues. At any moment at most one of them holds a message: it is the right to touch the words. */
const DOORS = ["mutex", "room", "items"] as const;

export interface BoundedBuffer {
  readonly memory: Mapping;
  readonly words: Int32Array;
  readonly mutex: number;
  readonly room: number;
  readonly items: number;
}

export function create(name: string, capacity: number): void {
  const fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0o600);
  ftruncate(fd, 4 * (SLOTS + capacity));
  using memory = map(fd);
  memory.view(Int32Array)[CAPACITY] = capacity;
  for (const door of DOORS) {
    const queue = mq_open(`${name}.${door}`, O_RDWR | O_CREAT | O_EXCL, 0o600, { maxmsg: 1, msgsize: 1 });
    if (door === "mutex") unlock(queue);
    mq_close(queue);
  }
}

export function open(name: string): BoundedBuffer {
  const memory = map(shm_open(name, O_RDWR));
  const [mutex, room, items] = DOORS.map((door) => mq_open(`${name}.${door}`, O_RDWR)) as [number, number, number];
  return { memory, words: memory.view(Int32Array), mutex, room, items };
}

function map(fd: number): Mapping {
  const memory = mmap(lseek(fd, 0, SEEK_END), PROT_READ | PROT_WRITE, MAP_SHARED, fd);
  closeDescriptor(fd);
  return memory;
}

function lock(door: number): void {
  mq_receive(door, new Uint8Array(1));
}

function unlock(door: number): void {
  mq_send(door, new Uint8Array(1));
}

// Producers wait only while it is full, consumers only while it is empty: so whoever is admitted finds what they waited for.

export function put(buffer: BoundedBuffer, item: number): void {
  const { words } = buffer;
  lock(buffer.mutex);
  if (word(words, COUNT) === word(words, CAPACITY)) waitAt(buffer.room, buffer, WAITING_PRODUCERS);
  words[SLOTS + (word(words, FIRST) + word(words, COUNT)) % word(words, CAPACITY)] = item;
  words[COUNT] = word(words, COUNT) + 1;
  if (word(words, WAITING_CONSUMERS) > 0) admit(buffer.items, words, WAITING_CONSUMERS);
  else unlock(buffer.mutex);
}

export function get(buffer: BoundedBuffer): number {
  const { words } = buffer;
  lock(buffer.mutex);
  if (word(words, COUNT) === 0) waitAt(buffer.items, buffer, WAITING_CONSUMERS);
  const first = word(words, FIRST);
  const item = word(words, SLOTS + first);
  words[FIRST] = (first + 1) % word(words, CAPACITY);
  words[COUNT] = word(words, COUNT) - 1;
  if (word(words, WAITING_PRODUCERS) > 0) admit(buffer.room, words, WAITING_PRODUCERS);
  else unlock(buffer.mutex);
  return item;
}

function waitAt(door: number, { words, mutex }: BoundedBuffer, counter: number): void {
  words[counter] = word(words, counter) + 1;
  unlock(mutex);
  lock(door);
}

function admit(door: number, words: Int32Array, counter: number): void {
  words[counter] = word(words, counter) - 1;
  unlock(door);
}

function word(words: Int32Array, index: number): number {
  return words[index] as number;
}

export function close({ memory, mutex, room, items }: BoundedBuffer): void {
  munmap(memory);
  for (const queue of [mutex, room, items]) mq_close(queue);
}

export function destroy(name: string): void {
  shm_unlink(name);
  for (const door of DOORS) mq_unlink(`${name}.${door}`);
}
