/**
 * Values between controller and role, as what JSON can hold. What JSON lacks is written as an object with the one key "$".
 *
 * @module
 */
import type { Argument, Value } from "../course/scenario.ts";
import { Marker } from "../course/scenario.ts";

/**
 * What JSON can hold of a value. Markers stay markers; functions, symbols and cycles become a description of themselves.
 *
 * @throws {RangeError} where it has too many parts to be told; or whatever a getter or a proxy of it throws
 */
export function toPlain(value: unknown): unknown {
  return plain(value, { above: [], parts: 0 });
}

/** What stands for a value of which `toPlain` cannot tell: a handle over a large mapping, a proxy that throws. */
export const UNTELLABLE: unknown = { $: ["other", "a value that cannot be reported"] };

/** The value that `toPlain` was given. Of what is no such text, some value: never an exception. */
export function fromPlain(value: unknown): Value {
  return rich(value, 0) as Value;
}

/** As `fromPlain`, where there may be markers. */
export function argumentFromPlain(value: unknown): Argument {
  return rich(value, 0) as Argument;
}

/** Deeper than this, a value is described, not followed. */
const DEEPEST = 20;
/** Parts of a value in all; what is shared by several counts at each of them. */
const MOST_PARTS = 200_000;

type Tagged = { readonly $: readonly [string, ...unknown[]] };

/** On the way through a value. */
interface Walk {
  /** The objects that the present one is in: none of them is followed again. */
  readonly above: object[];
  parts: number;
}

// Taken while they are still what they were: a student's file may change them.
const { fromBase64 } = Uint8Array;
const { entries: entriesOf, fromEntries, hasOwn, is } = Object;

function tag(...content: [string, ...unknown[]]): Tagged {
  return { $: content };
}

function plain(value: unknown, walk: Walk): unknown {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      if (is(value, -0)) return tag("number", "-0");
      return Number.isFinite(value) ? value : tag("number", String(value));
    case "undefined":
      return tag("undefined");
    case "bigint":
      return tag("bigint", String(value));
    case "function":
    case "symbol":
      return tag("other", typeof value);
  }
  if (typeof value !== "object" || value === null) return null;
  if (value instanceof Marker) return tag("marker", value.kind, value.name, value.index);
  if (value instanceof Uint8Array) return tag("bytes", value.length === 0 ? "" : value.toBase64());
  const { above } = walk;
  if (above.includes(value)) return tag("other", "cycle");
  if (above.length >= DEEPEST) return tag("other", "object");
  above.push(value);
  const result = parts(value, walk);
  above.pop();
  return result;
}

function parts(value: object, walk: Walk): unknown {
  const part = (item: unknown): unknown => {
    if (++walk.parts > MOST_PARTS) throw new RangeError("the value has too many parts to be reported");
    return plain(item, walk);
  };
  if (Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))) {
    return Array.from(value as ArrayLike<unknown>, part);
  }
  const entries = entriesOf(value).map(([key, item]) => [key, part(item)] as const);
  return hasOwn(value, "$") ? tag("object", entries) : fromEntries(entries);
}

function rich(value: unknown, depth: number): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (depth > DEEPEST) return undefined;
  if (Array.isArray(value)) return value.map((item) => rich(item, depth + 1));
  const content = hasOwn(value, "$") ? (value as Tagged).$ : undefined;
  if (content === undefined) return object(entriesOf(value), depth);
  return Array.isArray(content) ? untagged(content, depth) : undefined;
}

function object(entries: readonly (readonly [string, unknown])[], depth: number): object {
  return fromEntries(entries.map(([key, item]) => [key, rich(item, depth + 1)]));
}

function untagged([kind, content, ...more]: readonly unknown[], depth: number): unknown {
  try {
    switch (kind) {
      case "number":
        return Number(content);
      case "bigint":
        return BigInt(content as string);
      case "bytes":
        return fromBase64.call(Uint8Array, content as string);
      case "marker":
        return Marker.of(content as Marker["kind"], more[0] as string, more[1] as number);
      case "object":
        return object(content as [string, unknown][], depth);
      case "other":
        return `[${content}]`;
    }
  } catch {
    // not written by toPlain
  }
  return undefined;
}
