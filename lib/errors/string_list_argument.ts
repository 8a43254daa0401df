/**
 * Lists of strings that a call is given: checked, and in C's form.
 *
 * @module
 */
import { cString } from "../abi/c_string.ts";
import { addressOfBytes } from "../raw/pointer.ts";
import { kind, text } from "./arguments.ts";

/** A `char *const[]`: the addresses of the strings, NULL, and in the same memory the strings themselves. */
export function stringList(list: readonly string[], name: string): Uint8Array<ArrayBuffer> {
  if (!Array.isArray(list)) throw new TypeError(`${name}: expected an array of strings, got ${kind(list)}`);
  const strings = Array.from(list as readonly string[], (item, index) => cString(text(item, `${name}[${index}]`)));
  const tableSize = (strings.length + 1) * 8;
  const memory = new Uint8Array(strings.reduce((sum, bytes) => sum + bytes.length, tableSize));
  const table = new BigUint64Array(memory.buffer, 0, strings.length + 1);
  const base = addressOfBytes(memory);
  let at = tableSize;
  strings.forEach((bytes, index) => {
    memory.set(bytes, at);
    table[index] = base + BigInt(at);
    at += bytes.length;
  });
  return memory;
}
