/**
 * POSIX semaphores: whether a wait would block is asked of sem_getvalue.
 *
 * @module
 */
import { O_CREAT } from "../../../../lib/abi/fcntl_constants.ts";
import type { Timespec } from "../../../../lib/abi/timespec.ts";
import type { Semaphore } from "../../../../lib/mod.ts";
import { MODE } from "../../../explore/region.ts";
import { type Calls, type Context, ERRNO, fails, WOULD_BLOCK } from "./call.ts";
import { milliseconds } from "./clock.ts";

/** The calls on POSIX semaphores. */
export function semaphores(context: Context): Calls {
  const { original, objects, clock, belongings, turnstile } = context;

  const on = (semaphore: Semaphore): readonly number[] => [objects.semaphore(semaphore)];
  /** The original says at once what is wrong with a semaphore whose value cannot be had. */
  const isFree = (semaphore: Semaphore): boolean => {
    try {
      return original.sem_getvalue(semaphore) > 0;
    } catch {
      return true;
    }
  };

  return {
    sem_open: {
      objects: (name) => [objects.name(name)],
      mode: (_name, flags) => (flags & O_CREAT) === 0 ? MODE.read : MODE.write,
      note: (semaphore: Semaphore) => {
        objects.opened(semaphore);
        belongings.semaphores.add(semaphore);
      },
    },
    sem_close: {
      objects: on,
      note: (_, semaphore: Semaphore) => void belongings.semaphores.delete(semaphore),
    },
    sem_unlink: {
      objects: (name) => [objects.name(name)],
      mode: MODE.write,
      note: (_, name: string) => turnstile.removed("posix_sem", name),
    },
    sem_init: { objects: (memory) => [objects.memory(memory)?.object ?? -1], mode: MODE.write },
    sem_destroy: { objects: on, mode: MODE.write },
    sem_wait: {
      objects: on,
      mode: MODE.write,
      attempt: (semaphore: Semaphore) => isFree(semaphore) ? original.sem_wait(semaphore) : WOULD_BLOCK,
      faults: { eintr: fails("sem_wait", ERRNO.EINTR) },
    },
    sem_trywait: { objects: on, mode: MODE.write },
    sem_timedwait: {
      objects: on,
      mode: MODE.write,
      attempt: (semaphore: Semaphore, deadline: Timespec) =>
        isFree(semaphore) || milliseconds(deadline) === null
          ? original.sem_timedwait(semaphore, deadline)
          : WOULD_BLOCK,
      deadline: (_, deadline) => clock.at(deadline),
      timedOut: fails("sem_timedwait", ERRNO.ETIMEDOUT),
      faults: { eintr: fails("sem_timedwait", ERRNO.EINTR), timeout: fails("sem_timedwait", ERRNO.ETIMEDOUT) },
    },
    sem_post: { objects: on, mode: MODE.post },
    sem_getvalue: { objects: on, mode: MODE.read },
  };
}
