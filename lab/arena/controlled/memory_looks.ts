/**
 * Whether a party only looks again and again at what does not change.
 *
 * A look is *idle* when the party has seen the same value at the same place before, and since then has met nothing that it did
 * not know: no other place, no other value. So a loop that goes over a block while it asks for the length each time is not
 * idle; one that waits for a word, or for two of them in turn, is. Of the places that are looked at in turn one counts for all
 * of their object, so that a second look at a long block is one, and not as many as it has elements.
 *
 * @module
 */

interface Seen {
  value: number | bigint;
  /** How often the party had got something done. */
  done: number;
  /** How much news there had been when this was seen last. */
  news: number;
  /** Idle looks at it since then. */
  times: number;
}

/** What one party has seen in the memory of its present schedule. */
export class Looks {
  /** By object, then by offset. */
  readonly #seen: Map<number, Seen>[] = [];
  /** By object: the place that counts. */
  readonly #counting = new Map<number, Seen>();
  #news = 0;
  #done = 0;

  /** The party has found this value at this place. True where the look was idle, and counts. */
  again(object: number, offset: number, value: number | bigint): boolean {
    const places = this.#seen[object] ??= new Map<number, Seen>();
    const seen = places.get(offset);
    if (seen === undefined) {
      this.#hear();
      places.set(offset, { value, done: this.#done, news: this.#news, times: 0 });
      return false;
    }
    if (seen.done !== this.#done || !Object.is(seen.value, value)) {
      this.#hear();
      seen.done = this.#done;
      seen.value = value;
    }
    if (seen.news !== this.#news) {
      seen.news = this.#news;
      seen.times = 0;
      return false;
    }
    seen.times++;
    const counting = this.#counting.get(object);
    if (counting !== undefined && counting !== seen && seen.times <= counting.times) return false;
    this.#counting.set(object, seen);
    return true;
  }

  /** The party got something done: what it sees from now on may be another thing. */
  forget(): void {
    this.#done++;
  }

  #hear(): void {
    this.#news++;
    if (this.#counting.size > 0) this.#counting.clear();
  }
}
