/** Signals by name, and values that nobody can foresee. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import * as ipc from "ipc";
import { makeRandom, seededRandom } from "../../../lab/judge/random.ts";
import { nameOfSignal, numberOfSignal } from "../../../lab/judge/signal_names.ts";

Deno.test("numberOfSignal() and nameOfSignal() agree with the library and with each other", () => {
  const known = Object.entries(ipc).filter(([name, value]) =>
    /^SIG[A-Z0-9]+$/.test(name) && typeof value === "number" && !/^SIG(RTMIN|RTMAX|STKSZ)$/.test(name)
  ) as [string, number][];
  assert(known.length >= 15);
  for (const [name, number] of known) {
    if (/^SIG(_.*|IOT|POLL|CLD)$/.test(name)) continue; // second names
    assertEquals(numberOfSignal(name), number, name);
  }
  for (let number = 1; number <= 31; number++) assertEquals(numberOfSignal(nameOfSignal(number)), number);
  assertEquals(numberOfSignal("SIGRTMIN"), ipc.SIGRTMIN);
  assertEquals(numberOfSignal("SIGRTMIN+2"), ipc.SIGRTMIN + 2);
  assertEquals([nameOfSignal(34), nameOfSignal(36), nameOfSignal(64)], ["SIGRTMIN", "SIGRTMIN+2", "SIGRTMIN+30"]);
  assertEquals([nameOfSignal(32), nameOfSignal(0)], ["signal 32", "signal 0"]);
});

Deno.test("numberOfSignal() refuses names that no signal has, and the one that the lab keeps for itself", () => {
  for (const name of ["", "TERM", "sigterm", "SIGNONE", "SIGRTMIN+", "SIGRTMIN-1", "SIGRTMIN+31", "SIGRTMIN+30"]) {
    assertThrows(() => numberOfSignal(name), RangeError, name);
  }
});

Deno.test("makeRandom().integer() stays below its bound, reaches everything, and refuses what is no bound", () => {
  const { integer } = makeRandom();
  const seen = new Set(Array.from({ length: 500 }, () => integer(5)));
  assertEquals([...seen].sort(), [0, 1, 2, 3, 4]);
  assertEquals(integer(1), 0);
  assert(integer(2 ** 32) < 2 ** 32);
  for (const below of [0, -1, 1.5, NaN, 2 ** 32 + 1]) assertThrows(() => integer(below), RangeError);
});

Deno.test("makeRandom().tokens() are different numbers of 32 bits, never 0", () => {
  const tokens = makeRandom().tokens(5000);
  assertEquals(new Set(tokens).size, 5000);
  for (const token of tokens) assert(Number.isInteger(token) && token >= 1 && token < 2 ** 31);
});

Deno.test("makeRandom() makes words, names of objects and orders", () => {
  const { word, objectName, shuffled } = makeRandom();
  assert(/^[a-z]{7}$/.test(word(7)));
  assertEquals(word(0), "");
  assert(/^\/ipclab\.[a-z]{12}$/.test(objectName()));
  const items = Array.from({ length: 50 }, (_, at) => at);
  const other = shuffled(items);
  assertEquals([...other].sort((a, b) => a - b), items);
  assert(other.some((item, at) => item !== at));
  assertEquals(items, Array.from({ length: 50 }, (_, at) => at)); // the given list stays as it is
});

Deno.test("seededRandom() repeats its values, but never the names of objects: two may judge at once", () => {
  const [one, other, third] = [seededRandom(7), seededRandom(7), seededRandom(8)];
  assertEquals(one.tokens(5), other.tokens(5));
  assert(one.objectName() !== other.objectName());
  assertEquals(one.word(9), other.word(9));
  assert(one.word(9) !== third.word(9));
});
