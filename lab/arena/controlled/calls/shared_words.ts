/**
 * A few words that all processes of a run share, for what the kernel would keep if the calls were not under control. They are
 * mapped when this module is loaded, which is before any process of the run is forked.
 *
 * @module
 */
import { MAP_ANONYMOUS, MAP_SHARED, PROT_READ, PROT_WRITE } from "../../../../lib/abi/mman_constants.ts";
import { c } from "../../../../lib/raw/memory_map.ts";
import { memoryAt, pointerAt } from "../../../../lib/raw/pointer.ts";

const PAGE = 4096;

/** A page of zeros. */
export function sharedWords(): Int32Array {
  const address = c.mmap(0n, BigInt(PAGE), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0n);
  return new Int32Array(memoryAt(pointerAt(address) as Deno.PointerObject, PAGE));
}
