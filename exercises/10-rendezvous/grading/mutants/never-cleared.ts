/**
 * That someone is waiting is written down at the first meeting, and never crossed out.
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

/** Words: whether anyone is waiting; what the one who waits gave; what the left, and what the right one was answered. */
const SOMEONE = 0;
const GIVEN = 1;
const ANSWER = { left: 2, right: 3 } as const;
const BYTES = 16;

const SEMAPHORES = ["mutex", "leftDoor", "rightDoor", "leftBell", "rightBell"] as const;
const AT_FIRST = { mutex: 1, leftDoor: 1, rightDoor: 1, leftBell: 0, rightBell: 0 } as const;

type Semaphores = { readonly [name in typeof SEMAPHORES[number]]: Semaphore };

export interface Rendezvous extends Semaphores {
  readonly memory: Mapping;
  readonly words: Int32Array;
}

export function create(name: string): void {
  const fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0o600);
  ftruncate(fd, BYTES);
  closeDescriptor(fd);
  for (const what of SEMAPHORES) sem_close(sem_open(`${name}.${what}`, O_CREAT | O_EXCL, 0o600, AT_FIRST[what]));
}

export function open(name: string): Rendezvous {
  const fd = shm_open(name, O_RDWR);
  const memory = mmap(BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd);
  closeDescriptor(fd);
  const semaphores = Object.fromEntries(SEMAPHORES.map((what) => [what, sem_open(`${name}.${what}`, 0)]));
  return { memory, words: memory.view(Int32Array), ...semaphores as Semaphores };
}

export function exchange(rendezvous: Rendezvous, side: Side, value: number): number {
  const { words, mutex } = rendezvous;
  const other = side === "left" ? "right" : "left";
  const door = rendezvous[`${side}Door`];
  sem_wait(door);
  sem_wait(mutex);
  let received: number;
  if (words[SOMEONE] === 0) {
    words[SOMEONE] = 1;
    words[GIVEN] = value;
    sem_post(mutex);
    sem_wait(rendezvous[`${side}Bell`]);
    received = words[ANSWER[side]] as number;
  } else {
    received = words[GIVEN] as number;
    words[ANSWER[other]] = value;
    sem_post(rendezvous[`${other}Bell`]);
    sem_post(mutex);
  }
  sem_post(door);
  return received;
}

export function close(rendezvous: Rendezvous): void {
  munmap(rendezvous.memory);
  for (const what of SEMAPHORES) sem_close(rendezvous[what]);
}

export function destroy(name: string): void {
  shm_unlink(name);
  for (const what of SEMAPHORES) sem_unlink(`${name}.${what}`);
}
