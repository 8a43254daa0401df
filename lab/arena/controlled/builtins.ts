/**
 * What the engine itself does to memory, seen: Atomics, typed arrays and their iterators, DataView, and whatever else reads or
 * writes the elements of a view. Done once in a role, before a student's file is evaluated. What is used on other memory than
 * watched one is as it was.
 *
 * @module
 */
import { watchAtomics } from "./builtin_atomics.ts";
import { watchBytes } from "./builtin_bytes.ts";
import { watchDataViews } from "./builtin_data_view.ts";
import { watchObjects } from "./builtin_objects.ts";
import { Patches } from "./builtin_patch.ts";
import { watchTypedArrays } from "./builtin_typed_arrays.ts";
import type { WatchedMemory } from "./memory.ts";

/** From now on, `memory` hears of it. Returns what takes that back. */
export function watchBuiltins(memory: WatchedMemory): () => void {
  const patches = new Patches();
  watchAtomics(memory, patches);
  watchDataViews(memory, patches);
  watchTypedArrays(memory, patches);
  watchBytes(memory, patches);
  watchObjects(memory, patches);
  return () => {
    memory.makers = null;
    patches.undo();
  };
}
