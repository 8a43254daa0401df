import { assertEquals, assertThrows } from "@std/assert";
import { close, dup2, FD_SETSIZE, pipe, select, type SelectSets, write } from "ipc";
import { Child } from "../../support/child.ts";
import { assertErrno } from "../../support/errno.ts";
import { interrupt } from "../../support/interrupt.ts";

const NOW = { sec: 0, nsec: 0 };
const NOTHING = { read: [], write: [], except: [] };

Deno.test("select() gives EBADF for what is not open, EINVAL for a time below 0", () => {
  const [reading, writing] = pipe();
  close(reading);
  close(writing);
  assertErrno("EBADF", () => select({ read: [reading] }, NOW));
  assertErrno("EINVAL", () => select({}, { sec: -1, nsec: 0 }));
  assertErrno("EINVAL", () => select({}, { sec: 0, nsec: -1 }));
});

Deno.test("select() refuses what is no lists of descriptors that fit, or no time", () => {
  const wrong = (sets: unknown): unknown => select(sets as SelectSets, NOW);
  assertThrows(() => wrong(null), TypeError, "sets");
  assertThrows(() => wrong({ read: 0 }), TypeError, "sets.read");
  assertThrows(() => wrong({ write: ["0"] }), TypeError, "sets.write[0]");
  for (const fd of [-1, FD_SETSIZE]) assertThrows(() => wrong({ except: [0, fd] }), RangeError, "sets.except[1]");
  assertThrows(() => select({}, 5 as never), TypeError, "timeout");
  assertThrows(() => select({}, { sec: 0.5, nsec: 0 }), RangeError, "timeout.sec");
});

Deno.test("select() answers with those that are ready, in their order", () => {
  const [readingA, writingA] = pipe();
  const [readingB, writingB] = pipe();
  const far = dup2(readingB, FD_SETSIZE - 1);
  assertEquals(select({ read: [readingA, far] }, NOW), NOTHING);
  write(writingB, new Uint8Array(1));
  assertEquals(select({ read: [far, readingA, readingB], write: [writingB, writingA] }, null), {
    read: [far, readingB],
    write: [writingB, writingA],
    except: [],
  });
  for (const fd of [readingA, writingA, readingB, writingB, far]) close(fd);
});

Deno.test("select() answers nothing when the time is over", () => {
  assertEquals(select({}, { sec: 0, nsec: 1 }), NOTHING);
  const [reading, writing] = pipe();
  assertEquals(select({ read: [reading] }, { sec: 0, nsec: 2_000_000 }), NOTHING);
  close(reading);
  close(writing);
});

Deno.test("select() blocks until there is something", async () => {
  const [reading, writing] = pipe();
  await using child = new Child(
    `import { select } from "ipc"; console.log(JSON.stringify(select({ read: [Number(Deno.args[0])] }, null)));`,
    { args: [reading] },
  );
  await child.blockedIn("select");
  write(writing, new Uint8Array(1));
  assertEquals(await child.result(), { ...NOTHING, read: [reading] });
  close(reading);
  close(writing);
});

for (const flags of ["0", "SA_RESTART"] as const) {
  for (const timeout of ["null", "{ sec: 60, nsec: 0 }"]) {
    Deno.test(`select() with timeout ${timeout} gives EINTR after a handler with flags ${flags}`, async () => {
      const blocking = { call: `select({}, ${timeout})`, args: [], blocksIn: "select" };
      assertEquals(await interrupt(blocking, flags), { outcome: "EINTR", handled: 1 });
    });
  }
}
