/**
 * Producers and consumers: bounded buffers, monitors, counters.
 *
 * @module
 */
import type { Semaphore, Word } from "../kernel_objects.ts";
import { type Doing, type Kernel, type Scenario, Wrong } from "../model_kernel.ts";
import { add, equals, type Program } from "./program.ts";

interface BufferOptions {
  readonly items?: number;
  readonly producers?: number;
  readonly consumers?: number;
  readonly slots?: number;
  readonly empty?: number;
  readonly full?: number;
  readonly producerMutex?: boolean;
  readonly consumerMutex?: boolean;
  /** Takes the mutex first. */
  readonly swapped?: "producer" | "consumer";
  readonly early?: "full" | "empty";
  readonly forget?: "empty" | "mutex";
}

/** The bounded buffer, in all its wrong forms. */
function buffer(options: BufferOptions): Scenario {
  const { items = 2, producers = 1, consumers = 1, slots = 1, producerMutex = true, consumerMutex = true } = options;
  return (k) => {
    const empty = k.semaphore(options.empty ?? slots);
    const full = k.semaphore(options.full ?? 0);
    const mutex = k.lock();
    const cells = k.array(slots);
    const into = k.word();
    const out = k.word();
    const got: number[] = [];
    function* guarded(on: boolean, first: boolean, count: Semaphore, body: () => Doing): Doing {
      if (first) yield* mutex.wait();
      yield* count.wait();
      if (on && !first) yield* mutex.wait();
      yield* body();
      if (on && options.forget !== "mutex") yield* mutex.post();
    }
    const put = function* (value: number): Doing {
      const at = yield* into.load();
      if (options.early === "full") yield* full.post();
      yield* (cells[at] as Word).store(value);
      yield* into.store((at + 1) % slots);
    };
    const take = function* (): Doing {
      const at = yield* out.load();
      if (options.early === "empty") yield* empty.post();
      got.push(yield* (cells[at] as Word).load());
      yield* out.store((at + 1) % slots);
    };
    const producer = (number: number) =>
      function* (): Doing {
        for (let i = 0; i < items / producers; i++) {
          yield* guarded(producerMutex, options.swapped === "producer", empty, () => put(1 + number + producers * i));
          if (options.early !== "full") yield* full.post();
        }
      };
    const consumer = function* (): Doing {
      for (let i = 0; i < items / consumers; i++) {
        yield* guarded(consumerMutex, options.swapped === "consumer", full, take);
        if (options.early !== "empty" && options.forget !== "empty") yield* empty.post();
      }
    };
    return {
      roles: [
        ...Array.from({ length: producers }, (_, i) => producer(i)),
        ...Array.from({ length: consumers }, () => consumer),
      ],
      check: () => equals(got.toSorted((a, b) => a - b), Array.from({ length: items }, (_, i) => i + 1)),
    };
  };
}

/** A queue of items behind a lock and a condition. */
function monitor(
  { wrong, consumers = 1 }: { wrong?: "if" | "unlocked" | "one signal" | "shared condition"; consumers?: number },
): Scenario {
  return (k) => {
    const lock = k.lock();
    const notEmpty = k.condition();
    const notFull = wrong === "shared condition" ? notEmpty : k.condition();
    const count = k.word();
    const producers = wrong === "shared condition" ? 2 : 1;
    let taken = 0;
    const producer = function* (): Doing {
      for (let i = 0; i < consumers / producers; i++) {
        yield* lock.wait();
        while ((yield* count.load()) === 1 && wrong !== "one signal" && wrong !== "if") yield* notFull.wait(lock);
        yield* add(count, 1);
        if (wrong !== "one signal" || (yield* count.load()) === 1) yield* notEmpty.signal();
        yield* lock.post();
      }
    };
    const consumer = function* (): Doing {
      if (wrong === "unlocked") {
        const none = (yield* count.load()) === 0;
        yield* lock.wait();
        if (none) yield* notEmpty.wait(lock);
      } else {
        yield* lock.wait();
        if (wrong === "if") {
          if ((yield* count.load()) === 0) yield* notEmpty.wait(lock);
        } else while ((yield* count.load()) === 0) yield* notEmpty.wait(lock);
      }
      if ((yield* count.load()) === 0) throw new Wrong("underflow");
      yield* add(count, -1);
      taken++;
      yield* notFull.signal();
      yield* lock.post();
    };
    return {
      roles: [
        ...Array.from({ length: producers }, () => producer),
        ...Array.from({ length: consumers }, () => consumer),
      ],
      check: () => equals(taken, consumers),
    };
  };
}

function counter(increment: (word: Word, kernel: Kernel) => Doing, roles = 2): Scenario {
  return (k) => {
    const word = k.word();
    return {
      roles: Array.from({ length: roles }, () => () => increment(word, k)),
      check: () => equals(word.value, roles),
    };
  };
}

/** The right ones. */
export const RIGHT: readonly Program[] = [
  { name: "one producer, one consumer", scenario: buffer({}), depth: 0 },
  { name: "two producers, two consumers", scenario: buffer({ producers: 2, consumers: 2 }), depth: 0 },
  { name: "monitor", scenario: monitor({ consumers: 2 }), depth: 0 },
  { name: "atomic counter", scenario: counter((word) => word.update((n) => n + 1) as unknown as Doing, 3), depth: 0 },
];

/** The wrong ones. */
export const WRONG: readonly Program[] = [
  {
    name: "pc01 no mutex, two producers",
    scenario: buffer({ producers: 2, producerMutex: false, slots: 2 }),
    depth: 2,
  },
  { name: "pc02 mutex before empty", scenario: buffer({ swapped: "producer" }), depth: 1 },
  { name: "pc03 mutex before full", scenario: buffer({ swapped: "consumer" }), depth: 1 },
  {
    name: "pc04 full posted before the store",
    scenario: buffer({ early: "full", producerMutex: false, consumerMutex: false }),
    depth: 1,
  },
  {
    name: "pc05 no mutex, two consumers",
    scenario: buffer({ consumers: 2, consumerMutex: false, slots: 2 }),
    depth: 2,
  },
  { name: "pc06 one slot too many", scenario: buffer({ empty: 2, items: 3 }), depth: 1 },
  { name: "pc07 full begins at 1", scenario: buffer({ full: 1 }), depth: 1 },
  { name: "pc08 empty never posted", scenario: buffer({ forget: "empty" }), depth: 1 },
  { name: "pc10 mutex kept", scenario: buffer({ forget: "mutex" }), depth: 1 },
  {
    name: "pc11 empty posted before the load",
    scenario: buffer({ early: "empty", consumerMutex: false, producerMutex: false }),
    depth: 1,
  },
  { name: "pc13 if, not while, two consumers", scenario: monitor({ wrong: "if", consumers: 2 }), depth: 3 },
  { name: "pc14 one condition for both", scenario: monitor({ wrong: "shared condition", consumers: 2 }), depth: 2 },
  { name: "pc15 predicate read before the lock", scenario: monitor({ wrong: "unlocked" }), depth: 2 },
  { name: "pc16 signal at the edge only", scenario: monitor({ wrong: "one signal", consumers: 2 }), depth: 2 },
  {
    name: "pc17 if, not while, and a spurious wake-up",
    scenario: monitor({ wrong: "if" }),
    depth: 1,
    faults: ["spurious"],
  },
  { name: "pc19 count as load and store", scenario: counter((word) => add(word, 1)), depth: 2 },
  {
    name: "pc20 looks, then waits",
    scenario: (k) => {
      const full = k.semaphore(1);
      const role = function* (): Doing {
        if ((yield* full.look()) > 0) yield* full.wait();
      };
      return { roles: [role, role] };
    },
    depth: 2,
  },
  {
    name: "pc22 tail before data",
    scenario: (k) => {
      const tail = k.word();
      const data = k.word();
      return {
        roles: [
          function* (): Doing {
            yield* tail.update(() => 1);
            yield* data.store(7);
          },
          function* (): Doing {
            while ((yield* tail.read()) === 0);
            if ((yield* data.load()) !== 7) throw new Wrong("read before it was written");
          },
        ],
      };
    },
    depth: 1,
  },
  {
    name: "pc25 a timeout taken for success",
    scenario: (k) => {
      const full = k.semaphore(0);
      const data = k.word();
      return {
        roles: [
          function* (): Doing {
            yield* data.store(7);
            yield* full.post();
          },
          function* (): Doing {
            yield* full.wait(1000);
            if ((yield* data.load()) !== 7) throw new Wrong("nothing there");
          },
        ],
      };
    },
    depth: 1,
    faults: ["timeout"],
  },
  {
    name: "pc26 done set outside the lock",
    scenario: (k) => {
      const lock = k.lock();
      const changed = k.condition();
      const done = k.word();
      return {
        roles: [
          function* (): Doing {
            yield* done.store(1);
            yield* changed.signal();
          },
          function* (): Doing {
            yield* lock.wait();
            while ((yield* done.load()) === 0) yield* changed.wait(lock);
            yield* lock.post();
          },
        ],
      };
    },
    depth: 2,
  },
  {
    name: "pc27 signal for two waiters",
    scenario: (k) => {
      const lock = k.lock();
      const changed = k.condition();
      const done = k.word();
      const waiter = function* (): Doing {
        yield* lock.wait();
        while ((yield* done.load()) === 0) yield* changed.wait(lock);
        yield* lock.post();
      };
      return {
        roles: [waiter, waiter, function* (): Doing {
          yield* lock.wait();
          yield* done.store(1);
          yield* changed.signal();
          yield* lock.post();
        }],
      };
    },
    depth: 1,
  },
];
