/**
 * A store buffer, as a processor has one: plain stores wait here, in their order, until they become visible to others. The
 * party whose buffer it is sees its own stores at once.
 *
 * @module
 */
import type { TypedArray, WatchedView } from "./memory_views.ts";

/** A store that others do not see yet. */
export interface Stored {
  readonly view: WatchedView<TypedArray>;
  readonly index: number;
  /** As the view holds it. */
  readonly value: number | bigint;
  /** Where it was done. */
  readonly site: number;
}

/** The stores of one party, oldest first. */
export class StoreQueue {
  readonly #stores: Stored[] = [];

  /** How many there are. */
  get length(): number {
    return this.#stores.length;
  }

  /** Adds the newest. */
  push(store: Stored): void {
    this.#stores.push(store);
  }

  /** Takes the oldest out; null where there is none. */
  shift(): Stored | null {
    return this.#stores.shift() ?? null;
  }

  /**
   * What the party itself finds at an element: the value of its newest store there, "memory" where it has none on the way, or
   * "mixed" where a store covers the element in part or as another type, so that it has to become visible first.
   */
  find(view: WatchedView<TypedArray>, index: number): number | bigint | "memory" | "mixed" {
    const from = view.offset + index * view.size;
    for (let i = this.#stores.length - 1; i >= 0; i--) {
      const store = this.#stores[i] as Stored;
      if (store.view.object !== view.object) continue;
      const start = store.view.offset + store.index * store.view.size;
      if (start === from && store.view.name === view.name) return store.value;
      if (start < from + view.size && from < start + store.view.size) return "mixed";
    }
    return "memory";
  }
}
