/**
 * One queue for both directions: a side receives its own message.
 */
import { mq_close, mq_open, mq_receive, mq_send, mq_unlink, O_CREAT, O_EXCL, O_RDWR } from "ipc";

export type Side = "left" | "right";

/** Descriptors of the queues of one side. */
interface Half {
  readonly door: number;
  readonly values: number;
}

export type Rendezvous = { readonly [side in Side]: Half };

const SIDES = ["left", "right"] as const;
const SIZE = { maxmsg: 1, msgsize: 4 };
const NOTHING = new Uint8Array(0);

export function create(name: string): void {
  for (const side of SIDES) {
    mq_close(mq_open(`${name}.values`, O_RDWR | O_CREAT, 0o600, SIZE));
    const door = mq_open(`${name}.${side}.door`, O_RDWR | O_CREAT | O_EXCL, 0o600, SIZE);
    mq_send(door, NOTHING);
    mq_close(door);
  }
}

export function open(name: string): Rendezvous {
  return { left: half(name, "left"), right: half(name, "right") };
}

function half(name: string, side: Side): Half {
  return { door: mq_open(`${name}.${side}.door`, O_RDWR), values: mq_open(`${name}.values`, O_RDWR) };
}

export function exchange(rendezvous: Rendezvous, side: Side, value: number): number {
  const mine = rendezvous[side];
  const bytes = new Uint8Array(SIZE.msgsize);
  const word = new DataView(bytes.buffer);
  mq_receive(mine.door, bytes);
  word.setInt32(0, value);
  mq_send(mine.values, bytes);
  mq_receive(mine.values, bytes);
  mq_send(mine.door, NOTHING);
  return word.getInt32(0);
}

export function close({ left, right }: Rendezvous): void {
  for (const { door, values } of [left, right]) {
    mq_close(door);
    mq_close(values);
  }
}

export function destroy(name: string): void {
  mq_unlink(`${name}.values`);
  for (const side of SIDES) mq_unlink(`${name}.${side}.door`);
}
