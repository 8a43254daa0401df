/**
 * Options of sockets that are more than a number.
 *
 * @module
 */
import { layout } from "./layout.ts";

/** Who a process is: C's `struct ucred`. */
export interface Credentials {
  /** Its process id. */
  readonly pid: number;
  /** Its user. */
  readonly uid: number;
  /** Its group. */
  readonly gid: number;
}

/** Whether close waits for what is still to be sent: C's `struct linger`. */
export interface Linger {
  /** Not 0 if it does. */
  readonly onoff: number;
  /** For how long at most, in seconds; 0 throws away what was not sent, and resets the connection. */
  readonly linger: number;
}

/** `struct ucred`. */
export const UCRED = layout({
  c: "struct ucred",
  headers: ["sys/socket.h"],
  size: 12,
  fields: {
    pid: { c: "pid", type: "i32", offset: 0 },
    uid: { c: "uid", type: "u32", offset: 4 },
    gid: { c: "gid", type: "u32", offset: 8 },
  },
});

/** `struct linger`. */
export const LINGER = layout({
  c: "struct linger",
  headers: ["sys/socket.h"],
  size: 8,
  fields: {
    onoff: { c: "l_onoff", type: "i32", offset: 0 },
    linger: { c: "l_linger", type: "i32", offset: 4 },
  },
});

/** `struct timeval`. */
export const TIMEVAL = layout({
  c: "struct timeval",
  headers: ["sys/time.h"],
  size: 16,
  fields: {
    sec: { c: "tv_sec", type: "i64", offset: 0 },
    usec: { c: "tv_usec", type: "i64", offset: 8 },
  },
});
