/**
 * What poll(2) is asked and what it answers.
 *
 * @module
 */
import { layout } from "./layout.ts";

/** `struct pollfd`. */
export const POLLFD = layout({
  c: "struct pollfd",
  headers: ["poll.h"],
  size: 8,
  fields: {
    fd: { c: "fd", type: "i32", offset: 0 },
    events: { c: "events", type: "i16", offset: 4 },
    revents: { c: "revents", type: "i16", offset: 6 },
  },
});
