/**
 * Calls on mutexes, condition variables, read-write locks and barriers, by their C prototypes. The error is the result.
 *
 * @module
 */
import { library } from "./library.ts";

/** Addresses are numbers: only their owner makes pointers of them. Calls that wait are those with a deadline. */
export const c = library({
  // int pthread_mutexattr_init(pthread_mutexattr_t *attr);
  pthread_mutexattr_init: { parameters: ["buffer"], result: "i32" },
  // int pthread_mutexattr_setpshared(pthread_mutexattr_t *attr, int pshared);
  pthread_mutexattr_setpshared: { parameters: ["buffer", "i32"], result: "i32" },
  // int pthread_mutexattr_settype(pthread_mutexattr_t *attr, int type);
  pthread_mutexattr_settype: { parameters: ["buffer", "i32"], result: "i32" },
  // int pthread_mutexattr_setrobust(pthread_mutexattr_t *attr, int robustness);
  pthread_mutexattr_setrobust: { parameters: ["buffer", "i32"], result: "i32" },
  // int pthread_mutexattr_setprotocol(pthread_mutexattr_t *attr, int protocol);
  pthread_mutexattr_setprotocol: { parameters: ["buffer", "i32"], result: "i32" },
  // int pthread_mutex_init(pthread_mutex_t *mutex, const pthread_mutexattr_t *attr);
  pthread_mutex_init: { parameters: ["u64", "buffer"], result: "i32" },
  // int pthread_mutex_destroy(pthread_mutex_t *mutex);
  pthread_mutex_destroy: { parameters: ["u64"], result: "i32" },
  // int pthread_mutex_trylock(pthread_mutex_t *mutex);
  pthread_mutex_trylock: { parameters: ["u64"], result: "i32" },
  // int pthread_mutex_timedlock(pthread_mutex_t *mutex, const struct timespec *abstime);
  pthread_mutex_timedlock: { parameters: ["u64", "u64"], result: "i32" },
  // int pthread_mutex_unlock(pthread_mutex_t *mutex);
  pthread_mutex_unlock: { parameters: ["u64"], result: "i32" },
  // int pthread_mutex_consistent(pthread_mutex_t *mutex);
  pthread_mutex_consistent: { parameters: ["u64"], result: "i32" },

  // int pthread_condattr_init(pthread_condattr_t *attr);
  pthread_condattr_init: { parameters: ["buffer"], result: "i32" },
  // int pthread_condattr_setpshared(pthread_condattr_t *attr, int pshared);
  pthread_condattr_setpshared: { parameters: ["buffer", "i32"], result: "i32" },
  // int pthread_condattr_setclock(pthread_condattr_t *attr, clockid_t clock_id);
  pthread_condattr_setclock: { parameters: ["buffer", "i32"], result: "i32" },
  // int pthread_cond_init(pthread_cond_t *cond, const pthread_condattr_t *attr);
  pthread_cond_init: { parameters: ["u64", "buffer"], result: "i32" },
  // int pthread_cond_destroy(pthread_cond_t *cond);
  pthread_cond_destroy: { parameters: ["u64"], result: "i32" },
  // int pthread_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *mutex, const struct timespec *abstime);
  pthread_cond_timedwait: { parameters: ["u64", "u64", "u64"], result: "i32" },
  // int pthread_cond_signal(pthread_cond_t *cond);
  pthread_cond_signal: { parameters: ["u64"], result: "i32" },
  // int pthread_cond_broadcast(pthread_cond_t *cond);
  pthread_cond_broadcast: { parameters: ["u64"], result: "i32" },

  // int pthread_rwlockattr_init(pthread_rwlockattr_t *attr);
  pthread_rwlockattr_init: { parameters: ["buffer"], result: "i32" },
  // int pthread_rwlockattr_setpshared(pthread_rwlockattr_t *attr, int pshared);
  pthread_rwlockattr_setpshared: { parameters: ["buffer", "i32"], result: "i32" },
  // int pthread_rwlock_init(pthread_rwlock_t *rwlock, const pthread_rwlockattr_t *attr);
  pthread_rwlock_init: { parameters: ["u64", "buffer"], result: "i32" },
  // int pthread_rwlock_destroy(pthread_rwlock_t *rwlock);
  pthread_rwlock_destroy: { parameters: ["u64"], result: "i32" },
  // int pthread_rwlock_tryrdlock(pthread_rwlock_t *rwlock);
  pthread_rwlock_tryrdlock: { parameters: ["u64"], result: "i32" },
  // int pthread_rwlock_trywrlock(pthread_rwlock_t *rwlock);
  pthread_rwlock_trywrlock: { parameters: ["u64"], result: "i32" },
  // int pthread_rwlock_timedrdlock(pthread_rwlock_t *rwlock, const struct timespec *abstime);
  pthread_rwlock_timedrdlock: { parameters: ["u64", "u64"], result: "i32" },
  // int pthread_rwlock_timedwrlock(pthread_rwlock_t *rwlock, const struct timespec *abstime);
  pthread_rwlock_timedwrlock: { parameters: ["u64", "u64"], result: "i32" },
  // int pthread_rwlock_unlock(pthread_rwlock_t *rwlock);
  pthread_rwlock_unlock: { parameters: ["u64"], result: "i32" },

  // int pthread_barrierattr_init(pthread_barrierattr_t *attr);
  pthread_barrierattr_init: { parameters: ["buffer"], result: "i32" },
  // int pthread_barrierattr_setpshared(pthread_barrierattr_t *attr, int pshared);
  pthread_barrierattr_setpshared: { parameters: ["buffer", "i32"], result: "i32" },
  // int pthread_barrier_init(pthread_barrier_t *barrier, const pthread_barrierattr_t *attr, unsigned int count);
  pthread_barrier_init: { parameters: ["u64", "buffer", "u32"], result: "i32" },
  // int pthread_barrier_destroy(pthread_barrier_t *barrier);
  pthread_barrier_destroy: { parameters: ["u64"], result: "i32" },
});
