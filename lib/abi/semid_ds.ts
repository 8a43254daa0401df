/**
 * System V semaphores: what the kernel knows about a set of them, and one operation on one of them.
 *
 * @module
 */
import { layout } from "./layout.ts";

/** `struct semid_ds`, with its `struct ipc_perm` inside. */
export const SEMID_DS = layout({
  c: "struct semid_ds",
  headers: ["sys/ipc.h", "sys/sem.h"],
  size: { x86_64: 104, aarch64: 88 },
  fields: {
    key: { c: "sem_perm.__key", type: "i32", offset: 0 },
    uid: { c: "sem_perm.uid", type: "u32", offset: 4 },
    gid: { c: "sem_perm.gid", type: "u32", offset: 8 },
    cuid: { c: "sem_perm.cuid", type: "u32", offset: 12 },
    cgid: { c: "sem_perm.cgid", type: "u32", offset: 16 },
    mode: { c: "sem_perm.mode", type: "u32", offset: 20 },
    otime: { c: "sem_otime", type: "i64", offset: 48 },
    ctime: { c: "sem_ctime", type: "i64", offset: { x86_64: 64, aarch64: 56 } },
    nsems: { c: "sem_nsems", type: "u64", offset: { x86_64: 80, aarch64: 64 } },
  },
});

/** `struct sembuf`. */
export const SEMBUF = layout({
  c: "struct sembuf",
  headers: ["sys/ipc.h", "sys/sem.h"],
  size: 6,
  fields: {
    num: { c: "sem_num", type: "u16", offset: 0 },
    op: { c: "sem_op", type: "i16", offset: 2 },
    flg: { c: "sem_flg", type: "i16", offset: 4 },
  },
});
