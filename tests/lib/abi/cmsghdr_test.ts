import { assertEquals } from "@std/assert";
import { CMSGHDR, controlLength, decodeDescriptors, encodeDescriptors, SCM_RIGHTS } from "../../../lib/abi/cmsghdr.ts";
import { encode } from "../../../lib/abi/layout.ts";

function block(): DataView<ArrayBuffer> {
  return new DataView(new ArrayBuffer(128));
}

Deno.test("decodeDescriptors() gives nothing for no bytes and for half a head", () => {
  const view = block();
  encodeDescriptors(view, 0, [3]);
  assertEquals(decodeDescriptors(view, 0, 0), []);
  assertEquals(decodeDescriptors(view, 0, 15), []);
});

Deno.test("decodeDescriptors() stops at a head whose length is less than a head", () => {
  const view = block();
  encode(CMSGHDR, view, { length: 0, level: 1, type: SCM_RIGHTS });
  assertEquals(decodeDescriptors(view, 0, 128), []);
});

Deno.test("decodeDescriptors() believes the length given over the length in the head", () => {
  const view = block();
  encodeDescriptors(view, 0, [3, 4]);
  encode(CMSGHDR, view, { length: 4096 });
  assertEquals(decodeDescriptors(view, 0, controlLength(2)), [3, 4]);
});

Deno.test("decodeDescriptors() passes over other kinds of messages", () => {
  const view = block();
  encode(CMSGHDR, view, { length: 28, level: 1, type: 2 });
  const length = encodeDescriptors(view, 32, [9]);
  assertEquals(decodeDescriptors(view, 0, 32 + length), [9]);
});

Deno.test("encodeDescriptors() writes what decodeDescriptors() reads, at any base", () => {
  const view = block();
  for (const descriptors of [[], [0], [3, 1, 2], [0x7fffffff, -1]]) {
    const length = encodeDescriptors(view, 24, descriptors);
    assertEquals(length, controlLength(descriptors.length));
    assertEquals(decodeDescriptors(view, 24, length), descriptors);
  }
});
