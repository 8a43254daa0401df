/**
 * Which of two cells is to be used in turn is counted by each process for itself.
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

export interface Rendezvous {
  readonly memory: Mapping;
  readonly doors: readonly [Semaphore, Semaphore];
  readonly signs: readonly [Semaphore, Semaphore];
}

/** Words: for each side its two cells. */
const WORDS_OF_A_SIDE = 2;

let meeting = 0;
const BYTES = 4 * 2 * WORDS_OF_A_SIDE;

export function create(name: string): void {
  const fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0o600);
  ftruncate(fd, BYTES);
  closeDescriptor(fd);
  for (const side of [0, 1]) {
    sem_close(sem_open(`${name}.door${side}`, O_CREAT | O_EXCL, 0o600, 1));
    sem_close(sem_open(`${name}.sign${side}`, O_CREAT | O_EXCL, 0o600, 0));
  }
}

export function open(name: string): Rendezvous {
  const fd = shm_open(name, O_RDWR);
  const memory = mmap(BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd);
  closeDescriptor(fd);
  return {
    memory,
    doors: [sem_open(`${name}.door0`, 0), sem_open(`${name}.door1`, 0)],
    signs: [sem_open(`${name}.sign0`, 0), sem_open(`${name}.sign1`, 0)],
  };
}

export function exchange({ memory, doors, signs }: Rendezvous, side: Side, value: number): number {
  const me = side === "left" ? 0 : 1;
  const other = 1 - me;
  const mine = memory.view(Int32Array, 4 * WORDS_OF_A_SIDE * me, WORDS_OF_A_SIDE);
  const theirs = memory.view(Int32Array, 4 * WORDS_OF_A_SIDE * other, WORDS_OF_A_SIDE);
  sem_wait(doors[me] as Semaphore);
  const cell = meeting & 1;
  mine[cell] = value;
  sem_post(signs[me] as Semaphore);
  sem_wait(signs[other] as Semaphore);
  const received = theirs[cell] as number;
  meeting++;
  sem_post(doors[me] as Semaphore);
  return received;
}

export function close({ memory, doors, signs }: Rendezvous): void {
  munmap(memory);
  for (const semaphore of [...doors, ...signs]) sem_close(semaphore);
}

export function destroy(name: string): void {
  shm_unlink(name);
  for (const side of [0, 1]) {
    sem_unlink(`${name}.door${side}`);
    sem_unlink(`${name}.sign${side}`);
  }
}
