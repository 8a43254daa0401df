import { assert, assertEquals, assertThrows } from "@std/assert";
import { MAP_ANONYMOUS, MAP_PRIVATE, MAP_SHARED, Mapping, mmap, munmap, PROT_NONE, PROT_READ, PROT_WRITE } from "ipc";
import { addressIn, Memory, OWNER, type ViewType } from "../../../lib/memory/memory.ts";
import { inChild } from "../../support/child.ts";

const anonymous = (length: number, prot = PROT_READ | PROT_WRITE): Mapping =>
  mmap(length, prot, MAP_PRIVATE | MAP_ANONYMOUS);

Deno.test("a Memory cannot be made by hand: its address would be anybody's guess", () => {
  using mapping = anonymous(8);
  const constructor = mapping.constructor as new (...args: unknown[]) => unknown;
  assertThrows(() => new constructor(Symbol(), 0x1000n, 8, 3), TypeError, "it cannot be constructed");
  assertThrows(() => new constructor(), TypeError, "it cannot be constructed");
  const forged = Object.create(Mapping.prototype) as Mapping;
  assertThrows(() => forged.bytes, TypeError);
  assertThrows(() => munmap(forged), TypeError);
  assertThrows(() => forged[Symbol.dispose](), TypeError);
});

Deno.test("address and length of a Memory cannot be changed", () => {
  using mapping = anonymous(8);
  for (const name of ["address", "length", "bytes", "released"] as const) {
    assertThrows(() => {
      (mapping as unknown as Record<string, unknown>)[name] = 0n;
    }, TypeError);
  }
});

Deno.test("bytes is always the same view, of all of the memory", () => {
  using mapping = anonymous(100);
  assertEquals(mapping.bytes.length, 100);
  const { bytes } = mapping;
  assert(mapping.bytes === bytes);
  assertEquals(mapping.length, 100);
  assertEquals(mapping.address % 4096n, 0n);
});

Deno.test("view() has every class of typed arrays, over the same memory", () => {
  using mapping = anonymous(64);
  mapping.bytes.set([1, 0, 0, 0, 255, 255, 255, 255], 8);
  assertEquals([...mapping.view(Int32Array, 8, 2)], [1, -1]);
  assertEquals([...mapping.view(BigUint64Array, 8, 1)], [0xffff_ffff_0000_0001n]);
  assertEquals(mapping.view(Float64Array).length, 8);
  assertEquals(mapping.view(DataView, 8).getInt32(4, true), -1);
  assertEquals(mapping.view(DataView, 8, 4).byteLength, 4);
});

Deno.test("view() takes as many elements as there is room for", () => {
  using mapping = anonymous(15);
  assertEquals(mapping.view(Int32Array).length, 3);
  assertEquals(mapping.view(Int32Array, 8).length, 1);
  assertEquals(mapping.view(Int32Array, 12).length, 0);
  assertEquals(mapping.view(Uint8Array, 15).length, 0);
});

Deno.test("view() refuses what is not there, not aligned, or no class of views", () => {
  using mapping = anonymous(16);
  assertThrows(() => mapping.view(Int32Array, 0, 5), RangeError);
  assertThrows(() => mapping.view(Int32Array, 20), RangeError);
  assertThrows(() => mapping.view(Int32Array, 2), RangeError);
  assertThrows(() => mapping.view(Int32Array, -4), RangeError, "byteOffset");
  assertThrows(() => mapping.view(Int32Array, 0, -1), RangeError, "length");
  for (const wrong of [Array, ArrayBuffer, Object, () => {}, null, undefined, "Int32Array"]) {
    assertThrows(
      () => mapping.view(wrong as unknown as ViewType<unknown>),
      TypeError,
      "type: expected a class of typed",
    );
  }
});

Deno.test("memory that was given back refuses use, and its views have length 0", () => {
  const mapping = anonymous(4096);
  const { bytes } = mapping;
  const words = mapping.view(Int32Array, 16, 4);
  const part = bytes.subarray(100, 200);
  const data = mapping.view(DataView);
  assert(!mapping.released);
  mapping[Symbol.dispose]();
  assert(mapping.released);
  assertEquals([bytes.length, words.length, part.length], [0, 0, 0]);
  assertEquals(bytes[0], undefined);
  bytes[0] = 1;
  assertThrows(() => Atomics.load(words, 0), TypeError);
  assertThrows(() => data.getUint8(0), TypeError);
  assertThrows(() => mapping.bytes, TypeError, "The memory was given back");
  assertThrows(() => mapping.view(Int32Array), TypeError, "The memory was given back");
  mapping[Symbol.dispose]();
});

Deno.test("compiled code that runs over a view goes on safely when the memory is given back", () => {
  const mapping = anonymous(1 << 16);
  const words = mapping.view(Int32Array);
  words.fill(1);
  const sum = (): number => {
    let total = 0;
    for (let i = 0; i < 1 << 14; i++) total += words[i] ?? 0;
    return total;
  };
  for (let i = 0; i < 300; i++) assertEquals(sum(), 1 << 14);
  mapping[Symbol.dispose]();
  assertEquals(sum(), 0);
});

Deno.test("views that were moved elsewhere read zeros after the memory is given back, and nothing faults", async () => {
  const seen = await inChild(
    `import { IPC_CREAT, IPC_PRIVATE, IPC_RMID, IPC_STAT, shmat, shmctl, shmdt, shmget } from "ipc";
     const id = shmget(IPC_PRIVATE, 5000, IPC_CREAT | 0o600);
     const segment = shmat(id);
     segment.bytes[4999] = 7;
     const moved = new Uint8Array(segment.bytes.buffer.transfer());
     const before = [moved[4999], segment.bytes.length, shmctl(id, IPC_STAT).nattch];
     shmdt(segment);
     const { nattch } = shmctl(id, IPC_STAT);
     shmctl(id, IPC_RMID);
     moved[0] = 1;
     console.log(JSON.stringify([before, moved[4999], nattch]));`,
  );
  assertEquals(seen, [[7, 0, 1], 0, 0]);
});

Deno.test("memory without PROT_READ and PROT_WRITE is never handed out", () => {
  using mapping = anonymous(4096, PROT_NONE);
  assertThrows(() => mapping.bytes, TypeError, "without PROT_READ");
  assertThrows(() => mapping.view(Uint8Array), TypeError, "without PROT_READ");
});

Deno.test("10,000 times attached, touched and given back leave no memory and no address space behind", async () => {
  const grown = await inChild(
    `import { IPC_CREAT, IPC_PRIVATE, IPC_RMID, IPC_STAT, MAP_ANONYMOUS, MAP_SHARED, mmap, PROT_READ, PROT_WRITE, shmat, shmctl, shmget } from "ipc";
     const id = shmget(IPC_PRIVATE, 1 << 20, IPC_CREAT | 0o600);
     function once() {
       using segment = shmat(id);
       segment.view(Int32Array)[5]++;
       using mapping = mmap(1 << 20, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
       mapping.bytes[99] = 1;
     }
     const size = () => Number(/VmSize:\\s+(\\d+)/.exec(Deno.readTextFileSync("/proc/self/status"))[1]) / 1024;
     for (let i = 0; i < 500; i++) once();
     const before = size();
     for (let i = 0; i < 10_000; i++) once();
     const grown = size() - before;
     const { nattch } = shmctl(id, IPC_STAT);
     shmctl(id, IPC_RMID);
     console.log(JSON.stringify([nattch, grown]));`,
  ) as [number, number];
  assertEquals(grown[0], 0);
  assert(grown[1] < 500, `10,000 cycles of 2 MiB took ${grown[1]} MiB of address space`);
});

Deno.test("addressIn() gives the address of room that is there, aligned and writable", () => {
  using mapping = anonymous(64);
  assertEquals(addressIn(mapping, 32, 32, 8), mapping.address + 32n);
  assertThrows(() => addressIn(mapping, 33, 32, 1), RangeError, "32 bytes at 33 do not fit into 64");
  assertThrows(() => addressIn(mapping, 4, 32, 8), RangeError, "expected a multiple of 8, got 4");
  assertThrows(() => addressIn(mapping, -8, 32, 8), RangeError, "byteOffset");
  assertThrows(() => addressIn(mapping, Number.MAX_SAFE_INTEGER, 32, 8), RangeError, "do not fit");
  using readOnly = mmap(64, PROT_READ, MAP_SHARED | MAP_ANONYMOUS);
  assertThrows(() => addressIn(readOnly, 0, 32, 8), TypeError, "for reading only");
  const gone = anonymous(64);
  munmap(gone);
  assertThrows(() => addressIn(gone, 0, 32, 8), TypeError, "given back");
  for (const wrong of [null, undefined, new Uint8Array(64), 0x1000n, Object.create(Memory.prototype)]) {
    assertThrows(() => addressIn(wrong as Memory, 0, 32, 8), TypeError);
  }
});

Deno.test("only the library holds what a Memory is made with", async () => {
  const face = await import("ipc") as Record<string, unknown>;
  assertEquals(Object.values(face).includes(OWNER), false);
});
