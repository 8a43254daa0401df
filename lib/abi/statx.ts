/**
 * What the kernel knows about a file. Unlike `struct stat`, this one is the same on every machine.
 *
 * @module
 */
import { layout } from "./layout.ts";

/** `struct statx`, the fields that the basic statistics fill. */
export const STATX = layout({
  c: "struct statx",
  headers: ["sys/stat.h"],
  size: 256,
  fields: {
    mode: { c: "stx_mode", type: "u16", offset: 28 },
    size: { c: "stx_size", type: "u64", offset: 40 },
  },
});
