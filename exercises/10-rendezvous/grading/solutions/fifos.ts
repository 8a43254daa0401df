/**
 * A FIFO for each direction carries value and sign in one; a semaphore is the door of each side. FIFOs are opened for reading
 * and writing at once, so that open() need not wait for the other side, and nobody gets SIGPIPE.
 */
import {
  close as closeDescriptor,
  mkfifo,
  O_CREAT,
  O_EXCL,
  O_RDWR,
  open as openFile,
  read,
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

interface Half {
  readonly door: Semaphore;
  /** Descriptor of the FIFO for what this side gives. */
  readonly values: number;
}

export type Rendezvous = { readonly [side in Side]: Half };

const SIDES = ["left", "right"] as const;

export function create(name: string): void {
  for (const side of SIDES) {
    mkfifo(pathOf(name, side), 0o600);
    sem_close(sem_open(`${name}.${side}`, O_CREAT | O_EXCL, 0o600, 1));
  }
}

function pathOf(name: string, side: Side): string {
  return `/tmp${name}.${side}`;
}

export function open(name: string): Rendezvous {
  return { left: half(name, "left"), right: half(name, "right") };
}

function half(name: string, side: Side): Half {
  return { door: sem_open(`${name}.${side}`, 0), values: openFile(pathOf(name, side), O_RDWR) };
}

export function exchange(rendezvous: Rendezvous, side: Side, value: number): number {
  const mine = rendezvous[side];
  const other = rendezvous[side === "left" ? "right" : "left"];
  const bytes = new Uint8Array(4); // far below PIPE_BUF: written and read as a whole
  const word = new DataView(bytes.buffer);
  sem_wait(mine.door);
  word.setInt32(0, value);
  write(mine.values, bytes);
  read(other.values, bytes);
  sem_post(mine.door);
  return word.getInt32(0);
}

export function close({ left, right }: Rendezvous): void {
  for (const { door, values } of [left, right]) {
    sem_close(door);
    closeDescriptor(values);
  }
}

export function destroy(name: string): void {
  for (const side of SIDES) {
    unlink(pathOf(name, side));
    sem_unlink(`${name}.${side}`);
  }
}
