/**
 * Whoever has the file lock may touch the words. Who must wait says so there, lets go of the lock, and reads from a FIFO until
 * somebody rings: writes as many bytes as wait. The FIFOs are opened for both directions, so that none ever ends.
 */
import {
  close as closeDescriptor,
  flock,
  ftruncate,
  LOCK_EX,
  LOCK_UN,
  lseek,
  MAP_SHARED,
  type Mapping,
  mkfifo,
  mmap,
  munmap,
  O_CREAT,
  O_EXCL,
  O_RDWR,
  open as openFile,
  PROT_READ,
  PROT_WRITE,
  read,
  SEEK_END,
  shm_open,
  shm_unlink,
  unlink,
  write,
} from "ipc";

/** Words: items put, items got, who waits for room and who for an item, then the slots. */
const PUT = 0;
const GOT = 1;
const WAITING = { room: 2, items: 3 } as const;
const SLOTS = 4;
const BELLS = ["room", "items"] as const;

type Bell = typeof BELLS[number];

export interface BoundedBuffer {
  readonly fd: number;
  readonly memory: Mapping;
  readonly words: Int32Array;
  readonly bells: { readonly [bell in Bell]: number };
}

function pathOf(name: string, bell: Bell): string {
  return `/tmp${name}.${bell}`;
}

export function create(name: string, capacity: number): void {
  const fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0o600);
  ftruncate(fd, 4 * (SLOTS + capacity));
  closeDescriptor(fd);
  for (const bell of BELLS) mkfifo(pathOf(name, bell), 0o600);
}

export function open(name: string): BoundedBuffer {
  const fd = shm_open(name, O_RDWR);
  const memory = mmap(lseek(fd, 0, SEEK_END), PROT_READ | PROT_WRITE, MAP_SHARED, fd);
  const bells = { room: openFile(pathOf(name, "room"), O_RDWR), items: openFile(pathOf(name, "items"), O_RDWR) };
  return { fd, memory, words: memory.view(Int32Array), bells };
}

export function put(buffer: BoundedBuffer, item: number): void {
  const { fd, words } = buffer;
  const capacity = words.length - SLOTS;
  flock(fd, LOCK_EX);
  while (at(words, PUT) - at(words, GOT) === capacity) waitFor(buffer, "room");
  words[SLOTS + at(words, PUT) % capacity] = item;
  words[PUT] = at(words, PUT) + 1;
  ring(buffer, "items");
  flock(fd, LOCK_UN);
}

export function get(buffer: BoundedBuffer): number {
  const { fd, words } = buffer;
  flock(fd, LOCK_EX);
  while (at(words, PUT) === at(words, GOT)) waitFor(buffer, "items");
  const item = at(words, SLOTS + at(words, GOT) % (words.length - SLOTS));
  words[GOT] = at(words, GOT) + 1;
  ring(buffer, "room");
  flock(fd, LOCK_UN);
  return item;
}

/** Waits outside until the bell rings; what was waited for may be gone again then. */
function waitFor({ fd, words, bells }: BoundedBuffer, bell: Bell): void {
  words[WAITING[bell]] = at(words, WAITING[bell]) + 1;
  flock(fd, LOCK_UN);
  read(bells[bell], new Uint8Array(1));
  flock(fd, LOCK_EX);
}

/** Wakes all who wait. */
function ring({ words, bells }: BoundedBuffer, bell: Bell): void {
  const waiting = at(words, WAITING[bell]);
  words[WAITING[bell]] = 0;
  if (waiting > 0) write(bells[bell], new Uint8Array(waiting));
}

function at(words: Int32Array, index: number): number {
  return words[index] as number;
}

export function close({ fd, memory, bells }: BoundedBuffer): void {
  munmap(memory);
  for (const descriptor of [fd, bells.room, bells.items]) closeDescriptor(descriptor);
}

export function destroy(name: string): void {
  shm_unlink(name);
  for (const bell of BELLS) unlink(pathOf(name, bell));
}
