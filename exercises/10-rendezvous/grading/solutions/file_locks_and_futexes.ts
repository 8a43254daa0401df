/**
 * Each side has a piece of memory of its own: how many meetings it has had, how many values of the other side it has read, and the
 * value that it brings. Its door is a lock on the whole of it. There are no signs to use up: who waits sleeps until a count is as
 * large as its own.
 */
import {
  close as closeDescriptor,
  flock,
  ftruncate,
  futex_wait,
  futex_wake,
  isSystemError,
  LOCK_EX,
  LOCK_UN,
  MAP_SHARED,
  type Mapping,
  mmap,
  munmap,
  O_CREAT,
  O_EXCL,
  O_RDWR,
  PROT_READ,
  PROT_WRITE,
  shm_open,
  shm_unlink,
} from "ipc";

export type Side = "left" | "right";

interface Half {
  readonly fd: number;
  readonly memory: Mapping;
  readonly words: Int32Array;
}

export type Rendezvous = { readonly [side in Side]: Half };

const SIDES = ["left", "right"] as const;

/** Words of a side. */
const COME = 0;
const READ = 1;
const VALUE = 2;
const BYTES = 12;

export function create(name: string): void {
  for (const side of SIDES) {
    const fd = shm_open(`${name}.${side}`, O_RDWR | O_CREAT | O_EXCL, 0o600);
    ftruncate(fd, BYTES);
    closeDescriptor(fd);
  }
}

export function open(name: string): Rendezvous {
  return { left: half(name, "left"), right: half(name, "right") };
}

function half(name: string, side: Side): Half {
  const fd = shm_open(`${name}.${side}`, O_RDWR);
  const memory = mmap(BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd);
  return { fd, memory, words: memory.view(Int32Array, 0, 3) };
}

export function exchange(rendezvous: Rendezvous, side: Side, value: number): number {
  const mine = rendezvous[side];
  const other = rendezvous[side === "left" ? "right" : "left"];
  flock(mine.fd, LOCK_EX);
  mine.words[VALUE] = value;
  const meeting = count(mine, COME);
  reach(other, COME, meeting);
  const received = other.words[VALUE] as number;
  count(mine, READ);
  reach(other, READ, meeting);
  flock(mine.fd, LOCK_UN);
  return received;
}

/** One more; returns how many that makes. */
function count({ memory, words }: Half, what: number): number {
  const now = Atomics.add(words, what, 1) + 1;
  futex_wake(memory, 4 * what, 1);
  return now;
}

/** Sleeps until a count has come that far. */
function reach({ memory, words }: Half, what: number, wanted: number): void {
  for (let now = Atomics.load(words, what); now < wanted; now = Atomics.load(words, what)) {
    try {
      futex_wait(memory, 4 * what, now);
    } catch (error) {
      if (!isSystemError(error, "EAGAIN")) throw error; // it has another value already
    }
  }
}

export function close({ left, right }: Rendezvous): void {
  for (const { fd, memory } of [left, right]) {
    munmap(memory);
    closeDescriptor(fd);
  }
}

export function destroy(name: string): void {
  for (const side of SIDES) shm_unlink(`${name}.${side}`);
}
