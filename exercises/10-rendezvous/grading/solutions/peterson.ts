/**
 * Peterson's algorithm keeps the one of the left side and the one of the right side apart; locks on two bytes of the memory's
 * descriptor see to it that there is one of each. Who comes first leaves a value, and the second one takes it and answers. Who has
 * to wait sleeps on the word that it waits for.
 */
import {
  close as closeDescriptor,
  F_OFD_SETLKW,
  F_UNLCK,
  F_WRLCK,
  fcntl,
  ftruncate,
  futex_wait,
  futex_wake,
  isSystemError,
  MAP_SHARED,
  type Mapping,
  mmap,
  munmap,
  O_CREAT,
  O_EXCL,
  O_RDWR,
  PROT_READ,
  PROT_WRITE,
  shm_open,
  shm_unlink,
} from "ipc";

export type Side = "left" | "right";

export interface Rendezvous {
  readonly fd: number;
  readonly memory: Mapping;
  readonly words: Int32Array;
}

/** Words: who wants to go in, by side, and whose turn it is to wait; who is there, and what it gave; what each was answered. */
const WANTS = 0;
const POLITE = 2;
const THERE = 3;
const GIVEN = 4;
const ANSWERED = 5;
const ANSWER = 7;
const WORDS = 9;

export function create(name: string): void {
  const fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0o600);
  ftruncate(fd, 4 * WORDS);
  closeDescriptor(fd);
}

export function open(name: string): Rendezvous {
  const fd = shm_open(name, O_RDWR);
  const memory = mmap(4 * WORDS, PROT_READ | PROT_WRITE, MAP_SHARED, fd);
  return { fd, memory, words: memory.view(Int32Array, 0, WORDS) };
}

export function exchange(rendezvous: Rendezvous, side: Side, value: number): number {
  const me = side === "left" ? 0 : 1;
  const { fd, words } = rendezvous;
  fcntl(fd, F_OFD_SETLKW, { type: F_WRLCK, start: me, len: 1 });
  try {
    lock(rendezvous, me);
    if (words[THERE] === 0) {
      words[THERE] = 1;
      words[GIVEN] = value;
      unlock(rendezvous, me);
      while (Atomics.load(words, ANSWERED + me) === 0) sleepOn(rendezvous, ANSWERED + me, 0);
      Atomics.store(words, ANSWERED + me, 0);
      return words[ANSWER + me] as number;
    }
    // It is the other side's: nobody else of this one is in.
    const given = words[GIVEN] as number;
    words[THERE] = 0;
    words[ANSWER + 1 - me] = value;
    change(rendezvous, ANSWERED + 1 - me, 1);
    unlock(rendezvous, me);
    return given;
  } finally {
    fcntl(fd, F_OFD_SETLKW, { type: F_UNLCK, start: me, len: 1 });
  }
}

function lock(rendezvous: Rendezvous, me: number): void {
  const { words } = rendezvous;
  const other = 1 - me;
  Atomics.store(words, WANTS + me, 1);
  change(rendezvous, POLITE, me);
  // Sleeping on one of two words: whoever changes the other one wakes this one as well.
  while (Atomics.load(words, WANTS + other) === 1 && Atomics.load(words, POLITE) === me) {
    sleepOn(rendezvous, POLITE, me);
  }
}

function unlock(rendezvous: Rendezvous, me: number): void {
  Atomics.store(rendezvous.words, WANTS + me, 0);
  // Who waits is polite: it is woken by the word that it sleeps on, which says now that the turn is its own.
  change(rendezvous, POLITE, me);
}

function change({ memory, words }: Rendezvous, word: number, value: number): void {
  Atomics.store(words, word, value);
  futex_wake(memory, 4 * word, 1);
}

/** Sleeps while a word has this value; may come back sooner. */
function sleepOn({ memory }: Rendezvous, word: number, value: number): void {
  try {
    futex_wait(memory, 4 * word, value);
  } catch (error) {
    if (!isSystemError(error, "EAGAIN")) throw error; // it has another value already
  }
}

export function close({ fd, memory }: Rendezvous): void {
  munmap(memory);
  closeDescriptor(fd);
}

export function destroy(name: string): void {
  shm_unlink(name);
}
