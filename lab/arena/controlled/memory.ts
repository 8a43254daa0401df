/**
 * Watched memory: what a role's program does to memory that it shares with others, as steps of the turnstile.
 *
 * The text of a watched program (lab/instrument) says which elements it uses, and calls `at` and its like; builtins.ts does the
 * same for what is called on views. Only what is done to watched buffers makes steps.
 *
 * @module
 */
import { AT, FLAG, MODE, OPERATION } from "../../explore/region.ts";
import type { Turnstile } from "../../explore/turnstile.ts";
import type { Site, Watch } from "../../instrument/model.ts";
import { type LocatableModule, positionIn } from "../../instrument/source_position.ts";
import { type Stored, StoreQueue } from "./memory_buffer.ts";
import { bare, type Elements, standIn, wholeStandIn } from "./memory_elements.ts";
import { Looks } from "./memory_looks.ts";
import { asElement, type TypedArray, WatchedBuffers, type WatchedView } from "./memory_views.ts";

/** What watched memory needs to know of its role. */
export interface WatchedMemoryOptions {
  readonly turnstile: Turnstile;
  /** Words of the region: `AT.buffering` and `AT.buffered` are of use here. */
  readonly words: Int32Array;
  /** Places of the program. */
  readonly sites: readonly Site[];
  /** Its files. */
  readonly modules: readonly LocatableModule[];
}

/** A part of a view, in bytes from the view's begin. */
export interface ByteRange {
  readonly from: number;
  readonly length: number;
}

/** What is called in place of a constructor: it sees what is copied. */
export type Makers = (constructor: unknown) => unknown;

/** The memory that one role shares with others. */
export class WatchedMemory implements Watch, Elements {
  readonly #turnstile: Turnstile;
  readonly #words: Int32Array;
  readonly #sites: readonly Site[];
  readonly #modules: readonly LocatableModule[];
  readonly #buffers = new WatchedBuffers();
  readonly #looks = new Looks();
  #stores = new StoreQueue();
  /** How many there are who do not want to be watched. */
  #quiet = 0;
  #taken: unknown = undefined;
  /** Set by builtins.ts; null: constructors are called as they are. */
  makers: Makers | null = null;

  /** The memory of a role that shares none yet. */
  constructor({ turnstile, words, sites, modules }: WatchedMemoryOptions) {
    this.#turnstile = turnstile;
    this.#words = words;
    this.#sites = sites;
    this.#modules = modules;
  }

  // --- for the role: which memory is watched, and when ---

  /** From now on, `buffer` shows the bytes of the object of this index, from `byteOffset` on. */
  watchBuffer(buffer: ArrayBufferLike, object: number, byteOffset: number): void {
    this.#buffers.watch(buffer, object, byteOffset);
  }

  /** `buffer` is memory as any other again. To be called before it is detached. */
  forgetBuffer(buffer: ArrayBufferLike): void {
    this.#buffers.forget(buffer);
  }

  /** Before a schedule: nothing is watched, nothing was seen, nothing is on its way. */
  reset(): void {
    this.#buffers.forgetAll();
    this.#looks.forget();
    this.#stores = new StoreQueue();
    this.#quiet = 0;
    this.#taken = undefined;
  }

  /** A call got something done: the party does not spin. */
  progress(): void {
    this.#looks.forget();
  }

  /** What `run` does to watched memory makes no steps: it is the lab's, or the library's. */
  quietly<T>(run: () => T): T {
    this.#quiet++;
    try {
      return run();
    } finally {
      this.#quiet--;
    }
  }

  /**
   * A call of the library reads or writes all bytes of `value`, if that is a view of watched memory: a step of its own, before
   * the call's own (a load) or after it (a store).
   */
  touch(value: unknown, how: "load" | "store"): void {
    const view = this.find(value);
    if (view !== null) this.bulk(how, view, { from: 0, length: view.view.byteLength }, how, () => undefined);
  }

  // --- for the text of a watched program ---

  at<T>(site: number, o: T): T {
    const view = this.#buffers.find(o);
    if (view === null || this.#quiet > 0 || view.name === "DataView") return o;
    return standIn(this, view as WatchedView<TypedArray>, site) as T;
  }

  parts<T>(site: number, o: T): T {
    const view = this.find(o);
    return view === null || view.name === "DataView"
      ? o
      : wholeStandIn(this, view as WatchedView<TypedArray>, site) as T;
  }

  bare<T>(value: T): T {
    return bare(value);
  }

  whole<T>(site: number, value: T): T {
    const view = this.find(value);
    if (view !== null) {
      this.bulk("load", view, { from: 0, length: view.view.byteLength }, "copy", () => undefined, site);
    }
    return value;
  }

  maker<T>(_site: number, constructor: T): T {
    return this.makers === null ? constructor : this.makers(constructor) as T;
  }

  nullish(value: unknown): boolean {
    this.#taken = value;
    return value === null || value === undefined;
  }

  taken(): unknown {
    const value = this.#taken;
    this.#taken = undefined;
    return value;
  }

  same<T>(value: T): T {
    return value;
  }

  // --- steps ---

  /** What is known of `value`, if that is a view of watched memory and somebody is to be told of it; or null. */
  find(value: unknown): WatchedView | null {
    return this.#quiet > 0 ? null : this.#buffers.find(value);
  }

  /** Whether anything is watched. */
  get any(): boolean {
    return this.#quiet === 0 && this.#buffers.any;
  }

  /** Where a buffer is, if it is watched. */
  findBuffer(buffer: unknown): { readonly object: number; readonly byteOffset: number } | null {
    return this.any ? this.#buffers.buffer(buffer) : null;
  }

  load(view: WatchedView<TypedArray>, index: number, site: number): number | bigint {
    const { object, size } = view;
    const offset = view.offset + index * size;
    this.#turnstile.enter(OPERATION.load, object, offset, size, MODE.read, 0, site);
    let value = this.#read(view, index);
    if (this.#looks.again(object, offset, value)) {
      this.#turnstile.idle(object);
      value = this.#read(view, index); // if others were let go first, they may have changed it
    }
    if (this.#turnstile.detailed) this.#turnstile.describe("load", this.#name(site, view, index), String(value));
    this.#turnstile.done(int32(value));
    return value;
  }

  store(view: WatchedView<TypedArray>, index: number, value: unknown, site: number): void {
    const { object, size } = view;
    const offset = view.offset + index * size;
    const element = asElement(view.name, value);
    this.#turnstile.enter(OPERATION.store, object, offset, size, MODE.write, 0, site);
    if (this.#turnstile.detailed) this.#turnstile.describe("store", this.#name(site, view, index), String(element));
    if (this.#words[AT.buffering] !== 0) this.#delay({ view, index, value: element, site });
    else {
      const before = view.view[index] as number | bigint;
      view.view[index] = element;
      this.#stored(object, offset, before, element, () => view.view[index] = element);
    }
    this.#turnstile.done(int32(element));
  }

  /** Bytes of memory change from `before` to `after`, or do not; then it is as good as a look. */
  #stored(object: number, offset: number, before: unknown, after: number | bigint, again: () => void): void {
    if (!Object.is(before, after)) {
      this.#looks.forget();
      this.#turnstile.changed(object);
    } else if (this.#looks.again(object, offset, after)) {
      this.#turnstile.idle(object);
      again();
    }
  }

  /**
   * An Atomics operation on one element, as a step.
   *
   * @param run does it; may be asked twice, where it changed nothing
   * @param failed whether this result says that nothing was done
   */
  atomic<T extends number | bigint>(
    name: string,
    view: WatchedView<TypedArray>,
    index: number,
    run: () => T,
    failed: (result: T) => boolean = () => false,
  ): T {
    const { object, size } = view;
    const offset = view.offset + index * size;
    const mode = name === "load" ? MODE.read : MODE.write;
    const site = this.here();
    this.#turnstile.enter(OPERATION.atomic, object, offset, size, mode, FLAG.atomic, site);
    this.flushAll();
    let before = view.view[index] as number | bigint;
    let result = run();
    const changedNothing = (): boolean => Object.is(before, view.view[index]);
    if (changedNothing() && (failed(result) || this.#looks.again(object, offset, before))) {
      this.#turnstile.idle(object);
      before = view.view[index] as number | bigint;
      result = run();
    }
    if (!changedNothing()) {
      this.#looks.forget();
      this.#turnstile.changed(object);
    }
    if (this.#turnstile.detailed) {
      this.#turnstile.describe(`Atomics.${name}`, this.#argumentsOf(site, `${view.name}[${index}]`), String(result));
    }
    this.#turnstile.done(int32(result));
    return result;
  }

  /** A field of a DataView, as a step: `run` reads or writes it. Stores that are on their way become visible first. */
  field<T extends number | bigint | undefined>(
    how: "load" | "store",
    { object, offset, name }: WatchedView,
    { from, length }: ByteRange,
    run: () => T,
  ): T {
    const loads = how === "load";
    const operation = loads ? OPERATION.load : OPERATION.store;
    const site = this.here();
    this.#turnstile.enter(operation, object, offset + from, length, loads ? MODE.read : MODE.write, 0, site);
    this.flushAll();
    let result = run();
    if (!loads) {
      this.#looks.forget();
      this.#turnstile.changed(object);
    } else if (this.#looks.again(object, offset + from, result ?? 0)) {
      this.#turnstile.idle(object);
      result = run();
    }
    if (this.#turnstile.detailed) {
      const text = this.#sites[site - 1]?.text ?? `${name}[${from}]`;
      this.#turnstile.describe(how, text, result === undefined ? null : String(result));
    }
    this.#turnstile.done(int32(result ?? 0));
    return result;
  }

  /** What stands for a view while something goes over its elements, one after another. */
  elements(view: WatchedView<TypedArray>): object {
    return wholeStandIn(this, view, this.here());
  }

  /** A step that reads or writes a block of bytes: `run` does it. */
  bulk<T>(
    how: "load" | "store",
    { object, offset, name }: Pick<WatchedView, "object" | "offset" | "name">,
    { from, length }: ByteRange,
    what: string,
    run: () => T,
    site = this.here(),
  ): T {
    const loads = how === "load";
    const operation = loads ? OPERATION.bulkLoad : OPERATION.bulkStore;
    this.#turnstile.enter(operation, object, offset + from, length, loads ? MODE.read : MODE.write, 0, site);
    this.flushAll();
    const result = run();
    if (!loads) {
      this.#looks.forget();
      this.#turnstile.changed(object);
    }
    if (this.#turnstile.detailed) this.#turnstile.describe(what, this.#argumentsOf(site, name), null);
    this.#turnstile.done(0);
    return result;
  }

  // --- the store buffer ---

  #delay(store: Stored): void {
    this.#looks.forget();
    this.#stores.push(store);
    this.#count();
  }

  #count(): void {
    this.#words[AT.buffered + this.#turnstile.party] = this.#stores.length;
  }

  #read(view: WatchedView<TypedArray>, index: number): number | bigint {
    if (this.#stores.length > 0) {
      const own = this.#stores.find(view, index);
      if (own === "mixed") this.flushAll();
      else if (own !== "memory") return own;
    }
    return view.view[index] as number | bigint;
  }

  /** Makes the oldest store visible, and says which it was. No step: whoever commands it records it. */
  flushOne(): Stored | null {
    const store = this.#stores.shift();
    if (store === null) return null;
    this.#count();
    const { view, index, value } = store;
    const before = view.view[index];
    view.view[index] = value;
    if (!Object.is(before, value)) this.#turnstile.changed(view.object);
    return store;
  }

  /** Makes all stores visible, as a fence does. */
  flushAll(): void {
    while (this.flushOne() !== null);
  }

  // --- how it is told ---

  /** The site of the student's expression that is being evaluated; 0 where nobody asks for details, or where there is none. */
  here(): number {
    if (!this.#turnstile.detailed) return 0;
    const place = positionIn(new Error().stack ?? "", this.#modules);
    if (place === null) return 0;
    let best = 0;
    let column = 0;
    for (const [i, site] of this.#sites.entries()) {
      if (site.file !== place.file || site.line !== place.line || site.column > place.column) continue;
      if (site.column >= column) [best, column] = [i + 1, site.column];
    }
    return best;
  }

  #name(site: number, view: WatchedView, index: number): string {
    return this.#sites[site - 1]?.text ?? `${view.name}[${index}]`;
  }

  /** What stands between the parentheses of a call. */
  #argumentsOf(site: number, otherwise: string): string {
    return /\((.*)\)$/s.exec(this.#sites[site - 1]?.text ?? "")?.[1] ?? otherwise;
  }
}

/** A value as the record of a step has it. */
function int32(value: number | bigint): number {
  return typeof value === "bigint" ? Number(BigInt.asIntN(32, value)) : value | 0;
}
