/**
 * The control part of a message (cmsg(3)), of which this library uses two kinds: descriptors on their way to another process,
 * and who the sender is.
 *
 * @module
 */
import { decode, encode, layout, sizeOf } from "./layout.ts";
import { SCM_CREDENTIALS, SCM_RIGHTS, SOL_SOCKET } from "./socket_constants.ts";
import { type Credentials, UCRED } from "./socket_option.ts";

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

/** The most descriptors that one message carries; the kernel answers EINVAL to more. */
export const SCM_MAX_FD = 253;

/** What the control part of a message says. */
export interface Control {
  /** The descriptors that travel. */
  readonly descriptors: readonly number[];
  /** The sender; left out where nothing is said about it. */
  readonly credentials?: Credentials | undefined;
}

const HEAD = sizeOf(CMSGHDR);
/** Bytes of credentials with their head, and with the padding before the next message. */
const CREDENTIALS_LENGTH = HEAD + sizeOf(UCRED);
const CREDENTIALS_SPACE = aligned(CREDENTIALS_LENGTH);

/**
 * The bytes that `descriptors` descriptors take, and credentials before them: CMSG_LEN of the last, without the padding that
 * CMSG_SPACE adds. The kernel would put one descriptor more than was asked for into the padding.
 */
export function controlLength(descriptors: number, credentials = false): number {
  return (credentials ? CREDENTIALS_SPACE : 0) + (descriptors === 0 ? 0 : HEAD + 4 * descriptors);
}

/** The most bytes that a control part takes. */
export const MOST_CONTROL: number = controlLength(SCM_MAX_FD, true);

/** Writes a control part at `base`. Gives its length, 0 where there is nothing to say. */
export function encodeControl(view: DataView, base: number, { descriptors, credentials }: Control): number {
  if (credentials !== undefined) {
    encode(CMSGHDR, view, { length: CREDENTIALS_LENGTH, level: SOL_SOCKET, type: SCM_CREDENTIALS }, base);
    encode(UCRED, view, credentials, base + HEAD);
  }
  if (descriptors.length > 0) {
    const length = controlLength(descriptors.length);
    const start = base + (credentials === undefined ? 0 : CREDENTIALS_SPACE);
    encode(CMSGHDR, view, { length, level: SOL_SOCKET, type: SCM_RIGHTS }, start);
    let at = start + HEAD;
    for (const descriptor of descriptors) {
      view.setInt32(at, descriptor, true);
      at += 4;
    }
  }
  return controlLength(descriptors.length, credentials !== undefined);
}

/** What the `length` bytes of control messages at `base` say. Other kinds of messages are passed over. */
export function decodeControl(
  view: DataView,
  base: number,
  length: number,
): { descriptors: number[]; credentials?: Credentials } {
  const result: { descriptors: number[]; credentials?: Credentials } = { descriptors: [] };
  const end = base + length;
  for (let at = base; at + HEAD <= end;) {
    const head = decode(CMSGHDR, view, at);
    if (head.length < HEAD) break;
    const stop = Math.min(at + head.length, end);
    if (head.level === SOL_SOCKET && head.type === SCM_RIGHTS) {
      for (let item = at + HEAD; item + 4 <= stop; item += 4) result.descriptors.push(view.getInt32(item, true));
    } else if (head.level === SOL_SOCKET && head.type === SCM_CREDENTIALS && at + CREDENTIALS_LENGTH <= stop) {
      result.credentials = decode(UCRED, view, at + HEAD);
    }
    at += aligned(head.length);
  }
  return result;
}

function aligned(length: number): number {
  return Math.ceil(length / 8) * 8;
}
