/**
 * One piece of shared memory holds everything: for each side its value and its three semaphores. There is one name only.
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
  sem_init,
  sem_post,
  sem_wait,
  Semaphore,
  shm_open,
  shm_unlink,
  SIZEOF_SEM_T,
} from "ipc";

export type Side = "left" | "right";

/** What belongs to one side, in bytes from where it begins. */
const VALUE = 0;
const DOOR = 8;
const HERE = DOOR + SIZEOF_SEM_T;
const READ = HERE + SIZEOF_SEM_T;
const HALF = READ + SIZEOF_SEM_T;

export type Rendezvous = Mapping;

export function create(name: string): void {
  const fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0o600);
  ftruncate(fd, 2 * HALF);
  using memory = map(fd);
  for (const half of [0, HALF]) {
    sem_init(memory, half + DOOR, 1, 1);
    sem_init(memory, half + HERE, 1, 0);
    sem_init(memory, half + READ, 1, 0);
  }
}

export function open(name: string): Rendezvous {
  return map(shm_open(name, O_RDWR));
}

function map(fd: number): Mapping {
  const memory = mmap(2 * HALF, PROT_READ | PROT_WRITE, MAP_SHARED, fd);
  closeDescriptor(fd);
  return memory;
}

export function exchange(memory: Rendezvous, side: Side, value: number): number {
  const mine = side === "left" ? 0 : HALF;
  const other = HALF - mine;
  const wait = (at: number): void => sem_wait(Semaphore.at(memory, at));
  const post = (at: number): void => sem_post(Semaphore.at(memory, at));
  wait(mine + DOOR);
  memory.view(Int32Array, mine + VALUE, 1)[0] = value;
  post(mine + HERE);
  wait(other + HERE);
  const received = memory.view(Int32Array, other + VALUE, 1)[0] as number;
  post(other + READ);
  wait(mine + READ);
  post(mine + DOOR);
  return received;
}

export function close(memory: Rendezvous): void {
  munmap(memory);
}

export function destroy(name: string): void {
  shm_unlink(name);
}
