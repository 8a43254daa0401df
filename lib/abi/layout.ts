/**
 * C structures as data: name, header, size and the offset of each field, on each machine. A test compiles a C program that
 * compares every one of them with the compiler's answer.
 *
 *     export const POLLFD = layout({
 *       c: "struct pollfd",
 *       headers: ["poll.h"],
 *       size: 8,
 *       fields: {
 *         fd: { c: "fd", type: "i32", offset: 0 },
 *         events: { c: "events", type: "i16", offset: 4 },
 *         revents: { c: "revents", type: "i16", offset: 6 },
 *       },
 *     });
 *
 * A new layout is also entered in `layouts.ts`, where the test finds it. All machines are little-endian.
 *
 * @module
 */
import { MACHINE, type Machine } from "../raw/machine.ts";

/** A number that is the same on every machine, or one number for each. */
export type PerMachine = number | Readonly<Record<Machine, number>>;

/**
 * How a field is stored. `i64` and `u64` are for values that are safe integers by definition (sizes, times, offsets) and
 * are read as a number; `address` is for pointers and the like, and is read as a bigint.
 */
export type FieldType = "i8" | "u8" | "i16" | "u16" | "i32" | "u32" | "i64" | "u64" | "address";

/** One field: its C name (a path such as `shm_perm.uid` reaches into a structure), how it is stored, and where. */
export interface Field<T extends FieldType = FieldType> {
  readonly c: string;
  readonly type: T;
  readonly offset: PerMachine;
}

/** The fields of a layout, by the names they have in TypeScript. */
export type Fields = Readonly<Record<string, Field>>;

/** One C structure or union. */
export interface Layout<F extends Fields = Fields> {
  /** As C calls it: "struct pollfd". */
  readonly c: string;
  /** The headers that declare it. */
  readonly headers: readonly string[];
  /** Its size in bytes. */
  readonly size: PerMachine;
  /** Its fields, those this library needs. */
  readonly fields: F;
}

/** What a field of type `T` is in TypeScript. */
export type FieldValue<T extends FieldType> = T extends "address" ? bigint : number;

/** A structure as a plain object. */
export type Decoded<F extends Fields> = { -readonly [K in keyof F]: FieldValue<F[K]["type"]> };

/** Declares a layout: hands it through, with the types of its fields kept exact. */
export function layout<const F extends Fields>(declaration: Layout<F>): Layout<F> {
  return declaration;
}

/** The number that holds on this machine, or on another. */
export function on(value: PerMachine, machine: Machine = MACHINE): number {
  return typeof value === "number" ? value : value[machine];
}

/** The size of a structure on this machine, in bytes. */
export function sizeOf(layout: Layout): number {
  return on(layout.size);
}

/** The offset of a field on this machine, in bytes. */
export function offsetOf(field: Field): number {
  return on(field.offset);
}

/** A zeroed buffer for one structure, or for `count` of them in a row. */
export function allocate(layout: Layout, count = 1): DataView<ArrayBuffer> {
  return new DataView(new ArrayBuffer(sizeOf(layout) * count));
}

/** The value of one field of the structure that begins at `base`. */
export function get<T extends FieldType>(view: DataView, field: Field<T>, base = 0): FieldValue<T> {
  return GETTERS[field.type](view, base + on(field.offset)) as FieldValue<T>;
}

/** Stores the value of one field of the structure that begins at `base`. A value too wide is cut, as in C. */
export function set<T extends FieldType>(view: DataView, field: Field<T>, value: FieldValue<T>, base = 0): void {
  SETTERS[field.type](view, base + on(field.offset), value as never);
}

/** The structure that begins at `base` as a plain object. */
export function decode<F extends Fields>(layout: Layout<F>, view: DataView, base = 0): Decoded<F> {
  const result: Record<string, number | bigint> = {};
  for (const name of Object.keys(layout.fields)) {
    result[name] = get(view, layout.fields[name] as Field, base);
  }
  return result as Decoded<F>;
}

/** Stores the fields that `values` has into the structure that begins at `base`, and leaves the others alone. */
export function encode<F extends Fields>(
  layout: Layout<F>,
  view: DataView,
  values: Partial<Decoded<F>>,
  base = 0,
): void {
  for (const name of Object.keys(layout.fields)) {
    const value = values[name];
    if (value !== undefined) set(view, layout.fields[name] as Field, value, base);
  }
}

const TWO_32 = 2 ** 32;

const GETTERS: { readonly [T in FieldType]: (view: DataView, at: number) => FieldValue<T> } = {
  i8: (view, at) => view.getInt8(at),
  u8: (view, at) => view.getUint8(at),
  i16: (view, at) => view.getInt16(at, true),
  u16: (view, at) => view.getUint16(at, true),
  i32: (view, at) => view.getInt32(at, true),
  u32: (view, at) => view.getUint32(at, true),
  // By halves: a bigint would be allocated for each value.
  i64: (view, at) => view.getInt32(at + 4, true) * TWO_32 + view.getUint32(at, true),
  u64: (view, at) => view.getUint32(at + 4, true) * TWO_32 + view.getUint32(at, true),
  address: (view, at) => view.getBigUint64(at, true),
};

const SETTERS: { readonly [T in FieldType]: (view: DataView, at: number, value: FieldValue<T>) => void } = {
  i8: (view, at, value) => view.setInt8(at, value),
  u8: (view, at, value) => view.setUint8(at, value),
  i16: (view, at, value) => view.setInt16(at, value, true),
  u16: (view, at, value) => view.setUint16(at, value, true),
  i32: (view, at, value) => view.setInt32(at, value, true),
  u32: (view, at, value) => view.setUint32(at, value, true),
  i64: setWide,
  u64: setWide,
  address: (view, at, value) => view.setBigUint64(at, value, true),
};

function setWide(view: DataView, at: number, value: number): void {
  view.setUint32(at, value >>> 0, true);
  view.setInt32(at + 4, Math.floor(value / TWO_32), true);
}
