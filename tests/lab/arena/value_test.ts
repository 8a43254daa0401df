/** Values survive the way between controller and role, and nothing that a student's code makes breaks it. */
import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { argumentFromPlain, fromPlain, toPlain } from "../../../lab/arena/value.ts";
import { same } from "../../../lab/course/evidence.ts";
import { Marker, type Value } from "../../../lab/course/scenario.ts";

/** There and back, as a packet of JSON. */
function travelled(value: unknown): Value {
  return fromPlain(JSON.parse(JSON.stringify(toPlain(value))));
}

/** Every kind of value, nested; "$", "__proto__" and other awkward keys among the names. */
const values = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom(null, undefined, true, false, NaN, Infinity, -Infinity, -0, 0, "", "$"),
    fc.double(),
    fc.integer(),
    fc.bigInt(),
    fc.string({ unit: "binary" }),
    fc.uint8Array(),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(
      fc.oneof(fc.string(), fc.constantFrom("$", "__proto__", "toJSON", "constructor", "length")),
      tie("value"),
      { maxKeys: 4, noNullPrototype: true },
    ),
  ),
})).value;

Deno.test("toPlain() and fromPlain() carry every Value through JSON", () => {
  fc.assert(
    fc.property(values, (value) => {
      const back = travelled(value);
      assert(same(back, value), `${Deno.inspect(value)} came back as ${Deno.inspect(back)}`);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("toPlain() keeps what JSON cannot tell apart", () => {
  for (const value of [-0, NaN, Infinity, -Infinity, undefined, 0n, -(2n ** 200n), 2 ** 53]) {
    assertStrictEquals(travelled(value), value);
  }
  assertEquals(travelled([undefined, , 1]), [undefined, undefined, 1]);
  assertEquals(travelled({ $: ["undefined"] }), { $: ["undefined"] });
  assertEquals(travelled({ $: 1, other: { $: { $: 2 } } }), { $: 1, other: { $: { $: 2 } } });
  const proto = travelled(JSON.parse('{"__proto__": {"x": 1}}')) as object;
  assertEquals(Object.keys(proto), ["__proto__"]);
  assertEquals((proto as { x?: unknown }).x, undefined);
});

Deno.test("toPlain() carries bytes beyond the arguments that a call may have", () => {
  const bytes = crypto.getRandomValues(new Uint8Array(60_000));
  const many = new Uint8Array(900_000).map((_, at) => bytes[at % bytes.length] as number);
  assertEquals(travelled(many), many);
  assertEquals(travelled(new Uint8Array(0)), new Uint8Array(0));
});

Deno.test("toPlain() tells an array view by its elements", () => {
  assertEquals(travelled(Int32Array.of(1, -2)), [1, -2]);
  assertEquals(travelled(BigInt64Array.of(-1n)), [-1n]);
  assertEquals(travelled(Float64Array.of(NaN)), [NaN]);
});

Deno.test("argumentFromPlain() gives markers back as markers", () => {
  const markers = [
    Marker.result(3),
    Marker.callback("item"),
    Marker.from("first", 2),
    Marker.pid("second"),
    Marker.scratch("fifo"),
  ];
  const back = argumentFromPlain(JSON.parse(JSON.stringify(toPlain({ deep: [markers] }))));
  assertEquals(back, { deep: [markers] });
  for (const marker of (back as { deep: Marker[][] }).deep[0] as Marker[]) assert(marker instanceof Marker);
});

Deno.test("toPlain() follows no cycle and describes what cannot travel", () => {
  const node: { name: string; next?: unknown; all?: unknown[] } = { name: "a" };
  node.next = node;
  node.all = [node];
  assertEquals(travelled(node), { name: "a", next: "[cycle]", all: ["[cycle]"] });
  const shared = { one: 1 };
  assertEquals(travelled([shared, shared]), [{ one: 1 }, { one: 1 }]);
  assertEquals(travelled([() => 1, Symbol("s"), class {}]), ["[function]", "[symbol]", "[function]"]);
});

Deno.test("toPlain() ends on graphs that would fan out without end", () => {
  let tower: unknown = "bottom";
  for (let floor = 0; floor < 18; floor++) tower = [tower, tower, tower];
  assertThrows(() => toPlain(tower), RangeError, "too many parts");
  const ring = Array.from({ length: 12 }, (): unknown[] => []);
  for (const node of ring) node.push(...ring); // everybody knows everybody
  assertThrows(() => toPlain(ring), RangeError, "too many parts");
  let deep: unknown = "bottom";
  for (let level = 0; level < 100_000; level++) deep = [deep];
  assert(JSON.stringify(toPlain(deep)).length < 200);
});

Deno.test("toPlain() lets only an exception out of hostile values, never anything worse", () => {
  const trap = (): never => {
    throw new Error("trap");
  };
  const everyTrap = new Proxy({}, Object.fromEntries(Reflect.ownKeys(Reflect).map((name) => [name, trap])));
  const hostile: unknown[] = [
    everyTrap,
    [everyTrap],
    {
      get x(): never {
        throw new Error("trap");
      },
    },
    new Proxy([], { get: trap }),
    Object.create(null),
    new Proxy(new Uint8Array(4), {}),
    new (class extends Uint8Array {
      override get length(): number {
        return 1e9;
      }
    })(4),
    { toJSON: trap },
    new Date(NaN),
    new Map([[1, 2]]),
    new WeakMap(),
    new DataView(new ArrayBuffer(2)),
  ];
  for (const value of hostile) {
    try {
      JSON.stringify(toPlain(value));
    } catch (error) {
      assert(error instanceof Error, `threw ${Deno.inspect(error)}`);
    }
  }
});

Deno.test("fromPlain() makes some value of any JSON, and never throws", () => {
  fc.assert(fc.property(fc.jsonValue(), (json) => void fromPlain(json)), { numRuns: 1000 });
  const tagged = fc.tuple(
    fc.constantFrom("number", "bigint", "bytes", "marker", "object", "other", "undefined", "x"),
    fc.jsonValue(),
    fc.jsonValue(),
  ).map(($) => ({ $ }));
  fc.assert(fc.property(tagged, (json) => void fromPlain(json)), { numRuns: 2000 });
  fromPlain(JSON.parse("[".repeat(5000) + "]".repeat(5000)));
});
