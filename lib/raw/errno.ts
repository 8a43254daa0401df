/**
 * The errno of this thread, as one word of memory: reading it is a load, not a call.
 *
 * @module
 */
import { library } from "./library.ts";
import { memoryAt } from "./pointer.ts";

const c = library({
  // int *__errno_location(void);
  __errno_location: { parameters: [], result: "pointer" },
});

let word: Int32Array | null = null;

/** The word that C's `errno` names. Read `[0]` in the statement after the call: any Deno operation may change it. */
export function errnoWord(): Int32Array {
  return word ??= new Int32Array(memoryAt(c.__errno_location() as Deno.PointerObject, 4));
}

/** The errno that the last failed call left. Call it in the statement after that call. */
export function errno(): number {
  return (word ?? errnoWord())[0] as number;
}
