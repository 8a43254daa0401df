/**
 * What a judge asks a history: who returned what, what was noted, which process was which. Everything that comes out of it
 * was made by a student's code and may be anything, so values are compared and shown here too, without trusting their shape.
 *
 * @module
 */
import type { Event, History } from "./history.ts";
import type { Value } from "./scenario.ts";

/** One kind of event: `Of<"note">`. */
export type Of<K extends Event["kind"]> = Extract<Event, { readonly kind: K }>;

/** The events of one kind, of one role where a role is given, in order. */
export function eventsOf<K extends Event["kind"]>(history: History, kind: K, role?: string): Of<K>[] {
  return history.events.filter((event): event is Of<K> =>
    event.kind === kind && (role === undefined || event.role === role)
  );
}

/** What role `role` noted under `name`, in order, whichever of its processes did. */
export function notesOf(history: History, role: string, name: string): Of<"note">[] {
  return eventsOf(history, "note", role).filter((note) => note.name === name);
}

/** The beginning of call number `call` of a role; undefined if it was never made. */
export function callOf(history: History, role: string, call = 0): Of<"call"> | undefined {
  return eventsOf(history, "call", role).find((event) => event.call === call);
}

/** The end of call number `call` of a role; undefined if it did not come back. */
export function returnOf(history: History, role: string, call = 0): Of<"return"> | undefined {
  return eventsOf(history, "return", role).find((event) => event.call === call);
}

/** What call number `call` of a role returned. */
export function valueOf(history: History, role: string, call = 0): Value {
  return returnOf(history, role, call)?.value;
}

/** The process id of a role: of the process that made its calls, not of those that it forked. */
export function pidOf(history: History, role: string): number | undefined {
  return history.ends.find((end) => end.role === role)?.pid ?? eventsOf(history, "start", role)[0]?.pid;
}

/** All calls of the library that a role made, together. */
export function callCount(history: History, role: string): number {
  return Object.values(history.calls[role] ?? {}).reduce((sum, count) => sum + count, 0);
}

/** The field of an object that may be none: `field(value, "hits")`. */
export function field(value: Value, name: string): Value {
  if (typeof value !== "object" || value === null || Array.isArray(value) || value instanceof Uint8Array) {
    return undefined;
  }
  return Object.hasOwn(value, name) ? (value as { readonly [key: string]: Value })[name] : undefined;
}

/** The elements, if it is an array; null for anything else. */
export function listOf(value: Value): readonly Value[] | null {
  return Array.isArray(value) ? value : null;
}

/** Whether two values are the same all the way down. */
export function same(one: Value, other: Value): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (one instanceof Uint8Array || other instanceof Uint8Array) {
    return one instanceof Uint8Array && other instanceof Uint8Array && one.length === other.length &&
      one.every((byte, at) => byte === other[at]);
  }
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && same(entry(one, key), entry(other, key)));
}

function entry(value: object, key: string): Value {
  return (value as { readonly [key: string]: Value })[key];
}

/** Longest text that `show` makes of one value. */
const LONGEST = 160;

/** A value in a few words, for `seen` and `wanted`. */
export function show(value: Value): string {
  const text = render(value, 0);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** So many elements of a list are shown. */
const MOST_ELEMENTS = 12;

function render(value: Value, depth: number): string {
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value !== "object" || value === null) return String(value);
  if (value instanceof Uint8Array) return bytes(value);
  if (depth > 3) return "…";
  if (Array.isArray(value)) {
    const shown = value.slice(0, MOST_ELEMENTS).map((item) => render(item, depth + 1));
    const rest = value.length - shown.length;
    return `[${[...shown, ...(rest > 0 ? [`… ${rest} more`] : [])].join(", ")}]`;
  }
  const fields = Object.entries(value).map(([key, item]) => `${key}: ${render(item, depth + 1)}`);
  return fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`;
}

function bytes(value: Uint8Array): string {
  const first = [...value.subarray(0, 6)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  return `${plural(value.length, "byte")}${value.length === 0 ? "" : ` (${first}${value.length > 6 ? " …" : ""})`}`;
}

/** Where an event happened in the student's file, as far as that is known: spread it into a finding. */
export function at(event: Event | undefined): { readonly line?: number; readonly file?: string } {
  return {
    ...(event?.line === undefined ? {} : { line: event.line }),
    ...(event?.file === undefined ? {} : { file: event.file }),
  };
}

/** "1 letter", "3 letters". */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
