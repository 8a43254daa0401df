/**
 * Does not wait by a deadline that has long passed, and marks letters by a first byte: 1 is a letter, 0 the end.
 */
import {
  mq_close,
  mq_getattr,
  mq_open,
  mq_receive,
  mq_send,
  mq_timedreceive,
  mq_timedsend,
  mq_unlink,
  O_CREAT,
  O_EXCL,
  O_RDWR,
  SystemError,
} from "ipc";

interface Letter {
  readonly text: string;
  readonly priority: number;
}

const PAST = { sec: 1, nsec: 0 };

export function create(name: string, capacity: number): void {
  const queue = mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0o600, { maxmsg: capacity, msgsize: 201 });
  mq_close(queue);
}

export const destroy = (name: string): void => mq_unlink(name);

export const send = (name: string, letters: readonly Letter[], sent: (index: number) => void): void =>
  using(name, (queue) => {
    for (const [index, letter] of letters.entries()) {
      mq_send(queue, packed(letter.text), letter.priority + 1);
      sent(index);
    }
  });

export const close = (name: string, receivers: number): void =>
  using(name, (queue) => {
    while (receivers-- > 0) mq_send(queue, Uint8Array.of(0));
  });

export const receive = (name: string, got: (text: string, priority: number) => void): number =>
  using(name, (queue) => {
    const buffer = new Uint8Array(mq_getattr(queue).msgsize);
    let count = 0;
    for (;; count++) {
      const { length, priority } = mq_receive(queue, buffer);
      if (buffer[0] === 0) return count;
      got(unpacked(buffer, length), priority - 1);
    }
  });

export const trySend = (name: string, { text, priority }: Letter): boolean =>
  using(name, (queue) => inTime(() => (mq_timedsend(queue, packed(text), priority + 1, PAST), true)) ?? false);

export const tryReceive = (name: string): Letter | null =>
  using(name, (queue) => {
    const buffer = new Uint8Array(mq_getattr(queue).msgsize);
    return inTime(() => {
      const { length, priority } = mq_timedreceive(queue, buffer, PAST);
      return { text: unpacked(buffer, length), priority: priority - 1 };
    });
  });

function using<T>(name: string, use: (queue: number) => T): T {
  const queue = mq_open(name, O_RDWR);
  try {
    return use(queue);
  } finally {
    mq_close(queue);
  }
}

function inTime<T>(call: () => T): T | null {
  try {
    return call();
  } catch (error) {
    if (error instanceof SystemError && error.code === "ETIMEDOUT") return null;
    throw error;
  }
}

function packed(text: string): Uint8Array {
  return Uint8Array.of(1, ...new TextEncoder().encode(text));
}

function unpacked(buffer: Uint8Array, length: number): string {
  return new TextDecoder().decode(buffer.slice(1, length));
}
