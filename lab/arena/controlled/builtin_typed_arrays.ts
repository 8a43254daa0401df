/**
 * Methods of typed arrays over watched memory. What goes over a block at once is one step, or two where it reads and writes;
 * what calls the student's code for each element, and every iterator, makes a step for each element.
 *
 * @module
 */
import { integer } from "./builtin_atomics.ts";
import type { Native, Patches, Replacement } from "./builtin_patch.ts";
import type { WatchedMemory } from "./memory.ts";
import { bare } from "./memory_elements.ts";
import { asElement, isTypedArray, privateView, type TypedArray, type WatchedView } from "./memory_views.ts";

type View = WatchedView<TypedArray>;

/** What a method does on a watched view. */
type Method = (view: View, args: unknown[], native: Native) => unknown;

const PROTOTYPE = Object.getPrototypeOf(Int8Array.prototype) as Record<string, (...args: unknown[]) => unknown>;
const { apply } = Reflect;
const { slice, sort, set, map } = PROTOTYPE as Record<
  "slice" | "sort" | "set" | "map",
  (...args: unknown[]) => unknown
>;

/** Read all elements, and run no code of the student's. */
const READING = ["includes", "indexOf", "lastIndexOf", "toLocaleString", "toReversed", "with"] as const;
/** Call a function for one element after another, and pass it the view as the last argument. */
const CALLING = [
  ...["every", "some", "find", "findIndex", "findLast", "findLastIndex", "forEach"],
  ...["reduce", "reduceRight"],
] as const;

/** Patches the methods. */
export function watchTypedArrays(memory: WatchedMemory, patches: Patches): void {
  const put = (name: string, method: Method): void => {
    const replacement: Replacement = (native, self, args) => {
      // What stands for a view gets here where `Array.prototype` calls a method of it.
      const array = isTypedArray(self) ? self : bare(self);
      const view = memory.find(array);
      return view === null || view.name === "DataView" ? native(array, args) : method(view as View, args, native);
    };
    patches.put(PROTOTYPE, name, replacement);
  };
  const read = <T>(view: View, what: string, from: number, to: number, run: () => T): T =>
    from >= to
      ? run()
      : memory.bulk("load", view, { from: from * view.size, length: (to - from) * view.size }, what, run);
  const write = (view: View, what: string, at: number, values: TypedArray): void => {
    const range = { from: at * view.size, length: values.length * view.size };
    if (values.length > 0) memory.bulk("store", view, range, what, () => apply(set as never, view.view, [values, at]));
  };
  const copy = (view: View, what: string, from = 0, to = view.view.length): TypedArray =>
    read(view, what, from, to, () => privateView(view.name, view.view.subarray(from, to)));

  for (const name of READING) {
    put(name, (view, args, native) => read(view, name, 0, view.view.length, () => native(view.view, args)));
  }
  put("join", (view, args, native) => {
    const separator = args[0] === undefined ? "," : `${args[0]}`;
    return read(view, "join", 0, view.view.length, () => native(view.view, [separator]));
  });
  put("slice", (view, args, native) => {
    const from = relative(args[0], view.view.length, 0);
    const to = relative(args[1], view.view.length, view.view.length);
    return read(view, "slice", from, to, () => native(view.view, [from, to]));
  });
  put("at", (view, args) => {
    const at = integer(args[0]);
    const index = at < 0 ? view.view.length + at : at;
    return index < 0 || index >= view.view.length ? undefined : memory.load(view, index, memory.here());
  });
  put("toSorted", (view, args, native) => native(copy(view, "toSorted"), args));

  put("fill", (view, args) => {
    const value = asElement(view.name, args[0]);
    const from = relative(args[1], view.view.length, 0);
    const to = relative(args[2], view.view.length, view.view.length);
    const values = privateView(view.name, Math.max(to - from, 0));
    values.fill(value as never);
    write(view, "fill", from, values);
    return view.view;
  });
  put("copyWithin", (view, args) => {
    const { length } = view.view;
    const to = relative(args[0], length, 0);
    const from = relative(args[1], length, 0);
    const end = relative(args[2], length, length);
    write(view, "copyWithin", to, copy(view, "copyWithin", from, Math.min(end, from + length - to)));
    return view.view;
  });
  put("reverse", (view) => {
    write(view, "reverse", 0, copy(view, "reverse").reverse());
    return view.view;
  });
  put("sort", (view, args, native) => {
    if (args[0] !== undefined && typeof args[0] !== "function") return native(view.view, args);
    const values = copy(view, "sort");
    apply(sort, values, args);
    write(view, "sort", 0, values);
    return view.view;
  });
  patches.put(PROTOTYPE, "set", (native, self, args) => {
    const to = memory.find(self) as View | null;
    const source = memory.find(args[0]) as View | null;
    if (to === null && source === null || !isTypedArray(self)) return native(self, args);
    const at = integer(args[1]);
    const from = source === null ? args[0] : copy(source, "set");
    if (to === null || at < 0) return native(self, [from, at]);
    const values = isTypedArray(from) ? from : valuesOf(from, to.name);
    if (at + values.length > to.view.length) return native(self, [values, at]);
    // Of another class: the store itself converts, or refuses.
    write(to, "set", at, isTypedArray(from) ? converted(values, to.name) : values);
    return undefined;
  });

  for (const name of CALLING) {
    const generic = Array.prototype[name as "forEach"] as (...args: unknown[]) => unknown;
    put(name, (view, args) => apply(generic, memory.elements(view), withView(args, view)));
  }
  const arrayMap = Array.prototype.map as (...args: unknown[]) => unknown;
  const arrayFilter = Array.prototype.filter as (...args: unknown[]) => unknown;
  put("map", (view, args) => {
    const values = apply(arrayMap, memory.elements(view), withView(args, view)) as unknown[];
    return apply(map, like(view, values.length), [(_: unknown, i: number) => values[i]]);
  });
  put("filter", (view, args) => {
    const values = apply(arrayFilter, memory.elements(view), withView(args, view)) as unknown[];
    return apply(slice, like(view, values), []);
  });
  const { values, entries } = Array.prototype as { values: () => unknown; entries: () => unknown };
  put("values", (view) => apply(values, memory.elements(view), []));
  put("entries", (view) => apply(entries, memory.elements(view), []));
  patches.set(PROTOTYPE, Symbol.iterator, PROTOTYPE.values);
}

/** A position in an array as `slice` and its like take it: negative counts from the end. */
export function relative(value: unknown, length: number, otherwise: number): number {
  if (value === undefined) return otherwise;
  const at = integer(value);
  return at < 0 ? Math.max(length + at, 0) : Math.min(at, length);
}

/** The function among the arguments gets the view itself, and not what stands for it. */
function withView(args: readonly unknown[], view: View): unknown[] {
  const [callback, ...rest] = args;
  if (typeof callback !== "function") return [...args];
  return [
    function (this: unknown, ...given: unknown[]): unknown {
      given[given.length - 1] = view.view;
      return apply(callback as () => unknown, this, given);
    },
    ...rest,
  ];
}

/** A private array of which the engine makes others as it makes them of `view`. */
function like(view: View, from: readonly unknown[] | number): TypedArray {
  const made = privateView(view.name, from);
  const { constructor } = view.view;
  if (constructor !== made.constructor) Object.defineProperty(made, "constructor", { value: constructor });
  return made;
}

/** The elements of what is no typed array, as a view of the class `name` holds them. */
function valuesOf(source: unknown, name: string): TypedArray {
  const from = Object(source) as { readonly length: unknown; readonly [index: number]: unknown };
  const length = Math.min(Math.max(integer(from.length), 0), Number.MAX_SAFE_INTEGER);
  const values = Array.from({ length }, (_, i) => asElement(name, from[i]));
  return privateView(name, values);
}

function converted(values: TypedArray, name: string): TypedArray {
  const made = privateView(name, values.length);
  apply(set, made, [values]);
  return made;
}
