/**
 * Memory that the kernel lent us, as a disposable object: what `shmat` and `mmap` return.
 *
 * A view of memory that is no longer mapped would end the process at the next load. So the views are cut off first: the
 * buffer below them is detached, every view of it has length 0 from then on, and only then is the memory unmapped.
 *
 * @module
 */
import { kind, size } from "../errors/arguments.ts";
import { MAP_ANONYMOUS, MAP_PRIVATE, PROT_READ, PROT_WRITE } from "../abi/mman_constants.ts";
import { c } from "../raw/memory_map.ts";
import { memoryAt, pointerAt } from "../raw/pointer.ts";
import { holdsRobustIn } from "./robust.ts";

// Captured at load, so that nobody can put their own in its place.
const detach = Function.prototype.call.bind(ArrayBuffer.prototype.transfer) as (buffer: ArrayBuffer, length: 0) => void;

/** What a memory is constructed with. Student code cannot: an address of its own choosing would be a crash. */
export const OWNER: unique symbol = Symbol("the owner of mapped memory");

/** What may be done with the memory. */
export interface Access {
  /** Loads do not fault. */
  readonly readable: boolean;
  /** Stores do not fault. */
  readonly writable: boolean;
}

/** A class of typed arrays, or DataView. */
export interface ViewType<V> {
  /** Bytes of one element; DataView has none. */
  readonly BYTES_PER_ELEMENT?: number;
  /** A view of `length` elements. */
  new (buffer: ArrayBuffer, byteOffset: number, length: number): V;
}

const VIEW_TYPES: ReadonlySet<unknown> = new Set<unknown>([
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
  DataView,
]);

/** How many addresses a memory keeps. */
const MOST_ADDRESSES = 64;

/** The call that unmaps, with -1 for a failure. */
export type Unmap = (address: bigint, bytes: bigint) => number;

// Set by the class, which alone reaches its fields.
let releaseOf: (memory: Memory, unmap: Unmap) => number;
let demandOf: (memory: Memory) => void;
let addressOfPart: (memory: Memory, byteOffset: number, byteLength: number, alignment: number) => bigint;

/**
 * Memory that other processes may share. Its bytes change without warning when one of them stores something. Held with
 * `using`, it is given back at the end of the block; after that it refuses use, and its views have length 0.
 */
export abstract class Memory implements Disposable {
  #address: bigint;
  #length: number;
  #access: Access;
  #buffer: ArrayBuffer;
  #bytes: Uint8Array<ArrayBuffer>;
  #released = false;
  /** Addresses that were asked for, by offset: to make a bigint is to allocate, and a program has few words that it waits on. */
  readonly #addresses = new Map<number, bigint>();

  /** Only for `shmat` and `mmap`. */
  constructor(owner: typeof OWNER, address: bigint, length: number, access: Access) {
    if (owner !== OWNER) throw new TypeError("Memory comes from shmat and mmap: it cannot be constructed");
    this.#address = address;
    this.#length = length;
    this.#access = access;
    this.#buffer = memoryAt(pointerAt(address) as Deno.PointerObject, length);
    this.#bytes = new Uint8Array(this.#buffer);
  }

  /** Where the memory begins in this process. Another process has it elsewhere: a pointer means nothing there. */
  get address(): bigint {
    return this.#address;
  }

  /** How many bytes there are. */
  get length(): number {
    return this.#length;
  }

  /** Whether the memory can be written. If not, a store ends the process with SIGSEGV, as in C. */
  get writable(): boolean {
    return this.#access.writable;
  }

  /** Whether the memory was given back. */
  get released(): boolean {
    return this.#released;
  }

  /** All of the memory, byte by byte. Always the same object: keeping it costs nothing. */
  get bytes(): Uint8Array<ArrayBuffer> {
    this.#demand();
    return this.#bytes;
  }

  /**
   * A view of the memory by elements of `type`, such as Int32Array; with Atomics it synchronises processes.
   *
   * @param type class of the view
   * @param byteOffset where it begins, a multiple of the element's size
   * @param length how many elements; as many as there is room for unless given
   */
  view<V>(type: ViewType<V>, byteOffset = 0, length?: number): V {
    this.#demand();
    if (!VIEW_TYPES.has(type)) throw new TypeError(`type: expected a class of typed arrays, got ${kind(type)}`);
    size(byteOffset, "byteOffset");
    const room = Math.max(0, Math.floor((this.#length - byteOffset) / (type.BYTES_PER_ELEMENT ?? 1)));
    return new type(this.#buffer, byteOffset, length === undefined ? room : size(length, "length"));
  }

  /** Gives the memory back; a second time does nothing. */
  abstract [Symbol.dispose](): void;

  /** Throws if the memory was given back, or must not be read. */
  #demand(): void {
    if (this.#released) throw new TypeError("The memory was given back (shmdt, munmap or the end of a using block)");
    if (!this.#access.readable) throw new TypeError("The memory is mapped without PROT_READ: it must not be touched");
  }

  static {
    releaseOf = (memory, unmap) => {
      if (memory.#released) return 0;
      if (holdsRobustIn(memory.#address, memory.#length)) {
        throw new TypeError("The memory holds a robust mutex that this process has locked: unlock it first");
      }
      memory.#released = true;
      const bytes = BigInt(memory.#length);
      if (memory.#buffer.detached) return cover(memory.#address, bytes);
      detach(memory.#buffer, 0);
      return unmap(memory.#address, bytes);
    };
    demandOf = (memory) => memory.#demand();
    addressOfPart = (memory, byteOffset, byteLength, alignment) => {
      memory.#demand();
      if (!memory.#access.writable) throw new TypeError("The memory is mapped for reading only");
      size(byteOffset, "byteOffset");
      if (byteOffset + byteLength > memory.#length) {
        const room = `${byteLength} bytes at ${byteOffset} do not fit into ${memory.#length}`;
        throw new RangeError(`byteOffset: ${room}`);
      }
      if (byteOffset % alignment !== 0) {
        throw new RangeError(`byteOffset: expected a multiple of ${alignment}, got ${byteOffset}`);
      }
      const known = memory.#addresses.get(byteOffset);
      if (known !== undefined) return known;
      if (memory.#addresses.size === MOST_ADDRESSES) memory.#addresses.clear();
      const address = memory.#address + BigInt(byteOffset);
      memory.#addresses.set(byteOffset, address);
      return address;
    };
  }
}

/**
 * Gives `memory` back, once: cuts off its views, then calls `unmap`. Returns what `unmap` returned: after -1, read errno in
 * the next statement. For `shmdt` and `munmap` alone.
 */
export function release(memory: Memory, unmap: Unmap): number {
  return releaseOf(memory, unmap);
}

/**
 * The address of `byteLength` writable bytes at `byteOffset`, for an object of C's that lives there, such as a semaphore.
 * Throws a TypeError or RangeError if they are not all there. Valid until the memory is given back.
 */
export function addressIn(memory: Memory, byteOffset: number, byteLength: number, alignment: number): bigint {
  if (!(memory instanceof Memory)) {
    throw new TypeError(`memory: expected what shmat or mmap returned, got ${kind(memory)}`);
  }
  return addressOfPart(memory, byteOffset, byteLength, alignment);
}

/** Throws a TypeError if the memory was given back: then no address in it is to be used. */
export function demandMapped(memory: Memory): void {
  demandOf(memory);
}

const MAP_FIXED = 0x10;

/**
 * Somebody moved the buffer elsewhere (`buffer.transfer()`, or a message to a worker), and its views with it, where they
 * cannot be cut off. Zeroed memory of our own takes the place of what is given back: the views read that, and nothing faults.
 * The kernel counts the object as unmapped.
 */
function cover(address: bigint, bytes: bigint): number {
  const flags = MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS;
  return c.mmap(address, bytes, PROT_READ | PROT_WRITE, flags, -1, 0n) === -1n ? -1 : 0;
}
