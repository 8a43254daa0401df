/**
 * Small programs, right and wrong, over the model of a kernel: the classic mistakes, each with what it takes to see it.
 *
 * @module
 */
import type { FaultKind } from "../../../lab/explore/model.ts";
import { MODE, OPERATION } from "../../../lab/explore/region.ts";
import { type Doing, type Kernel, type Scenario, type Semaphore, type Word, Wrong } from "./model_kernel.ts";

/** A program and what is known of it. */
export interface Program {
  readonly name: string;
  readonly scenario: Scenario;
  /** Ordering constraints that suffice for its failure: 0 where it is right. */
  readonly depth: number;
  /** What has to be put in, too. */
  readonly faults?: readonly FaultKind[];
}

const equals = (seen: unknown, wanted: unknown): string | null =>
  JSON.stringify(seen) === JSON.stringify(wanted) ? null : `${JSON.stringify(seen)}, not ${JSON.stringify(wanted)}`;

function* add(word: Word, by: number): Doing {
  yield* word.store((yield* word.load()) + by);
}

/** Two roles in one critical section, which the test sees whatever the program's own words say. */
function* critical(inside: { count: number }, kernel: Kernel): Doing {
  yield* event(kernel);
  if (++inside.count > 1) throw new Wrong("two in the critical section");
  yield* event(kernel);
  inside.count--;
}

/** A step that is seen from outside. */
function* event(kernel: Kernel): Doing {
  yield* kernel.enter(OPERATION.event, -1, 0, 0, MODE.none);
}

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

/** Each role goes into a critical section once, by an entry and an exit of its own. */
function exclusion(
  make: (kernel: Kernel) => { enter: (me: number) => Doing; leave: (me: number) => Doing },
  roles = 2,
): Scenario {
  return (k) => {
    const inside = { count: 0 };
    const { enter, leave } = make(k);
    return {
      roles: Array.from({ length: roles }, (_, me) =>
        function* (): Doing {
          yield* enter(me);
          yield* critical(inside, k);
          yield* leave(me);
        }),
    };
  };
}

function peterson(order: "right" | "turn first" | "own turn" | "no turn"): Scenario {
  return exclusion((k) => {
    const flags = k.array(2);
    const turn = k.word();
    return {
      *enter(me): Doing {
        const mine = flags[me] as Word;
        const other = flags[1 - me] as Word;
        if (order === "turn first") yield* turn.store(1 - me);
        yield* mine.store(1);
        if (order === "right") yield* turn.store(1 - me);
        if (order === "own turn") yield* turn.store(me);
        while ((yield* other.load()) === 1 && (order === "no turn" || (yield* turn.load()) === 1 - me));
      },
      *leave(me): Doing {
        yield* (flags[me] as Word).store(0);
      },
    };
  });
}

/** Drepper's mutex of three states. */
function futexMutex(wrong?: "one" | "value again" | "wake first" | "owner", roles = 2): Scenario {
  return exclusion((k) => {
    const word = k.word();
    return {
      *enter(): Doing {
        if (yield* word.exchange(0, 1)) return;
        const contended = wrong === "one" ? 1 : 2;
        let before = yield* word.update(() => 2);
        while (before !== 0) {
          if (wrong === "value again") yield* word.futexWait(yield* word.read());
          else yield* word.futexWait(2);
          if (wrong === "owner") return;
          before = yield* word.update((old) => wrong === "one" && old === 0 ? contended : 2);
        }
      },
      *leave(): Doing {
        if (wrong === "wake first") {
          yield* word.futexWake(1);
          yield* word.update(() => 0);
          return;
        }
        const before = yield* word.update(() => 0);
        if (before === 2) yield* word.futexWake(1);
      },
    };
  }, roles);
}

function philosophers(count: number, wrong?: "left first"): Scenario {
  return (k) => {
    const forks = Array.from({ length: count }, () => k.lock());
    return {
      roles: forks.map((left, i) =>
        function* (): Doing {
          const right = forks[(i + 1) % count] as Semaphore;
          const swapped = wrong === undefined && i === count - 1;
          const first = swapped ? right : left;
          const second = swapped ? left : right;
          yield* first.wait();
          yield* second.wait();
          yield* second.post();
          yield* first.post();
        }
      ),
    };
  };
}

/** Puts the left fork back where the right one is taken, and begins again: for ever, if both do it in step. */
const backOff: Scenario = (k) => {
  const forks = k.array(2);
  return {
    roles: forks.map((left, i) =>
      function* (): Doing {
        const right = forks[1 - i] as Word;
        for (;;) {
          if (!(yield* left.exchange(0, 1))) continue;
          if (yield* right.exchange(0, 1)) break;
          yield* left.update(() => 0);
        }
        yield* right.update(() => 0);
        yield* left.update(() => 0);
      }
    ),
  };
};

function meeting(steps: (mine: Semaphore, other: Semaphore, act: () => void) => Doing): Scenario {
  return (k) => {
    const arrived = [k.semaphore(0), k.semaphore(0)] as const;
    const seen: string[] = [];
    const role = (me: 0 | 1) =>
      function* (): Doing {
        yield* event(k);
        seen.push(`${me}1`);
        yield* steps(arrived[me], arrived[me === 0 ? 1 : 0], () => seen.push(`${me}2`));
      };
    return {
      roles: [role(0), role(1)],
      check: () => seen.slice(0, 2).some((at) => at.endsWith("2")) ? `met: ${seen}` : null,
    };
  };
}

function barrier(wrong?: "no mutex" | "once"): Scenario {
  return (k) => {
    const count = k.word();
    const mutex = k.lock();
    const turnstile = k.semaphore(0);
    const role = function* (): Doing {
      if (wrong !== "no mutex") yield* mutex.wait();
      yield* add(count, 1);
      const last = (yield* count.load()) === 2;
      if (wrong !== "no mutex") yield* mutex.post();
      if (last) yield* turnstile.post();
      yield* turnstile.wait();
      if (wrong !== "once") yield* turnstile.post();
    };
    return { roles: [role, role] };
  };
}

/** A barrier that is used twice, with one turnstile only. */
const lapping: Scenario = (k) => {
  const count = k.word();
  const turnstile = k.semaphore(0);
  const rounds = [0, 0];
  const role = (me: number) =>
    function* (): Doing {
      for (let round = 1; round <= 2; round++) {
        rounds[me] = round;
        if ((yield* count.update((n) => n + 1)) === 1) {
          yield* count.update(() => 0);
          yield* turnstile.post();
          yield* turnstile.post();
        }
        yield* turnstile.wait();
        if ((rounds[1 - me] as number) < round) throw new Wrong(`left round ${round} early`);
      }
    };
  return { roles: [role(0), role(1)] };
};

function readersWriters(wrong?: "count" | "late" | "never"): Scenario {
  return (k) => {
    const readers = k.word();
    const mutex = k.lock();
    const write = k.lock();
    let reading = 0;
    let writing = false;
    const reader = function* (): Doing {
      if (wrong !== "count") yield* mutex.wait();
      yield* add(readers, 1);
      const first = (yield* readers.load()) === 1;
      if (wrong === "late") yield* mutex.post();
      if (first) yield* write.wait();
      if (wrong === undefined || wrong === "never") yield* mutex.post();
      yield* event(k);
      reading++;
      if (writing) throw new Wrong("reader with writer");
      yield* event(k);
      reading--;
      if (wrong !== "count") yield* mutex.wait();
      yield* add(readers, -1);
      if ((yield* readers.load()) === (wrong === "never" ? 1 : 0)) yield* write.post();
      if (wrong !== "count") yield* mutex.post();
    };
    const writer = function* (): Doing {
      yield* write.wait();
      yield* event(k);
      writing = true;
      if (reading > 0) throw new Wrong("writer with reader");
      yield* event(k);
      writing = false;
      yield* write.post();
    };
    return { roles: [reader, reader, writer] };
  };
}

function seqlock(checks: boolean): Scenario {
  return (k) => {
    const sequence = k.word();
    const a = k.word();
    const b = k.word();
    return {
      roles: [
        function* (): Doing {
          yield* sequence.update((n) => n + 1);
          yield* a.store(1);
          yield* b.store(1);
          yield* sequence.update((n) => n + 1);
        },
        function* (): Doing {
          for (;;) {
            const before = yield* sequence.read();
            const first = yield* a.load();
            const second = yield* b.load();
            if (checks && (before % 2 === 1 || (yield* sequence.read()) !== before)) continue;
            if (first !== second) throw new Wrong("torn read");
            return;
          }
        },
      ],
    };
  };
}

const transfer = (form: "right" | "drop" | "again" | "eof"): Scenario => (k) => {
  const pipe = k.pipe(8);
  pipe.writers = 1;
  const got: number[] = [];
  return {
    roles: [
      function* (): Doing {
        let rest = [1, 2];
        while (rest.length > 0) {
          const count = (yield* pipe.write(rest)) ?? 0;
          if (form === "drop") break;
          if (form !== "again" || count === rest.length) rest = rest.slice(count);
        }
        yield* pipe.close();
      },
      function* (): Doing {
        for (;;) {
          const bytes = yield* pipe.read(2);
          if (bytes === null && form !== "eof") continue;
          if (bytes === null || bytes.length === 0) return;
          got.push(...bytes);
        }
      },
    ],
    check: () => equals(got, [1, 2]),
  };
};

/** The right ones. */
export const RIGHT: readonly Program[] = [
  { name: "one producer, one consumer", scenario: buffer({}), depth: 0 },
  { name: "two producers, two consumers", scenario: buffer({ producers: 2, consumers: 2 }), depth: 0 },
  { name: "monitor", scenario: monitor({ consumers: 2 }), depth: 0 },
  {
    name: "rendezvous",
    scenario: meeting(function* (mine, other, act): Doing {
      yield* mine.post();
      yield* other.wait();
      act();
    }),
    depth: 0,
  },
  { name: "barrier", scenario: barrier(), depth: 0 },
  { name: "futex mutex", scenario: futexMutex(), depth: 0 },
  { name: "readers and writers", scenario: readersWriters(), depth: 0 },
  { name: "two philosophers", scenario: philosophers(2), depth: 0 },
  { name: "three philosophers", scenario: philosophers(3), depth: 0 },
  { name: "atomic counter", scenario: counter((word) => word.update((n) => n + 1) as unknown as Doing, 3), depth: 0 },
  { name: "transfer", scenario: transfer("right"), depth: 0, faults: ["short", "eintr"] },
];

/** Right one step at a time, and full of data races. */
export const RACY: readonly Program[] = [
  { name: "Peterson", scenario: peterson("right"), depth: 0 },
  { name: "seqlock", scenario: seqlock(true), depth: 0 },
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
  {
    name: "rv01 both wait first",
    scenario: meeting(function* (mine, other): Doing {
      yield* other.wait();
      yield* mine.post();
    }),
    depth: 1,
  },
  {
    name: "rv02 one semaphore for both",
    scenario: (k) => {
      const shared = k.semaphore(0);
      const seen: string[] = [];
      const role = (me: string) =>
        function* (): Doing {
          seen.push(`${me}1`);
          yield* shared.post();
          yield* shared.wait();
          seen.push(`${me}2`);
        };
      return {
        roles: [role("a"), role("b")],
        check: () => seen.indexOf("b1") > 1 || seen.indexOf("a1") > 1 ? "not met" : null,
      };
    },
    depth: 1,
  },
  { name: "rv05 barrier without mutex", scenario: barrier("no mutex"), depth: 2 },
  { name: "rv06 barrier lapped", scenario: lapping, depth: 1 },
  { name: "rv07 turnstile not posted again", scenario: barrier("once"), depth: 1 },
  {
    name: "rv09 spin barrier reset too early",
    scenario: (k) => {
      const count = k.word();
      const role = function* (): Doing {
        if ((yield* count.update((n) => n + 1)) === 1) yield* count.update(() => 0);
        else while ((yield* count.read()) !== 2);
      };
      return { roles: [role, role] };
    },
    depth: 1,
  },
  {
    name: "mx01 looks, then sets",
    scenario: exclusion((k) => {
      const taken = k.word();
      return {
        *enter(): Doing {
          while ((yield* taken.load()) === 1);
          yield* taken.store(1);
        },
        *leave(): Doing {
          yield* taken.store(0);
        },
      };
    }),
    depth: 3,
  },
  { name: "mx02 Peterson, turn first", scenario: peterson("turn first"), depth: 3 },
  { name: "mx03 flags without turn", scenario: peterson("no turn"), depth: 2 },
  { name: "mx04 Peterson, own turn", scenario: peterson("own turn"), depth: 2 },
  {
    name: "mx06 two locks in opposite order",
    scenario: philosophers(2, "left first"),
    depth: 2,
  },
  { name: "mx08 futex mutex, locked as 1 again", scenario: futexMutex("one", 3), depth: 2 },
  { name: "mx09 futex value read again", scenario: futexMutex("value again"), depth: 3 },
  { name: "mx10 futex wake before the store", scenario: futexMutex("wake first"), depth: 2 },
  { name: "mx11 woken taken for owner", scenario: futexMutex("owner", 3), depth: 2 },
  {
    name: "mx12 EINTR of sem_wait ignored",
    scenario: exclusion((k) => {
      const mutex = k.lock();
      return {
        *enter(): Doing {
          yield* mutex.wait();
        },
        *leave(): Doing {
          yield* mutex.post();
        },
      };
    }),
    depth: 2,
    faults: ["eintr"],
  },
  {
    name: "mx13 killed with the lock",
    scenario: exclusion((k) => {
      const mutex = k.lock();
      return {
        *enter(): Doing {
          while ((yield* mutex.wait()) === "eintr");
        },
        *leave(): Doing {
          yield* mutex.post();
        },
      };
    }),
    depth: 1,
    faults: ["kill"],
  },
  {
    name: "mx15 bakery without choosing",
    scenario: exclusion((k) => {
      const tickets = k.array(2);
      return {
        *enter(me): Doing {
          const other = tickets[1 - me] as Word;
          const mine = 1 + (yield* other.load());
          yield* (tickets[me] as Word).store(mine);
          for (;;) {
            const its = yield* other.load();
            if (its === 0 || its > mine || (its === mine && me === 0)) return;
          }
        },
        *leave(me): Doing {
          yield* (tickets[me] as Word).store(0);
        },
      };
    }),
    depth: 3,
  },
  {
    name: "mx17 free list with compare and exchange",
    scenario: (k) => {
      // Blocks 1, 2, 3; next[i] is what lies below.
      const head = k.word(1);
      const next = [0, 2, 3, 0].map((value) => k.word(value));
      const owned: number[] = [];
      const pop = function* (): Doing<number> {
        for (;;) {
          const top = yield* head.read();
          if (top === 0) return 0;
          const below = yield* (next[top] as Word).read();
          if (yield* head.exchange(top, below)) return top;
        }
      };
      const push = function* (block: number): Doing {
        for (;;) {
          const top = yield* head.read();
          yield* (next[block] as Word).update(() => top);
          if (yield* head.exchange(top, block)) return;
        }
      };
      return {
        roles: [
          function* (): Doing {
            owned.push(yield* pop());
            owned.push(yield* pop());
          },
          function* (): Doing {
            const first = yield* pop();
            owned.push(yield* pop());
            yield* push(first);
          },
        ],
        check: () => {
          const blocks = owned.filter((block) => block !== 0);
          return new Set(blocks).size < blocks.length ? `handed out twice: ${owned}` : null;
        },
      };
    },
    depth: 2,
  },
  { name: "rw01 readers counted without mutex", scenario: readersWriters("count"), depth: 2 },
  { name: "rw02 writers locked out too late", scenario: readersWriters("late"), depth: 2 },
  { name: "rw03 last reader off by one", scenario: readersWriters("never"), depth: 1 },
  { name: "rw05 sequence not looked at again", scenario: seqlock(false), depth: 2 },
  {
    name: "rw07 flag before the object",
    scenario: (k) => {
      const lock = k.lock();
      const ready = k.word();
      const object = k.word();
      const role = function* (): Doing {
        if ((yield* ready.load()) === 0) {
          yield* lock.wait();
          if ((yield* ready.load()) === 0) {
            yield* ready.store(1);
            yield* object.store(7);
          }
          yield* lock.post();
        }
        if ((yield* object.load()) !== 7) throw new Wrong("not made yet");
      };
      return { roles: [role, role] };
    },
    depth: 2,
  },
  { name: "ph02 left first, three", scenario: philosophers(3, "left first"), depth: 2 },
  { name: "ph03 left first, four", scenario: philosophers(4, "left first"), depth: 2 },
  {
    name: "mb02 another's reply",
    scenario: (k) => {
      const requests = k.queue(4);
      const replies = k.queue(4);
      const client = (me: number) =>
        function* (): Doing {
          yield* requests.send(me);
          if ((yield* replies.receive()) !== me) throw new Wrong("another's reply");
        };
      return {
        roles: [client(1), client(2), function* (): Doing {
          for (let i = 0; i < 2; i++) yield* replies.send((yield* requests.receive()) as number);
        }],
      };
    },
    depth: 2,
  },
  {
    name: "mb03 header and body apart",
    scenario: (k) => {
      const pipe = k.pipe(16);
      const got: number[] = [];
      const writer = (me: number) =>
        function* (): Doing {
          yield* pipe.write([me]);
          yield* pipe.write([me]);
        };
      pipe.writers = 1;
      return {
        roles: [writer(1), writer(2), function* (): Doing {
          while (got.length < 4) got.push(...(yield* pipe.read(4)) as number[]);
        }],
        check: () => got[0] === got[1] ? null : `mixed: ${got}`,
      };
    },
    depth: 2,
  },
  { name: "mb06 the rest of a short write dropped", scenario: transfer("drop"), depth: 1, faults: ["short"] },
  { name: "mb07 short write begun again", scenario: transfer("again"), depth: 1, faults: ["short"] },
  { name: "mb08 EINTR taken for the end", scenario: transfer("eof"), depth: 1, faults: ["eintr"] },
  {
    name: "mb13 priorities forgotten",
    scenario: (k) => {
      const queue = k.queue(4);
      return {
        roles: [function* (): Doing {
          yield* queue.send(1, 0);
          yield* queue.send(2, 1);
        }, function* (): Doing {
          if ((yield* queue.receive()) !== 1) throw new Wrong("not in order");
        }],
      };
    },
    depth: 1,
  },
  {
    name: "sg01 looks at the flag, then pauses",
    scenario: (k) => {
      const flag = k.word();
      const ready = k.semaphore(0);
      return {
        roles: [function* (): Doing {
          yield* k.handle("USR1", function* (): Doing {
            yield* flag.store(1);
          });
          yield* ready.post();
          while ((yield* flag.load()) === 0) yield* k.pause();
        }, function* (): Doing {
          yield* ready.wait();
          yield* k.kill(1, "USR1");
        }],
      };
    },
    depth: 2,
  },
  {
    name: "sg03 signals counted",
    scenario: (k) => {
      let seen = 0;
      const ready = k.semaphore(0);
      const over = k.semaphore(0);
      return {
        roles: [function* (): Doing {
          yield* k.handle("USR1", function* (): Doing {
            seen++;
          });
          yield* ready.post();
          while ((yield* over.wait()) === "eintr");
        }, function* (): Doing {
          yield* ready.wait();
          yield* k.kill(1, "USR1");
          yield* k.kill(1, "USR1");
          yield* over.post();
        }],
        check: () => equals(seen, 2),
      };
    },
    depth: 1,
  },
  {
    name: "sg06 signal before the handler",
    scenario: (k) => ({
      roles: [function* (): Doing {
        yield* event(k);
        yield* k.handle("USR1", function* (): Doing {});
      }, function* (): Doing {
        yield* event(k);
        yield* k.kill(1, "USR1");
      }],
    }),
    depth: 1,
  },
  {
    name: "lv01 strict turns, and one stops",
    scenario: (k) => {
      const turn = k.word();
      const role = (me: number, rounds: number) =>
        function* (): Doing {
          for (let i = 0; i < rounds; i++) {
            while ((yield* turn.read()) !== me);
            yield* turn.update(() => 1 - me);
          }
        };
      return { roles: [role(0, 3), role(1, 1)] };
    },
    depth: 1,
  },
];

/** Ends whenever it is scheduled fairly, and may go on for ever otherwise. */
export const BACK_OFF: Program = { name: "lv02 back-off", scenario: backOff, depth: 0 };
