import { assertEquals } from "@std/assert";
import {
  access,
  ACCESS_KIND,
  atomic,
  forked,
  joined,
  RACE_BYTES,
  raceCells,
  resetClocks,
  synchronise,
} from "../../../lab/explore/clocks.ts";
import { AT, MAX_RACES, REGION_BYTES, regionWords } from "../../../lab/explore/region.ts";

const { read, write } = ACCESS_KIND;

/** Steps of parties, numbered as they are made. */
class Steps {
  readonly #memory = new ArrayBuffer(REGION_BYTES + RACE_BYTES);
  readonly words = regionWords(this.#memory);
  readonly cells = raceCells(this.#memory);
  #step = 0;

  constructor() {
    this.reset();
  }

  reset(): void {
    resetClocks(this.words, this.cells);
    this.#step = 0;
  }

  access(party: number, offset: number, length: number, kind: number, object = 0): this {
    access(this.words, this.cells, party, object, offset, length, kind, this.#step++);
    return this;
  }

  atomic(party: number, offset: number, isWrite: boolean, length = 4): this {
    atomic(this.words, this.cells, party, 0, offset, length, isWrite, this.#step++);
    return this;
  }

  synchronise(party: number, object: number): this {
    synchronise(this.words, party, object);
    return this;
  }

  /** Object, offset, step, step of each. */
  get races(): number[][] {
    const count = this.words[AT.races] as number;
    return Array.from(
      { length: count },
      (_, i) => [...this.words.subarray(AT.raceList + 4 * i, AT.raceList + 4 * i + 4)],
    );
  }
}

for (const [one, other, races] of [[write, write, 1], [read, write, 1], [write, read, 1], [read, read, 0]] as const) {
  Deno.test(`access() of kind ${one} and one of kind ${other} by another party, with no order: ${races} races`, () => {
    const found = new Steps().access(1, 8, 4, one, 3).access(2, 8, 4, other, 3).races;
    assertEquals(found, races === 0 ? [] : [[3, 8, 0, 1]]);
  });
}

Deno.test("access() does not race with the same party, other bytes, or another object", () => {
  const steps = new Steps().access(1, 0, 4, write).access(1, 0, 4, write).access(2, 4, 4, write).access(
    2,
    0,
    4,
    write,
    1,
  );
  assertEquals(steps.races, []);
});

Deno.test("synchronise() orders what was before it with what is after it in whoever uses the object later", () => {
  const ordered = new Steps().access(1, 0, 4, write).synchronise(1, 9).synchronise(2, 9).access(2, 0, 4, write);
  assertEquals(ordered.races, []);
  const tooLate = new Steps().synchronise(1, 9).access(1, 0, 4, write).synchronise(2, 9).access(2, 0, 4, write);
  assertEquals(tooLate.races, [[0, 0, 0, 1]]);
  const another = new Steps().access(1, 0, 4, write).synchronise(1, 8).synchronise(2, 9).access(2, 0, 4, write);
  assertEquals(another.races, [[0, 0, 0, 1]]);
  const through = new Steps().access(1, 0, 4, write).synchronise(1, 8).synchronise(3, 8).synchronise(3, 9).synchronise(
    2,
    9,
  )
    .access(2, 0, 4, read);
  assertEquals(through.races, []);
});

Deno.test("atomic() operations do not race with one another, and order plain accesses around them", () => {
  assertEquals(new Steps().atomic(1, 0, true).atomic(2, 0, true).races, []);
  const published = new Steps().access(1, 4, 4, write).atomic(1, 0, true).atomic(2, 0, false).access(2, 4, 4, read);
  assertEquals(published.races, []);
  const early = new Steps().atomic(1, 0, true).access(1, 4, 4, write).atomic(2, 0, false).access(2, 4, 4, read);
  assertEquals(early.races, [[0, 4, 1, 3]]);
  const otherWord = new Steps().access(1, 4, 4, write).atomic(1, 0, true).atomic(2, 8, false).access(2, 4, 4, read);
  assertEquals(otherWord.races, [[0, 4, 0, 3]]);
});

Deno.test("atomic() and a plain access to the same word race, unless the word itself has ordered them", () => {
  assertEquals(new Steps().atomic(1, 0, true).access(2, 0, 4, read).races, [[0, 0, 0, 1]]);
  assertEquals(new Steps().access(1, 0, 4, write).atomic(2, 0, false).races, [[0, 0, 0, 1]]);
  // Begun by a plain store, then published through the same word.
  assertEquals(new Steps().access(1, 0, 4, write).atomic(1, 0, true).atomic(2, 0, false).races, []);
  assertEquals(new Steps().atomic(1, 0, true).atomic(2, 0, false).access(2, 0, 4, read).races, []);
});

Deno.test("atomic() of eight bytes orders with one of four in either half", () => {
  for (const offset of [0, 4]) {
    const steps = new Steps().access(1, 16, 4, write).atomic(1, 0, true, 8).atomic(2, offset, false).access(
      2,
      16,
      4,
      read,
    );
    assertEquals(steps.races, [], `offset ${offset}`);
  }
});

Deno.test("access() compares bytes, whatever the sizes", () => {
  assertEquals(new Steps().access(1, 0, 1, write).access(2, 1, 1, write).access(2, 2, 2, write).races, []);
  assertEquals(new Steps().access(1, 3, 1, write).access(2, 0, 8, read).races, [[0, 3, 0, 1]]);
  assertEquals(new Steps().access(1, 2, 4, write).access(2, 5, 1, read).races, [[0, 5, 0, 1]]);
  // Part of what was remembered is replaced; the rest is still known.
  const partly = new Steps().access(1, 0, 4, write).synchronise(1, 9).synchronise(2, 9).access(2, 0, 2, write);
  assertEquals(partly.access(3, 3, 1, read).races, [[0, 3, 0, 2]]);
});

Deno.test("access() finds a race with a write behind reads that are ordered with it", () => {
  const steps = new Steps().access(1, 0, 4, write).synchronise(1, 9).synchronise(2, 9).access(2, 0, 4, read);
  assertEquals(steps.access(3, 0, 4, read).races, [[0, 0, 0, 2]]);
});

Deno.test("access() to a block finds races at both its ends, and is cut short in the middle of a very long one", () => {
  for (
    const [length, offset, races] of [[8192, 4096, 1], [1 << 20, 0, 1], [1 << 20, (1 << 20) - 4, 1], [
      1 << 20,
      1 << 19,
      0,
    ]]
  ) {
    const steps = new Steps().access(1, 0, length as number, write).access(2, offset as number, 4, write);
    assertEquals(steps.races.length, races as number, `${length}, ${offset}`);
  }
});

Deno.test("access() tells a place once, and no more races than there is place for", () => {
  const steps = new Steps();
  for (let i = 0; i < 3; i++) steps.access(1, 0, 4, write).access(2, 0, 4, write);
  assertEquals(steps.races.length, 1);
  for (let i = 1; i < 40; i++) steps.access(1, 4 * i, 4, write).access(2, 4 * i, 4, write);
  assertEquals(steps.races.length, MAX_RACES);
});

Deno.test("access() goes on without harm where more words are touched than it can remember", () => {
  const steps = new Steps();
  for (let i = 0; i < 20_000; i++) steps.access(1, 4 * i, 4, write);
  assertEquals(steps.access(2, 0, 4, write).races, [[0, 0, 0, 20_000]]);
});

Deno.test("resetClocks() forgets all of another schedule", () => {
  const steps = new Steps().access(1, 0, 4, write).synchronise(1, 9);
  steps.reset();
  assertEquals(steps.access(2, 0, 4, write).races, []);
  assertEquals(steps.access(1, 4, 4, write).synchronise(2, 9).access(2, 4, 4, write).races, [[0, 4, 1, 2]]);
});

Deno.test("forked() and joined() order a child with its parent, and not the other way round", () => {
  const child = new Steps().access(1, 0, 4, write);
  forked(child.words, 1, 2);
  assertEquals(child.access(2, 0, 4, write).races, []);
  assertEquals(child.access(1, 0, 4, read).races, [[0, 0, 1, 2]]);
  const waited = new Steps().access(2, 0, 4, write);
  joined(waited.words, 1, 2);
  assertEquals(waited.access(1, 0, 4, write).races, []);
});

Deno.test("access() finds the races of random programs where a plain model of happens-before does", () => {
  // Against the definition: two accesses conflict, and no chain of synchronisations leads from one to the other.
  let state = 12345;
  const below = (bound: number): number => (state = (Math.imul(state, 1103515245) + 12345) >>> 0) % 65536 % bound;
  for (let round = 0; round < 300; round++) {
    const steps = new Steps();
    const model: { party: number; from: number; to: number; isWrite: boolean; before: Set<number> }[] = [];
    const known = [0, 1, 2, 3].map(() => new Set<number>());
    const objects = [0, 1].map(() => new Set<number>());
    let races = false;
    for (let i = 0; i < 12; i++) {
      const party = 1 + below(3);
      const mine = known[party] as Set<number>;
      if (below(3) === 0) {
        const object = below(2);
        const its = objects[object] as Set<number>;
        for (const seen of its) mine.add(seen);
        for (const seen of mine) its.add(seen);
        steps.synchronise(party, 9 + object);
        continue;
      }
      const from = below(6);
      const to = from + 1 + below(4);
      const isWrite = below(2) === 0;
      races ||= model.some((other, j) =>
        other.party !== party && (other.isWrite || isWrite) && other.from < to && from < other.to && !mine.has(j)
      );
      mine.add(model.length);
      model.push({ party, from, to, isWrite, before: new Set(mine) });
      steps.access(party, from, to - from, isWrite ? write : read);
    }
    assertEquals(steps.races.length > 0, races, `round ${round}`);
  }
});
