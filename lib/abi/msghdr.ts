/**
 * What sendmsg(2) and recvmsg(2) are told about a message: where its data and its control part lie.
 *
 * @module
 */
import { layout } from "./layout.ts";

/** `struct iovec`: one piece of data. */
export const IOVEC = layout({
  c: "struct iovec",
  headers: ["sys/uio.h"],
  size: 16,
  fields: {
    base: { c: "iov_base", type: "address", offset: 0 },
    length: { c: "iov_len", type: "u64", offset: 8 },
  },
});

/** `struct msghdr`: the whole message. */
export const MSGHDR = layout({
  c: "struct msghdr",
  headers: ["sys/socket.h"],
  size: 56,
  fields: {
    name: { c: "msg_name", type: "address", offset: 0 },
    nameLength: { c: "msg_namelen", type: "u32", offset: 8 },
    pieces: { c: "msg_iov", type: "address", offset: 16 },
    pieceCount: { c: "msg_iovlen", type: "u64", offset: 24 },
    control: { c: "msg_control", type: "address", offset: 32 },
    controlLength: { c: "msg_controllen", type: "u64", offset: 40 },
    flags: { c: "msg_flags", type: "i32", offset: 48 },
  },
});
