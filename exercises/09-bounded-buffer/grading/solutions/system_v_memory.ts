/**
 * The ring in System V memory, whose key is computed from the name; the counting is done by named semaphores.
 */
import {
  IPC_CREAT,
  IPC_EXCL,
  IPC_RMID,
  O_CREAT,
  O_EXCL,
  type Segment,
  sem_close,
  sem_open,
  sem_post,
  sem_unlink,
  sem_wait,
  type Semaphore,
  shmat,
  shmctl,
  shmdt,
  shmget,
} from "ipc";

const CAPACITY = 0;
const IN = 1;
const OUT = 2;
const SLOTS = 3;

/** A name's key: FNV-1a, and never 0, which is IPC_PRIVATE. */
function keyOf(name: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash | 1;
}

export class BoundedBuffer {
  readonly #segment: Segment;
  readonly #words: Int32Array;
  readonly #free: Semaphore;
  readonly #filled: Semaphore;
  readonly #producers: Semaphore;
  readonly #consumers: Semaphore;

  constructor(name: string) {
    this.#segment = shmat(shmget(keyOf(name), 0, 0));
    this.#words = this.#segment.view(Int32Array);
    this.#free = sem_open(`${name}.free`, 0);
    this.#filled = sem_open(`${name}.filled`, 0);
    this.#producers = sem_open(`${name}.producers`, 0);
    this.#consumers = sem_open(`${name}.consumers`, 0);
  }

  put(item: number): void {
    sem_wait(this.#free);
    this.#alone(this.#producers, () => this.#words[this.#next(IN)] = item);
    sem_post(this.#filled);
  }

  get(): number {
    sem_wait(this.#filled);
    const item = this.#alone(this.#consumers, () => this.#words[this.#next(OUT)] as number);
    sem_post(this.#free);
    return item;
  }

  /** Producers keep only producers out, and consumers only consumers: they never use the same slot, nor the same index. */
  #alone(mutex: Semaphore, use: () => number): number {
    sem_wait(mutex);
    const item = use();
    sem_post(mutex);
    return item;
  }

  /** The slot that an index points to; moves the index on. */
  #next(index: number): number {
    const slot = this.#words[index] as number;
    this.#words[index] = (slot + 1) % (this.#words[CAPACITY] as number);
    return SLOTS + slot;
  }

  close(): void {
    shmdt(this.#segment);
    for (const semaphore of [this.#free, this.#filled, this.#producers, this.#consumers]) sem_close(semaphore);
  }
}

export function create(name: string, capacity: number): void {
  using segment = shmat(shmget(keyOf(name), 4 * (SLOTS + capacity), IPC_CREAT | IPC_EXCL | 0o600));
  segment.view(Int32Array)[CAPACITY] = capacity;
  const values = { free: capacity, filled: 0, producers: 1, consumers: 1 };
  for (const [what, value] of Object.entries(values)) {
    sem_close(sem_open(`${name}.${what}`, O_CREAT | O_EXCL, 0o600, value));
  }
}

export function open(name: string): BoundedBuffer {
  return new BoundedBuffer(name);
}

export function put(buffer: BoundedBuffer, item: number): void {
  buffer.put(item);
}

export function get(buffer: BoundedBuffer): number {
  return buffer.get();
}

export function close(buffer: BoundedBuffer): void {
  buffer.close();
}

export function destroy(name: string): void {
  shmctl(shmget(keyOf(name), 0, 0), IPC_RMID);
  for (const what of ["free", "filled", "producers", "consumers"]) sem_unlink(`${name}.${what}`);
}
