/**
 * What a student's program gets in place of "ipc" under control: the same names, each call a step of the turnstile.
 *
 * @module
 */
import { SystemError } from "../../../../lib/errors/system_error.ts";
import { type CallName, CALLS } from "../../../../lib/gate/calls.ts";
import { type Turnstile, Unwind } from "../../../explore/turnstile.ts";
import { Objects } from "../objects.ts";
import { barriers } from "./barriers.ts";
import { type Call, type Calls, type Context, ERRNO, type Ipc, type Joining, type WatchedMemory } from "./call.ts";
import { Clock } from "./clock.ts";
import { conditions } from "./conditions.ts";
import { descriptors } from "./descriptors.ts";
import { events } from "./events.ts";
import { futexes } from "./futexes.ts";
import { sharedMemory } from "./memory.ts";
import { moves } from "./moves.ts";
import { mutexes, readWriteLocks } from "./mutexes.ts";
import { controlled } from "./perform.ts";
import { leave, processes } from "./processes.ts";
import { posixQueues, systemVQueues } from "./queues.ts";
import { type Leftovers, Possessions } from "./release.ts";
import { semaphores } from "./semaphores.ts";
import { signalCalls } from "./signals.ts";
import { socketCalls } from "./sockets.ts";
import { systemVSemaphores } from "./system_v_semaphores.ts";
import { timers } from "./timers.ts";
import { times } from "./times.ts";
import { goAway } from "./waiters.ts";
import { waitingCalls } from "./waiting.ts";

/** Calls that are a step, and nothing else: they are about no object that others could change, and never wait. */
export const PLAIN: readonly CallName[] = [
  "getpid",
  "getppid",
  "ftok",
  // To give memory back, and to write it to its file, orders nothing between processes.
  "msync",
  "getsockname",
  "getpeername",
  "getsockopt",
  "setsockopt",
];

/** What waits in the runtime's event loop: there nobody can see that a party waits, or for what. */
export const EVENT_LOOP = [
  "abortSignal",
  "chunks",
  "connections",
  "datagrams",
  "messages",
  "readable",
  "writable",
] as const;

/** The library of one process under control. */
export interface ControlledIpc {
  /** What the program imports. */
  readonly namespace: Record<string, unknown>;
  /** When the program has ended, and its process goes on: descriptors, memory, locks, and what SEM_UNDO noted. */
  exit(): void;
  /** At the end of a schedule: as `exit`; besides, children, signals and umask. */
  release(): Leftovers;
  /** Ends this process, a child of fork, as _exit does. */
  leave(status: number): never;
}

/** The library under control. What it makes, the gate's hook tells the turnstile; what is removed is told here. */
export function controlledIpc(turnstile: Turnstile & Joining, original: Ipc, watched: WatchedMemory): ControlledIpc {
  const possessions = new Possessions();
  const context: Context = {
    turnstile,
    original,
    objects: new Objects(turnstile),
    clock: new Clock(turnstile),
    watched,
    belongings: possessions,
  };
  const calls = table(context);
  goAway(turnstile.party);
  const namespace: Record<string, unknown> = { ...original };
  for (const name of CALLS) {
    if (name in original) namespace[name] = named(name, controlled(context, name, calls[name] ?? {}), original);
  }
  for (const name of EVENT_LOOP) {
    namespace[name] = named(name, () => {
      throw new SystemError(name, ERRNO.ENOSYS, "the event loop is not under control");
    }, original);
  }
  disposeUnderControl(context, namespace);
  return {
    namespace,
    exit: () => possessions.exit(context),
    release: () => possessions.release(context),
    leave: (status) => leave(context, status),
  };
}

/** The rows of all calls, by name. */
export function table(context: Context): Calls {
  const plain: Call = {};
  return {
    ...Object.fromEntries(PLAIN.map((name) => [name, plain])),
    ...descriptors(context),
    ...semaphores(context),
    ...posixQueues(context),
    ...systemVQueues(context),
    ...systemVSemaphores(context),
    ...sharedMemory(context),
    ...signalCalls(context),
    ...processes(context),
    ...times(context),
    ...futexes(context),
    ...events(context),
    ...waitingCalls(context),
    ...socketCalls(context),
    ...mutexes(context),
    ...conditions(context),
    ...readWriteLocks(context),
    ...barriers(context),
    ...timers(context),
    ...moves(context),
  };
}

/** The function with the name and length that the original has. */
function named(name: keyof Ipc, call: (...args: unknown[]) => unknown, original: Ipc): (...args: unknown[]) => unknown {
  const { length } = original[name] as (...args: unknown[]) => unknown;
  return Object.defineProperties(call, { name: { value: name }, length: { value: length } });
}

/**
 * The end of a `using` block is a call, too. A party that is being ended gets no second Unwind from it: the first one goes on,
 * and is not wrapped in a SuppressedError.
 */
function disposeUnderControl({ original, belongings }: Context, namespace: Record<string, unknown>): void {
  const { Mapping, Segment, Semaphore, Timer } = original;
  const calls = namespace as unknown as Ipc;
  const forgets = Semaphore.prototype[Symbol.dispose];
  const define = <T extends object>(type: { readonly prototype: T }, dispose: (this: T) => void): void => {
    Object.defineProperty(type.prototype, Symbol.dispose, { configurable: true, writable: true, value: dispose });
  };
  define(Mapping, function (): void {
    if (!this.released) quietly(() => calls.munmap(this));
  });
  define(Segment, function (): void {
    if (!this.released) quietly(() => calls.shmdt(this));
  });
  define(Semaphore, function (): void {
    if (belongings.semaphores.has(this)) quietly(() => calls.sem_close(this));
    else forgets.call(this);
  });
  define(Timer, function (): void {
    if (belongings.timers.has(this)) quietly(() => calls.timer_delete(this));
  });
}

function quietly(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof Unwind)) throw error;
  }
}
