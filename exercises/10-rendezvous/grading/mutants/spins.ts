/**
 * Who has to wait reads a word again and again, and keeps a processor busy.
 */
import {
  close as closeDescriptor,
  ftruncate,
  MAP_SHARED,
  type Mapping,
  mmap,
  munmap,
  O_CREAT,
  O_EXCL,
  O_RDWR,
  PROT_READ,
  PROT_WRITE,
  sem_close,
  sem_open,
  sem_post,
  sem_unlink,
  sem_wait,
  type Semaphore,
  shm_open,
  shm_unlink,
} from "ipc";

export type Side = "left" | "right";

/** What belongs to one side. */
interface Half {
  /** Where its words begin: the value, how often it has come, and how often it has read what the other one gave. */
  readonly at: number;
  /** One process of this side at a time. */
  readonly door: Semaphore;
}

export interface Rendezvous {
  readonly memory: Mapping;
  readonly words: Int32Array;
  readonly left: Half;
  readonly right: Half;
}

const SIDES = ["left", "right"] as const;
const WORDS = 3;
const BYTES = 4 * WORDS * SIDES.length;

export function create(name: string): void {
  const fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0o600);
  ftruncate(fd, BYTES);
  closeDescriptor(fd);
  for (const side of SIDES) {
    sem_close(sem_open(`${name}.${side}.door`, O_CREAT | O_EXCL, 0o600, 1));
  }
}

export function open(name: string): Rendezvous {
  const fd = shm_open(name, O_RDWR);
  const memory = mmap(BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd);
  closeDescriptor(fd);
  return { memory, words: memory.view(Int32Array), left: half(name, "left"), right: half(name, "right") };
}

function half(name: string, side: Side): Half {
  return {
    at: WORDS * SIDES.indexOf(side),
    door: sem_open(`${name}.${side}.door`, 0),
  };
}

export function exchange({ words, left, right }: Rendezvous, side: Side, value: number): number {
  const [mine, other] = side === "left" ? [left, right] : [right, left];
  sem_wait(mine.door);
  words[mine.at] = value;
  const meeting = Atomics.add(words, mine.at + 1, 1) + 1;
  while (Atomics.load(words, other.at + 1) < meeting) {
    // not yet
  }
  const received = words[other.at] as number;
  Atomics.store(words, mine.at + 2, meeting);
  while (Atomics.load(words, other.at + 2) < meeting) {
    // not yet
  }
  sem_post(mine.door);
  return received;
}

export function close({ memory, left, right }: Rendezvous): void {
  munmap(memory);
  for (const { door } of [left, right]) {
    sem_close(door);
  }
}

export function destroy(name: string): void {
  shm_unlink(name);
  for (const side of SIDES) {
    sem_unlink(`${name}.${side}.door`);
  }
}
