/**
 * What the kernel knows about a System V message queue.
 *
 * @module
 */
import { layout } from "./layout.ts";

/** `struct msqid_ds`, with its `struct ipc_perm` inside. */
export const MSQID_DS = layout({
  c: "struct msqid_ds",
  headers: ["sys/ipc.h", "sys/msg.h"],
  size: 120,
  fields: {
    key: { c: "msg_perm.__key", type: "i32", offset: 0 },
    uid: { c: "msg_perm.uid", type: "u32", offset: 4 },
    gid: { c: "msg_perm.gid", type: "u32", offset: 8 },
    cuid: { c: "msg_perm.cuid", type: "u32", offset: 12 },
    cgid: { c: "msg_perm.cgid", type: "u32", offset: 16 },
    mode: { c: "msg_perm.mode", type: "u32", offset: 20 },
    stime: { c: "msg_stime", type: "i64", offset: 48 },
    rtime: { c: "msg_rtime", type: "i64", offset: 56 },
    ctime: { c: "msg_ctime", type: "i64", offset: 64 },
    cbytes: { c: "__msg_cbytes", type: "u64", offset: 72 },
    qnum: { c: "msg_qnum", type: "u64", offset: 80 },
    qbytes: { c: "msg_qbytes", type: "u64", offset: 88 },
    lspid: { c: "msg_lspid", type: "i32", offset: 96 },
    lrpid: { c: "msg_lrpid", type: "i32", offset: 100 },
  },
});
