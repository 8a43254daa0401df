import { assert, assertEquals, assertThrows } from "@std/assert";
import { watchBuiltins } from "../../../../lab/arena/controlled/builtins.ts";
import { AT } from "../../../../lab/explore/region.ts";
import { Unwind } from "../../../../lab/explore/turnstile.ts";
import { OBJECT, type Recorded, recorder } from "./recorded_steps.ts";

/** `o[k]` and `o[k] = value`, as a watched program has them. */
const read = ({ memory }: Recorded, o: Int32Array, k: number): number => memory.at(0, o)[k] as number;
const write = ({ memory }: Recorded, o: Int32Array, k: number, value: number): void => {
  memory.at(0, o)[k] = value;
};

Deno.test("WatchedMemory makes no steps of memory that is not watched", () => {
  const recorded = recorder();
  const shared = recorded.view(Int32Array, 4);
  const own = new Int32Array(4);
  for (const o of [own, [1], { a: 1 }, "text", null, undefined, new DataView(shared.buffer), () => {}]) {
    assert(Object.is(recorded.memory.at(1, o), o));
  }
  write(recorded, own, 1, 5);
  assertEquals([read(recorded, own, 1), recorded.steps], [5, []]);
});

Deno.test("WatchedMemory says where in its object a view's element is", () => {
  const recorded = recorder();
  const buffer = new ArrayBuffer(64);
  recorded.memory.watchBuffer(buffer, OBJECT, 4096);
  read(recorded, new Int32Array(buffer, 8, 2), 1);
  read(recorded, new Int32Array(buffer).subarray(4), 1);
  write(recorded, new Float64Array(buffer, 16) as unknown as Int32Array, 2, 1);
  assertEquals(recorded.steps, ["r4108", "r4116", "w4128"]);
});

Deno.test("WatchedMemory tells views of several buffers apart, also views that were met before", () => {
  const recorded = recorder();
  const [a, b] = [new Int32Array(2), new Int32Array(2)];
  read(recorded, a, 0);
  recorded.memory.watchBuffer(a.buffer, OBJECT, 100);
  recorded.memory.watchBuffer(b.buffer, OBJECT, 200);
  read(recorded, a, 0);
  read(recorded, b, 0);
  recorded.memory.forgetBuffer(a.buffer);
  read(recorded, a, 0);
  read(recorded, b, 1);
  recorded.memory.reset();
  read(recorded, b, 1);
  assertEquals(recorded.steps, ["r100", "r200", "r204"]);
});

Deno.test("WatchedMemory reads and stores when the turn has come", () => {
  const recorded = recorder();
  const view = recorded.view(Int32Array, 2);
  recorded.meanwhile = () => view[0] = 7;
  assertEquals(read(recorded, view, 0), 7);
  recorded.meanwhile = () => view[1] = 8;
  write(recorded, view, 1, 9);
  assertEquals(view[1], 9);
});

Deno.test("WatchedMemory does nothing where the party is being ended", () => {
  const recorded = recorder();
  const view = recorded.view(Int32Array, 2);
  recorded.meanwhile = () => {
    throw new Unwind("over");
  };
  assertThrows(() => write(recorded, view, 0, 9), Unwind);
  assertThrows(() => read(recorded, view, 0), Unwind);
  assertEquals([view[0], recorded.results], [0, []]);
});

Deno.test("WatchedMemory makes no step of a store that throws", () => {
  const recorded = recorder();
  const view = recorded.view(BigInt64Array, 2) as unknown as Int32Array;
  assertThrows(() => write(recorded, view, 0, 9), TypeError);
  assertEquals(recorded.steps, []);
});

Deno.test("WatchedMemory passes values as 32 bits", () => {
  const recorded = recorder();
  const numbers = recorded.view(Float64Array, 2) as unknown as Int32Array;
  write(recorded, numbers, 0, 2.9);
  write(recorded, numbers, 1, 2 ** 32 + 5);
  const bigs = recorded.view(BigUint64Array, 1) as unknown as Int32Array;
  write(recorded, bigs, 0, 2n ** 64n - 1n as unknown as number);
  read(recorded, bigs, 0);
  assertEquals(recorded.results, [2, 5, -1, -1]);
});

Deno.test("WatchedMemory tells whether a store changed anything", () => {
  const recorded = recorder();
  recorded.verbose = true;
  const view = recorded.view(Int32Array, 2);
  write(recorded, view, 0, 1);
  write(recorded, view, 0, 1);
  assertEquals(recorded.steps, ["w0", "changed", "w0"]);
});

/** What a role does, by element: "3" is read, "3=1" is stored; and at which step it was idle. */
const LOOKS: readonly (readonly [name: string, doing: string, idle: string])[] = [
  ["waits for a word", "0 0 0 0", "2 3 4"],
  ["waits for two words in turn", "0 1 0 1 0 1 0 1", "4 6 8"],
  ["goes over a block", "0 1 2 3", ""],
  ["goes over a block, and asks for its length each time", "0 1 0 2 0 3", ""],
  ["goes over a block again", "0 1 2 3 0 1 2 3 0 1 2 3", "8 12"],
  ["stores what is new", "0 0=1 0 0=2 0 0=3 0", ""],
  ["stores the same again and again", "0=1 0=1 0=1 0=1", "3 4"],
  ["has waited for a word, and waits for another", "0 1 0 1 1 1 1", "4 5 6 7"],
];

for (const [name, doing, idle] of LOOKS) {
  Deno.test(`WatchedMemory takes for idle what it should where a role ${name}`, () => {
    const recorded = recorder();
    recorded.verbose = true;
    const view = recorded.view(Int32Array, 4);
    const found: number[] = [];
    for (const [i, what] of doing.split(" ").entries()) {
      recorded.steps.length = 0;
      const [index, value] = what.split("=").map(Number) as [number, number?];
      if (value === undefined) read(recorded, view, index);
      else write(recorded, view, index, value);
      if (recorded.steps.includes("idle")) found.push(i + 1);
    }
    assertEquals(found.join(" "), idle);
  });
}

Deno.test("WatchedMemory does not take for idle what follows a change, or a call that got something done", () => {
  const recorded = recorder();
  recorded.verbose = true;
  const view = recorded.view(Int32Array, 1);
  for (let i = 0; i < 3; i++) {
    view[0] = i;
    read(recorded, view, 0);
    recorded.memory.progress();
    read(recorded, view, 0);
  }
  assertEquals(recorded.steps.includes("idle"), false);
});

Deno.test("WatchedMemory reads again when an idle role was parked, and others have gone on", () => {
  const recorded = recorder();
  const view = recorded.view(Int32Array, 1);
  read(recorded, view, 0);
  recorded.parked = () => view[0] = 6;
  assertEquals([read(recorded, view, 0), recorded.results], [6, [0, 6]]);
});

Deno.test("WatchedMemory stays out of what the lab does", () => {
  const recorded = recorder();
  const view = recorded.view(Int32Array, 2);
  assertEquals(recorded.memory.quietly(() => recorded.memory.at(1, view) === view), true);
  assertThrows(() =>
    recorded.memory.quietly(() => {
      throw new RangeError();
    }), RangeError);
  recorded.memory.touch(view, "load");
  recorded.memory.touch(view.subarray(1), "store");
  recorded.memory.touch(new Int32Array(1), "load");
  recorded.memory.touch("text", "load");
  assertEquals(recorded.steps, ["R0+8", "W4+4"]);
});

/** A recorder whose stores are delayed, and a view. */
function buffering(): { readonly recorded: Recorded; readonly view: Int32Array; readonly waiting: () => number } {
  const recorded = recorder();
  recorded.words[AT.buffering] = 1;
  recorded.verbose = true;
  return {
    recorded,
    view: recorded.view(Int32Array, 4),
    waiting: () => recorded.words[AT.buffered + 3] as number,
  };
}

Deno.test("WatchedMemory delays stores, which their own role sees at once", () => {
  const { recorded, view, waiting } = buffering();
  write(recorded, view, 0, 5);
  write(recorded, view, 1, 6);
  write(recorded, view, 0, 7);
  assertEquals([...view], [0, 0, 0, 0]);
  assertEquals([read(recorded, view, 0), read(recorded, view, 1), read(recorded, view, 2)], [7, 6, 0]);
  assertEquals(read(recorded, new Int32Array(view.buffer, 4, 1), 0), 6);
  assertEquals(waiting(), 3);
  assertEquals(recorded.steps.includes("changed"), false);
});

Deno.test("WatchedMemory.flushOne() makes the oldest store visible, and says which it is", () => {
  const { recorded, view, waiting } = buffering();
  write(recorded, view, 2, 5);
  write(recorded, view, 1, 300);
  const flushed = recorded.memory.flushOne();
  assertEquals([flushed?.view.object, flushed?.index, flushed?.value], [OBJECT, 2, 5]);
  assertEquals([[...view], waiting()], [[0, 0, 5, 0], 1]);
  recorded.memory.flushOne();
  assertEquals([[...view], waiting(), recorded.memory.flushOne()], [[0, 300, 5, 0], 0, null]);
});

Deno.test("WatchedMemory keeps a delayed store as its view holds it", () => {
  const { recorded } = buffering();
  const bytes = recorded.view(Uint8Array, 2) as unknown as Int32Array;
  write(recorded, bytes, 0, 300);
  assertEquals(read(recorded, bytes, 0), 44);
});

Deno.test("WatchedMemory makes delayed stores visible before a look at a part of them", () => {
  const { recorded, view, waiting } = buffering();
  write(recorded, view, 0, 0x0102);
  assertEquals([read(recorded, new Uint8Array(view.buffer) as unknown as Int32Array, 1), waiting()], [1, 0]);
});

for (
  const [name, act] of [
    ["Atomics", (view: Int32Array) => Atomics.load(view, 3)],
    ["blocks that are stored", (view: Int32Array) => view.fill(9, 3)],
    ["blocks that are read", (view: Int32Array) => view.slice(3)],
    ["DataView", (view: Int32Array) => new DataView(view.buffer).getInt8(15)],
  ] as const
) {
  Deno.test(`WatchedMemory makes delayed stores visible before ${name}`, () => {
    const { recorded, view, waiting } = buffering();
    const undo = watchBuiltins(recorded.memory);
    try {
      write(recorded, view, 0, 1);
      write(recorded, view, 1, 2);
      act(view);
    } finally {
      undo();
    }
    assertEquals([view[0], view[1], waiting()], [1, 2, 0]);
  });
}

Deno.test("WatchedMemory forgets delayed stores with the schedule", () => {
  const { recorded, view } = buffering();
  write(recorded, view, 0, 1);
  recorded.memory.reset();
  assertEquals([recorded.memory.flushOne(), view[0]], [null, 0]);
});

Deno.test("WatchedMemory tells steps with their source, where details are wanted", () => {
  const sites = [{ file: "a.ts", line: 1, column: 1, text: "words[TURN]" }];
  const recorded = recorder({ entry: "a.ts", modules: [], sites }, true);
  const view = recorded.view(Int32Array, 4);
  recorded.memory.at(1, view)[2] = 5;
  void recorded.memory.at(1, view)[2];
  read(recorded, view, 3);
  assertEquals(recorded.details, ["store | words[TURN] | 5", "load | words[TURN] | 5", "load | Int32Array[3] | 0"]);
});
