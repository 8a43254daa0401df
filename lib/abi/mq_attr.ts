/**
 * The attributes of a message queue.
 *
 * @module
 */
import { layout } from "./layout.ts";

/** `struct mq_attr`. */
export const MQ_ATTR = layout({
  c: "struct mq_attr",
  headers: ["mqueue.h"],
  size: 64,
  fields: {
    flags: { c: "mq_flags", type: "i64", offset: 0 },
    maxmsg: { c: "mq_maxmsg", type: "i64", offset: 8 },
    msgsize: { c: "mq_msgsize", type: "i64", offset: 16 },
    curmsgs: { c: "mq_curmsgs", type: "i64", offset: 24 },
  },
});
