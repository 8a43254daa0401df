/**
 * Mutexes, condition variables, read-write locks and barriers in memory, as glibc lays them out. (C keeps them opaque; this
 * library looks at a few words of them, so that no memory that never was one can bring the process down.)
 *
 * @module
 */
import { layout, offsetOf } from "./layout.ts";

/** `pthread_mutex_t`. Its links make it part of the list of robust mutexes that a thread holds. */
export const PTHREAD_MUTEX = layout({
  c: "pthread_mutex_t",
  headers: ["pthread.h"],
  size: { x86_64: 40, aarch64: 48 },
  fields: {
    lock: { c: "__data.__lock", type: "i32", offset: 0 },
    owner: { c: "__data.__owner", type: "i32", offset: 8 },
    kind: { c: "__data.__kind", type: "i32", offset: 16 },
    previous: { c: "__data.__list.__prev", type: "address", offset: 24 },
    next: { c: "__data.__list.__next", type: "address", offset: 32 },
  },
});

/** `pthread_cond_t`. Where its flags are depends on glibc's version. */
export const PTHREAD_COND = layout({ c: "pthread_cond_t", headers: ["pthread.h"], size: 48, fields: {} });

/** `pthread_rwlock_t`. */
export const PTHREAD_RWLOCK = layout({
  c: "pthread_rwlock_t",
  headers: ["pthread.h"],
  size: 56,
  fields: {
    readers: { c: "__data.__readers", type: "u32", offset: 0 },
    writer: { c: "__data.__cur_writer", type: "i32", offset: 24 },
    shared: { c: "__data.__shared", type: "i32", offset: 28 },
  },
});

/** `pthread_barrier_t`. What is in it, pthread.h does not tell: `BARRIER_WORDS`. */
export const PTHREAD_BARRIER = layout({ c: "pthread_barrier_t", headers: ["pthread.h"], size: 32, fields: {} });

/** Which words of a barrier are what. Source: glibc, sysdeps/nptl/internaltypes.h, struct pthread_barrier. */
export const BARRIER_WORDS = { in: 0, round: 1, count: 2, shared: 3, out: 4 } as const;

/** What an address of any of them is a multiple of. */
export const PTHREAD_ALIGNMENT = 8;

/** Bytes of the largest `pthread_…attr_t`. */
export const ATTRIBUTES_SIZE = 8;

/** Who may share an object: all processes that map it. */
export const PTHREAD_PROCESS_SHARED = 1;

/** The bits of a mutex's lock that are its owner's thread, where it is robust or inherits priority; and those beside them. */
export const TID_MASK = 0x3fff_ffff;
/** The owner has died. */
export const OWNER_DIED = 0x4000_0000;

/** Bits of a mutex's kind. Source: glibc, nptl/pthreadP.h. */
const TYPE = 3;
const ROBUST = 16;
const INHERIT = 32;
const SHARED = 128;
const ELISION = 768;

/** Whether glibc makes shared mutexes of this kind. */
export function isMutexKind(kind: number): boolean {
  return (kind & ~(TYPE | ROBUST | INHERIT | ELISION)) === SHARED && (kind & TYPE) !== 3;
}

/** Whether mutexes of this kind are robust. */
export function isRobust(kind: number): boolean {
  return (kind & ROBUST) !== 0;
}

/** Whether mutexes of this kind pass their waiters' priority on. */
export function inherits(kind: number): boolean {
  return (kind & INHERIT) !== 0;
}

/** Bits of a condition's flags, with the number of those that wait above them. */
const CONDITION_SHARED = 1;
const CONDITION_OTHER_FLAGS = 6;
const CONDITION_WAITERS_SHIFT = 3;
/** Linux has no more threads than that. */
const MOST_WAITERS = 2 ** 22;

/** Whether a condition's flags are such as glibc writes for a shared one. */
export function isConditionFlags(flags: number): boolean {
  return (flags & ~CONDITION_OTHER_FLAGS & 7) === CONDITION_SHARED && conditionWaiters(flags) <= MOST_WAITERS;
}

/** How many wait at a condition with these flags. */
export function conditionWaiters(flags: number): number {
  return flags >>> CONDITION_WAITERS_SHIFT;
}

/** How many hold a read-write lock for reading. */
export function readersIn(readers: number): number {
  return readers >>> 3;
}

/** Where a field is among the words of 32 bits. */
export function wordOf(field: { readonly c: string; readonly type: "i32" | "u32"; readonly offset: number }): number {
  return offsetOf(field) / 4;
}
