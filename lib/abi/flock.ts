/**
 * A lock on a part of a file.
 *
 * @module
 */
import { layout } from "./layout.ts";

/** `struct flock`. */
export const FLOCK = layout({
  c: "struct flock",
  headers: ["fcntl.h"],
  size: 32,
  fields: {
    type: { c: "l_type", type: "i16", offset: 0 },
    whence: { c: "l_whence", type: "i16", offset: 2 },
    start: { c: "l_start", type: "i64", offset: 8 },
    len: { c: "l_len", type: "i64", offset: 16 },
    pid: { c: "l_pid", type: "i32", offset: 24 },
  },
});
