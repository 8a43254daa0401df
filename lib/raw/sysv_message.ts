/**
 * Calls on System V message queues, by their C prototypes.
 *
 * @module
 */
import { library } from "./library.ts";

/** msgget, msgsnd, msgrcv, msgctl. Lengths below 2 GiB: the low half of the register is the result. */
export const c = library({
  // int msgget(key_t key, int msgflg);
  msgget: { parameters: ["i32", "i32"], result: "i32" },
  // int msgsnd(int msqid, const void *msgp, size_t msgsz, int msgflg);
  msgsnd: { parameters: ["i32", "buffer", "u32", "i32"], result: "i32" },
  // ssize_t msgrcv(int msqid, void *msgp, size_t msgsz, long msgtyp, int msgflg);
  msgrcv: { parameters: ["i32", "buffer", "u32", "i64", "i32"], result: "i32" },
  // int msgctl(int msqid, int cmd, struct msqid_ds *buf);
  msgctl: { parameters: ["i32", "i32", "buffer"], result: "i32" },
});
