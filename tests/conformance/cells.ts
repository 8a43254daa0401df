/**
 * The memory that a row's C call is given, in the library's terms: what would be a structure in C is an object here, and a
 * translation of the call fills it from what the library returns.
 *
 * @module
 */
import type { Memory, NewSignalAction, Semaphore, SigSet, SocketAddress } from "ipc";
import { different } from "./verdict.ts";

/** Bytes: buffers of all kinds. */
export interface Bytes {
  readonly kind: "bytes";
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A structure, an int (field `value`), or an array of ints (fields 0, 1, …). */
export interface Struct {
  readonly kind: "struct";
  readonly fields: Record<string, number>;
}

/** A `sigset_t`. */
export interface SetCell {
  readonly kind: "set";
  set: SigSet;
}

/** A `struct sigaction`; null where only memory for one is given. */
export interface ActionCell {
  readonly kind: "action";
  action: NewSignalAction | null;
}

/** A `struct sigevent`. */
export interface EventCell {
  readonly kind: "event";
  /** Its kind need not be one that the library knows. */
  readonly event: { readonly notify: number; readonly signo: number; readonly value: number };
}

/** A `struct msghdr`: what it sends, or where it receives. */
export interface MessageCell {
  readonly kind: "message";
  readonly data: Uint8Array<ArrayBuffer>;
  readonly descriptors: readonly number[];
  /** The buffer for control messages. */
  readonly control: Uint8Array<ArrayBuffer>;
  flags: number;
}

/** A `struct sockaddr` of some family. */
export interface AddressCell {
  readonly kind: "address";
  readonly address: SocketAddress;
}

/** A pointer to nowhere. */
export interface Invalid {
  readonly kind: "invalid";
}

/** Memory that C is given. */
export type Cell = Bytes | Struct | SetCell | ActionCell | EventCell | MessageCell | AddressCell | Invalid;

/** What an argument may be, and what a call returns. A Memory or a Semaphore stands for its address. */
export type Value = null | number | string | Cell | Memory | Semaphore;

/** What a variable's part is compared as. */
export type Plain = number | string | readonly number[];

/** Whether a value is a cell of this kind. */
export function isCell<K extends Cell["kind"]>(value: Value | undefined, kind: K): value is Extract<Cell, { kind: K }> {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === kind;
}

/** An int's cell. */
export function intCell(value: number): Struct {
  return { kind: "struct", fields: { value } };
}

/** Text as Latin-1 bytes. */
export function latin1(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

/** A variable as it is compared: the number of an int, the signals of a set. */
export function plain(value: Value): Plain {
  if (typeof value === "number" || typeof value === "string") return value;
  if (isCell(value, "set")) return [...value.set].sort((a, b) => a - b);
  if (isCell(value, "struct") && value.fields["value"] !== undefined) return value.fields["value"];
  throw new Error("this variable has no value to compare");
}

const READERS: Readonly<Record<string, (view: DataView, at: number) => number>> = {
  i32: (view, at) => view.getInt32(at, true),
  u32: (view, at) => view.getUint32(at, true),
  u64: (view, at) => Number(view.getBigUint64(at, true)),
};

/** What is at `place` in bytes: "i32:8", "u64:0", or "str:8:5" (offset and length). */
export function peek({ bytes }: Bytes, place: string): Plain {
  const [type, at, length] = place.split(":");
  if (type === "str") return String.fromCharCode(...bytes.slice(Number(at), Number(at) + Number(length)));
  const reader = READERS[type as string];
  if (reader === undefined) throw new Error(`no type: ${type}`);
  return reader(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), Number(at));
}

/** A field of a cell. */
export function fieldOf(value: Value, field: string): Plain {
  if (isCell(value, "action")) return actionField(value, field);
  if (isCell(value, "message") && field === "flags") return value.flags;
  const found = isCell(value, "struct") ? value.fields[field] : undefined;
  return found ?? different(`nothing came back in the field ${field}`);
}

function actionField({ action }: ActionCell, field: string): Plain {
  if (field !== "handler" || action === null) throw new Error(`no field of an action: ${field}`);
  const { handler } = action;
  return handler === 0 ? "SIG_DFL" : handler === 1 ? "SIG_IGN" : "recorder";
}
