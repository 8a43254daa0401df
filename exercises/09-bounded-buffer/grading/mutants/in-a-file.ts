/**
 * The slots are in an ordinary file, which the processes read and write.
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

/** Words of the file: first what all processes must know, then the slots. */
const CAPACITY = 0;
const IN = 1;
const OUT = 2;
const SLOTS = 3;

export interface BoundedBuffer {
  readonly fd: number;
  readonly capacity: number;
  readonly free: Semaphore;
  readonly filled: Semaphore;
  readonly mutex: Semaphore;
}

export function create(name: string, capacity: number): void {
  const fd = openFile(pathOf(name), O_RDWR | O_CREAT | O_EXCL, 0o600);
  write(fd, new Uint8Array(Int32Array.of(capacity, 0, 0, ...new Array<number>(capacity).fill(0)).buffer));
  closeDescriptor(fd);
  sem_close(sem_open(`${name}.free`, O_CREAT | O_EXCL, 0o600, capacity));
  sem_close(sem_open(`${name}.filled`, O_CREAT | O_EXCL, 0o600, 0));
  sem_close(sem_open(`${name}.mutex`, O_CREAT | O_EXCL, 0o600, 1));
}

export function open(name: string): BoundedBuffer {
  const fd = openFile(pathOf(name), O_RDWR);
  return {
    fd,
    capacity: load(fd, CAPACITY),
    free: sem_open(`${name}.free`, 0),
    filled: sem_open(`${name}.filled`, 0),
    mutex: sem_open(`${name}.mutex`, 0),
  };
}

function pathOf(name: string): string {
  return `/tmp${name}`;
}

function load(fd: number, word: number): number {
  const bytes = new Uint8Array(4);
  lseek(fd, 4 * word, SEEK_SET);
  read(fd, bytes);
  return new DataView(bytes.buffer).getInt32(0, true);
}

function store(fd: number, word: number, value: number): void {
  lseek(fd, 4 * word, SEEK_SET);
  write(fd, new Uint8Array(Int32Array.of(value).buffer));
}

export function put({ fd, capacity, free, filled, mutex }: BoundedBuffer, item: number): void {
  sem_wait(free);
  sem_wait(mutex);
  const slot = load(fd, IN);
  store(fd, SLOTS + slot, item);
  store(fd, IN, (slot + 1) % capacity);
  sem_post(mutex);
  sem_post(filled);
}

export function get({ fd, capacity, free, filled, mutex }: BoundedBuffer): number {
  sem_wait(filled);
  sem_wait(mutex);
  const slot = load(fd, OUT);
  const item = load(fd, SLOTS + slot);
  store(fd, OUT, (slot + 1) % capacity);
  sem_post(mutex);
  sem_post(free);
  return item;
}

export function close({ fd, free, filled, mutex }: BoundedBuffer): void {
  closeDescriptor(fd);
  sem_close(free);
  sem_close(filled);
  sem_close(mutex);
}

export function destroy(name: string): void {
  unlink(pathOf(name));
  sem_unlink(`${name}.free`);
  sem_unlink(`${name}.filled`);
  sem_unlink(`${name}.mutex`);
}
