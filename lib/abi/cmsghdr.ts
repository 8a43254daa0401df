/**
 * The control part of a message (cmsg(3)), of which this library uses one kind: descriptors on their way to another process.
 *
 * @module
 */
import { decode, encode, layout, sizeOf } from "./layout.ts";

/** `struct cmsghdr`: the head of one control message; its data follow at once. */
export const CMSGHDR = layout({
  c: "struct cmsghdr",
  headers: ["sys/socket.h"],
  size: 16,
  fields: {
    length: { c: "cmsg_len", type: "u64", offset: 0 },
    level: { c: "cmsg_level", type: "i32", offset: 8 },
    type: { c: "cmsg_type", type: "i32", offset: 12 },
  },
});

/** The level of control messages that concern the socket itself. */
export const SOL_SOCKET = 1;
/** The type of a control message that carries descriptors. */
export const SCM_RIGHTS = 1;
/** The most descriptors that one message carries; the kernel answers EINVAL to more. */
export const SCM_MAX_FD = 253;

/**
 * The bytes that `count` descriptors take: CMSG_LEN, without the padding that CMSG_SPACE adds. The kernel would put one
 * descriptor more than was asked for into the padding.
 */
export function controlLength(count: number): number {
  return count === 0 ? 0 : sizeOf(CMSGHDR) + 4 * count;
}

/** Writes the control message that carries `descriptors` at `base`. Gives its length, 0 for none. */
export function encodeDescriptors(view: DataView, base: number, descriptors: readonly number[]): number {
  const length = controlLength(descriptors.length);
  if (length === 0) return 0;
  encode(CMSGHDR, view, { length, level: SOL_SOCKET, type: SCM_RIGHTS }, base);
  let at = base + sizeOf(CMSGHDR);
  for (const descriptor of descriptors) {
    view.setInt32(at, descriptor, true);
    at += 4;
  }
  return length;
}

/** The descriptors in the `length` bytes of control messages at `base`. Other kinds of messages are passed over. */
export function decodeDescriptors(view: DataView, base: number, length: number): number[] {
  const descriptors: number[] = [];
  const end = base + length;
  for (let at = base; at + sizeOf(CMSGHDR) <= end;) {
    const head = decode(CMSGHDR, view, at);
    if (head.length < sizeOf(CMSGHDR)) break;
    const stop = Math.min(at + head.length, end);
    if (head.level === SOL_SOCKET && head.type === SCM_RIGHTS) {
      for (let item = at + sizeOf(CMSGHDR); item + 4 <= stop; item += 4) descriptors.push(view.getInt32(item, true));
    }
    at += Math.ceil(head.length / 8) * 8;
  }
  return descriptors;
}
