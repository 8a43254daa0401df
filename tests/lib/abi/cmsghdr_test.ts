import { assertEquals } from "@std/assert";
import { CMSGHDR, controlLength, decodeControl, encodeControl, MOST_CONTROL } from "../../../lib/abi/cmsghdr.ts";
import { encode } from "../../../lib/abi/layout.ts";
import { SCM_CREDENTIALS, SCM_RIGHTS } from "../../../lib/abi/socket_constants.ts";

function block(): DataView<ArrayBuffer> {
  return new DataView(new ArrayBuffer(128));
}

const SOMEBODY = { pid: 4711, uid: 1000, gid: 4_294_967_295 };

Deno.test("decodeControl() gives nothing for no bytes and for half a head", () => {
  const view = block();
  encodeControl(view, 0, { descriptors: [3] });
  assertEquals(decodeControl(view, 0, 0), { descriptors: [] });
  assertEquals(decodeControl(view, 0, 15), { descriptors: [] });
});

Deno.test("decodeControl() stops at a head whose length is less than a head", () => {
  const view = block();
  encode(CMSGHDR, view, { length: 0, level: 1, type: SCM_RIGHTS });
  assertEquals(decodeControl(view, 0, 128), { descriptors: [] });
});

Deno.test("decodeControl() believes the length given over the length in the head", () => {
  const view = block();
  encodeControl(view, 0, { descriptors: [3, 4] });
  encode(CMSGHDR, view, { length: 4096 });
  assertEquals(decodeControl(view, 0, controlLength(2)), { descriptors: [3, 4] });
});

Deno.test("decodeControl() leaves out credentials that were cut off", () => {
  const view = block();
  encodeControl(view, 0, { descriptors: [], credentials: SOMEBODY });
  assertEquals(decodeControl(view, 0, 27), { descriptors: [] });
  encode(CMSGHDR, view, { length: 20 });
  assertEquals(decodeControl(view, 0, 32), { descriptors: [] });
});

Deno.test("decodeControl() passes over other kinds of messages, and other levels", () => {
  const view = block();
  encode(CMSGHDR, view, { length: 28, level: 6, type: SCM_CREDENTIALS });
  encode(CMSGHDR, view, { length: 17, level: 1, type: 99 }, 32);
  const length = encodeControl(view, 56, { descriptors: [9] });
  assertEquals(decodeControl(view, 0, 56 + length), { descriptors: [9] });
});

Deno.test("encodeControl() writes what decodeControl() reads, at any base", () => {
  const view = block();
  for (const descriptors of [[], [0], [3, 1, 2], [0x7fffffff, -1]]) {
    const plain = encodeControl(view, 24, { descriptors });
    assertEquals(plain, controlLength(descriptors.length));
    assertEquals(decodeControl(view, 24, plain), { descriptors });
    const signed = encodeControl(view, 24, { descriptors, credentials: SOMEBODY });
    assertEquals(signed, 32 + controlLength(descriptors.length));
    assertEquals(decodeControl(view, 24, signed), { descriptors, credentials: SOMEBODY });
  }
});

Deno.test("controlLength() is CMSG_LEN of the last message, and its most has room for all", () => {
  assertEquals([controlLength(0), controlLength(1), controlLength(2)], [0, 20, 24]);
  assertEquals([controlLength(0, true), controlLength(1, true)], [32, 52]);
  assertEquals(MOST_CONTROL, 32 + 16 + 4 * 253);
});
