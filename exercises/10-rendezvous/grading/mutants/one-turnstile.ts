/**
 * A barrier with one turnstile: who is fast comes back and goes through a second time, in place of the other.
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

/** Words: how many have come to this meeting, then the value of each side. */
const COME = 0;
const VALUE = { left: 1, right: 2 } as const;
const BYTES = 12;

const SEMAPHORES = ["mutex", "leftDoor", "rightDoor", "turnstile"] as const;
const AT_FIRST = { mutex: 1, leftDoor: 1, rightDoor: 1, turnstile: 0 } as const;

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
  const { words, mutex, turnstile } = rendezvous;
  const door = rendezvous[`${side}Door`];
  sem_wait(door);
  words[VALUE[side]] = value;
  sem_wait(mutex);
  words[COME] = (words[COME] as number) + 1;
  if (words[COME] === 2) {
    words[COME] = 0;
    sem_post(turnstile);
    sem_post(turnstile);
  }
  sem_post(mutex);
  sem_wait(turnstile);
  const received = words[VALUE[side === "left" ? "right" : "left"]] as number;
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
