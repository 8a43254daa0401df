/**
 * What stands for a view in one access to an element: `at(1, view)[k]`. The engine asks it for the element, or hands it what is
 * to be stored; all else it does as the view itself.
 *
 * @module
 */
import type { TypedArray, WatchedView } from "./memory_views.ts";

/** Where the accesses go. */
export interface Elements {
  /** Reads an element, as a step. */
  load(view: WatchedView<TypedArray>, index: number, site: number): number | bigint;
  /** Stores into an element, as a step. `value` may be anything; what cannot be stored throws before the step. */
  store(view: WatchedView<TypedArray>, index: number, value: unknown, site: number): void;
}

// Captured at load: what a student's file does to Reflect does not matter here.
const { get, set } = Reflect;

/** The traps of a stand-in, which belongs to one view and one place in the source. */
class Traps implements ProxyHandler<TypedArray> {
  readonly #elements: Elements;
  readonly #view: WatchedView<TypedArray>;
  readonly #site: number;

  constructor(elements: Elements, view: WatchedView<TypedArray>, site: number) {
    this.#elements = elements;
    this.#view = view;
    this.#site = site;
  }

  get(target: TypedArray, key: string | symbol): unknown {
    const index = elementIndex(target, key);
    return index === -1 ? get(target, key, target) : this.#elements.load(this.#view, index, this.#site);
  }

  set(target: TypedArray, key: string | symbol, value: unknown): boolean {
    const index = elementIndex(target, key);
    if (index === -1) return set(target, key, value, target);
    this.#elements.store(this.#view, index, value, this.#site);
    return true;
  }
}

/** The index that `key` names in `view`, or -1 where it is no element's. */
export function elementIndex(view: TypedArray, key: string | symbol): number {
  if (typeof key === "symbol") return -1;
  const index = Number(key);
  // Only an index that is there has a value.
  return index >= 0 && view[index] !== undefined && String(index) === key ? index : -1;
}

const views = new WeakMap<object, object>();

/** What stands for `view` at the place `site`: always the same object. */
export function standIn(elements: Elements, view: WatchedView<TypedArray>, site: number): object {
  const known = view.stands[site];
  if (known !== undefined) return known;
  const made = new Proxy(view.view, new Traps(elements, view, site));
  views.set(made, view.view);
  view.stands[site] = made;
  return made;
}

/** The view that `value` stands for; `value` itself where it stands for nothing. */
export function bare<T>(value: T): T {
  return (views.get(value as object) ?? value) as T;
}
