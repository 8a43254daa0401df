import { assert, assertEquals, assertThrows } from "@std/assert";
import { watchBuiltins } from "../../../../lab/arena/controlled/builtins.ts";
import { evaluateProgram } from "../../../../lab/arena/evaluate.ts";
import { loadProgram } from "../../../../lab/instrument/program.ts";
import { withFolder } from "../../instrument/student_files.ts";
import { type Recorded, recorder } from "./recorded_steps.ts";

/** Runs `use` while the engine's functions are watched. */
function watching<T>(recorded: Recorded, use: () => T): T {
  const undo = watchBuiltins(recorded.memory);
  try {
    return use();
  } finally {
    undo();
  }
}

/** What is done to a view of 5, 1, 4, 1, and the steps that it makes. */
const USES: readonly (readonly [use: (v: Int32Array) => unknown, steps: string])[] = [
  [(v) => Atomics.load(v, 1), "a4"],
  [(v) => Atomics.store(v, 1, 2.5), "A4"],
  [(v) => Atomics.add(v, 1, 2), "A4"],
  [(v) => Atomics.sub(v, "1" as never, { valueOf: () => 2 } as never), "A4"],
  [(v) => Atomics.and(v, 0, 4), "A0"],
  [(v) => Atomics.or(v, 0, 2), "A0"],
  [(v) => Atomics.xor(v, 0, 7), "A0"],
  [(v) => Atomics.exchange(v, 3, 9), "A12"],
  [(v) => [Atomics.compareExchange(v, 0, 5, 6), Atomics.compareExchange(v, 0, 5, 7)], "A0 A0"],
  [(v) => Atomics.load(v, 4), ""],
  [(v) => Atomics.load(v, -1), ""],
  [(v) => Atomics.add(v, 0, 1n as never), ""],
  [(v) => [Atomics.notify(v, 0), Atomics.isLockFree(4)], ""],
  [(v) => [v.at(0), v.at(-1), v.at(4), v.at(-5)], "r0 r12"],
  [(v) => [v.indexOf(4), v.lastIndexOf(1), v.includes(9)], "R0+16 R0+16 R0+16"],
  [(v) => [v.join("-"), v.join(), v.toString(), `${v}`, v.toLocaleString()], "R0+16 R0+16 R0+16 R0+16 R0+16"],
  [(v) => [v.slice(), v.slice(1, -1), v.slice(2, 1), v.slice(-9, 1)], "R0+16 R4+8 R0+4"],
  [(v) => [v.subarray(1).length, v.length, v.byteLength, [...v.keys()]], ""],
  [(v) => v.subarray(1, 3).join(), "R4+8"],
  [(v) => [v.toReversed(), v.toSorted(), v.toSorted((a, b) => b - a), v.with(1, 9)], "R0+16 R0+16 R0+16 R0+16"],
  [(v) => v.fill(7) === v, "W0+16"],
  [(v) => v.fill("8" as never, -2, 9), "W8+8"],
  [(v) => v.fill(1, 3, 2), ""],
  [(v) => v.fill(1n as never), ""],
  [(v) => v.set([8, 9], 1), "W4+8"],
  [(v) => v.set({ length: 2, 0: "3", 1: 4.5 } as never), "W0+8"],
  [(v) => v.set(new Float64Array([1.5, 2.5]), 2), "W8+8"],
  [(v) => v.set(v.subarray(0, 2), 1), "R0+8 W4+8"],
  [(v) => v.set([1, 2], 3), ""],
  [(v) => v.set([1], -1), ""],
  [(v) => v.set(new BigInt64Array(1) as never), ""],
  [(v) => v.set([]), ""],
  [(v) => v.copyWithin(0, 2) === v, "R8+8 W0+8"],
  [(v) => v.copyWithin(1, 0, 9), "R0+12 W4+12"],
  [(v) => v.reverse() === v, "R0+16 W0+16"],
  [(v) => v.sort() === v, "R0+16 W0+16"],
  [(v) => v.sort((a, b) => b - a), "R0+16 W0+16"],
  [(v) => v.sort("x" as never), ""],
  [(v) => [...v], "r0 r4 r8 r12"],
  [(v) => [...v.values()], "r0 r4 r8 r12"],
  [(v) => [...v.entries()], "r0 r4 r8 r12"],
  [(v) => v.values().take(2).toArray(), "r0 r4"],
  [(v) => Object.prototype.toString.call(v.values()), ""],
  [(v) => [Array.from(v), new Set(v).size, Math.max(...v)], "r0 r4 r8 r12 r0 r4 r8 r12 r0 r4 r8 r12"],
  [(v) => Int8Array.from(v, (x) => x + 1), "r0 r4 r8 r12"],
  [(v) => new Map(v.entries()).size, "r0 r4 r8 r12"],
  [(v) => v.map((x, i, a) => a === v ? x * i : -1), "r0 r4 r8 r12"],
  [(v) => v.filter((x, _, a) => a === v && x > 1), "r0 r4 r8 r12"],
  [(v) => [v.find((x) => x === 1), v.findIndex((x) => x === 4)], "r0 r4 r0 r4 r8"],
  [(v) => [v.findLast((x) => x === 4), v.findLastIndex(() => true)], "r12 r8 r12"],
  [(v) => [v.some((x) => x === 5), v.every((x, _, a) => a === v && x > 4)], "r0 r0 r4"],
  [(v) => [v.reduce((a, x) => a + x), v.reduceRight((a, x) => a - x, 0)], "r0 r4 r8 r12 r12 r8 r4 r0"],
  [(v) => v.forEach("x" as never), ""],
  [(v) => Object.values(v).concat(Object.entries(v).length), "r0 r4 r8 r12 r0 r4 r8 r12"],
  [(v) => Object.assign({}, v), "r0 r4 r8 r12"],
  [(v) => Object.assign(v, [3, 2]) === v, "w0 w4"],
  [(v) => Object.keys(v), ""],
  [(v) => [Reflect.get(v, 1), Reflect.get(v, "length"), Reflect.get(v, 2, v)], "r4 r8"],
  [(v) => [Reflect.set(v, 1, 8), Reflect.set(v, "x", 8), Reflect.set(v, 2, 8, v)], "w4 w8"],
  [(v) => Object.getOwnPropertyDescriptor(v, "2"), "r8"],
  [(v) => Object.defineProperty(v, 2, { value: 9 }) === v, "w8"],
  [(v) => [JSON.stringify(v), JSON.stringify({ a: [v, { v }] })], "R0+16 R0+16"],
  [(v) => structuredClone(v), "R0+16"],
  [(v) => [v.buffer.slice(4, -4).byteLength, v.buffer.slice(20).byteLength], "R4+8"],
  [(v) => new TextDecoder().decode(v), "R0+16"],
  [(v) => new TextEncoder().encodeInto("añb", new Uint8Array(v.buffer, 4)), "W4+4"],
  [(v) => [new Uint8Array(v.buffer).toBase64(), new Uint8Array(v.buffer, 4, 2).toHex()], "R0+16 R4+2"],
  [(v) => new Uint8Array(v.buffer, 2).setFromHex("0102"), "W2+2"],
  [(v) => [Math.max.apply(null, v as never), Reflect.apply(Math.min, null, v)], "R0+16 R0+16"],
  [(v) => String.fromCharCode.apply(null, v as never), "R0+16"],
  [(v) => Array.prototype.slice.call(v, 1, 3), "r4 r8"],
  [(v) => Array.prototype.fill.call(v, 6, 1, 2) === v as never, "w4"],
  [(v) => Array.prototype.indexOf.apply(v, [1]), "r0 r4"],
  [(v) => Array.prototype.toString.call(v), "R0+16"],
  [(v) => Reflect.construct(Float32Array, [v]), "R0+16"],
];

for (const [use, steps] of USES) {
  const name = String(use).replace(/^\(v\)\s*=>\s*/, "").replace(/\s+/g, " ");
  Deno.test(`watchBuiltins() sees ${name}`, () => {
    const result = (v: Int32Array): unknown => {
      try {
        return use(v);
      } catch (error) {
        return (error as Error).name;
      }
    };
    const own = Int32Array.of(5, 1, 4, 1);
    const wanted = result(own);
    const recorded = recorder();
    const view = recorded.view(Int32Array, 4);
    view.set([5, 1, 4, 1]);
    watching(recorded, () => {
      assertEquals(result(Int32Array.of(5, 1, 4, 1)), wanted);
      assertEquals(recorded.steps, []);
      assertEquals(result(view), wanted);
    });
    assertEquals([...view], [...own]);
    assertEquals(recorded.steps.join(" "), steps);
  });
}

for (
  const [method, length] of [
    ...[["Int8", 1], ["Uint8", 1], ["Int16", 2], ["Uint16", 2], ["Int32", 4], ["Uint32", 4], ["Float32", 4]],
    ...[["Float64", 8], ["BigInt64", 8], ["BigUint64", 8]],
  ] as const
) {
  Deno.test(`watchBuiltins() sees fields of a DataView: ${method}`, () => {
    const use = (view: DataView): unknown[] => {
      type Fields = Record<string, (...args: unknown[]) => unknown>;
      const value = method.startsWith("Big") ? 3n : 3;
      (view as unknown as Fields)[`set${method}`]?.(2, value, true);
      const found = (view as unknown as Fields)[`get${method}`]?.(2, true);
      assertThrows(() => (view as unknown as Fields)[`get${method}`]?.(15 + 2 - length), RangeError);
      assertThrows(
        () => (view as unknown as Fields)[`set${method}`]?.(2, method.startsWith("Big") ? 3 : 3n),
        TypeError,
      );
      return [found, [...new Uint8Array(view.buffer, 2, length)].join()];
    };
    const recorded = recorder();
    const view = recorded.view(DataView, 16);
    recorded.memory.quietly(() => watching(recorded, () => use(view)));
    assertEquals(recorded.steps, []);
    const found = watching(recorded, () => use(view));
    assertEquals(found, use(new DataView(new ArrayBuffer(16))));
    assertEquals(recorded.steps.slice(0, 2), ["w2", "r2"]);
  });
}

Deno.test("watchBuiltins() sees 64-bit words", () => {
  const recorded = recorder();
  const view = recorded.view(BigInt64Array, 2);
  watching(recorded, () => {
    assertEquals(Atomics.add(view, 1, 5n), 0n);
    assertEquals(Atomics.compareExchange(view, 1, 5n + (1n << 64n), 6n), 5n);
    assertThrows(() => Atomics.add(view, 1, 5 as never), TypeError);
    assertEquals(view.map((x) => x + 1n), BigInt64Array.of(1n, 7n));
  });
  assertEquals([recorded.steps.join(" "), recorded.results], ["A8 A8 r0 r8", [0, 5, 0, 6]]);
});

Deno.test("watchBuiltins() goes with memory whose buffer is transferred", () => {
  const recorded = recorder();
  const buffer = recorded.view(Int32Array, 2).buffer as ArrayBuffer;
  watching(recorded, () => assertEquals(Atomics.load(new Int32Array(buffer.transfer()), 1), 0));
  assertEquals(recorded.steps, ["a4"]);
});

Deno.test("watchBuiltins() refuses Atomics where they cannot be", () => {
  const recorded = recorder();
  watching(recorded, () => {
    assertThrows(() => Atomics.load(recorded.view(Float64Array, 1) as never, 0), TypeError);
    assertThrows(() => Atomics.add(recorded.view(Uint8ClampedArray, 1) as never, 0, 1), TypeError);
    assertThrows(() => Atomics.load(recorded.view(DataView, 8) as never, 0), TypeError);
  });
  assertEquals(recorded.steps, []);
});

Deno.test("watchBuiltins() does an operation when the turn has come", () => {
  const recorded = recorder();
  const view = recorded.view(Int32Array, 3);
  recorded.meanwhile = () => view[0] = 5;
  watching(recorded, () => {
    assertEquals(Atomics.add(view, 0, 1), 5);
    assertEquals(view.slice(0, 1)[0], 5);
    assertEquals([...view][0], 5);
    assertEquals(new DataView(view.buffer).getUint8(0), 5);
    view.fill(8);
    assertEquals(view[0], 8);
  });
});

Deno.test("watchBuiltins() tells what changed, and what found nothing to do", () => {
  const recorded = recorder();
  recorded.verbose = true;
  const view = recorded.view(Int32Array, 2);
  watching(recorded, () => {
    Atomics.store(view, 0, 1);
    Atomics.compareExchange(view, 0, 0, 2);
    Atomics.exchange(view, 1, 1);
    Atomics.exchange(view, 1, 1);
    Atomics.exchange(view, 1, 1);
  });
  assertEquals(recorded.steps.join(" "), "A0 changed A0 idle A4 changed A4 A4 idle");
});

Deno.test("watchBuiltins() tries again what had found nothing to do, when others have gone on", () => {
  const recorded = recorder();
  const view = recorded.view(Int32Array, 1);
  view[0] = 1;
  recorded.parked = () => view[0] = 0;
  watching(recorded, () => assertEquals(Atomics.compareExchange(view, 0, 0, 1), 0));
  assertEquals([view[0], recorded.results], [1, [0]]);
});

Deno.test("watchBuiltins() lets a subclass of views make its own", () => {
  class Words extends Int32Array {}
  const recorded = recorder();
  const view = recorded.view(Words, 3);
  watching(recorded, () => {
    for (const made of [view.map((x) => x), view.filter(() => true), view.slice(), view.subarray(1)]) {
      assert(made instanceof Words);
    }
  });
});

Deno.test("watchBuiltins() leaves functions looking as they were, and puts them back", () => {
  const prototype = Object.getPrototypeOf(Int8Array.prototype) as object;
  const look = (): unknown[] =>
    [prototype, Atomics, DataView.prototype, Function.prototype, Object, Reflect, JSON].flatMap((owner) =>
      Reflect.ownKeys(owner).map((key) => {
        const descriptor = Object.getOwnPropertyDescriptor(owner, key);
        const value = descriptor?.value as unknown;
        const shape = typeof value === "function" ? [value.name, value.length, "prototype" in value] : [];
        return [String(key), descriptor?.enumerable, descriptor?.writable, descriptor?.configurable, ...shape];
      })
    );
  const fill = Int8Array.prototype.fill;
  const before = look();
  watching(recorder(), () => {
    assertEquals(look(), before);
    assert(Int8Array.prototype.fill !== fill);
    assert(Int8Array.prototype[Symbol.iterator] === Int8Array.prototype.values);
  });
  assert(Int8Array.prototype.fill === fill);
});

Deno.test("watchBuiltins() tells operations with their source and line, where details are wanted", () => {
  const code =
    "export function main(words: any) {\n  return words[1] +\n    Atomics.add(words, 0, 5) + words.slice(1).length;\n}";
  withFolder({ "a.ts": code }, (folder, entry) => {
    const result = loadProgram(entry, folder, { ipcNames: [], watch: true });
    assert(result.ok);
    const { program } = result;
    const recorded = recorder(program, true);
    const view = recorded.view(Int32Array, 2);
    const environment = { ipc: {}, stop: new Int32Array(1), stopped: () => {}, watch: recorded.memory };
    const { main } = evaluateProgram(program, environment);
    watching(recorded, () => (main as (words: Int32Array) => number)(view));
    assertEquals(recorded.details, [
      "load | words[1] | 0",
      "Atomics.add | words, 0, 5 | 0",
      "slice | 1 | ",
    ]);
    assertEquals(recorded.sites.map((site) => program.sites?.[site - 1]?.line), [2, 3, 3]);
  });
});
