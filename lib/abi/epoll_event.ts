/**
 * What epoll is told and what it tells.
 *
 * @module
 */
import { layout } from "./layout.ts";

/** `struct epoll_event`: packed on x86_64, and there alone. */
export const EPOLL_EVENT = layout({
  c: "struct epoll_event",
  headers: ["sys/epoll.h"],
  size: { x86_64: 12, aarch64: 16 },
  fields: {
    events: { c: "events", type: "u32", offset: 0 },
    data: { c: "data.u64", type: "u64", offset: { x86_64: 4, aarch64: 8 } },
  },
});
