/**
 * One end for all: whoever takes it out and is not the last puts it back, with the number of those who have not seen it yet.
 */
import {
  isSystemError,
  mq_close,
  mq_open,
  mq_receive,
  mq_send,
  mq_setattr,
  mq_unlink,
  O_CREAT,
  O_EXCL,
  O_NONBLOCK,
  O_RDONLY,
  O_RDWR,
  O_WRONLY,
} from "ipc";

type Letter = { readonly text: string; readonly priority: number };

/** Letters have priorities from 1 on, so the end, at 0, is behind all of them, however often it is put back. */
const SHIFT = 1;

export function create(name: string, capacity: number): void {
  mq_close(mq_open(name, O_CREAT | O_EXCL | O_RDONLY, 0o600, { maxmsg: capacity, msgsize: 256 }));
}

export function send(name: string, letters: readonly Letter[], sent: (index: number) => void): void {
  const queue = mq_open(name, O_WRONLY);
  let index = 0;
  for (const letter of letters) {
    mq_send(queue, new TextEncoder().encode(letter.text), letter.priority + SHIFT);
    sent(index++);
  }
  mq_close(queue);
}

export function close(name: string, receivers: number): void {
  if (receivers === 0) return;
  const queue = mq_open(name, O_WRONLY);
  mq_send(queue, Uint8Array.of(receivers), 0);
  mq_close(queue);
}

export function receive(name: string, got: (text: string, priority: number) => void): number {
  const queue = mq_open(name, O_RDWR);
  const buffer = new Uint8Array(256);
  let count = 0;
  let message = mq_receive(queue, buffer);
  while (message.priority > 0) {
    got(new TextDecoder().decode(buffer.slice(0, message.length)), message.priority - SHIFT);
    count += 1;
    message = mq_receive(queue, buffer);
  }
  const others = (buffer[0] ?? 1) - 1;
  if (others > 0) mq_send(queue, Uint8Array.of(others), 0);
  mq_close(queue);
  return count;
}

export function trySend(name: string, letter: Letter): boolean {
  const queue = mq_open(name, O_WRONLY);
  mq_setattr(queue, { flags: O_NONBLOCK });
  try {
    mq_send(queue, new TextEncoder().encode(letter.text), letter.priority + SHIFT);
    return true;
  } catch (error) {
    if (!isSystemError(error, "EAGAIN")) throw error;
    return false;
  } finally {
    mq_close(queue);
  }
}

export function tryReceive(name: string): Letter | null {
  const queue = mq_open(name, O_RDONLY | O_NONBLOCK);
  try {
    const buffer = new Uint8Array(256);
    const { length, priority } = mq_receive(queue, buffer);
    return { text: new TextDecoder().decode(buffer.subarray(0, length)), priority: priority - SHIFT };
  } catch (error) {
    if (!isSystemError(error, "EAGAIN")) throw error;
    return null;
  } finally {
    mq_close(queue);
  }
}

export function destroy(name: string): void {
  mq_unlink(name);
}
