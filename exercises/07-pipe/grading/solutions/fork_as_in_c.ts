/**
 * fork() without a function, as in C: the child goes on behind it and ends by _exit. The length is text in front of a colon.
 */
import { _exit, close, fork, pipe2, read, waitpid, write } from "ipc";

export function transfer(
  messages: readonly string[],
  sending: (index: number) => void,
): { received: string[]; status: number } {
  const [reading, writing] = pipe2(0);
  const child = fork();
  if (child === 0) {
    close(reading);
    for (const [index, message] of messages.entries()) {
      sending(index);
      send(writing, message);
    }
    _exit(messages.length);
  }
  close(writing);
  const source = new Source(reading);
  const received: string[] = [];
  for (;;) {
    const message = source.next();
    if (message === null) break;
    received.push(message);
  }
  close(reading);
  const status = waitpid(child);
  if (status.kind !== "exited") throw new Error(`the child did not exit by itself: ${status.kind}`);
  return { received, status: status.status };
}

export function head(count: number): { numbers: number[]; signal: number } {
  const [reading, writing] = pipe2(0);
  const child = fork();
  if (child === 0) {
    close(reading);
    let number = 0;
    while (true) send(writing, `${++number}`);
  }
  close(writing);
  const source = new Source(reading);
  const numbers = Array.from({ length: count }, () => Number(source.next()));
  close(reading);
  const status = waitpid(child);
  if (status.kind !== "signaled") throw new Error(`no signal ended the child: ${status.kind}`);
  return { numbers, signal: status.signal };
}

function send(fd: number, message: string): void {
  const body = new TextEncoder().encode(message);
  const head = new TextEncoder().encode(`${body.length}:`);
  const packet = new Uint8Array(head.length + body.length);
  packet.set(head);
  packet.set(body, head.length);
  let rest = packet;
  while (rest.length > 0) rest = rest.subarray(write(fd, rest));
}

const COLON = ":".charCodeAt(0);

/** Reads ahead into a buffer and takes messages out of it. */
class Source {
  #buffer = new Uint8Array(0);
  readonly #fd: number;

  constructor(fd: number) {
    this.#fd = fd;
  }

  next(): string | null {
    let colon = this.#buffer.indexOf(COLON);
    while (colon === -1) {
      if (!this.#fill()) return null;
      colon = this.#buffer.indexOf(COLON);
    }
    const length = Number(new TextDecoder().decode(this.#buffer.subarray(0, colon)));
    const end = colon + 1 + length;
    while (this.#buffer.length < end) if (!this.#fill()) return null;
    const body = this.#buffer.subarray(colon + 1, end);
    this.#buffer = this.#buffer.subarray(end);
    return new TextDecoder().decode(body);
  }

  #fill(): boolean {
    const chunk = new Uint8Array(4096);
    const moved = read(this.#fd, chunk);
    const grown = new Uint8Array(this.#buffer.length + moved);
    grown.set(this.#buffer);
    grown.set(chunk.subarray(0, moved), this.#buffer.length);
    this.#buffer = grown;
    return moved > 0;
  }
}
