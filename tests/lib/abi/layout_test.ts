import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  allocate,
  decode,
  encode,
  type Field,
  type FieldType,
  get,
  layout,
  offsetOf,
  on,
  set,
  sizeOf,
} from "../../../lib/abi/layout.ts";
import { MACHINE } from "../../../lib/raw/machine.ts";

const SAMPLE = layout({
  c: "struct sample",
  headers: [],
  size: { x86_64: 24, aarch64: 32 },
  fields: {
    small: { c: "small", type: "i8", offset: 0 },
    word: { c: "word", type: "u32", offset: 4 },
    wide: { c: "wide", type: "i64", offset: 8 },
    pointer: { c: "pointer", type: "address", offset: { x86_64: 16, aarch64: 24 } },
  },
});

const field = <T extends FieldType>(type: T, offset = 0): Field<T> => ({ c: "", type, offset });

Deno.test("get() and set() refuse to leave the buffer", () => {
  const view = new DataView(new ArrayBuffer(8));
  assertThrows(() => get(view, field("u64"), 1), RangeError);
  assertThrows(() => set(view, field("i32", 4), 1, 4), RangeError);
});

Deno.test("on() takes the number of the machine that is asked for, or of this one", () => {
  assertEquals(on(7), 7);
  assertEquals(on({ x86_64: 1, aarch64: 2 }, "aarch64"), 2);
  assertEquals(sizeOf(SAMPLE), MACHINE === "x86_64" ? 24 : 32);
  assertEquals(offsetOf(SAMPLE.fields.pointer), MACHINE === "x86_64" ? 16 : 24);
});

Deno.test("encode() leaves alone what it is not given, and decode() reads all", () => {
  const view = allocate(SAMPLE, 2);
  const base = sizeOf(SAMPLE);
  assertEquals(view.byteLength, 2 * base);
  encode(SAMPLE, view, { small: -3, pointer: 0xffff_ffff_ffff_fff0n }, base);
  encode(SAMPLE, view, { wide: -5 }, base);
  assertEquals(decode(SAMPLE, view, base), { small: -3, word: 0, wide: -5, pointer: 0xffff_ffff_ffff_fff0n });
  assertEquals(decode(SAMPLE, view), { small: 0, word: 0, wide: 0, pointer: 0n });
});

Deno.test("set() stores safe integers in 64 bits as C has them, and get() reads them back", () => {
  const view = new DataView(new ArrayBuffer(8));
  const check = (value: number): void => {
    set(view, field("i64"), value);
    assertEquals(view.getBigInt64(0, true), BigInt(value));
    assertEquals(get(view, field("i64")), value);
  };
  for (const value of [-1, -(2 ** 32), 2 ** 32 - 1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]) check(value);
  fc.assert(fc.property(fc.maxSafeInteger(), check));
});

Deno.test("set() cuts a value that is too wide, as C does", () => {
  const view = new DataView(new ArrayBuffer(8));
  set(view, field("i16"), 0x12345);
  assertEquals(get(view, field("i16")), 0x2345);
  assertEquals(get(view, field("u16"), 2), 0);
});
