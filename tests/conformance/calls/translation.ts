/**
 * How a C call of the rows is made through the library: what its arguments become, and how C's out-parameters and result are
 * told from what comes back.
 *
 * @module
 */
import { type Memory, SigSet, type Timespec } from "ipc";
import { type Bytes, isCell, type Struct, type Value } from "../cells.ts";
import { notExpressible } from "../verdict.ts";
import type { World } from "../world.ts";

/** Makes one call; returns what C's returns. What the library throws comes through. */
export type Translation = (args: Arguments, world: World) => number | Value;

/** The translations of a subject's calls, by name. */
export type Translations = Readonly<{ [call: string]: Translation }>;

/** The arguments of a call, each as what it has to be. An invalid pointer cannot be expressed, whatever was wanted. */
export class Arguments {
  readonly #values: readonly Value[];

  constructor(values: readonly Value[]) {
    this.#values = values;
  }

  /** Argument `i` as it is; null if there is none. */
  any(i: number): Value {
    const value = this.#values[i] ?? null;
    return isCell(value, "invalid") ? notExpressible("an invalid pointer") : value;
  }

  /** Whether there is no argument `i`, or it is NULL. */
  isNull(i: number): boolean {
    return this.any(i) === null;
  }

  /** A number. */
  number(i: number): number {
    const value = this.any(i);
    return typeof value === "number" ? value : notExpressible("an address where a number goes");
  }

  /** A number that may be left out. */
  optional(i: number): number | undefined {
    return this.isNull(i) ? undefined : this.number(i);
  }

  /** A C string. */
  string(i: number): string {
    return this.#demand(i, (value): value is string => typeof value === "string");
  }

  /** Memory that mmap or shmat returned. */
  memory(i: number): Memory {
    const value = this.any(i);
    if (typeof value === "object" && value !== null && "released" in value) return value;
    return notExpressible("an address that was not got from shmat or mmap");
  }

  /** Bytes, as many as argument `lengthAt` says. */
  bytes(i: number, lengthAt: number): Uint8Array<ArrayBuffer> {
    const { bytes } = this.#demand(i, (value): value is Bytes => isCell(value, "bytes"));
    const length = this.number(lengthAt);
    if (length > bytes.length) notExpressible("a length that is not the buffer's");
    return bytes.subarray(0, length);
  }

  /** The fields of a structure. */
  fields(i: number): Record<string, number> {
    return this.#demand(i, (value): value is Struct => isCell(value, "struct")).fields;
  }

  /** Fills a structure that C fills, unless it is NULL. */
  fill(i: number, fields: object): void {
    if (!this.isNull(i)) Object.assign(this.fields(i), fields);
  }

  /** A time. */
  time(i: number): Timespec {
    const { sec, nsec } = this.fields(i);
    return { sec: sec ?? 0, nsec: nsec ?? 0 };
  }

  /** A set of signals. */
  set(i: number): SigSet {
    const value = this.any(i);
    return isCell(value, "set") ? value.set : notExpressible("no set of signals where one is needed");
  }

  /** Fills a `sigset_t` that C fills, unless it is NULL. */
  fillSet(i: number, set: SigSet): void {
    const value = this.any(i);
    if (isCell(value, "set")) value.set = new SigSet(set);
  }

  #demand<T extends Value>(i: number, is: (value: Value) => value is T): T {
    const value = this.any(i);
    if (is(value)) return value;
    return notExpressible(value === null ? "NULL where the call needs memory" : "memory of another type");
  }
}
