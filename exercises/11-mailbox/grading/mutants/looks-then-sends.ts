/** Mistake: looks whether there is room, and then sends: somebody else may have filled it in between. */
import {
  isSystemError,
  mq_close,
  mq_getattr,
  mq_open,
  mq_receive,
  mq_send,
  mq_unlink,
  O_CREAT,
  O_EXCL,
  O_NONBLOCK,
  O_RDONLY,
  O_RDWR,
  O_WRONLY,
} from "ipc";

export interface Letter {
  readonly text: string;
  readonly priority: number;
}

const LONGEST = 200;

export function create(name: string, capacity: number): void {
  mq_close(mq_open(name, O_CREAT | O_EXCL | O_RDWR, 0o600, { maxmsg: capacity, msgsize: LONGEST }));
}

export function send(name: string, letters: readonly Letter[], sent: (index: number) => void): void {
  const queue = mq_open(name, O_WRONLY);
  letters.forEach(({ text, priority }, index) => {
    mq_send(queue, new TextEncoder().encode(text), priority);
    sent(index);
  });
  mq_close(queue);
}

export function close(name: string, receivers: number): void {
  const queue = mq_open(name, O_WRONLY);
  for (let count = 0; count < receivers; count++) mq_send(queue, new Uint8Array(0), 0);
  mq_close(queue);
}

export function receive(name: string, got: (text: string, priority: number) => void): number {
  const queue = mq_open(name, O_RDONLY);
  const buffer = new Uint8Array(LONGEST);
  let count = 0;
  for (;;) {
    const { length, priority } = mq_receive(queue, buffer);
    if (length === 0) break;
    got(new TextDecoder().decode(buffer.subarray(0, length)), priority);
    count++;
  }
  mq_close(queue);
  return count;
}

export function trySend(name: string, letter: Letter): boolean {
  const queue = mq_open(name, O_WRONLY);
  const { curmsgs, maxmsg } = mq_getattr(queue);
  const room = curmsgs < maxmsg;
  if (room) mq_send(queue, new TextEncoder().encode(letter.text), letter.priority);
  mq_close(queue);
  return room;
}

export function tryReceive(name: string): Letter | null {
  const queue = mq_open(name, O_RDONLY | O_NONBLOCK);
  const buffer = new Uint8Array(LONGEST);
  const message = unlessAgain(() => mq_receive(queue, buffer));
  mq_close(queue);
  if (message === null) return null;
  return { text: new TextDecoder().decode(buffer.subarray(0, message.length)), priority: message.priority };
}

export function destroy(name: string): void {
  mq_unlink(name);
}

/** What the call gives; null if it would have had to wait. */
function unlessAgain<T>(call: () => T): T | null {
  try {
    return call();
  } catch (error) {
    if (isSystemError(error, "EAGAIN")) return null;
    throw error;
  }
}
