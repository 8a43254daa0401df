/**
 * Wrong use of our own functions is found before any system call: a TypeError for the wrong kind of value, a RangeError for
 * a value outside its type. What is left is for the kernel to judge, by errno.
 *
 * @module
 */

/** `value` if it is a 32-bit signed integer (C's `int`): descriptors, pids, flags, identifiers. */
export function int(value: number, name: string): number {
  if (typeof value === "number" && (value | 0) === value) return value;
  return refuse(value, name, "a whole number of 32 bits", -0x80000000, 0x7fffffff);
}

/** `value` if it is a 32-bit unsigned integer: modes, message priorities, semaphore values. */
export function unsigned(value: number, name: string): number {
  if (typeof value === "number" && (value >>> 0) === value) return value;
  return refuse(value, name, "a whole number of 32 bits, not negative", 0, 0xffffffff);
}

/** `value` if it is a size or offset: a safe integer, not negative. */
export function size(value: number, name: string): number {
  if (typeof value === "number" && value >= 0 && Number.isSafeInteger(value)) return value;
  return refuse(value, name, "a whole number, not negative", 0, Number.MAX_SAFE_INTEGER);
}

/** `value` if it is an offset that may be negative: a safe integer. */
export function offset(value: number, name: string): number {
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  return refuse(value, name, "a whole number", Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
}

/**
 * `value` if it is a Uint8Array over an ordinary buffer that is still attached. (A detached buffer would reach C as NULL, and a
 * resizable one could shrink during the call.) Its length is what {@linkcode lengthOf} says, whatever it says itself.
 *
 * Every call that moves bytes comes here: only getters of the engine are asked, which cost a load each.
 */
export function bytes(value: Uint8Array, name: string): Uint8Array<ArrayBuffer> {
  // What was found once stays so, but for a buffer that is detached: then its views have no bytes left.
  if (value === checked && trueLengthOf.call(value) !== 0) return value as Uint8Array<ArrayBuffer>;
  if (tagOf.call(value) !== "Uint8Array") throw new TypeError(`${name}: expected a Uint8Array, got ${kind(value)}`);
  const buffer = bufferOf.call(value) as ArrayBuffer & { detached?: boolean; resizable?: boolean };
  if (!(buffer instanceof ArrayBuffer)) throw new TypeError(`${name}: expected a Uint8Array over an ArrayBuffer`);
  if (buffer.detached) throw new TypeError(`${name}: the buffer is detached`);
  if (buffer.resizable) throw new TypeError(`${name}: the buffer is resizable; copy it first`);
  checked = value;
  return value as Uint8Array<ArrayBuffer>;
}

/** The array that was checked last: a program that moves many messages mostly does so through one. */
let checked: Uint8Array | null = null;

/** The most bytes that one call transfers: what Linux allows, and what fits C's `int`. */
const MOST = 0x7ffff000;

/** How many bytes C is told there are. Not the object's own word: C would believe it, and write beyond the end. */
export function lengthOf(array: Uint8Array): number {
  const length = trueLengthOf.call(array);
  return length < MOST ? length : MOST;
}

// The engine's own answers, where the object has others of its own; undefined or a TypeError for what is none.
const tagOf: (this: Uint8Array) => string | undefined = getter(Symbol.toStringTag);
const bufferOf: (this: Uint8Array) => ArrayBufferLike = getter("buffer");
const trueLengthOf: (this: Uint8Array) => number = getter("length");

function getter<R>(name: string | symbol): (this: Uint8Array) => R {
  return Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), name)?.get as () => R;
}

/** `value` if it is a string without NUL: C would read the part before it and call that the name. */
export function text(value: string, name: string): string {
  if (typeof value !== "string") throw new TypeError(`${name}: expected a string, got ${kind(value)}`);
  if (value.includes("\0")) throw new TypeError(`${name}: a C string cannot hold a NUL`);
  return value;
}

/** `value` if it is a function. */
export function callable<F extends (...args: never[]) => unknown>(value: F, name: string): F {
  if (typeof value !== "function") throw new TypeError(`${name}: expected a function, got ${kind(value)}`);
  return value;
}

/** What a value is, in a few words: for messages. Never runs the value's own code. */
export function kind(value: unknown): string {
  if (value === null) return "null";
  switch (typeof value) {
    case "string":
      return `the string ${JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)}`;
    case "number":
    case "boolean":
      return String(value);
    case "bigint":
      return "a bigint";
    case "undefined":
      return "undefined";
    case "function":
      return "a function";
    case "symbol":
      return "a symbol";
    default:
      return Array.isArray(value) ? "an array" : "an object";
  }
}

function refuse(value: unknown, name: string, wanted: string, low: number, high: number): never {
  if (typeof value !== "number" || Number.isNaN(value)) {
    throw new TypeError(`${name}: expected ${wanted}, got ${Number.isNaN(value) ? "NaN" : kind(value)}`);
  }
  const why = Number.isInteger(value) ? ` from ${low} to ${high}` : "";
  throw new RangeError(`${name}: expected ${wanted}${why}, got ${value}`);
}
