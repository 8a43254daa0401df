/**
 * Reads to the end of file first and takes the messages apart afterwards; each message is a line of JSON.
 */
import { close, fork, pipe, read, waitpid, type WaitStatus, write } from "ipc";

export function transfer(
  messages: readonly string[],
  sending: (index: number) => void,
): { received: string[]; status: number } {
  const lines: string[] = [];
  const ended = withChild(
    (writing) => {
      messages.forEach((message, index) => {
        sending(index);
        writeLine(writing, JSON.stringify(message));
      });
      return messages.length;
    },
    (reading) => void lines.push(...linesOf(reading, Infinity)),
  );
  return { received: lines.map((line) => JSON.parse(line)), status: ended.kind === "exited" ? ended.status : NaN };
}

export function head(count: number): { numbers: number[]; signal: number } {
  let numbers: number[] = [];
  const ended = withChild(
    (writing) => {
      for (let number = 1; true; number++) writeLine(writing, `${number}`);
    },
    (reading) => {
      numbers = linesOf(reading, count).map(Number);
    },
  );
  return { numbers, signal: ended.kind === "signaled" ? ended.signal : NaN };
}

/** Runs `child` at the write end in a new process and `parent` at the read end in this one; tells how the child ended. */
function withChild(child: (writing: number) => number, parent: (reading: number) => void): WaitStatus {
  const [reading, writing] = pipe();
  const pid = fork(() => {
    close(reading);
    return child(writing);
  });
  close(writing);
  try {
    parent(reading);
  } finally {
    close(reading);
  }
  return waitpid(pid);
}

function writeLine(fd: number, line: string): void {
  const bytes = new TextEncoder().encode(`${line}\n`);
  for (let at = 0; at < bytes.length; at += write(fd, bytes.subarray(at)));
}

/** The first `most` lines, or all that there are. */
function linesOf(fd: number, most: number): string[] {
  const decoder = new TextDecoder();
  const lines: string[] = [];
  let text = "";
  while (lines.length < most) {
    const buffer = new Uint8Array(10_000);
    const length = read(fd, buffer);
    if (length === 0) break;
    text += decoder.decode(buffer.subarray(0, length), { stream: true });
    const parts = text.split("\n");
    text = parts.pop() ?? "";
    lines.push(...parts);
  }
  return lines.slice(0, most);
}
