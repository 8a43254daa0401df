/**
 * What the kernel knows about a System V shared memory segment.
 *
 * @module
 */
import { layout } from "./layout.ts";

/** `struct shmid_ds`, with its `struct ipc_perm` inside. */
export const SHMID_DS = layout({
  c: "struct shmid_ds",
  headers: ["sys/ipc.h", "sys/shm.h"],
  size: 112,
  fields: {
    key: { c: "shm_perm.__key", type: "i32", offset: 0 },
    uid: { c: "shm_perm.uid", type: "u32", offset: 4 },
    gid: { c: "shm_perm.gid", type: "u32", offset: 8 },
    cuid: { c: "shm_perm.cuid", type: "u32", offset: 12 },
    cgid: { c: "shm_perm.cgid", type: "u32", offset: 16 },
    mode: { c: "shm_perm.mode", type: "u32", offset: 20 },
    segsz: { c: "shm_segsz", type: "u64", offset: 48 },
    atime: { c: "shm_atime", type: "i64", offset: 56 },
    dtime: { c: "shm_dtime", type: "i64", offset: 64 },
    ctime: { c: "shm_ctime", type: "i64", offset: 72 },
    cpid: { c: "shm_cpid", type: "i32", offset: 80 },
    lpid: { c: "shm_lpid", type: "i32", offset: 84 },
    nattch: { c: "shm_nattch", type: "u64", offset: 88 },
  },
});
