/**
 * The sign of each side starts at 1, as if someone were there already.
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
  /** Which cell its value goes to. */
  readonly cell: number;
  /** One process of this side at a time. */
  readonly door: Semaphore;
  /** This side has stored its value. */
  readonly here: Semaphore;
  /** The other side has read this side's value. */
  readonly read: Semaphore;
}

export interface Rendezvous {
  readonly memory: Mapping;
  readonly cells: Int32Array;
  readonly left: Half;
  readonly right: Half;
}

const SIDES = ["left", "right"] as const;
const BYTES = 4 * SIDES.length;

export function create(name: string): void {
  const fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0o600);
  ftruncate(fd, BYTES);
  closeDescriptor(fd);
  for (const side of SIDES) {
    sem_close(sem_open(`${name}.${side}.door`, O_CREAT | O_EXCL, 0o600, 1));
    sem_close(sem_open(`${name}.${side}.here`, O_CREAT | O_EXCL, 0o600, 1));
    sem_close(sem_open(`${name}.${side}.read`, O_CREAT | O_EXCL, 0o600, 0));
  }
}

export function open(name: string): Rendezvous {
  const fd = shm_open(name, O_RDWR);
  const memory = mmap(BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd);
  closeDescriptor(fd);
  return { memory, cells: memory.view(Int32Array, 0, 2), left: half(name, "left"), right: half(name, "right") };
}

function half(name: string, side: Side): Half {
  return {
    cell: SIDES.indexOf(side),
    door: sem_open(`${name}.${side}.door`, 0),
    here: sem_open(`${name}.${side}.here`, 0),
    read: sem_open(`${name}.${side}.read`, 0),
  };
}

export function exchange({ cells, left, right }: Rendezvous, side: Side, value: number): number {
  const [mine, other] = side === "left" ? [left, right] : [right, left];
  sem_wait(mine.door);
  cells[mine.cell] = value;
  sem_post(mine.here);
  sem_wait(other.here);
  const received = cells[other.cell] as number;
  sem_post(other.read);
  sem_wait(mine.read);
  sem_post(mine.door);
  return received;
}

export function close({ memory, left, right }: Rendezvous): void {
  munmap(memory);
  for (const { door, here, read } of [left, right]) {
    sem_close(door);
    sem_close(here);
    sem_close(read);
  }
}

export function destroy(name: string): void {
  shm_unlink(name);
  for (const side of SIDES) {
    sem_unlink(`${name}.${side}.door`);
    sem_unlink(`${name}.${side}.here`);
    sem_unlink(`${name}.${side}.read`);
  }
}
