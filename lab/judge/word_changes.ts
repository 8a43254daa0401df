/**
 * What became of the words of shared memory, step by step. A store tells its value. Of what Atomics put there, and of blocks, only
 * the next look at the word tells: nobody else may have written in between.
 *
 * @module
 */
import type { StepDetail } from "../arena/controlled/detail.ts";
import { FLUSH, MODE, OPERATION } from "../explore/region.ts";
import type { WordChange } from "../explore/trace.ts";

/** A step's operation in words, its arguments and its result. */
export type Told = readonly [operation: string, given: string, result: string | null];

type Word = Pick<WordChange, "object" | "offset" | "size">;

/** The changes of each step: those of step i at i. `told` is what is known of a step besides. */
export function wordChanges(
  steps: readonly StepDetail[],
  told: (at: number) => Told | undefined,
  buffered: boolean,
): WordChange[][] {
  const memory = new Memory(steps, told);
  /** Stores on their way, oldest first, by party: with store buffers, they are no change before they are seen. */
  const underway = new Map<number, number[]>();
  const land = (party: number, most: number): WordChange[] =>
    underway.get(party)?.splice(0, most).flatMap((at) => memory.change(at)) ?? [];
  return steps.map((step, at) => {
    if (step.operation === OPERATION.flush) return land(step.party - FLUSH, 1);
    const plainStore = step.operation === OPERATION.store;
    // Told with how it was written: a field of a DataView, as a block or an Atomics operation, waits for what is on its way.
    if (buffered && plainStore && told(at)?.[2] !== null) {
      const list = underway.get(step.party) ?? [];
      underway.set(step.party, [...list, at]);
      return [];
    }
    const isFence = step.operation !== OPERATION.load && step.operation !== OPERATION.event;
    return [...(isFence ? land(step.party, Infinity) : []), ...memory.change(at)];
  });
}

class Memory {
  readonly #steps: readonly StepDetail[];
  readonly #told: (at: number) => Told | undefined;
  readonly #values = new Map<string, string>();
  /** Steps by the word that they are about, and those about blocks. */
  readonly #uses = new Map<string, number[]>();
  readonly #blocks: number[] = [];
  readonly #words = new Map<string, Word>();

  constructor(steps: readonly StepDetail[], told: (at: number) => Told | undefined) {
    this.#steps = steps;
    this.#told = told;
    for (const [at, step] of steps.entries()) {
      if (step.operation === OPERATION.bulkStore) this.#blocks.push(at);
      if (step.operation < OPERATION.load || step.operation > OPERATION.atomic) continue;
      const word = wordOf(step);
      const key = keyOf(word);
      this.#words.set(key, word);
      const uses = this.#uses.get(key);
      if (uses === undefined) this.#uses.set(key, [at]);
      else uses.push(at);
    }
  }

  /** What a step changes. */
  change(at: number): WordChange[] {
    const step = this.#steps[at] as StepDetail;
    const word = wordOf(step);
    const [operation, , result] = this.#told(at) ?? ["", "", null];
    switch (step.operation) {
      case OPERATION.load:
        this.#learn(word, result);
        return [];
      case OPERATION.store:
        return this.#set(word, result ?? this.#seenNext(word, at));
      case OPERATION.atomic: {
        const before = operation === "Atomics.store" ? null : result;
        this.#learn(word, before);
        if (step.mode < MODE.write) return [];
        return this.#set(word, operation === "Atomics.store" ? result : this.#seenNext(word, at));
      }
      case OPERATION.bulkStore:
        return [...this.#words.values()].filter((other) => overlap(word, other)).flatMap((other) =>
          this.#set(other, this.#seenNext(other, at))
        );
      default:
        return [];
    }
  }

  #learn(word: Word, value: string | null): void {
    if (value !== null) this.#values.set(keyOf(word), value);
  }

  /** A word becomes `value`; null: something that is not known. */
  #set(word: Word, value: string | null): WordChange[] {
    const key = keyOf(word);
    const old = this.#values.get(key) ?? "0";
    if (value === null) this.#values.delete(key);
    else this.#values.set(key, value);
    return value === null || value === old ? [] : [{ ...word, old, new: value }];
  }

  /** What the next step that looks at a word sees there, if none writes it before. */
  #seenNext(word: Word, at: number): string | null {
    const next = this.#uses.get(keyOf(word))?.find((use) => use > at);
    if (next === undefined) return null;
    const between = this.#blocks.some((block) =>
      block > at && block < next && overlap(wordOf(this.#steps[block] as StepDetail), word)
    );
    const { operation } = this.#steps[next] as StepDetail;
    const [name, , result] = this.#told(next) ?? ["", "", null];
    return between || operation === OPERATION.store || name === "Atomics.store" ? null : result;
  }
}

function wordOf({ object, offset, length }: StepDetail): Word {
  return { object, offset, size: length };
}

function keyOf({ object, offset, size }: Word): string {
  return `${object}:${offset}:${size}`;
}

function overlap(one: Word, other: Word): boolean {
  return one.object === other.object && one.offset < other.offset + other.size && other.offset < one.offset + one.size;
}
