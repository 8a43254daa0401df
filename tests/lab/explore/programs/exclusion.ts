/**
 * Mutual exclusion: with semaphores, with words, with futexes; philosophers.
 *
 * @module
 */
import type { Semaphore, Word } from "../kernel_objects.ts";
import type { Doing, Kernel, Scenario } from "../model_kernel.ts";
import { critical, type Program } from "./program.ts";

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

/** Ends whenever it is scheduled fairly, and may go on for ever otherwise. */
export const BACK_OFF: Program = { name: "lv02 back-off", scenario: backOff, depth: 0 };

/** The right ones. */
export const RIGHT: readonly Program[] = [
  { name: "futex mutex", scenario: futexMutex(), depth: 0 },
  { name: "two philosophers", scenario: philosophers(2), depth: 0 },
  { name: "three philosophers", scenario: philosophers(3), depth: 0 },
];

/** Right one step at a time, and full of data races. */
export const RACY: readonly Program[] = [
  { name: "Peterson", scenario: peterson("right"), depth: 0 },
];

/** The wrong ones. */
export const WRONG: readonly Program[] = [
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
  { name: "ph02 left first, three", scenario: philosophers(3, "left first"), depth: 2 },
  { name: "ph03 left first, four", scenario: philosophers(4, "left first"), depth: 2 },
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
