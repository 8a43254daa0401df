/**
 * The turnstile as a role sees it: one party goes through at a time. What `lab/arena/controlled` builds upon.
 *
 * The shape of an operation under control:
 *
 *     turnstile.enter(OPERATION, object, 0, 0, MODE.write, site);    // others may go first
 *     while (!tryIt()) {                                             // the form that does not block
 *       const why = turnstile.park(object, deadline);                // others go; back when it may have changed
 *       if (why === "timeout") throw new SystemError(…ETIMEDOUT);
 *       if (why === "signal") failed(call, EINTR);                   // runs handlers; throws, or returns to go on
 *     }
 *     turnstile.changed(object);                                     // whoever waits for it may look again
 *     turnstile.done(result);
 *
 * @module
 */

/** Kinds of objects, as they are told to people. The place in the list is the kind's number. */
export const OBJECT_KINDS = [
  "memory",
  "semaphore",
  "message queue",
  "pipe",
  "FIFO",
  "socket",
  "System V semaphores",
  "System V queue",
  "futex",
  "process",
  "signals of",
  "file",
  "name",
  "event",
  "lock",
] as const;

/** One of them. */
export type ObjectKindName = typeof OBJECT_KINDS[number];

/** Why a party that was parked is let go. */
export type Wake = "changed" | "timeout" | "signal";

/** One role's way through the turnstile. */
export interface Turnstile {
  /** This party's number, from 1. A fork gives the child one of its own. */
  readonly party: number;
  /** Whether every step is told in detail: then take the trouble to describe arguments and results. */
  readonly detailed: boolean;
  /** Virtual time, in milliseconds since the schedule began. It goes on when nobody can. */
  readonly now: number;

  /**
   * The index of an object. The same three numbers are the same object in every process; `name` is how it is told to people
   * ("/jobs", "fd 3"), and counts only the first time.
   */
  object(kind: ObjectKindName, high: number, low: number, name: string): number;

  /**
   * Before an operation: others may go first. Throws Unwind where this party is to be ended.
   *
   * @param operation a call's number, or one of OPERATION
   * @param object index, or -1
   * @param mode one of MODE: whether it only looks at the object, changes it, or posts to it (two posts commute)
   * @param flags any of FLAG.yields, FLAG.atomic
   * @param site index of the place in the source; 0 where it is not known without asking
   */
  enter(
    operation: number,
    object: number,
    offset: number,
    length: number,
    mode: number,
    flags: number,
    site: number,
  ): void;

  /** The operation would block: nothing was done. Comes back when one of the objects may have changed, and it is this
   * party's turn again; then the step is a new one. `deadline` is in virtual milliseconds; null: none. */
  park(objects: readonly number[], deadline: number | null): Wake;

  /** The operation changed this object: whoever is parked on it may look again. */
  changed(object: number): void;

  /** The operation was done, with this result (0 where there is none that fits 32 bits). */
  done(result: number): void;

  /** The operation looked, and found nothing to do (EAGAIN, a value that is as it was). Again and again without a change of
   * `object`, the party is parked as one that spins. */
  idle(object: number): void;

  /** In detail: what the present step is called, with which arguments, and what came of it. Costs nothing otherwise. */
  describe(operation: string, argumentsText: string, result: string | null): void;

  /** The fault that the plan has for this call, or null. Each call of the library asks once, when it is entered. */
  fault(): "eintr" | "short" | "eagain" | "full" | "timeout" | "spurious" | null;

  /** A signal was sent to process `pid` with kill(2) or its kin: it may go on, or die of it. */
  signalled(pid: number, signo: number): void;

  /**
   * Whether signal `signo` was sent to process `pid` since that made its last step. To send it again is then the same as not to:
   * while the process is not let go, the kernel may have handed it the first or not, and only one of the two can be repeated.
   */
  isUnderWay(pid: number, signo: number): boolean;

  /** A kernel object was made that outlives its process, or removed: the schedule's ledger. */
  made(kind: string, name: string): void;
  removed(kind: string, name: string): void;

  /** Before fork: the party that the child will be; after it, in the parent. The child calls `begin` before anything else,
   * which returns when it is its turn. 0: there is no party left. */
  beforeFork(): number;
  afterFork(child: number, pid: number): void;
  begin(child: number): void;
  /** This party ends: gives the turn away, and the next waits until the process is gone. Never comes back where `exit`. */
  end(exit: boolean, status: number): void;
  /** The party whose process this is, or 0. */
  partyOf(pid: number): number;
  /** Whether that party has ended. */
  hasEnded(party: number): boolean;
}

/** Thrown through a student's code when its party is ended from outside. No call and no store has an effect any more. */
export class Unwind extends Error {
  /** "Unwind". */
  override readonly name = "Unwind";
}
