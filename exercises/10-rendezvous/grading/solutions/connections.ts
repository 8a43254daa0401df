/**
 * A meeting is a connection. Who comes first listens at its side's address; who finds somebody listening there connects, and each
 * sends its value over the socket. Three locks: a door for each side, and one for the word that says whether anybody listens.
 */
import {
  accept,
  AF_UNIX,
  bind,
  close as closeDescriptor,
  connect,
  ftruncate,
  isSystemError,
  listen,
  MAP_SHARED,
  type Mapping,
  mmap,
  munmap,
  O_CREAT,
  O_EXCL,
  O_RDWR,
  PROT_READ,
  PROT_WRITE,
  recv,
  sem_close,
  sem_open,
  sem_post,
  sem_unlink,
  sem_wait,
  type Semaphore,
  send,
  shm_open,
  shm_unlink,
  SOCK_SEQPACKET,
  socket,
  unlink,
} from "ipc";

export type Side = "left" | "right";

const LOCKS = ["left", "right", "word"] as const;

export interface Rendezvous {
  readonly name: string;
  readonly memory: Mapping;
  /** Whether somebody listens. */
  readonly listens: Int32Array;
  readonly locks: { readonly [lock in typeof LOCKS[number]]: Semaphore };
}

export function create(name: string): void {
  const fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0o600);
  ftruncate(fd, 4);
  closeDescriptor(fd);
  for (const lock of LOCKS) sem_close(sem_open(`${name}.${lock}`, O_CREAT | O_EXCL, 0o600, 1));
}

export function open(name: string): Rendezvous {
  const fd = shm_open(name, O_RDWR);
  const memory = mmap(4, PROT_READ | PROT_WRITE, MAP_SHARED, fd);
  closeDescriptor(fd);
  const [left, right, word] = LOCKS.map((lock) => sem_open(`${name}.${lock}`, 0)) as [Semaphore, Semaphore, Semaphore];
  return { name, memory, listens: memory.view(Int32Array, 0, 1), locks: { left, right, word } };
}

function pathOf(name: string, side: Side): string {
  return `/tmp${name}.${side}`;
}

export function exchange(rendezvous: Rendezvous, side: Side, value: number): number {
  const { name, listens, locks } = rendezvous;
  sem_wait(locks[side]);
  sem_wait(locks.word);
  const end = socket(AF_UNIX, SOCK_SEQPACKET, 0);
  const isFirst = listens[0] === 0;
  listens[0] = isFirst ? 1 : 0;
  if (isFirst) {
    bind(end, { family: AF_UNIX, path: pathOf(name, side) });
    listen(end, 1);
  } else {
    connect(end, { family: AF_UNIX, path: pathOf(name, side === "left" ? "right" : "left") });
  }
  sem_post(locks.word);
  const line = isFirst ? accept(end).fd : end;
  if (isFirst) {
    closeDescriptor(end);
    unlink(pathOf(name, side));
  }
  const received = swap(line, value);
  closeDescriptor(line);
  sem_post(locks[side]);
  return received;
}

/** Sends a value and receives one. */
function swap(line: number, value: number): number {
  const bytes = new Uint8Array(4);
  const word = new DataView(bytes.buffer);
  word.setInt32(0, value);
  send(line, bytes);
  recv(line, bytes);
  return word.getInt32(0);
}

export function close({ memory, locks }: Rendezvous): void {
  munmap(memory);
  for (const lock of LOCKS) sem_close(locks[lock]);
}

export function destroy(name: string): void {
  shm_unlink(name);
  for (const lock of LOCKS) sem_unlink(`${name}.${lock}`);
  for (const side of ["left", "right"] as const) {
    try {
      unlink(pathOf(name, side));
    } catch (error) {
      if (!isSystemError(error, "ENOENT")) throw error; // as it should be: nobody was left alone there
    }
  }
}
