/**
 * Mutexes and read-write locks: each is tried by C's own wait with a deadline that has passed. So C says by itself what a lock of
 * its type answers: that it is free, that this process has it (EDEADLK), that its owner has died (EOWNERDEAD).
 *
 * @module
 */
import { OWNER_DIED, PTHREAD_MUTEX, wordOf } from "../../../../lib/abi/pthread.ts";
import type { Timespec } from "../../../../lib/abi/timespec.ts";
import { isSystemError, SystemError } from "../../../../lib/errors/system_error.ts";
import type { CallName } from "../../../../lib/gate/calls.ts";
import { signals } from "../../../../lib/gate/gate.ts";
import { isOurs, isRobustMutex, locate, Mutex, wordsOf } from "../../../../lib/memory/pthread.ts";
import type { RwLock } from "../../../../lib/mod.ts";
import { MODE } from "../../../explore/region.ts";
import { type Call, type Calls, type Context, ERRNO, fails, WOULD_BLOCK } from "./call.ts";
import { milliseconds } from "./clock.ts";

/** A deadline that has passed: C tries, and does not wait. */
export const PAST: Timespec = { sec: 0, nsec: 0 };

const LOCK_WORD = wordOf(PTHREAD_MUTEX.fields.lock);

/** The calls on mutexes. */
export function mutexes(context: Context): Calls {
  const { original, objects, clock } = context;

  const on = (mutex: Mutex): readonly number[] => [objects.lock(mutex)];
  const inMemory = (memory: unknown): readonly number[] => [objects.memory(memory)?.object ?? -1];
  const nobodyElse = (): readonly number[] => [];

  return {
    pthread_mutex_init: { objects: inMemory, mode: MODE.write },
    pthread_mutex_destroy: { objects: on, mode: MODE.write },
    pthread_mutex_lock: {
      objects: on,
      mode: MODE.write,
      attempt: (mutex: Mutex) =>
        tryToLock(context, "pthread_mutex_lock", mutex, () => original.pthread_mutex_lock(mutex)),
      interruptible: false,
      changes: nobodyElse,
    },
    pthread_mutex_trylock: {
      objects: on,
      mode: MODE.write,
      attempt: (mutex: Mutex) => noting(context, mutex, () => original.pthread_mutex_trylock(mutex)),
      changes: nobodyElse,
    },
    pthread_mutex_timedlock: {
      objects: on,
      mode: MODE.write,
      attempt: (mutex: Mutex, deadline: Timespec) => {
        const act = (): void => unseen(() => original.pthread_mutex_timedlock(mutex, deadline));
        return milliseconds(deadline) === null
          ? noting(context, mutex, act)
          : tryToLock(context, "pthread_mutex_timedlock", mutex, act);
      },
      interruptible: false,
      deadline: (_, deadline) => clock.at(deadline),
      timedOut: fails("pthread_mutex_timedlock", ERRNO.ETIMEDOUT),
      changes: nobodyElse,
      faults: { timeout: fails("pthread_mutex_timedlock", ERRNO.ETIMEDOUT) },
    },
    pthread_mutex_unlock: { objects: on, mode: MODE.write },
    pthread_mutex_consistent: { objects: on, mode: MODE.write },
  };
}

/** The calls on read-write locks. */
export function readWriteLocks(context: Context): Calls {
  const { original, objects, clock } = context;

  const on = (lock: RwLock): readonly number[] => [objects.lock(lock)];
  const taking = (
    name:
      | "pthread_rwlock_rdlock"
      | "pthread_rwlock_wrlock"
      | "pthread_rwlock_timedrdlock"
      | "pthread_rwlock_timedwrlock",
    tried: "pthread_rwlock_timedrdlock" | "pthread_rwlock_timedwrlock",
  ): Call<[RwLock, Timespec?], void> => ({
    objects: on,
    mode: MODE.write,
    attempt: (lock, deadline) =>
      name === tried && milliseconds(deadline) === null
        ? original[tried](lock, deadline as Timespec)
        : patiently(() => original[tried](lock, PAST), () => original[name](lock, deadline as Timespec)),
    interruptible: false,
    changes: () => [],
    ...(name === tried
      ? {
        deadline: (_: RwLock, deadline?: Timespec) => clock.at(deadline),
        timedOut: fails(name, ERRNO.ETIMEDOUT),
        faults: { timeout: fails(name, ERRNO.ETIMEDOUT) },
      }
      : {}),
  });

  return {
    pthread_rwlock_init: { objects: (memory) => [objects.memory(memory)?.object ?? -1], mode: MODE.write },
    pthread_rwlock_destroy: { objects: on, mode: MODE.write },
    pthread_rwlock_rdlock: taking("pthread_rwlock_rdlock", "pthread_rwlock_timedrdlock"),
    pthread_rwlock_tryrdlock: { objects: on, mode: MODE.write, changes: () => [] },
    pthread_rwlock_timedrdlock: taking("pthread_rwlock_timedrdlock", "pthread_rwlock_timedrdlock"),
    pthread_rwlock_wrlock: taking("pthread_rwlock_wrlock", "pthread_rwlock_timedwrlock"),
    pthread_rwlock_trywrlock: { objects: on, mode: MODE.write, changes: () => [] },
    pthread_rwlock_timedwrlock: taking("pthread_rwlock_timedwrlock", "pthread_rwlock_timedwrlock"),
    pthread_rwlock_unlock: { objects: on, mode: MODE.write },
  };
}

/**
 * Locks a mutex if that is possible now. What is wrong with it, call `name` itself says: `act`, which does not wait then.
 */
export function tryToLock(context: Context, name: CallName, mutex: Mutex, act: () => void): void | typeof WOULD_BLOCK {
  const tried = (): void => context.original.pthread_mutex_timedlock(mutex, PAST);
  return noting(context, mutex, () =>
    patiently(tried, (error) => {
      // Locked it is; to call the original would be to lock it twice.
      if (isSystemError(error, "EOWNERDEAD")) throw new SystemError(name, error.errno);
      unseen(act);
    }));
}

/** `now` does not wait: WOULD_BLOCK where it would have to. `refused` is called for it where it fails, and fails likewise. */
function patiently(now: () => void, refused: (error: unknown) => void): void | typeof WOULD_BLOCK {
  try {
    unseen(now);
  } catch (error) {
    if (isSystemError(error, "ETIMEDOUT")) return WOULD_BLOCK;
    unseen(() => refused(error));
  }
}

/**
 * C's waits with a deadline begin anew until the handlers of all signals that came in have run; here they run when the call is
 * done. Without a look at the signals there is nothing to begin anew for.
 */
export function unseen<R>(act: () => R): R {
  const { arrived } = signals;
  signals.arrived = new Int32Array([signals.taken]);
  try {
    return act();
  } finally {
    signals.arrived = arrived;
  }
}

/** Notes a robust mutex that is locked from now on: at this process's end it is to tell that its owner has died. */
function noting<R>({ belongings }: Context, mutex: Mutex, act: () => R): R {
  try {
    return act();
  } finally {
    if (isHeldRobust(mutex)) belongings.robust.add(mutex);
  }
}

function isHeldRobust(mutex: unknown): boolean {
  try {
    return mutex instanceof Mutex && locate(mutex) !== 0n && isRobustMutex(mutex) && isOurs(mutex);
  } catch {
    return false; // destroyed, or its memory was given back
  }
}

/** A process that has `mutex` ends: what the kernel does then, so that the next one has EOWNERDEAD. */
export function dieWith({ original }: Context, mutex: Mutex): void {
  if (!isHeldRobust(mutex)) return;
  original.pthread_mutex_unlock(mutex);
  const words = wordsOf(mutex);
  words[LOCK_WORD] = (words[LOCK_WORD] as number) | OWNER_DIED;
}
