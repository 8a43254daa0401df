/**
 * Condition variables. A wait is three steps, as it is for C: the mutex is given back, the waiter sleeps until it is woken, and
 * the mutex is locked again. Who sleeps, and who was woken, is in waiters.ts: whoever signals when nobody sleeps wakes nobody.
 *
 * @module
 */
import type { Timespec } from "../../../../lib/abi/timespec.ts";
import { isSystemError, SystemError } from "../../../../lib/errors/system_error.ts";
import { type CallName, callNumber } from "../../../../lib/gate/calls.ts";
import type { Condition, Mutex } from "../../../../lib/mod.ts";
import { MODE } from "../../../explore/region.ts";
import { type Call, type Calls, type Context, ERRNO, fails, NOTHING_DONE, WOULD_BLOCK } from "./call.ts";
import { milliseconds } from "./clock.ts";
import { PAST, tryToLock, unseen } from "./mutexes.ts";
import { inside, runHandlers, stepTo, wait } from "./perform.ts";
import { ANY_BITS, comeToWait, countWaiters, goAway, isWoken, wake } from "./waiters.ts";

type Waiting = Call<[Condition, Mutex, Timespec?], void>;

const EBUSY = 16;
const EVERYBODY = 0x7fffffff;

/** The calls on condition variables. */
export function conditions(context: Context): Calls {
  const { original, objects, clock, turnstile } = context;

  const on = (condition: Condition): readonly number[] => [objects.lock(condition)];
  const waking = (name: "pthread_cond_signal" | "pthread_cond_broadcast", count: number): Call<[Condition], void> => ({
    objects: on,
    mode: MODE.write,
    attempt: (condition) => {
      // The original checks the argument; it finds nobody.
      original[name](condition);
      wake(turnstile, objects.lock(condition), count, ANY_BITS);
    },
    changes: () => [],
  });
  const waiting = (name: "pthread_cond_wait" | "pthread_cond_timedwait"): Waiting => ({
    objects: (_, mutex) => [objects.lock(mutex)],
    mode: MODE.write,
    runsHandlers: true,
    attempt: (condition, mutex, deadline) => {
      inside(context, () => demandBoth(condition, mutex, deadline));
      const until = name === "pthread_cond_wait" ? null : clock.at(deadline);
      const awake = sleep(context, name, condition, mutex, until);
      lockAgain(context, name, mutex);
      if (!awake) throw new SystemError(name, ERRNO.ETIMEDOUT);
    },
    changes: () => [],
    faults: {
      spurious: () => NOTHING_DONE,
      ...(name === "pthread_cond_wait" ? {} : { timeout: fails(name, ERRNO.ETIMEDOUT) }),
    },
  });

  /** Refuses what the original refuses: it is called so that it comes back at once. */
  function demandBoth(condition: Condition, mutex: Mutex, deadline: Timespec | undefined): void {
    if (deadline !== undefined && milliseconds(deadline) === null) {
      return unseen(() => original.pthread_cond_timedwait(condition, mutex, deadline));
    }
    try {
      unseen(() => original.pthread_cond_timedwait(condition, mutex, PAST));
    } catch (error) {
      if (isSystemError(error, "ETIMEDOUT")) return;
      if (deadline === undefined) original.pthread_cond_wait(condition, mutex);
      throw error;
    }
  }

  return {
    pthread_cond_init: { objects: (memory) => [objects.memory(memory)?.object ?? -1], mode: MODE.write },
    pthread_cond_destroy: {
      objects: on,
      mode: MODE.write,
      attempt: (condition: Condition) => {
        if (countWaiters(turnstile, objects.lock(condition)) > 0) throw new SystemError("pthread_cond_destroy", EBUSY);
        original.pthread_cond_destroy(condition);
      },
    },
    pthread_cond_wait: waiting("pthread_cond_wait"),
    pthread_cond_timedwait: waiting("pthread_cond_timedwait"),
    pthread_cond_signal: waking("pthread_cond_signal", 1),
    pthread_cond_broadcast: waking("pthread_cond_broadcast", EVERYBODY),
  };
}

/** Gives the mutex back and sleeps, in one. True: it was woken, or a handler has run; false: its time has come. */
function sleep(context: Context, name: CallName, condition: Condition, mutex: Mutex, until: number | null): boolean {
  const { original, objects, turnstile } = context;
  const { party } = turnstile;
  const object = objects.lock(condition);
  inside(context, () => original.pthread_mutex_unlock(mutex));
  comeToWait(party, object, ANY_BITS);
  turnstile.changed(objects.lock(mutex));
  try {
    stepTo(context, callNumber(name), object, "unlocks the mutex");
    while (!isWoken(party)) {
      const why = wait(context, [object], until);
      if (isWoken(party)) break;
      if (why === "timeout") return false;
      if (why === "signal" && runHandlers(callNumber(name))) break;
    }
    return true;
  } finally {
    goAway(party);
  }
}

/** Locks the mutex again, however long that takes: no signal and no deadline ends it. */
function lockAgain(context: Context, name: CallName, mutex: Mutex): void {
  const { original, objects } = context;
  const object = objects.lock(mutex);
  stepTo(context, callNumber(name), object, "was woken");
  const act = (): void => original.pthread_mutex_lock(mutex);
  while (inside(context, () => tryToLock(context, name, mutex, act)) === WOULD_BLOCK) {
    if (wait(context, [object], null) === "signal") runHandlers(callNumber(name));
  }
}
