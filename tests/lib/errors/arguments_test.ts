import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { bytes, lengthOf } from "../../../lib/errors/arguments.ts";

Deno.test("bytes() hands a plain Uint8Array through, a part of a buffer too", () => {
  const whole = new Uint8Array(16);
  for (const view of [whole, whole.subarray(3, 9), new Uint8Array(0)]) assertStrictEquals(bytes(view, "x"), view);
});

Deno.test("lengthOf() tells the true length of an array that lies about it", () => {
  const buffer = new ArrayBuffer(32);
  const shown = Object.defineProperty(new Uint8Array(buffer, 8, 4), "length", { value: 1 << 20 });
  let reads = 4;
  const growing = Object.defineProperty(new Uint8Array(buffer, 8, 4), "length", { get: () => reads++ });
  const inherited = new (class extends Uint8Array {
    override get length(): number {
      return 1 << 20;
    }
  })(buffer, 8, 4);
  const bare = Object.setPrototypeOf(
    new Uint8Array(buffer, 8, 4),
    Object.create(Uint8Array.prototype, { length: { value: 9 } }),
  );
  for (const liar of [shown, growing, inherited, bare]) {
    assertEquals(lengthOf(bytes(liar, "x")), 4);
  }
});

Deno.test("bytes() refuses what only looks like a Uint8Array", () => {
  const view = new Uint8Array(8);
  const answering = new Proxy(view, {
    get: (target, key) => key === "length" ? 1 << 20 : Reflect.get(target, key, target),
  });
  for (const fake of [Object.create(Uint8Array.prototype), new Proxy(view, {}), answering]) {
    assertThrows(() => bytes(fake, "x"), TypeError);
  }
  for (const other of [[1], "text", new Int8Array(8), view.buffer, null, undefined]) {
    assertThrows(() => bytes(other as never, "x"), TypeError, "x: expected a Uint8Array, got");
  }
});

Deno.test("bytes() refuses a buffer that is detached, resizable or shared", () => {
  const detached = new Uint8Array(8);
  detached.buffer.transfer();
  assertThrows(() => bytes(detached, "x"), TypeError, "detached");
  const once = bytes(new Uint8Array(8), "x");
  assertStrictEquals(bytes(once, "x"), once);
  once.buffer.transfer();
  assertThrows(() => bytes(once, "x"), TypeError, "detached");
  assertThrows(() => bytes(new Uint8Array(new ArrayBuffer(8, { maxByteLength: 16 })), "x"), TypeError, "resizable");
  assertThrows(() => bytes(new Uint8Array(new SharedArrayBuffer(8)) as never, "x"), TypeError, "over an ArrayBuffer");
});
