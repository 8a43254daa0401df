/**
 * Readers and writers, pipes, queues and signals.
 *
 * @module
 */
import { type Doing, type Scenario, Wrong } from "../model_kernel.ts";
import { add, equals, event, type Program } from "./program.ts";

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
  { name: "readers and writers", scenario: readersWriters(), depth: 0 },
  { name: "transfer", scenario: transfer("right"), depth: 0, faults: ["short", "eintr"] },
];

/** Right one step at a time, and full of data races. */
export const RACY: readonly Program[] = [
  { name: "seqlock", scenario: seqlock(true), depth: 0 },
];

/** The wrong ones. */
export const WRONG: readonly Program[] = [
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
];
