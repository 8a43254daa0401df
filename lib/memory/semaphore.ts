/**
 * A POSIX semaphore as an object that knows whether it is still there: a call with the address of memory that was unmapped
 * would end the process, and so would one with memory in which glibc finds what it never wrote.
 *
 * @module
 */
import { sizeOf } from "../abi/layout.ts";
import { isSharing, SEM, SEM_ALIGNMENT, SEM_SHARING_WORD } from "../abi/sem.ts";
import { kind } from "../errors/arguments.ts";
import { memoryAt, pointerAt } from "../raw/pointer.ts";
import { addressIn, demandMapped, Memory } from "./memory.ts";

/** How many bytes a semaphore takes in memory: C's `sizeof(sem_t)`. It begins at a multiple of 8. */
export const SIZEOF_SEM_T: number = sizeOf(SEM);

/** What a semaphore is constructed with. Student code cannot: an address of its own choosing would be a crash. */
export const OWNER: unique symbol = Symbol("the owner of semaphores");

/** What only a named semaphore has. */
export interface Named {
  /** The name it was opened by. */
  readonly name: string;
  /** Closes it. */
  readonly close: (semaphore: Semaphore) => void;
}

/** The address of a semaphore, to be used at once; throws a TypeError if it is closed or its memory was given back. */
export let locate: (semaphore: Semaphore) => bigint;

/** Whether glibc would know what is there for a semaphore. Only after `locate`, in the same breath. */
export let isSound: (semaphore: Semaphore) => boolean;

/** The semaphore is not to be used from now on. */
export let retire: (semaphore: Semaphore) => void;

/**
 * A semaphore: C's `sem_t *`. Made by `sem_open`, `sem_init` and {@linkcode Semaphore.at}.
 *
 * Held with `using`, a named semaphore is closed at the end of the block. One in memory is left as it is: others may use it.
 */
export class Semaphore implements Disposable {
  readonly #named: Named | null;
  readonly #words: Int32Array;
  #locate: (() => bigint) | null;

  /** Only for `sem_open` and `Semaphore.at`. */
  constructor(owner: typeof OWNER, locate: () => bigint, named: Named | null) {
    if (owner !== OWNER) throw new TypeError("A semaphore comes from sem_open, sem_init and Semaphore.at");
    this.#locate = locate;
    this.#named = named;
    this.#words = new Int32Array(memoryAt(pointerAt(locate()) as Deno.PointerObject, SIZEOF_SEM_T));
  }

  /**
   * The semaphore that some process has made with `sem_init` at `byteOffset` of a memory that is shared: C's
   * `(sem_t *)(address + byteOffset)`.
   *
   * @param memory what `shmat` or `mmap` returned
   * @param byteOffset where the semaphore begins: a multiple of 8, with SIZEOF_SEM_T bytes behind it
   *
   * @example The same semaphore in two mappings
   * ```ts
   * import { IPC_PRIVATE, IPC_RMID, sem_getvalue, sem_init, Semaphore, shmat, shmctl, shmget } from "ipc";
   * import { assertEquals } from "@std/assert";
   *
   * const id = shmget(IPC_PRIVATE, 4096, 0o600);
   * using here = shmat(id);
   * using there = shmat(id);
   * shmctl(id, IPC_RMID);
   * sem_init(here, 64, 1, 7);
   * assertEquals(sem_getvalue(Semaphore.at(there, 64)), 7);
   * ```
   */
  static at(memory: Memory, byteOffset: number): Semaphore {
    if (!(memory instanceof Memory)) {
      throw new TypeError(`memory: expected what shmat or mmap returned, got ${kind(memory)}`);
    }
    const address = addressIn(memory, byteOffset, SIZEOF_SEM_T, SEM_ALIGNMENT);
    // Kept, since to make a bigint is to allocate.
    return new Semaphore(OWNER, () => (demandMapped(memory), address), null);
  }

  /** The name it was opened by; null if it lives in memory of the program's. */
  get name(): string | null {
    return this.#named?.name ?? null;
  }

  /** Closes a named semaphore, if it is not closed yet; forgets one in memory. */
  [Symbol.dispose](): void {
    if (this.#locate === null) return;
    if (this.#named === null) this.#locate = null;
    else this.#named.close(this);
  }

  static {
    locate = (semaphore) => {
      if (semaphore.#locate === null) throw new TypeError("The semaphore was closed (sem_close, sem_destroy or using)");
      return semaphore.#locate();
    };
    isSound = (semaphore) => isSharing(semaphore.#words[SEM_SHARING_WORD]);
    retire = (semaphore) => semaphore.#locate = null;
  }
}
