/** What a role's process says is believed by its shape only. */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { readRecord } from "../../../lab/judge/record.ts";

function read(value: unknown, calls = 2): unknown {
  return readRecord(new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value)), calls);
}

const STAMP = { o: 1, p: 2 };

Deno.test("readRecord() takes every kind of record", () => {
  for (
    const record of [
      { k: "start", ...STAMP },
      { k: "end", ...STAMP },
      { k: "call", c: 1, ...STAMP },
      { k: "return", c: 0, v: null, ...STAMP },
      { k: "throw", c: 0, e: { name: "Error", message: "", line: 3, file: "a.ts" }, ...STAMP },
      { k: "throw", c: 0, e: { name: "SystemError", message: "m", code: "EINTR", syscall: "read" }, ...STAMP },
      { k: "note", n: "item", v: [1, { $: ["undefined"] }], ...STAMP },
      { k: "where", call: null, line: 3, file: "a.ts", ...STAMP },
      { k: "where", call: "read", ...STAMP },
      { k: "unloadable", e: { name: "Error", message: "m" }, ...STAMP },
      { k: "trouble", message: "m", ...STAMP },
    ]
  ) assertEquals(read(record), record);
});

Deno.test("readRecord() leaves out what is no record", () => {
  for (
    const packet of [
      ...["", "x", "{", "null", "1", "[]", '"text"', "\u0000"],
      {},
      { k: "start" },
      { k: "start", o: "1", p: 2 },
      { k: "start", o: -1, p: 2 },
      { k: "start", o: 1.5, p: 2 },
      { k: "left", ...STAMP },
      { k: "call", c: 2, ...STAMP },
      { k: "call", c: "0", ...STAMP },
      { k: "return", c: 0, ...STAMP },
      { k: "throw", c: 0, ...STAMP },
      { k: "throw", c: 0, e: null, ...STAMP },
      { k: "throw", c: 0, e: { name: "Error", message: 1 }, ...STAMP },
      { k: "throw", c: 0, e: { name: "Error", message: "", line: "3" }, ...STAMP },
      { k: "note", n: "item", v: { length: 1 }, ...STAMP },
      { k: "note", n: 1, v: [], ...STAMP },
      { k: "where", call: 1, ...STAMP },
      { k: "unloadable", ...STAMP },
      { k: "trouble", message: null, ...STAMP },
    ]
  ) assertEquals(read(packet), null, JSON.stringify(packet));
});

Deno.test("readRecord() throws at nothing", () => {
  fc.assert(fc.property(fc.uint8Array(), (packet) => void readRecord(packet, 3)));
  fc.assert(fc.property(fc.jsonValue(), (value) => void read(value)));
  const record = fc.record({ k: fc.constantFrom("call", "throw", "note", "where"), o: fc.nat(), p: fc.nat() });
  fc.assert(fc.property(record, fc.dictionary(fc.string(), fc.jsonValue()), (a, b) => void read({ ...a, ...b })));
});
