/**
 * Pointers and memory that C owns. Deno's own functions, captured at load: the lab takes `Deno` away from student code.
 *
 * @module
 */

/** An address, as Deno's foreign functions take and return it; `null` is C's NULL. */
export type Pointer = Deno.PointerValue;

const { UnsafeFnPointer, UnsafePointer, UnsafePointerView } = Deno;

/** The pointer to a numeric address, or `null` for 0. */
export function pointerAt(address: bigint): Pointer {
  return UnsafePointer.create(address);
}

/** The numeric address of a pointer; 0n for `null`. */
export function addressOf(pointer: Pointer): bigint {
  return UnsafePointer.value(pointer);
}

/** The address of a buffer's first byte. The buffer must stay reachable for as long as C uses the address. */
export function addressOfBytes(bytes: Uint8Array<ArrayBuffer>): bigint {
  return UnsafePointer.value(UnsafePointer.of(bytes));
}

/**
 * The `length` bytes at `pointer` as an ArrayBuffer: a window, not a copy, and not kept alive by it. Reading it after the
 * memory is unmapped is a fault that ends the process, so only an owner that guards it may hand it out.
 */
export function memoryAt(pointer: Deno.PointerObject, length: number): ArrayBuffer {
  return UnsafePointerView.getArrayBuffer(pointer, length);
}

/** The C string at `pointer`. */
export function stringAt(pointer: Deno.PointerObject): string {
  return UnsafePointerView.getCString(pointer);
}

/** The function of C's type `int (*)(void)` at `pointer`. */
export function functionAt(pointer: Deno.PointerObject): () => number {
  const prototype = { parameters: [], result: "i32" } as const;
  const target = new UnsafeFnPointer(pointer as Deno.PointerObject<typeof prototype>, prototype);
  return () => target.call();
}

/** The function of C's type `int (*)(int, void *, int, int)` at `pointer`, called on a thread of the runtime's pool. */
export function functionOnThreadAt(pointer: Deno.PointerObject): ThreadFunction {
  const prototype = { parameters: ["i32", "buffer", "i32", "i32"], result: "i32", nonblocking: true } as const;
  const target = new UnsafeFnPointer(pointer as Deno.PointerObject<typeof prototype>, prototype);
  return (a, buffer, b, d) => target.call(a, buffer, b, d);
}

/** A C function whose result comes later. Its errno is lost: it is another thread's. */
export type ThreadFunction = (a: number, buffer: Uint8Array<ArrayBuffer>, b: number, d: number) => Promise<number>;
