/**
 * What the model of a kernel has to offer: semaphores, words of shared memory with futexes, conditions, pipes, queues.
 *
 * @module
 */
import { access, ACCESS_KIND, atomic } from "../../../lab/explore/clocks.ts";
import { FLAG, MAX_PARTIES, MODE, OPERATION } from "../../../lab/explore/region.ts";
import type { Doing, Kernel } from "./model_kernel.ts";

/** A look at the same thing that finds no change, so often, is spinning. */
const LOOKS = 3;

/** A semaphore. */
export class Semaphore {
  readonly object: number;
  constructor(readonly kernel: Kernel, public value: number) {
    this.object = kernel.object();
  }

  /** sem_wait(3): "eintr" where that is put in. */
  *wait(deadline: number | null = null): Doing<"eintr" | "timeout" | null> {
    const fault = yield* this.kernel.call(
      this.object,
      MODE.write,
      deadline === null ? ["eintr"] : ["eintr", "timeout"],
    );
    if (fault === "eintr" || fault === "timeout") return fault;
    while (this.value === 0) {
      const why = yield* this.kernel.park(this.object, deadline);
      if (why === "timeout") return "timeout";
      if (why === "signal") return "eintr";
    }
    this.value--;
    this.kernel.synchronise(this.object);
    return null;
  }

  *post(): Doing {
    yield* this.kernel.call(this.object, MODE.post);
    this.value++;
    this.kernel.synchronise(this.object);
    this.kernel.changed(this.object);
  }

  /** sem_getvalue(3). */
  *look(): Doing<number> {
    yield* this.kernel.call(this.object, MODE.read);
    return this.value;
  }
}

/** A word of shared memory. */
export class Word {
  readonly object: number;
  version = 0;
  readonly #looks = new Map<number, { version: number; changes: number; times: number }>();
  readonly #waiters: number[] = [];

  constructor(readonly kernel: Kernel, public value: number) {
    this.object = kernel.object();
  }

  *load(): Doing<number> {
    yield* this.#enter(OPERATION.load, MODE.read);
    const { words, cells, party, step, buffers } = this.kernel;
    access(words, cells, party, this.object, 0, 4, ACCESS_KIND.read, step);
    return buffers.get(party)?.findLast(({ word }) => word === this)?.value ?? this.value;
  }

  *store(value: number): Doing {
    yield* this.kernel.enter(OPERATION.store, this.object, 0, 4, MODE.write);
    const { words, cells, party, step } = this.kernel;
    access(words, cells, party, this.object, 0, 4, ACCESS_KIND.write, step);
    if (this.kernel.buffering) this.kernel.buffer(this, value);
    else this.#change(value);
  }

  /** Atomics.load. */
  *read(): Doing<number> {
    yield* this.#enter(OPERATION.atomic, MODE.read);
    this.#atomic(false);
    return this.value;
  }

  /** Atomics.store, add, exchange: what it was before. */
  *update(change: (value: number) => number): Doing<number> {
    yield* this.kernel.enter(OPERATION.atomic, this.object, 0, 4, MODE.write, FLAG.atomic);
    this.#atomic(true);
    const before = this.value;
    if (change(before) !== before) this.#change(change(before));
    return before;
  }

  /** Atomics.compareExchange. */
  *exchange(expected: number, value: number): Doing<boolean> {
    return (yield* this.update((old) => old === expected ? value : old)) === expected;
  }

  /** FUTEX_WAIT. */
  *futexWait(expected: number): Doing {
    const fault = yield* this.kernel.call(this.object, MODE.write, ["spurious", "eintr"]);
    if (fault !== null || this.value !== expected) return;
    const { party } = this.kernel;
    this.#waiters.push(party);
    while (this.#waiters.includes(party)) {
      if ((yield* this.kernel.park(this.object)) === "signal") this.#waiters.splice(this.#waiters.indexOf(party), 1);
    }
  }

  /** FUTEX_WAKE. */
  *futexWake(count: number): Doing {
    yield* this.kernel.call(this.object, MODE.write);
    this.#waiters.splice(0, count);
    this.kernel.changed(this.object);
  }

  *#enter(operation: number, mode: number): Doing {
    const { party } = this.kernel;
    yield* this.kernel.enter(operation, this.object, 0, 4, mode, operation === OPERATION.atomic ? FLAG.atomic : 0);
    const looks = this.#looks.get(party);
    const changes = this.kernel.changes[party] as number;
    if (looks?.version !== this.version || looks.changes !== changes) {
      this.#looks.set(party, { version: this.version, changes, times: 1 });
    } else if (++looks.times > LOOKS) {
      looks.times = 1;
      yield* this.kernel.spin();
    }
  }

  #atomic(write: boolean): void {
    const { words, cells, party, step } = this.kernel;
    atomic(words, cells, party, this.object, 0, 4, write, step);
  }

  #change(value: number): void {
    this.value = value;
    this.version++;
    this.kernel.changed(this.object);
  }
}

/** A condition variable with its own queue. */
export class Condition {
  readonly object: number;
  readonly #waiters: number[] = [];
  constructor(readonly kernel: Kernel) {
    this.object = kernel.object();
  }

  *wait(lock: Semaphore): Doing {
    const fault = yield* this.kernel.call(this.object, MODE.write, ["spurious"]);
    const { party } = this.kernel;
    if (fault === null) this.#waiters.push(party);
    yield* lock.post();
    yield* this.kernel.call(this.object, MODE.read);
    while (this.#waiters.includes(party)) yield* this.kernel.park(this.object);
    yield* lock.wait();
  }

  *signal(count = 1): Doing {
    yield* this.kernel.call(this.object, MODE.write);
    this.#waiters.splice(0, count);
    this.kernel.changed(this.object);
  }

  broadcast(): Doing {
    return this.signal(MAX_PARTIES);
  }
}

/** A pipe of bytes. */
export class Pipe {
  readonly object: number;
  readonly #bytes: number[] = [];
  writers = 0;
  constructor(readonly kernel: Kernel, readonly capacity: number) {
    this.object = kernel.object();
  }

  /** Writes all at once where it fits; null: interrupted. */
  *write(bytes: readonly number[]): Doing<number | null> {
    const fault = yield* this.kernel.call(this.object, MODE.write, ["short", "eintr"]);
    if (fault === "eintr") return null;
    while (this.#bytes.length === this.capacity) yield* this.kernel.park(this.object);
    const room = Math.min(this.capacity - this.#bytes.length, bytes.length);
    const count = fault === "short" ? Math.min(1, room) : room;
    this.#bytes.push(...bytes.slice(0, count));
    this.kernel.synchronise(this.object);
    this.kernel.changed(this.object);
    return count;
  }

  /** Empty: the end. */
  *read(count: number): Doing<number[] | null> {
    const fault = yield* this.kernel.call(this.object, MODE.write, ["short", "eintr"]);
    if (fault === "eintr") return null;
    while (this.#bytes.length === 0 && this.writers > 0) yield* this.kernel.park(this.object);
    this.kernel.synchronise(this.object);
    const bytes = this.#bytes.splice(0, fault === "short" ? 1 : count);
    this.kernel.changed(this.object);
    return bytes;
  }

  *close(): Doing {
    yield* this.kernel.call(this.object, MODE.write);
    this.writers--;
    this.kernel.changed(this.object);
  }
}

/** A message queue, by priority. */
export class Queue {
  readonly object: number;
  readonly #messages: { readonly value: number; readonly priority: number }[] = [];
  constructor(readonly kernel: Kernel, readonly capacity: number) {
    this.object = kernel.object();
  }

  *send(value: number, priority = 0): Doing {
    yield* this.kernel.call(this.object, MODE.write);
    while (this.#messages.length === this.capacity) yield* this.kernel.park(this.object);
    this.#messages.push({ value, priority });
    this.#messages.sort((a, b) => b.priority - a.priority);
    this.kernel.synchronise(this.object);
    this.kernel.changed(this.object);
  }

  *receive(): Doing<number | null> {
    const fault = yield* this.kernel.call(this.object, MODE.write, ["eintr"]);
    if (fault === "eintr") return null;
    while (this.#messages.length === 0) yield* this.kernel.park(this.object);
    this.kernel.synchronise(this.object);
    this.kernel.changed(this.object);
    return (this.#messages.shift() as { value: number }).value;
  }
}
