/**
 * Translations: System V shared memory, messages and semaphores.
 *
 * @module
 */
import * as ipc from "ipc";
import { notExpressible, refused } from "../verdict.ts";
import { done } from "./descriptor.ts";
import type { Arguments, Translations } from "./translation.ts";

/** By C's names. */
export const SYSV: Translations = {
  shmget: (args) => ipc.shmget(args.number(0), args.number(1), args.number(2)),
  shmat: (args) => {
    if (!args.isNull(1)) notExpressible("an address of the caller's choosing");
    return ipc.shmat(args.number(0), args.number(2));
  },
  shmdt: (args) => done(ipc.shmdt(args.memory(0) as ReturnType<typeof ipc.shmat>)),
  shmctl: (args) => {
    const [id, command] = [args.number(0), args.number(1)];
    switch (command) {
      case ipc.IPC_STAT:
        args.fields(2); // an invalid pointer shows
        return done(args.fill(2, ipc.shmctl(id, ipc.IPC_STAT)));
      case ipc.IPC_SET:
        return done(ipc.shmctl(id, ipc.IPC_SET, ownership(args.fields(2))));
      case ipc.IPC_RMID:
        return done(ipc.shmctl(id, ipc.IPC_RMID));
      default:
        return refused(
          "a command besides IPC_STAT, IPC_SET and IPC_RMID is a RangeError",
          () => ipc.shmctl(id, command as typeof ipc.IPC_STAT),
        );
    }
  },

  msgget: (args) => ipc.msgget(args.number(0), args.number(1)),
  msgsnd: (args) => {
    const { type, text } = messageIn(args);
    return done(ipc.msgsnd(args.number(0), type(), text, args.number(3)));
  },
  msgrcv: (args) => {
    const { setType, text } = messageIn(args);
    const message = ipc.msgrcv(args.number(0), text, args.number(3), args.number(4));
    setType(message.type);
    return message.length;
  },
  msgctl: (args) => {
    if (args.number(1) !== ipc.IPC_RMID) throw new Error("the rows only remove queues");
    return done(ipc.msgctl(args.number(0), ipc.IPC_RMID));
  },

  semget: (args) => ipc.semget(args.number(0), args.number(1), args.number(2)),
  semop: (args) => {
    const { num, op, flg } = args.fields(1) as { num: number; op: number; flg: number };
    return done(ipc.semop(args.number(0), [{ num, op, flg }]));
  },
};

function ownership({ uid, gid, mode }: Record<string, number>): ipc.Ownership {
  return {
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
    ...(mode === undefined ? {} : { mode }),
  };
}

/** The parts of a `struct msgbuf`: its type, and as many bytes of text as the call says. */
function messageIn(args: Arguments): { type(): number; setType(type: number): void; text: Uint8Array } {
  const length = args.number(2);
  const bytes = args.bytes(1, 2);
  const whole = new Uint8Array(bytes.buffer);
  if (8 + length > whole.length) notExpressible("a length that is not the buffer's");
  const view = new DataView(bytes.buffer);
  return {
    type: () => Number(view.getBigInt64(0, true)),
    setType: (type) => view.setBigInt64(0, BigInt(type), true),
    text: whole.subarray(8, 8 + length),
  };
}
