/**
 * Values between controller and role, as what JSON can hold. What JSON lacks is written as an object with the one key "$".
 *
 * @module
 */
import type { Argument, Value } from "../course/scenario.ts";
import { Marker } from "../course/scenario.ts";

/** What JSON can hold of a value. Markers stay markers; functions, symbols and cycles become a description of themselves. */
export function toPlain(value: unknown): unknown {
  return plain(value, 0);
}

/** The value that `toPlain` was given. */
export function fromPlain(value: unknown): Value {
  return rich(value) as Value;
}

/** As `fromPlain`, where there may be markers. */
export function argumentFromPlain(value: unknown): Argument {
  return rich(value) as Argument;
}

/** Deeper than this, a value is described, not followed: it may be a cycle. */
const DEEPEST = 20;

type Tagged = { readonly $: readonly [string, ...unknown[]] };

function tag(...content: [string, ...unknown[]]): Tagged {
  return { $: content };
}

function plain(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      if (Object.is(value, -0)) return tag("number", "-0");
      return Number.isFinite(value) ? value : tag("number", String(value));
    case "undefined":
      return tag("undefined");
    case "bigint":
      return tag("bigint", String(value));
    case "function":
    case "symbol":
      return tag("other", typeof value);
  }
  if (value === null) return null;
  if (value instanceof Marker) return tag("marker", value.kind, value.name, value.index);
  if (value instanceof Uint8Array) return tag("bytes", ...value);
  if (depth >= DEEPEST) return tag("other", "object");
  if (Array.isArray(value)) return Array.from(value, (item) => plain(item, depth + 1));
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    return Array.from(value as unknown as ArrayLike<number>, (item) => plain(item, depth + 1));
  }
  const entries = Object.entries(value as object).map(([key, item]) => [key, plain(item, depth + 1)]);
  return Object.hasOwn(value as object, "$") ? tag("object", entries) : Object.fromEntries(entries);
}

function rich(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(rich);
  const content = (value as Partial<Tagged>).$;
  if (content === undefined) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, rich(item)]));
  switch (content[0]) {
    case "number":
      return Number(content[1]);
    case "bigint":
      return BigInt(content[1] as string);
    case "bytes":
      return Uint8Array.from(content.slice(1) as number[]);
    case "marker":
      return Marker.of(content[1] as Marker["kind"], content[2] as string, content[3] as number);
    case "object":
      return Object.fromEntries((content[1] as [string, unknown][]).map(([key, item]) => [key, rich(item)]));
    case "other":
      return `[${content[1]}]`;
    default:
      return undefined;
  }
}
