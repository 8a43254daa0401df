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
const { deleteProperty, get, set } = Reflect;

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

  get(_target: TypedArray, key: string | symbol): unknown {
    const { view } = this.#view;
    const index = elementIndex(view, key);
    return index === -1 ? get(view, key, view) : this.#elements.load(this.#view, index, this.#site);
  }

  set(_target: TypedArray, key: string | symbol, value: unknown): boolean {
    const { view } = this.#view;
    const index = elementIndex(view, key);
    if (index === -1) return set(view, key, value, view);
    this.#elements.store(this.#view, index, value, this.#site);
    return true;
  }

  deleteProperty(_target: TypedArray, key: string | symbol): boolean {
    return deleteProperty(this.#view.view, key);
  }
}

/** The index that `key` names in `view`, or -1 where it is no element's. */
export function elementIndex(view: TypedArray, key: string | symbol): number {
  if (typeof key === "symbol") return -1;
  const index = Number(key);
  // Only an index that is there has a value.
  return index >= 0 && view[index] !== undefined && String(index) === key ? index : -1;
}

// The engine compares what a trap returns with the target's own property, which costs more than all the rest: so in the usual
// case there is none.
const NOTHING = Object.freeze({ __proto__: null }) as unknown as TypedArray;

/** Of those that have all that a view has, and may get about: the view. */
const views = new WeakMap<object, object>();

/** What stands for `view` in `o[k]` at the place `site`: good for that, and for nothing else. Always the same object. */
export function standIn(elements: Elements, view: WatchedView<TypedArray>, site: number): object {
  return view.accesses[site] ??= new Proxy(NOTHING, new Traps(elements, view, site));
}

/** What stands for `view` where somebody goes through its elements, at the place `site`: it has all that the view has. */
export function wholeStandIn(elements: Elements, view: WatchedView<TypedArray>, site: number): object {
  const known = view.passages[site];
  if (known !== undefined) return known;
  const made = new Proxy(view.view, new Traps(elements, view, site));
  views.set(made, view.view);
  view.passages[site] = made;
  return made;
}

/** The view that `value` stands for; `value` itself where it stands for nothing. */
export function bare<T>(value: T): T {
  return (views.get(value as object) ?? value) as T;
}
