/**
 * The values are in an ordinary file, which the processes read and write.
 */
import {
  close as closeDescriptor,
  lseek,
  O_CREAT,
  O_EXCL,
  O_RDWR,
  open as openFile,
  read,
  SEEK_SET,
  sem_close,
  sem_open,
  sem_post,
  sem_unlink,
  sem_wait,
  type Semaphore,
  unlink,
  write,
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
  readonly fd: number;
  readonly left: Half;
  readonly right: Half;
}

const SIDES = ["left", "right"] as const;

export function create(name: string): void {
  closeDescriptor(openFile(pathOf(name), O_RDWR | O_CREAT | O_EXCL, 0o600));
  for (const side of SIDES) {
    sem_close(sem_open(`${name}.${side}.door`, O_CREAT | O_EXCL, 0o600, 1));
    sem_close(sem_open(`${name}.${side}.here`, O_CREAT | O_EXCL, 0o600, 0));
    sem_close(sem_open(`${name}.${side}.read`, O_CREAT | O_EXCL, 0o600, 0));
  }
}

export function open(name: string): Rendezvous {
  return { fd: openFile(pathOf(name), O_RDWR), left: half(name, "left"), right: half(name, "right") };
}

function pathOf(name: string): string {
  return `/tmp${name}`;
}

function half(name: string, side: Side): Half {
  return {
    cell: SIDES.indexOf(side),
    door: sem_open(`${name}.${side}.door`, 0),
    here: sem_open(`${name}.${side}.here`, 0),
    read: sem_open(`${name}.${side}.read`, 0),
  };
}

export function exchange({ fd, left, right }: Rendezvous, side: Side, value: number): number {
  const [mine, other] = side === "left" ? [left, right] : [right, left];
  sem_wait(mine.door);
  const bytes = new Uint8Array(4);
  const word = new DataView(bytes.buffer);
  word.setInt32(0, value);
  lseek(fd, 4 * mine.cell, SEEK_SET);
  write(fd, bytes);
  sem_post(mine.here);
  sem_wait(other.here);
  lseek(fd, 4 * other.cell, SEEK_SET);
  read(fd, bytes);
  sem_post(other.read);
  sem_wait(mine.read);
  sem_post(mine.door);
  return word.getInt32(0);
}

export function close({ fd, left, right }: Rendezvous): void {
  closeDescriptor(fd);
  for (const half of [left, right]) {
    sem_close(half.door);
    sem_close(half.here);
    sem_close(half.read);
  }
}

export function destroy(name: string): void {
  unlink(pathOf(name));
  for (const side of SIDES) {
    sem_unlink(`${name}.${side}.door`);
    sem_unlink(`${name}.${side}.here`);
    sem_unlink(`${name}.${side}.read`);
  }
}
