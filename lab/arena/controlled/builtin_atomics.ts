/**
 * Atomics on watched memory: each operation is one step.
 *
 * @module
 */
import type { Native, Patches } from "./builtin_patch.ts";
import type { WatchedMemory } from "./memory.ts";
import { asElement, type TypedArray, type WatchedView } from "./memory_views.ts";

/** Operations, and how many values each takes besides the view and the index. */
const OPERATIONS = {
  add: 1,
  and: 1,
  compareExchange: 2,
  exchange: 1,
  load: 0,
  or: 1,
  store: 1,
  sub: 1,
  xor: 1,
} as const;

/** Patches them. `wait` and `notify` need no step: on memory of other processes the one throws and the other does nothing. */
export function watchAtomics(memory: WatchedMemory, patches: Patches): void {
  for (const [name, values] of Object.entries(OPERATIONS)) {
    patches.put(Atomics, name, (native, self, args) => {
      const view = memory.find(args[0]);
      if (view === null || !/^Big|^U?[Ii]nt\d+Array$/.test(view.name)) return native(self, args);
      return operate(memory, native, name, view as WatchedView<TypedArray>, args, values);
    });
  }
}

function operate(
  memory: WatchedMemory,
  native: Native,
  name: string,
  view: WatchedView<TypedArray>,
  args: readonly unknown[],
  values: number,
): unknown {
  // What is not a number yet is made one before the step: that may run code of the student's.
  const index = integer(args[1]);
  if (index < 0 || index >= view.view.length) return native(Atomics, [view.view, index, ...args.slice(2)]);
  const big = view.name.startsWith("Big");
  const operands = Array.from({ length: values }, (_, i) => big ? bigInteger(args[2 + i]) : integer(args[2 + i]));
  const run = (): number => native(Atomics, [view.view, index, ...operands]) as number;
  if (name !== "compareExchange") return memory.atomic(name, view, index, run);
  const expected = asElement(view.name, operands[0]);
  return memory.atomic(name, view, index, run, (found) => found !== expected);
}

/** ECMAScript's ToIntegerOrInfinity. */
export function integer(value: unknown): number {
  return Math.trunc(+(value as number)) || 0;
}

/** ECMAScript's ToBigInt, as far as 64 bits go. */
export function bigInteger(value: unknown): bigint {
  return typeof value === "bigint" ? value : BigInt.asIntN(64, value as bigint);
}
