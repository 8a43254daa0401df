/**
 * Views of watched memory: which memory object a view shows, from which byte on, and how its elements are told to people.
 *
 * @module
 */

/** A typed array of any class. */
export type TypedArray =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;

// Taken before a student's file can change them, and before they are watched themselves.
const isView = ArrayBuffer.isView;
const typedArray = Object.getPrototypeOf(Int8Array.prototype) as object;
const getter = (of: object, name: string | symbol): (view: object) => unknown =>
  Function.prototype.call.bind(Object.getOwnPropertyDescriptor(of, name)?.get as () => unknown) as (
    view: object,
  ) => unknown;
const nameOf = getter(typedArray, Symbol.toStringTag);
const typedArrayBuffer = getter(typedArray, "buffer");
const typedArrayOffset = getter(typedArray, "byteOffset");
const dataViewBuffer = getter(DataView.prototype, "buffer");
const dataViewOffset = getter(DataView.prototype, "byteOffset");

/** All classes of typed arrays that this engine has, by name. */
export const CLASSES: ReadonlyMap<string, new (from: unknown) => TypedArray> = new Map(
  Object.getOwnPropertyNames(globalThis).filter((name) =>
    /^(?:(?:Big)?(?:Int|Uint)|Float)\d+(?:Clamped)?Array$/.test(name)
  )
    .map((name) => [name, (globalThis as unknown as Record<string, new (from: unknown) => TypedArray>)[name] as never]),
);
/** For each class a view of one element. */
const ELEMENTS: { readonly [name: string]: TypedArray } = Object.fromEntries(
  CLASSES.entries().map(([name, type]) => [name, new type(1)]),
);

/** A view of memory of its own: with the elements of `from`, or so many zeros. Of the class called `name`, and no other. */
export function privateView(name: string, from: TypedArray | readonly unknown[] | number): TypedArray {
  const type = CLASSES.get(name) as new (from: unknown) => TypedArray;
  return new type(from);
}

/** What a view of the class `name` makes of a value that is stored into it. Throws what a store throws. */
export function asElement(name: string, value: unknown): number | bigint {
  const element = ELEMENTS[name] as TypedArray;
  element[0] = value as number;
  return element[0] as number | bigint;
}

/** Whether `value` is a typed array, and no DataView. */
export function isTypedArray(value: unknown): value is TypedArray {
  return isView(value) && nameOf(value) !== undefined;
}

/** What is known of a view of watched memory. */
export interface WatchedView<V extends ArrayBufferView = ArrayBufferView> {
  readonly view: V;
  /** The turnstile's index of the memory. */
  readonly object: number;
  /** Where the view begins there, in bytes. */
  readonly offset: number;
  /** Bytes of an element; of a DataView 1. */
  readonly size: number;
  /** "Int32Array", "DataView". */
  readonly name: string;
  /** What stands for the view in an access, by site. */
  readonly accesses: object[];
  /** What stands for it where its elements are gone through, by site. */
  readonly passages: object[];
}

/** As `WatchedView`, for those who make them. */
type Known = { -readonly [K in keyof WatchedView]: WatchedView[K] };

/** How much of what was known is kept. */
const SPARE = 16;

/** The buffers that are watched, and the views of them that were met. */
export class WatchedBuffers {
  readonly #buffers = new Map<ArrayBufferLike, { readonly object: number; readonly byteOffset: number }>();
  /** All views that were met; null: of memory that is not watched. */
  #views = new WeakMap<object, WatchedView | null>();
  /** What is known of those that are watched; and of those that once were, which is filled in anew: what stands for a view in
   * an access costs more to make than the access. */
  readonly #known: Known[] = [];
  readonly #spare: Known[] = [];
  /** Views that are not watched: the last two that were asked for. */
  #last: unknown = undefined;
  #lastButOne: unknown = undefined;

  /** From now on, `buffer` shows the bytes of `object` from `byteOffset` on. */
  watch(buffer: ArrayBufferLike, object: number, byteOffset: number): void {
    this.#buffers.set(buffer, { object, byteOffset });
    this.#forgetViews();
  }

  /** `buffer` is memory as any other again. */
  forget(buffer: ArrayBufferLike): void {
    if (this.#buffers.delete(buffer)) this.#forgetViews();
  }

  /** No buffer is watched any more, and nobody uses what was known of their views. */
  forgetAll(): void {
    this.#buffers.clear();
    this.#forgetViews();
    for (let known = this.#known.pop(); known !== undefined; known = this.#known.pop()) {
      known.passages.length = 0;
      if (this.#spare.length < SPARE) this.#spare.push(known);
    }
  }

  /** Where `buffer` is in its object, or null. */
  buffer(buffer: unknown): { readonly object: number; readonly byteOffset: number } | null {
    return this.#buffers.get(buffer as ArrayBufferLike) ?? null;
  }

  /** Whether there are any. */
  get any(): boolean {
    return this.#buffers.size > 0;
  }

  #forgetViews(): void {
    this.#views = new WeakMap();
    this.#last = this.#lastButOne = undefined;
  }

  /** What is known of `value`; null where it is no view of watched memory. */
  find(value: unknown): WatchedView | null {
    if (value === this.#last || value === this.#lastButOne || !isView(value)) return null;
    let known = this.#views.get(value);
    if (known === undefined) known = this.#meet(value);
    if (known === null) {
      this.#lastButOne = this.#last;
      this.#last = value;
    }
    return known;
  }

  #meet(view: ArrayBufferView): WatchedView | null {
    // The buffer of a small view is made only when it is asked for, and the view is slower afterwards.
    if (this.#buffers.size === 0) return null;
    const typed = isTypedArray(view);
    const name = typed ? nameOf(view) as string : "DataView";
    const memory = this.#buffers.get((typed ? typedArrayBuffer(view) : dataViewBuffer(view)) as ArrayBufferLike);
    if (memory === undefined) {
      this.#views.set(view, null);
      return null;
    }
    const { object } = memory;
    const offset = memory.byteOffset + ((typed ? typedArrayOffset(view) : dataViewOffset(view)) as number);
    const size = ELEMENTS[name]?.BYTES_PER_ELEMENT ?? 1;
    const spare = this.#spare.pop();
    const known = spare === undefined
      ? { view, object, offset, size, name, accesses: [], passages: [] }
      : Object.assign(spare, { view, object, offset, size, name });
    if (this.#known.length < SPARE) this.#known.push(known);
    this.#views.set(view, known);
    return known;
  }
}
