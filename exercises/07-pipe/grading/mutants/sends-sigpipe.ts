/** Mistake: keeps its read end open and sends SIGPIPE itself: the right signal, from the wrong side. */
import { close, fork, kill, pipe, read, SIGPIPE, waitpid, write } from "ipc";

export interface Transfer {
  readonly received: string[];
  readonly status: number;
}

export interface Head {
  readonly numbers: number[];
  readonly signal: number;
}

export function transfer(messages: readonly string[], sending: (index: number) => void): Transfer {
  const [reading, writing] = pipe();
  const child = fork(() => {
    close(reading);
    messages.forEach((message, index) => {
      sending(index);
      writeMessage(writing, message);
    });
    return messages.length;
  });
  close(writing); // or the end of file never comes
  const received: string[] = [];
  for (let message = readMessage(reading); message !== null; message = readMessage(reading)) received.push(message);
  close(reading);
  const ended = waitpid(child);
  return { received, status: ended.kind === "exited" ? ended.status : -1 };
}

export function head(count: number): Head {
  const [reading, writing] = pipe();
  const child = fork(() => {
    close(reading); // or there is always somebody who could read: itself
    for (let number = 1;; number++) writeMessage(writing, String(number));
  });
  close(writing);
  const numbers: number[] = [];
  while (numbers.length < count) numbers.push(Number(readMessage(reading)));
  kill(child, SIGPIPE);
  const ended = waitpid(child);
  close(reading);
  return { numbers, signal: ended.kind === "signaled" ? ended.signal : 0 };
}

/** Four bytes of length, then the text. */
function writeMessage(fd: number, message: string): void {
  const body = new TextEncoder().encode(message);
  const header = new Uint8Array(4);
  new DataView(header.buffer).setUint32(0, body.length);
  writeAll(fd, header);
  writeAll(fd, body);
}

/** The next message; null at the end of file. */
function readMessage(fd: number): string | null {
  const header = readExactly(fd, 4);
  if (header === null) return null;
  const body = readExactly(fd, new DataView(header.buffer).getUint32(0));
  if (body === null) throw new Error("the pipe ended in the middle of a message");
  return new TextDecoder().decode(body);
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += write(fd, bytes.subarray(done));
}

/** So many bytes; null if the end of file comes first. */
function readExactly(fd: number, count: number): Uint8Array | null {
  const bytes = new Uint8Array(count);
  for (let done = 0; done < count;) {
    const moved = read(fd, bytes.subarray(done));
    if (moved === 0) return null;
    done += moved;
  }
  return bytes;
}
