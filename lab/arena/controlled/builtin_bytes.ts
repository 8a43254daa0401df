/**
 * Bytes as text, text as bytes, and whole buffers of watched memory.
 *
 * @module
 */
import type { Native, Patches } from "./builtin_patch.ts";
import { relative } from "./builtin_typed_arrays.ts";
import type { WatchedMemory } from "./memory.ts";
import { privateView, type TypedArray } from "./memory_views.ts";

const { set } = Object.getPrototypeOf(Int8Array.prototype) as Int8Array;
const setElements = Function.prototype.call.bind(set) as unknown as (to: unknown, from: unknown) => void;

/** Patches them. */
export function watchBytes(memory: WatchedMemory, patches: Patches): void {
  /** A step that reads all of `value`, if it is watched, and then what is asked for. */
  const reading = (what: string, value: unknown, run: () => unknown): unknown => {
    const view = memory.find(value);
    if (view !== null) return memory.bulk("load", view, { from: 0, length: view.view.byteLength }, what, run);
    const buffer = memory.findBuffer(value);
    if (buffer === null) return run();
    const place = { object: buffer.object, offset: buffer.byteOffset, name: "buffer" };
    return memory.bulk("load", place, { from: 0, length: (value as ArrayBuffer).byteLength }, what, run);
  };
  /** What is written is known only when it is: so it goes elsewhere first. `run` gets where to. */
  const writing = (what: string, value: unknown, run: (into: unknown) => { readonly written: number }): unknown => {
    const view = memory.find(value);
    if (view === null || view.name !== "Uint8Array") return run(value);
    const bytes = privateView(view.name, (view.view as TypedArray).length) as Uint8Array;
    const result = run(bytes);
    const range = { from: 0, length: result.written };
    const written = bytes.subarray(0, result.written);
    if (result.written > 0) memory.bulk("store", view, range, what, () => setElements(view.view, written));
    return result;
  };
  const as = (native: Native, self: unknown, args: readonly unknown[]): { readonly written: number } =>
    native(self, args) as { readonly written: number };

  patches.put(
    TextDecoder.prototype,
    "decode",
    (native, self, args) => reading("decode", args[0], () => native(self, args)),
  );
  patches.put(
    TextEncoder.prototype,
    "encodeInto",
    (native, self, [text, into]) => writing("encodeInto", into, (bytes) => as(native, self, [text, bytes])),
  );
  for (const name of ["toBase64", "toHex"]) {
    patches.put(Uint8Array.prototype, name, (native, self, args) => reading(name, self, () => native(self, args)));
  }
  for (const name of ["setFromBase64", "setFromHex"]) {
    patches.put(
      Uint8Array.prototype,
      name,
      (native, self, args) => writing(name, self, (bytes) => as(native, bytes, args)),
    );
  }
  patches.put(ArrayBuffer.prototype, "slice", (native, self, args) => {
    const buffer = memory.findBuffer(self);
    if (buffer === null) return native(self, args);
    const { byteLength } = self as ArrayBuffer;
    const from = relative(args[0], byteLength, 0);
    const to = relative(args[1], byteLength, byteLength);
    if (from >= to) return native(self, [from, to]);
    const place = { object: buffer.object, offset: buffer.byteOffset, name: "buffer" };
    return memory.bulk("load", place, { from, length: to - from }, "slice", () => native(self, [from, to]));
  });
  for (const name of ["transfer", "transferToFixedLength"]) {
    patches.put(ArrayBuffer.prototype, name, (native, self, args) => {
      const buffer = memory.findBuffer(self);
      const { byteLength } = self as ArrayBuffer;
      const moved = native(self, args) as ArrayBuffer;
      // The memory is where it was, and another buffer shows it.
      if (buffer !== null && moved.byteLength === byteLength) {
        memory.watchBuffer(moved, buffer.object, buffer.byteOffset);
      }
      return moved;
    });
  }
}
