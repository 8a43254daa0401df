import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Trace } from "../../../../lab/explore/trace.ts";
import { tagsOf } from "../../../../lab/report/timeline/lanes.ts";
import { timelineText } from "../../../../lab/report/timeline/terminal.ts";
import { width } from "../../../../lab/report/width.ts";
import { style } from "../reports.ts";
import { hostile, STORIES, story } from "./traces.ts";

interface Look {
  columns?: number;
  rows?: number;
  color?: boolean;
  unicode?: boolean;
}

function text(trace: Trace, { columns = 80, rows, ...medium }: Look = {}): string {
  return timelineText(trace, style(medium), { columns, ...(rows === undefined ? {} : { rows }) });
}

Deno.test("timelineText() shows the student's line at each step on its lane, and values in the margin", () => {
  assertEquals(
    text(story("lost_wake_up")),
    `visitor                        keeper
─────────────────────────────  ─────────────────────────────
      starts
   11 pass(door)
   12 if (Atomics.load(door.…                                 [0] is 0
!! stopped here                      starts
│                                 16 unlock(door)
│                                 17 Atomics.store(door.wor…  [0] 0 → 1
│                                 18 const woken = futex(do…
│                                 19 if (woken === 0) conso…
│                                 16 unlock returned
│                                    ends
.. 23 futex(door.memory.at(4…                                 waits for /door+4

lost-wake-up: visitor waits for a wake-up that keeper had given before
visitor waits in futex, line 23, for futex /door+4
!! had visitor not been stopped between line 12 and line 23, this run passes
found in schedule 3 by context bounding, 1 preemption
To see it again: deno task exercise 12 --replay A3B*
`,
  );
});

Deno.test("timelineText() marks who waits, and says in which circle", () => {
  assertEquals(
    text(story("deadlock")),
    `producer                       consumer
─────────────────────────────  ─────────────────────────────
   [11 steps]
   73 put(buffer, 5)
   [5 steps]
   79 sem_post(mutex);                                        /b.mutex 1
   80 sem_post(filled);                                       /b.filled 1
!  stopped here                      starts
│                                 53 open("/b")
│                                 [8 steps]
│                                 53 open returned
│                                 83 get(buffer)
   73 put returned             !  stopped here
   73 put(buffer, 6)           │
   74 sem_wait(mutex);         │                              /b.mutex 0
.. 75 sem_wait(free);          │                              waits for /b.free
..                                84 sem_wait(filled);        /b.filled 0
..                             .. 85 sem_wait(mutex);         waits for /b.mutex

deadlock: producer and consumer wait for each other
producer waits for semaphore /b.free, which consumer would post; consumer waits
for semaphore /b.mutex, which producer holds
found in schedule 1: each process ran as far as it could
To see it again: deno task exercise 9 --replay A19B12A*
`,
  );
});

Deno.test("timelineText() puts the lines beside the lanes where those would be too narrow, and marks in ASCII if need be", () => {
  assertEquals(
    text(story("four_lanes"), { columns: 70, unicode: false, rows: 24 }),
    `W1 writer 1
W2 writer 2
W3 writer 3
R reader 甲

                [23 steps]
|  W2 .. ..  >   7 flock(lock, LOCK_EX); //...   fd 6 held by writer 2
|  W2 .. <       8 write(fd, new TextEncoder...  fd 4 8 bytes
|  W2 .. ..      9 flock(lock, LOCK_UN);         fd 6 free
W1 !  .. ..      6 send(5, 6, "a2")
W1 |  .. ..     [2 steps]
W1 |  .. ..      9 flock(lock, LOCK_UN);         fd 6 free
!  |  W3 ..  >   7 flock(lock, LOCK_EX); //...   fd 6 held by writer 3
|  |  W3 ..     [3 steps]
|  |  W3 ..     22 for (const fd of fds) clo...
|  |  !  R   >  14 const count = read(fd, by...  fd 4 24 bytes
|  |  |  R      [4 steps]
|  |  |  R      12 receive returned "record"
|  |  |  R      12 receive(4, log)
|  |  |  R      14 const count = read(fd, by...  fd 4 16 bytes
                   fault: short read: 3 of 8...
|  W2 |  !       6 send returned
|  W2 |  |      [2 steps]
|  W2 |  |       8 write(fd, new TextEncoder...  fd 4 21 bytes
|  !  |  R      16 log[0]++;                     [0] 2 -> 3
|  |  |  R      17 log[log[0]] = count;          [0] is 3, [3] 0 -> 3
|  |  |  R      12 receive returned "b2\\0\\0…"
|  |  |  R   x  18 receive threw TypeError:...
|  |  |  R   x     ends with 1
|  |  |         [25 steps]

short-transfer: read gave 3 of 8 bytes, and receive returned them as a
whole record: "b2"
found in schedule 44 by the sweep of single faults, 1 fault, 6
preemptions
To see it again: deno task exercise 7 --replay
D3A3B4C3A3D9B3A4C6D8B4D8!D2short
`,
  );
});

Deno.test("timelineText() is readable in 40 columns", () => {
  assertEquals(
    text(story("no_mutex"), { columns: 40 }),
    `P1 producer 1
P2 producer 2
C consumer

P1           [11 steps]
P1           73 put(buffer, 71)
P1           74 sem_wait(free);
P1           75 const slot = words[IN]…
!! P2           starts
│  P2        53 open("/b")
│  P2        [9 steps]
│  P2        73 put(buffer, 38)
│  P2        74 sem_wait(free);
│  P2        75 const slot = words[IN]…
│  P2        76 words[SLOTS + slot] = i…
│  P2        77 words[IN] = (slot + 1)…
│  P2        78 sem_post(filled);
│  P2        [8 steps]
P1           76 words[SLOTS + slot] = i…
P1           77 words[IN] = (slot + 1)…
P1           78 sem_post(filled);
P1           [8 steps]
      C      [11 steps]
      C      81 get(buffer)
      C      82 sem_wait(filled);
      C      83 const slot = words[OUT]…
      C      84 const item = words[SLOT…
      C      85 words[OUT] = (slot + 1)…
      C      86 sem_post(free);
      C      81 get returned 71
      C      81 get(buffer)
      C      82 sem_wait(filled);
      C      83 const slot = words[OUT]…
      C      84 const item = words[SLOT…
      C      85 words[OUT] = (slot + 1)…
      C      86 sem_post(free);
      C      81 get returned 0
      C      90 close(buffer)
      C      [6 steps]

wrong-result: item 38 never arrived, and
consumer got 0, which nobody put in
!! had producer 1 not been stopped
between line 75 and line 76, this run
passes
found in schedule 17 by context
bounding, 1 preemption
To see it again: deno task exercise 9
--replay A14B24A*C*
`,
  );
});

Deno.test("timelineText() drops rows that matter less where they are limited, and says how many steps they were", () => {
  assertEquals(
    text(story("no_mutex"), { columns: 100, rows: 12 }),
    `producer 1                    producer 2                    consumer
────────────────────────────  ────────────────────────────  ────────────────────────────
   [13 steps]
   75 const slot = words[IN…                                                              [1] is 0
!! stopped here                     starts
│                                [12 steps]
│                                75 const slot = words[IN…                                [1] is 0
│                                76 words[SLOTS + slot] =…                                [3] 0 → 38
│                                77 words[IN] = (slot + 1…                                [1] 0 → 1
   [37 steps]                 │
                                                               81 get returned 71
                                                               [6 steps]
                                                               81 get returned 0
                                                               [7 steps]

wrong-result: item 38 never arrived, and consumer got 0, which nobody put in
!! had producer 1 not been stopped between line 75 and line 76, this run passes
found in schedule 17 by context bounding, 1 preemption
To see it again: deno task exercise 9 --replay A14B24A*C*
`,
  );
});

Deno.test("timelineText() marks two accesses that nothing orders, and keeps them where rows are limited", () => {
  const { critical: _, ...trace } = story("no_mutex");
  const [one = -1, other = -1] = trace.steps.flatMap(({ word }, index) => word === undefined ? [] : [index]);
  const racing: Trace = { ...trace, racing: [one, other] };
  for (const rows of [100, 8]) {
    const marked = text(racing, { columns: 100, rows }).split("\n").filter((line) => /^ *~ /.test(line));
    assertEquals(marked.length, 2, text(racing, { columns: 100, rows }));
    assertStringIncludes(marked.join(), `${trace.steps[one]?.line} `);
  }
});

Deno.test("timelineText() stays in its columns and rows, whatever is in the trace", () => {
  for (const trace of [...STORIES.map(story), hostile()]) {
    for (let columns = 40; columns <= 200; columns += columns < 100 ? 3 : 10) {
      for (const unicode of [true, false]) {
        for (const line of text(trace, { columns, unicode }).split("\n")) {
          assert(width(line) <= columns, `${columns}: ${line}`);
          assert(line === line.trimEnd(), `spaces at the end: "${line}"`);
        }
      }
    }
    const below = text(trace, { rows: 0 }).split("\n").length - 1;
    for (let rows = 3; rows < 40; rows++) {
      const drawn = text(trace, { rows, columns: 200 }).split("\n\n")[0]?.split("\n") ?? [];
      // Names and the rule above, and a line for the one fault.
      assert(drawn.length <= rows + 3, `${rows}: ${drawn.length} of ${below}`);
    }
  }
});

Deno.test("timelineText() shows text of the student as text", () => {
  const shown = text(hostile(), { columns: 200 });
  // deno-lint-ignore no-control-regex
  assertEquals(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u2028]/.exec(shown), null);
  assertStringIncludes(shown, "</script>");
});

Deno.test("timelineText() says the same with colours as without", () => {
  for (const trace of STORIES.map(story)) {
    for (const columns of [40, 80, 140]) {
      const painted = text(trace, { columns, color: true });
      assert(painted.includes("\x1b["));
      // deno-lint-ignore no-control-regex
      assertEquals(painted.replaceAll(/\x1b\[\d+m/g, ""), text(trace, { columns }));
    }
  }
});

Deno.test("timelineText() draws a trace without steps", () => {
  const empty: Trace = { ...story("lost_wake_up"), steps: [], end: { blocked: [], cycle: null } };
  assertStringIncludes(text(empty), "lost-wake-up");
});

Deno.test("tagsOf() never gives two lanes one tag", () => {
  assertEquals(tagsOf(["parent", "child"]), ["P", "C"]);
  assertEquals(tagsOf(["parent", "player 1"]), ["P", "P1"]);
  assertEquals(tagsOf(["甲", "乙"]), ["A", "B"]);
});
