import { assertEquals, assertThrows } from "@std/assert";
import { isSignal, SigSet } from "../../../lib/abi/sigset.ts";

Deno.test("SigSet refuses numbers that no signal has, and has none of them", () => {
  for (const signo of [0, -1, 65, 1.5, NaN, Infinity, "2" as unknown as number]) {
    assertThrows(() => new SigSet([signo]), RangeError);
    assertThrows(() => new SigSet().delete(signo), RangeError);
    assertEquals(new SigSet([1, 2]).has(signo), false);
    assertEquals(isSignal(signo), false);
  }
});

Deno.test("SigSet keeps each of the 64 signals by itself", () => {
  for (let signo = 1; signo <= 64; signo++) {
    const set = new SigSet([signo]);
    assertEquals([...set], [signo]);
    assertEquals(set.isEmpty(), false);
    assertEquals(set.delete(signo).isEmpty(), true);
  }
});

Deno.test("SigSet is stored as C's sigset_t: bit n - 1 of the first eight bytes", () => {
  const bytes = SigSet.encode(new SigSet([1, 32, 33, 64]));
  assertEquals(bytes.length, 128);
  assertEquals([...bytes.subarray(0, 8)], [1, 0, 0, 0x80, 1, 0, 0, 0x80]);
  assertEquals([...SigSet.decode(bytes)], [1, 32, 33, 64]);
});

Deno.test("SigSet unites, intersects, subtracts and compares without changing its operands", () => {
  const a = new SigSet([1, 2, 40]);
  const b = new SigSet([2, 40, 64]);
  assertEquals([...a.union(b)], [1, 2, 40, 64]);
  assertEquals([...a.intersection(b)], [2, 40]);
  assertEquals([...a.difference(b)], [1]);
  assertEquals([a.equals(b), a.equals(a.copy()), [...a], [...b]], [false, true, [1, 2, 40], [2, 40, 64]]);
});

Deno.test("SigSet tells whether another has all of its signals, in both words", () => {
  const set = new SigSet([1, 32, 33, 64]);
  for (const signo of [1, 32, 33, 64]) {
    assertEquals(new SigSet([signo]).isSubsetOf(set), true);
    assertEquals(set.isSubsetOf(set.copy().delete(signo)), false);
  }
  assertEquals([set.isSubsetOf(set), new SigSet().isSubsetOf(set), set.isSubsetOf(new SigSet())], [true, true, false]);
});

Deno.test("SigSet.encodeInto() leaves nothing of the set that was there", () => {
  const bytes = SigSet.encode(new SigSet([1, 8, 32, 33, 64]));
  SigSet.encodeInto(bytes, new SigSet([9, 63]));
  assertEquals(bytes, SigSet.encode(new SigSet([9, 63])));
});

Deno.test("SigSet is printed by names and becomes numbers in JSON", () => {
  assertEquals(String(new SigSet([2, 15, 34, 37, 64])), "{SIGINT, SIGTERM, SIGRTMIN, SIGRTMIN+3, signal 64}");
  assertEquals(JSON.stringify(new SigSet([2, 15])), "[2,15]");
  assertEquals(Deno.inspect(new SigSet([2])), "SigSet {SIGINT}");
});
