/**
 * One System V queue carries everything; what a message is for is its type. A side's door is a message that is in the queue while
 * nobody of that side is in.
 */
import { IPC_CREAT, IPC_EXCL, IPC_RMID, msgctl, msgget, msgrcv, msgsnd } from "ipc";

export type Side = "left" | "right";

export interface Rendezvous {
  readonly queue: number;
}

/** Types of messages. */
const DOOR = { left: 1, right: 2 } as const;
const VALUE = { left: 3, right: 4 } as const;
const NOTHING = new Uint8Array(0);

/** The queue's key: FNV-1a of the name, and never 0, which is IPC_PRIVATE. */
function keyOf(name: string): number {
  let hash = 0x811c9dc5;
  for (const letter of name) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193);
  return hash | 1;
}

export function create(name: string): void {
  const queue = msgget(keyOf(name), IPC_CREAT | IPC_EXCL | 0o600);
  msgsnd(queue, DOOR.left, NOTHING);
  msgsnd(queue, DOOR.right, NOTHING);
}

export function open(name: string): Rendezvous {
  return { queue: msgget(keyOf(name), 0) };
}

export function exchange({ queue }: Rendezvous, side: Side, value: number): number {
  const bytes = new Uint8Array(4);
  const word = new DataView(bytes.buffer);
  msgrcv(queue, bytes, DOOR[side]);
  word.setInt32(0, value);
  msgsnd(queue, VALUE[side], bytes);
  msgrcv(queue, bytes, VALUE[side === "left" ? "right" : "left"]);
  msgsnd(queue, DOOR[side], NOTHING);
  return word.getInt32(0);
}

export function close(_: Rendezvous): void {
  // Nothing: a queue's identifier takes nothing of the process.
}

export function destroy(name: string): void {
  msgctl(msgget(keyOf(name), 0), IPC_RMID);
}
