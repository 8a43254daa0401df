/**
 * Functions that reach the elements of a view given to them: of Object and Reflect, `call` and `apply`, constructors that copy,
 * and what goes through a whole value to write it down.
 *
 * @module
 */
import type { Native, Patches } from "./builtin_patch.ts";
import type { WatchedMemory } from "./memory.ts";
import { bare, elementIndex } from "./memory_elements.ts";
import { CLASSES, isTypedArray, type TypedArray, type WatchedView } from "./memory_views.ts";

type View = WatchedView<TypedArray>;

/** Values that are looked through for views, at most: no message is as large. */
const MOST_VALUES = 10_000;

const { construct } = Reflect;
const { getOwnPropertyDescriptors, values: valuesOf } = Object;

/** Patches them. */
export function watchObjects(memory: WatchedMemory, patches: Patches): void {
  const find = (value: unknown): View | null => {
    const view = memory.find(value);
    return view === null || view.name === "DataView" ? null : view as View;
  };
  /** What stands for `value`, if that is a watched view; else `value`. */
  const elements = (value: unknown): unknown => {
    const view = find(value);
    return view === null ? value : memory.elements(view);
  };
  const readAll = (value: unknown, what: string): void => {
    const view = memory.find(value);
    const buffer = view === null ? memory.findBuffer(value) : null;
    const all = { from: 0, length: (value as ArrayBuffer).byteLength };
    if (view !== null) memory.bulk("load", view, all, what, () => undefined);
    else if (buffer !== null) {
      memory.bulk("load", { object: buffer.object, offset: buffer.byteOffset, name: "buffer" }, all, what, () => {});
    }
  };
  /** For functions to which a stand-in is as good as the view. */
  const passElements = (owner: object, ...names: string[]): void => {
    for (const name of names) {
      patches.put(owner, name, (native, self, args) => bare(native(self, args.map(elements))));
    }
  };
  /** For functions that go through all of a value. */
  const passAll = (owner: object, ...names: string[]): void => {
    for (const name of names) {
      patches.put(owner, name, (native, self, args) => {
        if (memory.any) { for (const value of reachable(args)) readAll(value, name); }
        return native(self, args);
      });
    }
  };

  passElements(Object, "values", "entries", "assign");
  for (const owner of [Reflect, Object]) watchProperties(memory, patches, owner, find);
  patches.put(Reflect, "get", (native, self, [o, ...rest]) => native(self, accessed(elements(o), o, rest, 1)));
  patches.put(Reflect, "set", (native, self, [o, ...rest]) => native(self, accessed(elements(o), o, rest, 2)));
  passAll(JSON, "stringify");
  passAll(globalThis, "structuredClone");
  passAll(console, "log", "info", "warn", "error", "debug", "dir", "table");
  passAll(Object, "getOwnPropertyDescriptors");
  watchCalls(patches, readAll, elements, find);
  watchConstructors(memory, patches, readAll);
}

/** Descriptors hold values too. */
function watchProperties(
  memory: WatchedMemory,
  patches: Patches,
  owner: object,
  find: (value: unknown) => View | null,
): void {
  const indexIn = (view: View, key: unknown): number =>
    elementIndex(view.view, typeof key === "symbol" ? key : String(key));
  patches.put(owner, "getOwnPropertyDescriptor", (native, self, args) => {
    const view = find(args[0]);
    const index = view === null ? -1 : indexIn(view, args[1]);
    const descriptor = native(self, args) as PropertyDescriptor | undefined;
    if (view === null || index === -1) return descriptor;
    return { ...descriptor, value: memory.load(view, index, memory.here()) };
  });
  patches.put(owner, "defineProperty", (native, self, args) => {
    const view = find(args[0]);
    const index = view === null ? -1 : indexIn(view, args[1]);
    const descriptor = args[2] as PropertyDescriptor;
    if (view !== null && index !== -1 && "value" in Object(descriptor)) {
      memory.store(view, index, descriptor.value, memory.here());
    }
    return native(self, args);
  });
}

/** `call` and `apply` reach what takes any array-like object: `Array.prototype`'s functions, and lists of arguments. */
function watchCalls(
  patches: Patches,
  readAll: (value: unknown, what: string) => void,
  elements: (value: unknown) => unknown,
  find: (value: unknown) => View | null,
): void {
  const generic = new Set<unknown>(valuesOf(getOwnPropertyDescriptors(Array.prototype)).map(({ value }) => value));
  const called = (
    native: Native,
    self: unknown,
    target: unknown,
    on: unknown,
    args: (on: unknown) => unknown[],
  ): unknown =>
    generic.has(target) && find(on) !== null ? bare(native(self, args(elements(on)))) : native(self, args(on));

  patches.put(
    Function.prototype,
    "call",
    (native, self, [on, ...rest]) => called(native, self, self, on, (on) => [on, ...rest]),
  );
  patches.put(Function.prototype, "apply", (native, self, [on, list, ...rest]) => {
    if (find(list) !== null) readAll(list, "apply");
    return called(native, self, self, on, (on) => [on, list, ...rest]);
  });
  patches.put(Reflect, "apply", (native, self, [target, on, list, ...rest]) => {
    if (find(list) !== null) readAll(list, "apply");
    return called(native, self, target, on, (on) => [target, on, list, ...rest]);
  });
}

/** Constructors of typed arrays copy the view that they are given. */
function watchConstructors(
  memory: WatchedMemory,
  patches: Patches,
  readAll: (value: unknown, what: string) => void,
): void {
  const makers = new Map<unknown, unknown>();
  for (const original of CLASSES.values()) {
    const maker: unknown = new Proxy(original, {
      construct(target, args, newTarget): object {
        if (isTypedArray(args[0])) readAll(args[0], "copy");
        return construct(target, args, newTarget as unknown === maker ? target : newTarget) as object;
      },
    });
    makers.set(original, maker);
  }
  memory.makers = (constructor) => makers.get(constructor) ?? constructor;
  patches.put(Reflect, "construct", (native, self, [target, list, ...rest]) => {
    const first = makers.has(target) ? (list as readonly unknown[] | undefined)?.[0] : undefined;
    if (isTypedArray(first)) readAll(first, "copy");
    return native(self, [target, list, ...rest]);
  });
}

/** The arguments of Reflect.get or Reflect.set, on what stands for `o`: the receiver is `o` itself, unless it is another. */
function accessed(stand: unknown, o: unknown, rest: readonly unknown[], receiverAt: number): unknown[] {
  if (stand === o) return [o, ...rest];
  return rest.length <= receiverAt || rest[receiverAt] === o ? [stand, ...rest.slice(0, receiverAt)] : [o, ...rest];
}

/** The views and buffers among `roots` and in their own properties, however deep; nothing is called for it. */
function reachable(roots: readonly unknown[]): unknown[] {
  const found: unknown[] = [];
  const seen = new Set<unknown>();
  const waiting = [...roots];
  for (let value = waiting.pop(); waiting.length > 0 || value !== undefined; value = waiting.pop()) {
    if (typeof value !== "object" || value === null || seen.has(value) || seen.size > MOST_VALUES) continue;
    seen.add(value);
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) found.push(value);
    else if (value instanceof Map) waiting.push(...value.keys(), ...value.values());
    else if (value instanceof Set) waiting.push(...value);
    else for (const property of valuesOf(getOwnPropertyDescriptors(value))) waiting.push(property.value);
  }
  return found;
}
