/**
 * Fields of a DataView of watched memory: each is one step.
 *
 * @module
 */
import { bigInteger, integer } from "./builtin_atomics.ts";
import type { Patches } from "./builtin_patch.ts";
import type { WatchedMemory } from "./memory.ts";

/** Patches the methods. */
export function watchDataViews(memory: WatchedMemory, patches: Patches): void {
  for (const method of Object.getOwnPropertyNames(DataView.prototype)) {
    const field = /^(get|set)(\D+)(\d+)$/.exec(method);
    if (field === null) continue;
    const length = Number(field[3]) / 8;
    const big = (field[2] as string).startsWith("Big");
    patches.put(DataView.prototype, method, (native, self, args) => {
      const view = memory.find(self);
      if (view === null || view.name !== "DataView") return native(self, args);
      const from = integer(args[0]);
      const stored = field[1] === "get" ? [] : [big ? bigInteger(args[1]) : +(args[1] as number)];
      const given = [from, ...stored, args[field[1] === "get" ? 1 : 2]];
      if (from < 0 || from + length > view.view.byteLength) return native(self, given);
      const run = (): number => native(self, given) as number;
      return memory.field(field[1] === "get" ? "load" : "store", view, { from, length }, run);
    });
  }
}
