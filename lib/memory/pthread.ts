/**
 * Mutexes, condition variables, read-write locks and barriers as objects that know whether they are still there, and whether
 * glibc would know what is there for them: see `semaphore.ts`, which does the same for semaphores.
 *
 * @module
 */
import { type Layout, sizeOf } from "../abi/layout.ts";
import { ATTRIBUTES_SIZE, BARRIER_WORDS, inherits, isConditionFlags, isMutexKind, isRobust } from "../abi/pthread.ts";
import { OWNER_DIED, PTHREAD_ALIGNMENT, PTHREAD_BARRIER, PTHREAD_COND, PTHREAD_MUTEX } from "../abi/pthread.ts";
import { PTHREAD_PROCESS_SHARED, PTHREAD_RWLOCK, TID_MASK, wordOf } from "../abi/pthread.ts";
import { kind } from "../errors/arguments.ts";
import { errnoOf } from "../errors/system_error.ts";
import { errno } from "../raw/errno.ts";
import { addressOfBytes, memoryAt, pointerAt } from "../raw/pointer.ts";
import { c as process } from "../raw/process.ts";
import { c } from "../raw/pthread.ts";
import { addressIn, Memory } from "./memory.ts";
import { linksAreSound } from "./robust.ts";

/** Bytes of a mutex in memory: C's `sizeof(pthread_mutex_t)`. Like all of these it begins at a multiple of 8. */
export const SIZEOF_PTHREAD_MUTEX_T: number = sizeOf(PTHREAD_MUTEX);
/** Bytes of a condition variable in memory: C's `sizeof(pthread_cond_t)`. */
export const SIZEOF_PTHREAD_COND_T: number = sizeOf(PTHREAD_COND);
/** Bytes of a read-write lock in memory: C's `sizeof(pthread_rwlock_t)`. */
export const SIZEOF_PTHREAD_RWLOCK_T: number = sizeOf(PTHREAD_RWLOCK);
/** Bytes of a barrier in memory: C's `sizeof(pthread_barrier_t)`. */
export const SIZEOF_PTHREAD_BARRIER_T: number = sizeOf(PTHREAD_BARRIER);

/** What the objects are constructed with. Student code cannot: an address of its own choosing would be a crash. */
export const OWNER: unique symbol = Symbol("the owner of pthread objects");

/** The address of an object, to be used at once; throws a TypeError if it was destroyed or its memory was given back. */
export let locate: (object: PthreadObject) => bigint;
/** The words of an object. Only after `locate`, in the same breath. */
export let wordsOf: (object: PthreadObject) => Int32Array<ArrayBuffer>;
/** The object is not to be used from now on. */
export let retire: (object: PthreadObject) => void;

/** An object of pthread.h in memory that processes share. */
export abstract class PthreadObject {
  readonly #words: Int32Array<ArrayBuffer>;
  #locate: (() => bigint) | null;

  /** Only for the subclasses' `at`. */
  constructor(owner: typeof OWNER, memory: Memory, byteOffset: number, layout: Layout) {
    if (owner !== OWNER) throw new TypeError("It comes from a call such as pthread_mutex_init, or from at");
    if (!(memory instanceof Memory)) {
      throw new TypeError(`memory: expected what shmat or mmap returned, got ${kind(memory)}`);
    }
    const size = sizeOf(layout);
    this.#locate = () => addressIn(memory, byteOffset, size, PTHREAD_ALIGNMENT);
    this.#words = new Int32Array(memoryAt(pointerAt(this.#locate()) as Deno.PointerObject, size));
  }

  static {
    locate = (object) => {
      if (object.#locate === null) throw new TypeError("It was destroyed (pthread_mutex_destroy or its like)");
      return object.#locate();
    };
    wordsOf = (object) => object.#words;
    retire = (object) => object.#locate = null;
  }
}

/** A mutex: C's `pthread_mutex_t *`. Made by `pthread_mutex_init` and {@linkcode Mutex.at}. */
export class Mutex extends PthreadObject {
  /**
   * The mutex that some process has made with `pthread_mutex_init` at `byteOffset` of a memory that is shared.
   *
   * @param memory what `shmat` or `mmap` returned
   * @param byteOffset where the mutex begins: a multiple of 8, with SIZEOF_PTHREAD_MUTEX_T bytes behind it
   *
   * @example The same mutex in two mappings
   * ```ts
   * import { IPC_PRIVATE, IPC_RMID, isSystemError, Mutex, pthread_mutex_init, pthread_mutex_lock } from "ipc";
   * import { pthread_mutex_trylock, shmat, shmctl, shmget } from "ipc";
   * import { assert, assertThrows } from "@std/assert";
   *
   * const id = shmget(IPC_PRIVATE, 4096, 0o600);
   * using here = shmat(id);
   * using there = shmat(id);
   * shmctl(id, IPC_RMID);
   * pthread_mutex_lock(pthread_mutex_init(here, 64));
   * assert(isSystemError(assertThrows(() => pthread_mutex_trylock(Mutex.at(there, 64))), "EBUSY"));
   * ```
   */
  static at(memory: Memory, byteOffset: number): Mutex {
    return new Mutex(OWNER, memory, byteOffset, PTHREAD_MUTEX);
  }
}

/** A condition variable: C's `pthread_cond_t *`. Made by `pthread_cond_init` and {@linkcode Condition.at}. */
export class Condition extends PthreadObject {
  /**
   * The condition variable that some process has made with `pthread_cond_init` at `byteOffset` of a memory that is shared.
   *
   * @param memory what `shmat` or `mmap` returned
   * @param byteOffset where it begins: a multiple of 8, with SIZEOF_PTHREAD_COND_T bytes behind it
   */
  static at(memory: Memory, byteOffset: number): Condition {
    return new Condition(OWNER, memory, byteOffset, PTHREAD_COND);
  }
}

/** A read-write lock: C's `pthread_rwlock_t *`. Made by `pthread_rwlock_init` and {@linkcode RwLock.at}. */
export class RwLock extends PthreadObject {
  /**
   * The lock that some process has made with `pthread_rwlock_init` at `byteOffset` of a memory that is shared.
   *
   * @param memory what `shmat` or `mmap` returned
   * @param byteOffset where it begins: a multiple of 8, with SIZEOF_PTHREAD_RWLOCK_T bytes behind it
   */
  static at(memory: Memory, byteOffset: number): RwLock {
    return new RwLock(OWNER, memory, byteOffset, PTHREAD_RWLOCK);
  }
}

/** A barrier: C's `pthread_barrier_t *`. Made by `pthread_barrier_init` and {@linkcode Barrier.at}. */
export class Barrier extends PthreadObject {
  /**
   * The barrier that some process has made with `pthread_barrier_init` at `byteOffset` of a memory that is shared.
   *
   * @param memory what `shmat` or `mmap` returned
   * @param byteOffset where it begins: a multiple of 8, with SIZEOF_PTHREAD_BARRIER_T bytes behind it
   */
  static at(memory: Memory, byteOffset: number): Barrier {
    return new Barrier(OWNER, memory, byteOffset, PTHREAD_BARRIER);
  }
}

const LOCK = wordOf(PTHREAD_MUTEX.fields.lock);
const MUTEX_OWNER = wordOf(PTHREAD_MUTEX.fields.owner);
const KIND = wordOf(PTHREAD_MUTEX.fields.kind);
const RWLOCK_SHARED = wordOf(PTHREAD_RWLOCK.fields.shared);
/** What glibc writes for a barrier that is shared: its LLL_SHARED. */
const BARRIER_SHARED = 128;
const ESRCH = errnoOf("ESRCH");

/** Whether glibc may be called with this mutex. It aborts on some that it never wrote. Only after `locate`. */
export function isSoundMutex(mutex: Mutex): boolean {
  const words = wordsOf(mutex);
  const kind = words[KIND] as number;
  if (!isMutexKind(kind)) return false;
  if (isRobust(kind) && !linksAreSound()) return false;
  const lock = words[LOCK] as number;
  if (!inherits(kind)) return true;
  const owner = lock & TID_MASK;
  if ((lock & OWNER_DIED) !== 0) return isRobust(kind);
  return owner === 0 || !isRobust(kind) || process.kill(owner, 0) === 0 || errno() !== ESRCH;
}

/** Whether a sound mutex is robust. */
export function isRobustMutex(mutex: Mutex): boolean {
  return isRobust(wordsOf(mutex)[KIND] as number);
}

/** The thread that has a sound mutex locked, or 0. */
export function ownerOf(mutex: Mutex): number {
  const words = wordsOf(mutex);
  const kind = words[KIND] as number;
  return isRobust(kind) || inherits(kind) ? (words[LOCK] as number) & TID_MASK : words[MUTEX_OWNER] as number;
}

/** Whether this process has a sound mutex locked. */
export function isOurs(mutex: Mutex): boolean {
  return ownerOf(mutex) === process.gettid();
}

/** Whether glibc would know what is there for a read-write lock. */
export function isSoundRwLock(lock: RwLock): boolean {
  return wordsOf(lock)[RWLOCK_SHARED] === PTHREAD_PROCESS_SHARED;
}

/** Whether glibc would know what is there for a barrier. */
export function isSoundBarrier(barrier: Barrier): boolean {
  const words = wordsOf(barrier);
  return words[BARRIER_WORDS.shared] === BARRIER_SHARED && (words[BARRIER_WORDS.count] as number) > 0;
}

/** The flags of a condition, if there is one: null for what glibc does not write. */
export function conditionFlags(condition: Condition): number | null {
  const flags = wordsOf(condition)[flagsWord ??= findFlagsWord()] as number;
  return isConditionFlags(flags) ? flags : null;
}

let flagsWord: number | undefined;

/** Asks glibc where a condition's flags are: of a shared one that was made just now they are all that is not 0. */
function findFlagsWord(): number {
  const attributes = new Uint8Array(ATTRIBUTES_SIZE);
  c.pthread_condattr_init(attributes);
  c.pthread_condattr_setpshared(attributes, PTHREAD_PROCESS_SHARED);
  const scratch = new Uint8Array(SIZEOF_PTHREAD_COND_T);
  c.pthread_cond_init(addressOfBytes(scratch), attributes);
  return new Int32Array(scratch.buffer).findIndex((word) => word !== 0);
}
